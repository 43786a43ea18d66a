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
from tests.crash.scripts import script_of
from tests.crash.stage import Stage
from tests.crash.world import World

MEMORY = Path("/dev/shm")
"""A kill leaves what was written, synced or not: in memory this goes faster."""


@pytest.fixture(scope="session")
def nursery(tmp_path_factory):
    if why := disk.why_not():
        pytest.skip(f"the calls of SQLite cannot be watched: {why}")
    with Nursery(tmp_path_factory.mktemp("crash") / "log") as nursery:
        yield nursery


@contextmanager
def staged(script: str, nursery: Nursery):
    root = Path(mkdtemp(prefix="monitor-crash-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    (root / "life").mkdir()
    try:
        with World(root / "life", script_of(script)) as world:
            stage = Stage(root, script, nursery, world)
            stage.rehearse()
            yield stage
    finally:
        shutil.rmtree(root)


@pytest.fixture(scope="session")
def news(nursery):
    with staged("news", nursery) as stage:
        yield stage


@pytest.fixture(scope="session")
def chores(nursery):
    with staged("chores", nursery) as stage:
        yield stage


@pytest.fixture(scope="session")
def flood(nursery):
    with staged("flood", nursery) as stage:
        yield stage


@pytest.fixture(scope="session")
def trouble(nursery):
    with staged("trouble", nursery) as stage:
        yield stage


@pytest.fixture(scope="session")
def stories(nursery):
    with staged("stories", nursery) as stage:
        yield stage
