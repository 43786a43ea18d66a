"""What a life left in its state folder: what decides the future, what was decided, what is remembered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from monitor.model.story import Neighbour
from monitor.recent import FILE
from monitor.stories.keep import unpacked
from monitor.stories.window import Window


def findings(path: Path) -> dict:
    """What is found in a state folder, by its database."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("select id, destination, state, maybe_twice from deliveries").fetchall()
        polls = database.execute("select feed_id, at, fetched, counts from polls").fetchall()
        sound = database.execute("pragma integrity_check").fetchall() == [("ok",)]
        dangling = database.execute("pragma foreign_key_check").fetchall()
        corpora = database.execute("select corpus, count(*) from articles group by corpus").fetchall()
        return {
            "rows": [(id_, to, state, bool(maybe)) for id_, to, state, maybe in rows],
            "unbalanced": [poll for poll in polls if poll[2] != sum(json.loads(poll[3]).values())],
            "unsound": ([] if sound else ["integrity_check"]) + [str(row) for row in dangling],
            "corpora": dict(corpora),
            "essence": found_by(ESSENCE, database),
            "decided": found_by(DECIDED, database),
            "remembered": remembered(path.with_name(FILE)),
            "regroupings": [row[0] for row in database.execute("select kind from regroupings order by at, entry_id")],
        }


def essence(path: Path) -> list[str]:
    """What decides the future of a state folder, but for the seconds that a restart took."""
    with closing(sqlite3.connect(path)) as database:
        return found_by(ESSENCE, database)


def found_by(queries: Iterable[str], database: sqlite3.Connection) -> list[str]:
    return [repr(row) for query in queries for row in database.execute(query)]


def entries_of(window: Window) -> list[Neighbour]:
    """All that a window holds, in order."""
    return [window._neighbour(serial) for serial in sorted(window._records)]


def remembered(file: Path) -> dict[str, list[str]]:
    """The recent entries of each feed, as they are kept, in order."""
    kept = unpacked(file.read_bytes() if file.exists() else b"")
    found: dict[str, list[str]] = {}
    for entry in entries_of(kept.window) if kept else ():
        found.setdefault(entry.feed_id, []).append(entry.entry_id)
    return found


DECIDED = (
    "select entry_id, kind from outcomes order by 1",
    "select entry_id, story_id, relation, of from kinships order by 1",
    "select id, title, first_entry_id, entries, outlets, owners from stories order by 1",
    "select entry_id, other_id, kind, story_id, moved from regroupings order by 1, 2",
)
"""What was decided of entries and stories."""

ESSENCE = (
    """select coalesce(notices.content ->> 'subject', deliveries.id), destination, state, held, fault,
        case when state = 'waiting' then attempts end, case when state = 'waiting' then deliveries.due_at / 60000000 end,
        case when state = 'waiting' and held <> '' then count(*) over (partition by destination, deliveries.due_at) end
    from deliveries left join notices on notices.id = notice_id order by 1, 2""",
    """select feed_id, etag, last_modified, body_hash, baselined, failures, leased_until is null, gone, told_failing
    from feed_states order by 1""",
    "select id, revision, title from entries order by 1",
    *DECIDED,
    "select entry_id, state, tries from pages order by 1",
    "select watchlist, story_id, times from told order by 1, 2",
    "select name, failures, paused_until is null, dead from destinations order by 1",
    "select corpus, count(*) from articles group by corpus order by 1",
    "select count(*) from texts",
    "select version_num from alembic_version",
)
"""What decides the future of a state folder, but for the seconds that a restart took."""
