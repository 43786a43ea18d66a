"""The recent entries over restarts: kept in a file, and made anew from the store where that file does not fit.

Flow.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store.store import Store
from monitor.stories.copies import WINDOW
from monitor.stories.keep import Kept, packed, unpacked
from monitor.stories.window import Window
from monitor.telemetry import log

FILE = "recent"
KEEP_EVERY = timedelta(hours=1)


def keep(store: Store, window: Window, now: datetime) -> None:
    """Write the window beside the database; after a kill meanwhile there is none, and the store is asked.

    Raises:
        StateError: It cannot be written.
    """
    store.kept.write(FILE, packed(window, now), now)


def recall(store: Store, now: datetime) -> Window:
    """The entries of the last 72 hours as the store has them: from what was kept, or else from the store alone."""
    content = store.kept.read(FILE)
    kept = unpacked(content or b"")
    if kept is None and content != b"":
        log().warning("the recent entries are read from the database: their file is damaged or of another version")
    if kept is None or kept.at > now:  # by a clock that was set back since, nobody knows what is newer than the file
        kept = Kept(Window(), now)
    stands = store.recall.stands(now - WINDOW)
    lacking = kept.window.put_right(stands) | store.recall.changed(kept.at)
    for neighbour in store.recall.neighbours(id_ for id_ in stands if id_ in lacking):
        kept.window.add(neighbour)
    return kept.window
