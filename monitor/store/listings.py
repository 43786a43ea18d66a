"""Lists for people, a page at a time, newest first.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from monitor.errors import NotFound
from monitor.model.alert import Alert, Delivery, DeliveryState
from monitor.model.entry import Entry, OutcomeKind
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.plan import Poll
from monitor.model.story import Kinship, Regroup, Story
from monitor.store.alert_schema import alerts, deliveries, notices, silences
from monitor.store.corpus_schema import articles
from monitor.store.database import Database
from monitor.store.dialect import SEARCH, search_terms
from monitor.store.dossier import answer_of, dossier_of, regroupings_of
from monitor.store.recall import select_entries
from monitor.store.rows import alert_of, batches, notice_of, poll_of, value_of
from monitor.store.schema import entries, feed_states, feeds, metadata, outcomes, polls, texts
from monitor.store.story_schema import kinships, regroupings, stories
from monitor.store.views import Counts, DeliveryRow, Dossier, EntryRow, FeedRow, Found, Page, RegroupRow

EVERYTHING = Page()
KINDS = {
    "feed": feeds,
    "entry": entries,
    "story": stories,
    "alert": alerts,
    "notice": notices,
    "delivery": deliveries,
    "silence": silences,
    "article": articles,
}
"""What `resolve` knows."""

AFTER_EVERY_ID = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Listings:
    """The lists of one database."""

    database: Database

    def feeds(self) -> list[FeedRow]:
        """Every feed that was ever subscribed, active ones first, then by URL."""
        brought = select(entries.c.feed_id, func.count().label("number")).group_by(entries.c.feed_id)
        with self.database.read() as connection:
            numbers = {row.feed_id: row.number for row in connection.execute(brought)}
            states = {row.feed_id: value_of(FeedState, row) for row in connection.execute(select(feed_states))}
            rows = connection.execute(select(feeds).order_by(feeds.c.active.desc(), feeds.c.url)).all()
        return [
            FeedRow(feed=value_of(Feed, r), state=states[r.id], active=r.active, entries=numbers.get(r.id, 0))
            for r in rows
        ]

    def polls(self, page: Page = EVERYTHING, *, feed_id: FeedId | None = None) -> list[Poll]:
        """Activity lines, of one feed or of all."""
        statement = _paged(select(polls), page, polls.c.at, polls.c.feed_id)
        if feed_id is not None:
            statement = statement.where(polls.c.feed_id == feed_id)
        with self.database.read() as connection:
            return [poll_of(row) for row in connection.execute(statement)]

    def stories(self, page: Page = EVERYTHING, *, at_least: int = 1) -> list[Story]:
        """Stories of at least so many entries, the one that grew last first."""
        statement = _paged(select(stories), page, stories.c.last_at, stories.c.id)
        with self.database.read() as connection:
            rows = connection.execute(statement.where(stories.c.entries >= at_least))
            return [value_of(Story, row) for row in rows]

    def timeline(self, story_id: StoryId) -> list[EntryRow]:
        """The entries of a story, oldest first; those of one poll as they stood there."""
        inside = select(kinships.c.entry_id).where(kinships.c.story_id == story_id)
        oldest_first = (entries.c.first_seen_at, texts.c.row, entries.c.id)
        statement = select_entries().where(entries.c.id.in_(inside)).order_by(*oldest_first)
        with self.database.read() as connection:
            return _entry_rows(connection, statement)

    def regroupings(self, story_id: StoryId) -> tuple[RegroupRow, ...]:
        """What a story took in, and what came out of it, oldest first."""
        with self.database.read() as connection:
            return regroupings_of(connection, story_id)

    def story(self, prefix: str) -> StoryId:
        """The one story whose id begins so; else the one that took it in, or that an entry of that id stands in.

        Raises:
            NotFound: None does, or several do.
        """
        gone, into = regroupings.c.other_id, regroupings.c.story_id
        merged = (regroupings.c.kind == Regroup.MERGED) & gone.not_in(select(stories.c.id))
        went = select(gone, into).where(_begins(gone, prefix), merged).order_by(regroupings.c.at)
        stands = select(kinships.c.story_id).where(_begins(kinships.c.entry_id, prefix)).limit(2)
        with self.database.read() as connection:
            if not prefix or connection.scalar(select(exists().where(_begins(stories.c.id, prefix)))):
                return StoryId(self.resolve("story", prefix))
            last = {row.other_id: row.story_id for row in connection.execute(went)}
            found = list(last.values()) or list(connection.scalars(stands))
        return self.story(found[0]) if len(found) == 1 else StoryId(self.resolve("story", prefix))

    def alerts(self, page: Page = EVERYTHING, *, watchlist: str | None = None) -> list[Alert]:
        """Alerts, of one watchlist or of all."""
        statement = _paged(select(alerts), page, alerts.c.at, alerts.c.id)
        if watchlist is not None:
            statement = statement.where(alerts.c.watchlist == watchlist)
        with self.database.read() as connection:
            return [alert_of(row.content) for row in connection.execute(statement)]

    def deliveries(
        self, page: Page = EVERYTHING, *, state: DeliveryState | None = None, destination: str | None = None
    ) -> list[DeliveryRow]:
        """Rows of the outbox with what they tell, in one state or all, to one destination or all."""
        statement = _paged(select(deliveries), page, deliveries.c.created_at, deliveries.c.id)
        if state is not None:
            statement = statement.where(deliveries.c.state == state)
        if destination is not None:
            statement = statement.where(deliveries.c.destination == destination)
        with self.database.read() as connection:
            rows = [value_of(Delivery, row) for row in connection.execute(statement)]
            return _delivery_rows(connection, rows)

    def entries(
        self, page: Page = EVERYTHING, *, kind: OutcomeKind | None = None, feed_id: FeedId | None = None
    ) -> list[EntryRow]:
        """Entries, with one latest outcome or any, of one feed or of all."""
        statement = _paged(select_entries(), page, entries.c.first_seen_at, entries.c.id)
        if kind is not None:
            answered = select(outcomes.c.entry_id).where(outcomes.c.kind == kind)
            statement = statement.where(entries.c.id.in_(answered))
        if feed_id is not None:
            statement = statement.where(entries.c.feed_id == feed_id)
        with self.database.read() as connection:
            return _entry_rows(connection, statement)

    def search(self, text: str, limit: int = 50) -> list[Found]:
        """Entries whose title, summary or body hold all the words, best first; no text is a syntax error.

        A word may end in `*` for any ending. Words joined by punctuation must stand together. Accents do not count.
        """
        terms = search_terms(text)
        if not terms:
            return []
        with self.database.read() as connection:
            hits = connection.execute(SEARCH, {"terms": terms, "limit": limit}).all()
            snippets = {row.entry_id: row.snippet for row in hits}
            rows = _entry_rows(connection, select_entries().where(entries.c.id.in_(list(snippets))))
        found = {row.entry.id: row for row in rows}
        return [
            Found(entry=row.entry, snippet=snippet, story_id=row.kinship.story_id if row.kinship else None)
            for row, snippet in ((found[EntryId(id_)], snippet) for id_, snippet in snippets.items())
        ]

    def entry(self, id_or_url: str) -> Dossier:
        """All that is known of an entry, given its id, its link or its canonical address; of several the newest.

        Raises:
            NotFound: There is none.
        """
        with self.database.read() as connection:
            ids = _entries_at(connection, id_or_url)
            if not ids:
                raise NotFound(f"entry: {id_or_url}: never seen; `monitor search` looks by words")
            return dossier_of(connection, ids[0], others=ids[1:])

    def resolve(self, kind: str, prefix: str) -> str:
        """The one id of this kind that begins so; a whole id is its own prefix.

        Args:
            kind: One of `KINDS`.
            prefix: The first digits of an id.

        Raises:
            NotFound: None does, or several do.
        """
        column = KINDS[kind].c.id
        begin_so = select(column).where(_begins(column, prefix)).distinct().order_by(column).limit(6)
        with self.database.read() as connection:
            ids = list(connection.scalars(begin_so))
        if prefix and (ids[:1] == [prefix] or len(ids) == 1):
            return str(ids[0])
        if prefix and ids:
            some = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            raise NotFound(f"{kind}: {prefix}: begins several ids; give more digits: {some}")
        raise NotFound(f"{kind}: {prefix or '(empty)'}: no id begins so")

    def counts(self) -> Counts:
        """The size of every table, and how the outbox stands."""
        tables = {name: select(func.count()).select_from(table) for name, table in metadata.tables.items()}
        waits = deliveries.c.state == DeliveryState.WAITING
        by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        by_name = select(deliveries.c.destination, func.count()).where(waits).group_by(deliveries.c.destination)
        oldest = select(func.min(deliveries.c.created_at, type_=deliveries.c.created_at.type)).where(waits)
        with self.database.read() as connection:
            return Counts(
                rows={name: connection.scalar(statement) or 0 for name, statement in tables.items()},
                outbox=dict.fromkeys(DeliveryState, 0) | _pairs(connection, by_state),
                waiting=_pairs(connection, by_name),
                oldest_waiting=connection.scalar(oldest),
            )


def _begins(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    return (column >= prefix) & (column < prefix + AFTER_EVERY_ID)


def _paged(statement: Select[Any], page: Page, at: ColumnElement[Any], then: ColumnElement[Any]) -> Select[Any]:
    if page.since is not None:
        statement = statement.where(at >= page.since)
    return statement.order_by(at.desc(), then).limit(page.limit).offset(page.offset)


def _pairs(connection: Connection, statement: Select[Any]) -> dict[Any, int]:
    return {row[0]: row[1] for row in connection.execute(statement)}


def _entry_rows(connection: Connection, statement: Select[Any]) -> list[EntryRow]:
    found = [value_of(Entry, row) for row in connection.execute(statement)]
    ids = [entry.id for entry in found]
    kin: dict[str, Kinship] = {}
    answers: dict[str, Any] = {}
    for batch in batches(ids):
        rows = connection.execute(select(kinships).where(kinships.c.entry_id.in_(batch)))
        kin |= {row.entry_id: value_of(Kinship, row) for row in rows}
        rows = connection.execute(select(outcomes).where(outcomes.c.entry_id.in_(batch)))
        answers |= {row.entry_id: answer_of(row) for row in rows}
    return [EntryRow(entry=e, kinship=kin.get(e.id), answer=answers.get(e.id)) for e in found]


def _delivery_rows(connection: Connection, rows: Collection[Delivery]) -> list[DeliveryRow]:
    told_alerts = _contents(connection, alerts, {d.alert_id for d in rows if d.alert_id})
    told_notices = _contents(connection, notices, {d.notice_id for d in rows if d.notice_id})
    return [
        DeliveryRow(
            delivery=d,
            alert=alert_of(told_alerts[d.alert_id]) if d.alert_id else None,
            notice=notice_of(told_notices[d.notice_id]) if d.notice_id else None,
        )
        for d in rows
    ]


def _contents(connection: Connection, table: Any, ids: Collection[str]) -> Mapping[str, str]:
    statement = select(table.c.id, table.c.content)
    return {
        row.id: row.content
        for batch in batches(ids)
        for row in connection.execute(statement.where(table.c.id.in_(batch)))
    }


def _entries_at(connection: Connection, id_or_url: str) -> list[EntryId]:
    newest = select(entries.c.id).order_by(entries.c.first_seen_at.desc(), entries.c.id)
    here = (entries.c.id == id_or_url) | (entries.c.link == id_or_url) | (entries.c.canonical_url == id_or_url)
    return [EntryId(id_) for id_ in connection.scalars(newest.where(here))]
