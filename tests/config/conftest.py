"""A folder of configuration in a temporary place, written by a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SERVICE = """\
feeds:
  - url: https://news.example/world.rss
    name: World Desk
    tags: [world, english]
  - url: https://news.example/europe.rss
    name: Europe Desk
    tags: [europe]
destinations:
  desk: {url: console://}
  archive: {url: file://alerts.log}
"""

WATCHLISTS = """\
watchlists:
  - name: membership
    query: invite NEAR/6 NATO
    to: [desk]
"""

WriteFolder = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFolder:
    """Writes files into a folder by keyword, dots as underscores (`monitor_yaml`); those not given are good ones."""

    def write_files(**files: str | bytes) -> Path:
        folder = tmp_path / "watchlists"
        folder.mkdir(exist_ok=True)
        for name, text in {"monitor_yaml": SERVICE, "nato_yaml": WATCHLISTS, **files}.items():
            data = text.encode() if isinstance(text, str) else text
            path = folder / name.replace("_", ".")
            path.write_bytes(data)
            path.chmod(0o600)
        return folder

    return write_files
