"""What was known before: the reads that one decision needs.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, exists, func, or_, select

from monitor.model.alert import DeliveryState, Silence, Told
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Fingerprint, Kinship, Neighbour, Relation, Story
from monitor.store.alert_schema import alerts, deliveries, silences, told
from monitor.store.database import Database
from monitor.store.page_schema import pages
from monitor.store.rows import batches, names_of, value_of
from monitor.store.schema import entries, revisions, texts
from monitor.store.story_schema import corpus_hits, fingerprints, kinships, stories
from monitor.store.types import INSTANT
from monitor.store.views import PageState

WHOLE_ENTRY = (
    *(column for column in entries.columns),
    *(func.coalesce(texts.c[name], "").label(name) for name in ("summary", "body", "tail")),
)
"""The columns of an Entry; its texts are empty where retention deleted them."""


def select_entries() -> Select[tuple[object, ...]]:
    """Entries with their texts, as far as these are kept."""
    return select(*WHOLE_ENTRY).select_from(entries.outerjoin(texts, texts.c.entry_id == entries.c.id))


@dataclass(frozen=True, slots=True)
class Recall:
    """The memory of one database."""

    database: Database

    def seen(
        self,
        feed_id: FeedId,
        keys: Collection[str],
        link_keys: Collection[str] = (),
        text_keys: Collection[str] = (),
    ) -> dict[str, Entry]:
        """This feed's entries by key, by link key and by text key; of several with one, the one seen last.

        A key wins over an equal second or text key. Empty ones find nothing.
        """
        found: dict[str, Entry] = {}
        asked = ((entries.c.text_key, text_keys), (entries.c.link_key, link_keys), (entries.c.key, keys))
        with self.database.read() as connection:
            for column, wanted in asked:
                for batch in batches(set(wanted) - {""}):
                    rows = connection.execute(_of_feed(feed_id).where(column.in_(batch)))
                    found.update({getattr(row, column.key): value_of(Entry, row) for row in rows})
        return found

    def stories(self, ids: Collection[StoryId]) -> dict[StoryId, Story]:
        """The stories with these ids; unknown ids are left out."""
        with self.database.read() as connection:
            return {
                StoryId(row.id): value_of(Story, row)
                for batch in batches(set(ids))
                for row in connection.execute(select(stories).where(stories.c.id.in_(batch)))
            }

    def kin_of(self, entry_ids: Collection[EntryId]) -> dict[EntryId, Kinship]:
        """How each of these entries came into its story, and which that is by now; unknown ids are left out."""
        with self.database.read() as connection:
            return {
                EntryId(row.entry_id): value_of(Kinship, row)
                for batch in batches(set(entry_ids))
                for row in connection.execute(select(kinships).where(kinships.c.entry_id.in_(batch)))
            }

    def known_to(self, entry_ids: Collection[EntryId]) -> dict[EntryId, frozenset[str]]:
        """The corpora that know each of these entries as it is stored; what none knows is left out."""
        found: dict[EntryId, frozenset[str]] = {}
        with self.database.read() as connection:
            for batch in batches(set(entry_ids)):
                known = select(corpus_hits.c.entry_id, corpus_hits.c.corpus).where(corpus_hits.c.known)
                for id_, corpus in connection.execute(known.where(corpus_hits.c.entry_id.in_(batch))):
                    found[EntryId(id_)] = found.get(EntryId(id_), frozenset()) | {corpus}
        return found

    def strands_of(self, entry_ids: Collection[EntryId]) -> dict[EntryId, EntryId]:
        """The strand that each of these entries is in, see `Kinship`; unknown ids are left out."""
        statement = select(kinships.c.entry_id, kinships.c.strand).where(kinships.c.strand.is_not(None))
        with self.database.read() as connection:
            return {
                EntryId(row.entry_id): EntryId(row.strand)
                for batch in batches(set(entry_ids))
                for row in connection.execute(statement.where(kinships.c.entry_id.in_(batch)))
            }

    def stories_of(self, entry_ids: Collection[EntryId]) -> dict[EntryId, StoryId]:
        """The story each of these entries stands in; unknown ids are left out."""
        return {id_: kin.story_id for id_, kin in self.kin_of(entry_ids).items()}

    def told(self, story_ids: Collection[StoryId]) -> dict[tuple[str, StoryId], Told]:
        """What each watchlist was told of these stories, by watchlist and story."""
        with self.database.read() as connection:
            return {
                (row.watchlist, StoryId(row.story_id)): value_of(Told, row)
                for batch in batches(set(story_ids))
                for row in connection.execute(select(told).where(told.c.story_id.in_(batch)))
            }

    def silences(self, now: datetime) -> list[Silence]:
        """The mutes in force at `now`, the one that ends first first."""
        in_force = (silences.c.starts_at <= now) & (silences.c.ends_at > now)
        with self.database.read() as connection:
            rows = connection.execute(select(silences).where(in_force).order_by(silences.c.ends_at, silences.c.id))
            return [value_of(Silence, row) for row in rows]

    def rung(self, since: datetime) -> dict[str, list[datetime]]:
        """When each watchlist rang since then, oldest first."""
        found: dict[str, list[datetime]] = {}
        with self.database.read() as connection:
            statement = select(alerts.c.watchlist, alerts.c.at).where(alerts.c.at >= since).order_by(alerts.c.at)
            for row in connection.execute(statement):
                found.setdefault(row.watchlist, []).append(row.at)
        return found

    def is_waiting(self, held: str) -> bool:
        """Whether anything waits for this reason."""
        waits = (deliveries.c.state == DeliveryState.WAITING, deliveries.c.held == held)
        with self.database.read() as connection:
            return bool(connection.scalar(select(exists().where(*waits))))

    def stands(self, since: datetime) -> dict[EntryId, StoryId]:
        """The story of each entry that was first seen, or revised, at or after `since`; the last seen last.

        Those of one poll come in the order in which they stood there, the oldest first.
        """
        last = func.max(revisions.c.until_at, type_=INSTANT).label("at")
        revised = _revised(since).add_columns(last).group_by(revisions.c.entry_id).subquery()
        statement = (
            select(entries.c.id, kinships.c.story_id)
            .join_from(entries, kinships)
            .outerjoin(revised, revised.c.entry_id == entries.c.id)
            .outerjoin(texts, texts.c.entry_id == entries.c.id)
            .where(or_(entries.c.first_seen_at >= since, revised.c.at.is_not(None)))
            .order_by(func.coalesce(revised.c.at, entries.c.first_seen_at), texts.c.row)
        )
        with self.database.read() as connection:
            return {EntryId(id_): StoryId(story) for id_, story in connection.execute(statement)}

    def changed(self, since: datetime) -> set[EntryId]:
        """The entries whose text is another one since then: revised by their publisher, or read in full."""
        read = select(pages.c.entry_id).where(pages.c.at >= since, pages.c.state == PageState.SETTLED)
        with self.database.read() as connection:
            return {EntryId(id_) for statement in (_revised(since), read) for id_ in connection.scalars(statement)}

    def neighbours(self, ids: Iterable[EntryId]) -> Iterator[Neighbour]:
        """These entries in the order given, each with its fingerprint and story; unknown ids are left out."""
        for batch in batches(ids):
            with self.database.read() as connection:
                rows = connection.execute(_select_neighbours().where(entries.c.id.in_(batch)))
                found = {row.id: row for row in rows}
            yield from (_neighbour(found[id_]) for id_ in batch if id_ in found)


def _of_feed(feed_id: FeedId) -> Select[tuple[object, ...]]:
    return select_entries().where(entries.c.feed_id == feed_id).order_by(entries.c.first_seen_at, entries.c.id)


def _revised(since: datetime) -> Select[tuple[str]]:
    return select(revisions.c.entry_id).where(revisions.c.until_at >= since)


def _select_neighbours() -> Select[tuple[object, ...]]:
    """What a neighbour is made of; seen anew when it was revised."""
    last = func.max(revisions.c.until_at, type_=INSTANT)
    revised = select(last).where(revisions.c.entry_id == entries.c.id).scalar_subquery()
    return (
        select(
            entries.c.id,
            entries.c.feed_id,
            entries.c.first_seen_at,
            func.coalesce(revised, entries.c.first_seen_at).label("seen_at"),
            entries.c.source,
            kinships.c.story_id,
            kinships.c.relation,
            *(fingerprints.c[name] for name in names_of(Fingerprint)),
        )
        .join_from(entries, fingerprints)
        .join(kinships, kinships.c.entry_id == entries.c.id)
    )


def _neighbour(row: Row[tuple[object, ...]]) -> Neighbour:
    return Neighbour(
        entry_id=EntryId(row.id),
        feed_id=FeedId(row.feed_id),
        story_id=StoryId(row.story_id),
        fingerprint=value_of(Fingerprint, row),
        seen_at=row.seen_at,
        outlet=row.source,
        is_copy=row.relation is Relation.COPY,
    )
