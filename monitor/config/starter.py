"""The files that `monitor init` writes: commented, working, and small enough to read in a minute.

Edge: package data.
"""

from __future__ import annotations

from importlib.resources import files

from monitor.config.schema import schema_files

_NAMES = ("monitor.yaml", "membership.yaml")


def starter_files() -> dict[str, str]:
    """Text by path inside the folder of watchlists; the schemas stand in a folder of their own.

    The configuration files name their schema in their first line, relative to themselves, so editors find it offline.
    """
    folder = files("monitor.config") / "starter"
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in _NAMES}
    return texts | {f"schema/{name}": text for name, text in schema_files().items()}
