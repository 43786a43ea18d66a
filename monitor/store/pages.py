"""Articles read in full after their entries came: which are due, what came of it, and what it changed.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, or_, select, update

from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.ids import EntryId, FeedId
from monitor.model.story import CorpusHit, Fingerprint
from monitor.store.commit import write_outcomes
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.page_schema import pages
from monitor.store.recall import select_entries
from monitor.store.rows import row_of, value_of
from monitor.store.schema import entries, outcomes, texts
from monitor.store.story_schema import corpus_hits, fingerprints
from monitor.store.views import PageState

MOST_TRIES = 3
_SPARED = (OutcomeKind.BASELINE, OutcomeKind.TOO_OLD, OutcomeKind.KNOWN, OutcomeKind.COPY)
"""Outcomes after which an article need not be read in full."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one database."""

    database: Database

    def due(self, feeds: Collection[FeedId], since: datetime, now: datetime) -> list[Entry]:
        """Of each of these feeds the newest entry, first seen since then, whose article is to be read; newest first.

        What could not be read is due again after ten minutes, and once more after twenty.
        """
        again = (pages.c.state == PageState.FAILED, pages.c.tries < MOST_TRIES, pages.c.due_at <= now)
        newest_first = (entries.c.first_seen_at.desc(), entries.c.id)
        place = func.row_number().over(partition_by=entries.c.feed_id, order_by=newest_first)
        waiting = (
            select(entries.c.id, place.label("place"))
            .join(outcomes, outcomes.c.entry_id == entries.c.id)
            .outerjoin(pages, pages.c.entry_id == entries.c.id)
            .where(entries.c.feed_id.in_(feeds), entries.c.first_seen_at >= since, entries.c.link.is_not(None))
            .where(outcomes.c.kind.not_in(_SPARED), or_(pages.c.entry_id.is_(None), and_(*again)))
            .subquery()
        )
        first = select(waiting.c.id).where(waiting.c.place == 1)
        with self.database.read() as connection:
            rows = connection.execute(select_entries().where(entries.c.id.in_(first)).order_by(*newest_first))
            return [value_of(Entry, row) for row in rows]

    def save(self, entry_id: EntryId, at: datetime, state: PageState, detail: str, body: str = "") -> None:
        """Writes what came of reading an article; its text becomes the entry's."""
        with self.database.write() as connection:
            tries = connection.scalar(select(pages.c.tries).where(pages.c.entry_id == entry_id)) or 0
            due_at = at + timedelta(minutes=10) * (tries + 1)
            row = {"entry_id": entry_id, "at": at, "due_at": due_at, "state": state, "detail": detail}
            connection.execute(upsert(pages), [{**row, "tries": tries + 1}])
            if body:
                connection.execute(update(texts).where(texts.c.entry_id == entry_id).values(body=body))

    def unsettled(self) -> list[Entry]:
        """Entries whose article was read, and whose outcome was not asked for again since."""
        statement = select_entries().join(pages, pages.c.entry_id == entries.c.id)
        with self.database.read() as connection:
            rows = connection.execute(statement.where(pages.c.state == PageState.READ).order_by(pages.c.at))
            return [value_of(Entry, row) for row in rows]

    def settle(
        self,
        entry_id: EntryId,
        at: datetime,
        found: tuple[Fingerprint, Sequence[CorpusHit]],
        changed: Outcome | None,
    ) -> None:
        """Writes what the whole text is like; and the outcome where it changed."""
        print_, hits = found
        with self.database.write() as connection:
            connection.execute(upsert(fingerprints), [{"entry_id": entry_id, **row_of(print_)}])
            connection.execute(delete(corpus_hits).where(corpus_hits.c.entry_id == entry_id))
            if hits:
                connection.execute(insert(corpus_hits), [{"entry_id": entry_id, **row_of(hit)} for hit in hits])
            if changed:
                write_outcomes(connection, [changed], at)
            done = update(pages).where(pages.c.entry_id == entry_id)
            connection.execute(done.values(state=PageState.SETTLED, at=at))
