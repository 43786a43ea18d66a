"""The recent entries over restarts: kept in a file, and made anew from the store where that file does not fit.

Flow.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store.store import Store
from monitor.stories.copies import WINDOW
from monitor.stories.keep import Kept, packed, unpacked
from monitor.stories.window import Window

FILE = "recent"
KEEP_EVERY = timedelta(hours=1)


def keep(store: Store, window: Window, now: datetime) -> None:
    """Write the window beside the database; a kill leaves the older file.

    Raises:
        StateError: It cannot be written.
    """
    store.keep(FILE, packed(window, now))


def recall(store: Store, now: datetime) -> Window:
    """The entries of the last 72 hours: what was kept and what came since; all from the store where nothing fits.

    A revision that came between the keeping and a kill is not in it: its old headline is compared until it expires.
    """
    kept = unpacked(store.kept(FILE))
    if kept is None or not _is_of(store, kept):
        return _filled(store, Window(), now - WINDOW)
    window = _filled(store, kept.window, max(kept.at, now - WINDOW))
    for regrouping in store.recall.regroupings(kept.at):
        window.regroup(regrouping)
    window.expire(now - WINDOW)
    return window


def _is_of(store: Store, kept: Kept) -> bool:
    """Whether the window was kept beside this database, and not beside one that a backup has replaced."""
    return bool(store.recall.stories_of({kept.newest}))


def _filled(store: Store, window: Window, since: datetime) -> Window:
    for neighbour in store.recall.window(since):
        window.add(neighbour)
    return window
