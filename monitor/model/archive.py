"""The archive as watchlists are tried on it: what a rule needs from an index, and entries with what became of them.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import Entry, OutcomeKind
from monitor.model.ids import AlertId, EntryId, StoryId
from monitor.model.story import Relation


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these must occur; none at all: nothing can be found."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of these must occur; none at all: nothing need occur."""

    parts: tuple[Wanted, ...]


Wanted = str | AllOf | AnyOf
"""What must occur in a text; a str is a word, or words in a row, and `*` at its end stands for any ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An entry whose text is kept, with its place among the stories and what became of it last."""

    entry: Entry
    story_id: StoryId
    """The story of its own where retention removed the one it stood in."""
    relation: Relation
    kind: OutcomeKind | None
    score: float = 1.0
    """How alike it was to its story, 0..1."""
    strand: EntryId | None = None
    """See `Kinship`."""
    known: frozenset[str] = frozenset()
    """The corpora that know it; empty for a version before the last, of which they are not kept."""
    revised_at: datetime | None = None
    """When this version of it came, where that is not the first."""

    @property
    def at(self) -> datetime:
        """When this version came."""
        return self.revised_at or self.entry.first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an entry was before its publisher changed it: of its text only the headline is kept."""

    title: str
    until_at: datetime
    kind: OutcomeKind | None
    """What became of it; None where that is no longer kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One entry of a story: when it came, and from whom."""

    entry_id: EntryId
    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a person said of an alert."""

    alert_id: AlertId
    watchlist: str
    entry_id: EntryId
    good: bool
    at: datetime
