"""What listings give: model values side by side, and a page of them.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model.alert import Alert, Delivery, DeliveryState, Notice
from monitor.model.entry import Entry, Outcome
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import EntryId, StoryId
from monitor.model.story import CorpusHit, Kinship, Story
from monitor.model.watch import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a listing, newest first."""

    limit: int = 50
    offset: int = 0
    since: datetime | None = None
    """Only what happened at or after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed, what polling learnt of it, and how many entries it brought."""

    feed: Feed
    state: FeedState
    active: bool
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an entry at one moment."""

    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry, the story it stands in and why, and what became of it last."""

    entry: Entry
    kinship: Kinship | None
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A row of the outbox with what it tells."""

    delivery: Delivery
    alert: Alert | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry that a search found, and a passage of it."""

    entry: Entry
    snippet: str
    story_id: StoryId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an entry was before its publisher changed it."""

    revision: int
    title: str
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one entry."""

    entry: Entry
    feed: Feed | None
    story: Story | None
    kinship: Kinship | None
    corpus: CorpusHit | None
    answers: tuple[Answer, ...]
    """Oldest first."""
    revisions: tuple[Revision, ...]
    """Oldest first."""
    matches: tuple[Match, ...]
    alerts: tuple[Alert, ...]
    """Alerts that rang for this entry, oldest first."""
    deliveries: tuple[Delivery, ...]
    """Of these alerts."""
    others: tuple[EntryId, ...]
    """Further entries at the same address, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The size of everything, and how the outbox stands."""

    rows: Mapping[str, int]
    """By table."""
    outbox: Mapping[DeliveryState, int]
    """Every state, also those with none."""
    waiting: Mapping[str, int]
    """Waiting deliveries by destination; those with none are left out."""
    oldest_waiting: datetime | None
    """When the delivery that waits longest was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSummary:
    """A corpus as a line of a list."""

    name: str
    articles: int
    first: str | None
    """ISO 8601 date of its oldest dated article."""
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What retention deleted, in rows."""

    texts: int
    entries: int
    stories: int
    alerts: int
    polls: int
