"""The archive as rules are tried on it: which words occur, which entries hold some, and these in the order of time.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select

from monitor.model.archive import AnyOf, Appearance, Archived, Version, Wanted
from monitor.model.entry import Entry, OutcomeKind
from monitor.model.ids import EntryId, FeedId, StoryId, story_id
from monitor.model.story import Relation
from monitor.model.watch import Match
from monitor.store.database import Database
from monitor.store.dialect import CANDIDATES, HOLDERS, HOLDING, VOCABULARY, match_expression
from monitor.store.recall import WHOLE_ENTRY
from monitor.store.rows import batches, match_of, names_of
from monitor.store.schema import entries, matches, outcome_history, outcomes, revisions, texts
from monitor.store.story_schema import corpus_hits, kinships

READ_AT_ONCE = 500
_FIELDS = names_of(Entry)
_KNOWN = func.aggregate_strings(corpus_hits.c.corpus, "\n")


@dataclass(frozen=True, slots=True)
class Archive:
    """The entries of one database whose texts are kept."""

    database: Database

    def vocabulary(self) -> dict[str, int]:
        """Every word of headlines, summaries and bodies as the index holds it, and how many entries hold it."""
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(VOCABULARY)}

    def languages(self) -> frozenset[str | None]:
        """The language tags that entries bear."""
        with self.database.read() as connection:
            return frozenset(connection.scalars(select(entries.c.language).distinct()))

    def size(self, since: datetime) -> int:
        """How many entries there are since an instant."""
        statement = select(func.count()).select_from(texts.join(entries)).where(entries.c.first_seen_at >= since)
        with self.database.read() as connection:
            return connection.scalar(statement) or 0

    def count(self, wanted: Wanted, most: int) -> int:
        """How many entries hold what is wanted, counted up to `most`."""
        if wanted == AnyOf(()):
            return 0
        with self.database.read() as connection:
            return connection.scalar(HOLDING, {"terms": match_expression(wanted), "most": most}) or 0

    def holding(self, wanted: Wanted, most: int) -> list[int]:
        """Numbers of the entries that hold what is wanted, so many at most, in no order."""
        if wanted == AnyOf(()):
            return []
        with self.database.read() as connection:
            return list(connection.scalars(HOLDERS, {"terms": match_expression(wanted), "most": most}))

    def first_at(self) -> datetime | None:
        """When the oldest entry was first seen."""
        with self.database.read() as connection:
            at: datetime | None = connection.scalar(
                select(entries.c.first_seen_at).join(texts).order_by(entries.c.first_seen_at).limit(1)
            )
        return at

    def began(self) -> dict[FeedId, datetime]:
        """When the oldest entry of each feed was first seen."""
        statement = select(entries.c.feed_id, func.min(entries.c.first_seen_at)).group_by(entries.c.feed_id)
        with self.database.read() as connection:
            return {FeedId(feed): at for feed, at in connection.execute(statement)}

    def rows(self, since: datetime, wanted: Wanted | None = None, newest: int | None = None) -> list[int]:
        """Numbers of the entries first seen since an instant, oldest first, to be read by `read`.

        Args:
            since: The instant.
            wanted: Only those that hold this.
            newest: At most so many of the newest.
        """
        if isinstance(wanted, AnyOf) and not wanted.parts:
            return []
        with self.database.read() as connection:
            if wanted is None:
                found = list(connection.scalars(_rows(since, newest)))[::-1]
            else:
                asked = {"terms": match_expression(wanted), "since": since}
                found = list(connection.scalars(CANDIDATES, asked))
        return found if newest is None else found[-newest:]

    def read(self, rows: Sequence[int]) -> Iterator[Archived]:
        """The entries of these numbers, in this order; those that were removed meanwhile are left out."""
        for batch in batches(rows, READ_AT_ONCE):
            with self.database.read() as connection:
                found = {row.row: row for row in connection.execute(_archived().where(texts.c.row.in_(batch)))}
            yield from (_archived_of(found[number]) for number in batch if number in found)

    def entries(self, ids: Collection[EntryId]) -> list[Archived]:
        """The entries with these ids, as far as their texts are kept."""
        with self.database.read() as connection:
            return [
                _archived_of(row)
                for batch in batches(ids)
                for row in connection.execute(_archived().where(entries.c.id.in_(batch)))
            ]

    def versions(self, since: datetime) -> dict[EntryId, list[Version]]:
        """The earlier versions of the entries first seen since an instant that were revised, oldest first."""
        earlier = select(revisions).join_from(revisions, entries).where(entries.c.first_seen_at >= since)
        later = select(outcome_history.c.entry_id, outcome_history.c.at, outcome_history.c.kind).where(
            outcome_history.c.entry_id.in_(select(revisions.c.entry_id)), outcome_history.c.at >= since
        )
        with self.database.read() as connection:
            answers: dict[str, list[OutcomeKind]] = defaultdict(list)
            for row in connection.execute(later.order_by(outcome_history.c.at)):
                answers[row.entry_id].append(row.kind)
            found: dict[EntryId, list[Version]] = defaultdict(list)
            for row in connection.execute(earlier.order_by(revisions.c.entry_id, revisions.c.revision)):
                known, number = answers[row.entry_id], len(found[EntryId(row.entry_id)])
                kind = known[number] if number < len(known) else None
                found[EntryId(row.entry_id)].append(Version(title=row.title, until_at=row.until_at, kind=kind))
        return found

    def retitled(self, since: datetime) -> list[int]:
        """Numbers of the entries first seen since an instant whose headline was once another, oldest first."""
        other = exists().where(revisions.c.entry_id == entries.c.id, revisions.c.title != entries.c.title)
        statement = select(texts.c.row).join_from(texts, entries).where(entries.c.first_seen_at >= since, other)
        statement = statement.order_by(entries.c.first_seen_at, entries.c.id)
        with self.database.read() as connection:
            return list(connection.scalars(statement))

    def matched(self, watchlist: str, since: datetime) -> list[tuple[Archived, Match]]:
        """What a watchlist matched when it came, oldest first, with the match as it was stored."""
        statement = (
            _archived()
            .join(matches, (matches.c.entry_id == entries.c.id) & (matches.c.watchlist == watchlist))
            .add_columns(matches.c.content)
            .where(entries.c.first_seen_at >= since)
            .order_by(entries.c.first_seen_at, entries.c.id)
        )
        with self.database.read() as connection:
            return [(_archived_of(row), match_of(row.content)) for row in connection.execute(statement)]

    def timelines(self, stories: Collection[StoryId]) -> dict[StoryId, list[Appearance]]:
        """The entries of each of these stories, oldest first."""
        found: dict[StoryId, list[Appearance]] = defaultdict(list)
        for batch in batches(stories):
            statement = (
                select(kinships.c.story_id, entries.c.id, entries.c.first_seen_at, entries.c.source)
                .join_from(kinships, entries)
                .where(kinships.c.story_id.in_(batch))
                .order_by(entries.c.first_seen_at, entries.c.id)
            )
            with self.database.read() as connection:
                for story, entry, at, source in connection.execute(statement):
                    found[StoryId(story)].append(Appearance(entry_id=EntryId(entry), at=at, source=source))
        return found


def _rows(since: datetime, newest: int | None) -> Select[Any]:
    statement = select(texts.c.row).join(entries).where(entries.c.first_seen_at >= since)
    return statement.order_by(entries.c.first_seen_at.desc(), entries.c.id.desc()).limit(newest)


def _archived() -> Select[Any]:
    found = entries.join(texts, texts.c.entry_id == entries.c.id)
    found = found.outerjoin(kinships, kinships.c.entry_id == entries.c.id)
    found = found.outerjoin(outcomes, outcomes.c.entry_id == entries.c.id)
    known = select(_KNOWN).where(corpus_hits.c.entry_id == entries.c.id, corpus_hits.c.known).scalar_subquery()
    kin = (kinships.c.story_id, kinships.c.relation, kinships.c.score, kinships.c.strand)
    extra = (texts.c.row, *kin, outcomes.c.kind, known.label("known"))
    return select(*WHOLE_ENTRY, *extra).select_from(found)


def _archived_of(row: Row[Any]) -> Archived:
    columns = row._mapping  # noqa: SLF001  the documented way to a row's columns by name
    entry = Entry(**{name: columns[name] for name in _FIELDS})
    return Archived(
        entry=entry,
        story_id=row.story_id or story_id(entry.id),
        relation=row.relation or Relation.FIRST,
        kind=row.kind,
        score=1.0 if row.score is None else row.score,
        strand=row.strand or entry.id,
        known=frozenset((row.known or "").split("\n")) - {""},
    )
