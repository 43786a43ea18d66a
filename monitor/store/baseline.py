"""What stood in feeds at their first poll, and until when people were told of it.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from monitor.model.alert import Delivery, Notice
from monitor.model.entry import Entry, OutcomeKind
from monitor.store.commit import write_outbox
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.recall import select_entries
from monitor.store.rows import value_of
from monitor.store.schema import entries, feed_states, feeds, meta, outcomes

TOLD_UNTIL = "first contact"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first contacts of one database."""

    database: Database

    def unpolled(self) -> int:
        """How many active feeds were never asked."""
        never = (feeds.c.active, feed_states.c.checked_at.is_(None))
        statement = select(func.count()).select_from(feed_states.join(feeds)).where(*never)
        with self.database.read() as connection:
            return connection.scalar(statement) or 0

    def untold(self) -> list[tuple[Entry, tuple[str, ...], datetime]]:
        """Entries of first polls of which nobody was told, oldest first: with the watchlists they match, and when."""
        found = outcomes.c.kind == OutcomeKind.BASELINE
        statement = (
            select_entries()
            .add_columns(outcomes.c.watchlists, outcomes.c.at)
            .join(outcomes, outcomes.c.entry_id == entries.c.id)
            .where(found, outcomes.c.watchlists != ())
            .order_by(outcomes.c.at, entries.c.id)
        )
        with self.database.read() as connection:
            until = connection.scalar(select(meta.c.at).where(meta.c.key == TOLD_UNTIL))
            if until is not None:
                statement = statement.where(outcomes.c.at > until)
            return [(value_of(Entry, row), row.watchlists, row.at) for row in connection.execute(statement)]

    def tell(self, notices: Sequence[Notice], rows: Sequence[Delivery], until: datetime) -> None:
        """Writes the summaries with their rows, and until when they reach, in one transaction."""
        with self.database.write() as connection:
            write_outbox(connection, notices, rows)
            connection.execute(upsert(meta), {"key": TOLD_UNTIL, "at": until})
