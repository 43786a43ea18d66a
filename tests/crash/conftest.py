"""One nursery for all, one stage for each script."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.crash import disk
from tests.crash.nursery import Nursery
from tests.crash.stage import Stage
from tests.crash.world import World

MEMORY = Path("/dev/shm")
"""A kill leaves what was written, synced or not: in memory this goes faster."""


@contextmanager
def staged(script: str):
    if why := disk.why_not():
        pytest.skip(f"the calls of SQLite cannot be watched: {why}")
    root = Path(mkdtemp(prefix="monitor-crash-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    (root / "life").mkdir()
    try:
        with Nursery(root / "log") as nursery, World(root / "life", script) as world:
            stage = Stage(root, script, nursery, world)
            stage.rehearse()
            yield stage
    finally:
        shutil.rmtree(root)


@pytest.fixture(scope="session")
def news():
    with staged("news") as stage:
        yield stage


@pytest.fixture(scope="session")
def chores():
    with staged("chores") as stage:
        yield stage
