"""The recent entries over restarts: kept in a file, and made anew from the store where that file does not fit.

Flow.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model.ids import EntryId
from monitor.store.store import Store
from monitor.stories.copies import WINDOW
from monitor.stories.keep import packed, unpacked
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
    """The entries of the last 72 hours as the store has them: from what was kept, or else from the store alone."""
    since, kept = now - WINDOW, unpacked(store.kept(FILE))
    if kept is None:
        window, changed = _filled(store, since), set[EntryId]()
    else:
        window, changed = kept.window, store.recall.changed(kept.at)
    stands = store.recall.stands(since)
    missing = window.put_right(stands)
    for neighbour in store.recall.neighbours(id_ for id_ in stands if id_ in missing or id_ in changed):
        window.add(neighbour)
    return window


def _filled(store: Store, since: datetime) -> Window:
    window = Window()
    for neighbour in store.recall.window(since):
        window.add(neighbour)
    return window
