"""All that is known of one entry, for `explain`.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table, select

from monitor.model.alert import Delivery
from monitor.model.entry import Entry, Outcome
from monitor.model.feed import Feed
from monitor.model.ids import EntryId
from monitor.model.story import CorpusHit, Kinship, Story
from monitor.store.recall import select_entries
from monitor.store.rows import Value, alert_of, match_of, value_of
from monitor.store.schema import (
    alerts,
    corpus_hits,
    deliveries,
    entries,
    feeds,
    kinships,
    matches,
    outcome_history,
    revisions,
    stories,
)
from monitor.store.views import Answer, Dossier, Revision

V = TypeVar("V", bound=Value)


def dossier_of(connection: Connection, entry_id: EntryId, others: Sequence[EntryId] = ()) -> Dossier:
    """The dossier of an entry that is known to exist."""
    entry = value_of(Entry, connection.execute(select_entries().where(entries.c.id == entry_id)).one())
    kinship = _one(connection, Kinship, _of(kinships, entry_id))
    rung = select(alerts).where(alerts.c.entry_id == entry_id).order_by(alerts.c.at, alerts.c.id)
    told = [alert_of(row.content) for row in connection.execute(rung)]
    sent = select(deliveries).where(deliveries.c.alert_id.in_([alert.id for alert in told]))
    return Dossier(
        entry=entry,
        feed=_one(connection, Feed, select(feeds).where(feeds.c.id == entry.feed_id)),
        story=_one(connection, Story, select(stories).where(stories.c.id == kinship.story_id)) if kinship else None,
        kinship=kinship,
        corpus=_one(connection, CorpusHit, _of(corpus_hits, entry_id)),
        answers=tuple(map(answer_of, connection.execute(_of(outcome_history, entry_id).order_by("at")))),
        revisions=_all(connection, Revision, _of(revisions, entry_id).order_by("revision")),
        matches=tuple(match_of(r.content) for r in connection.execute(_of(matches, entry_id).order_by("watchlist"))),
        alerts=tuple(told),
        deliveries=_all(connection, Delivery, sent.order_by(deliveries.c.created_at, deliveries.c.id)),
        others=tuple(others),
    )


def answer_of(row: Row[Any]) -> Answer:
    """The answer of a row of outcomes or of their history."""
    return Answer(outcome=value_of(Outcome, row), at=row.at)


def _of(table: Table, entry_id: EntryId) -> Select[Any]:
    return select(table).where(table.c.entry_id == entry_id)


def _one(connection: Connection, kind: type[V], statement: Select[Any]) -> V | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else value_of(kind, row)


def _all(connection: Connection, kind: type[V], statement: Select[Any]) -> tuple[V, ...]:
    return tuple(value_of(kind, row) for row in connection.execute(statement))
