"""What goes into a decision and what comes out of it.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.alert import Alert, Delivery, Notice, Told
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Feed, FeedState, FetchOutcome, Identity, ParsedFeed
from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import CorpusHit, Fingerprint, Kinship, Neighbour, Regrouping, Story, Stream
from monitor.model.watch import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The entries of one document, told apart by the feed's own behaviour."""

    identity: Identity
    note: str = ""
    """Why a weaker identity than the guid is used; empty when it is the guid."""
    entries: tuple[Entry, ...] = ()
    """As they would be written were they new; newest first, as the feed orders them, each key once."""
    repeated: int = 0
    """Items of the document that repeat another item of it to the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One poll of one feed."""

    feed: Feed
    state: FeedState
    outcome: FetchOutcome
    parsed: ParsedFeed | None = None
    """Set exactly when the outcome is Fetched."""
    identified: Identified | None = None
    """Set exactly when `parsed` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vicinity:
    """What stands near one arriving text."""

    fingerprint: Fingerprint
    near: tuple[Neighbour, ...] = ()
    """Earlier entries worth comparing, best candidates first; at most a few dozen."""
    corpora: tuple[CorpusHit, ...] = ()
    """The nearest article of each corpus that has one near, the best first."""
    members: Mapping[StoryId, tuple[Neighbour, ...]] = field(default_factory=dict)
    """The recent entries of the nearest few stories, oldest first."""

    @property
    def texts(self) -> tuple[Fingerprint, ...]:
        """The arriving text, and those of the nearest stories: the ones whose words are weighed."""
        return (self.fingerprint, *(n.fingerprint for some in self.members.values() for n in some))


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that one decision needs of what was known before it; one read."""

    seen: Mapping[str, Entry] = field(default_factory=dict)
    """This feed's entries by key, link key and text key, as stored; retention may have emptied the texts."""
    vicinities: Mapping[EntryId, Vicinity] = field(default_factory=dict)
    """Of every entry that is new or revised."""
    stream: Stream = field(default_factory=Stream)
    """What the recent stream says of these texts and their neighbours."""
    stories: Mapping[StoryId, Story] = field(default_factory=dict)
    """Stories of the neighbours and of the seen entries that changed."""
    kin_of: Mapping[EntryId, Kinship] = field(default_factory=dict)
    """How each seen entry that changed came into its story, and which that is by now."""
    known_to: Mapping[EntryId, frozenset[str]] = field(default_factory=dict)
    """The corpora that knew a seen entry before it changed."""
    strands: Mapping[EntryId, EntryId] = field(default_factory=dict)
    """The strand that each neighbour is in, see `Kinship`."""
    told: Mapping[tuple[str, StoryId], Told] = field(default_factory=dict)
    """By (watchlist, story)."""
    silenced: Mapping[str, str] = field(default_factory=dict)
    """Watchlists muted now, with the reason."""
    rung: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """When each watchlist rang, as far back as any limit counts."""
    flooded: bool = False
    """Alerts are held by the flood breaker already, so its notice was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """An entry to write, with everything that was decided on it."""

    entry: Entry
    fingerprint: Fingerprint
    kinship: Kinship | None
    """None for a revision: it stays where it is in its story."""
    corpora: tuple[CorpusHit, ...] = ()
    """The nearest article of each corpus that has one near."""
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """The activity line of one poll; fetched = the sum of its counts, or the remainder is an alarm."""

    feed_id: FeedId
    at: datetime
    result: str
    """`200`, `304`, a fault: what the request came to."""
    fetched: int = 0
    counts: Mapping[OutcomeKind, int] = field(default_factory=dict)
    note: str = ""

    @property
    def remainder(self) -> int:
        """Entries whose fate nobody decided; anything but zero is an alarm."""
        return self.fetched - sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to write, in one transaction."""

    poll: Poll
    state: FeedState
    entries: tuple[PlannedEntry, ...] = ()
    """New and revised entries."""
    stories: tuple[Story, ...] = ()
    """New and changed stories."""
    regroupings: tuple[Regrouping, ...] = ()
    """Stories that became one, or two, in the order in which it was seen."""
    outcomes: tuple[Outcome, ...] = ()
    """One for each entry written; what was merely seen again is counted in the poll."""
    alerts: tuple[Alert, ...] = ()
    notices: tuple[Notice, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    told: tuple[Told, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    """The same entries as the window of recent ones will remember them, after all regroupings; not stored as such."""
