from __future__ import annotations

import pytest

from monitor.store.store import Store
from tests.store.samples import FEED, NOW


@pytest.fixture
def store(tmp_path):
    """A fresh store of a daemon that has subscribed one feed."""
    with Store.open(tmp_path, daemon=True) as opened:
        opened.feeds.sync([FEED], NOW)
        yield opened
