from __future__ import annotations

import shutil

import pytest

from monitor.store.store import Store
from tests.store.samples import FEED, NOW


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A state folder whose store has subscribed one feed: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    with Store.open(folder, daemon=True) as made:
        made.feeds.sync([FEED], NOW)
    return folder


@pytest.fixture
def folder(template, tmp_path):
    """A state folder of its own."""
    return shutil.copytree(template, tmp_path / "state")


@pytest.fixture
def store(folder):
    """The store of a daemon that has subscribed one feed."""
    with Store.open(folder, daemon=True) as opened:
        yield opened
