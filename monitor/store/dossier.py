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
from monitor.model.ids import EntryId, StoryId
from monitor.model.story import CorpusHit, Kinship, Regroup, Regrouping, Story
from monitor.store.alert_schema import alerts, deliveries
from monitor.store.corpus_schema import articles
from monitor.store.page_schema import pages
from monitor.store.recall import select_entries
from monitor.store.rows import Value, alert_of, match_of, value_of
from monitor.store.schema import entries, feeds, matches, outcome_history, revisions
from monitor.store.story_schema import corpus_hits, kinships, regroupings, stories
from monitor.store.views import Answer, Dossier, Known, PageNote, RegroupRow, Revision
from monitor.text.passages import shared_passages
from monitor.text.shingles import SHINGLE_WORDS

V = TypeVar("V", bound=Value)
BEST_HITS = (corpus_hits.c.known.desc(), corpus_hits.c.score.desc(), corpus_hits.c.corpus)


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
        corpora=tuple(
            Known(hit=hit, passages=_passages(connection, entry, hit))
            for hit in _all(connection, CorpusHit, _of(corpus_hits, entry_id).order_by(*BEST_HITS))
        ),
        answers=tuple(map(answer_of, connection.execute(_of(outcome_history, entry_id).order_by("at")))),
        revisions=_all(connection, Revision, _of(revisions, entry_id).order_by("revision")),
        matches=tuple(match_of(r.content) for r in connection.execute(_of(matches, entry_id).order_by("watchlist"))),
        alerts=tuple(told),
        deliveries=_all(connection, Delivery, sent.order_by(deliveries.c.created_at, deliveries.c.id)),
        others=tuple(others),
        page=_one(connection, PageNote, _of(pages, entry_id)),
        regroupings=regroupings_of(connection, kinship.story_id) if kinship else (),
    )


def _passages(connection: Connection, entry: Entry, hit: CorpusHit) -> tuple[str, ...]:
    there = (articles.c.corpus == hit.corpus, articles.c.id == hit.article_id)
    row = connection.execute(select(articles.c.shingles).where(*there).limit(1)).one_or_none()
    known = () if row is None else row.shingles
    texts = (entry.title, entry.body or entry.summary)
    return tuple(passage for text in texts for passage in shared_passages(text, known, SHINGLE_WORDS))


def regroupings_of(connection: Connection, story_id: StoryId) -> tuple[RegroupRow, ...]:
    """What a story and those that went into it took in, what left them, and what they came out of, oldest first."""
    inside, found = set[str](), {str(story_id)}
    while found:
        inside |= found
        went = select(regroupings.c.other_id).where(
            regroupings.c.kind == Regroup.MERGED, regroupings.c.story_id.in_(found)
        )
        found = set(connection.scalars(went)) - inside
    theirs = regroupings.c.story_id.in_(inside) | regroupings.c.other_id.in_(inside)
    rows = connection.execute(select(regroupings).where(theirs).order_by(regroupings.c.at))
    return tuple(RegroupRow(regrouping=value_of(Regrouping, row), at=row.at) for row in rows)


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
