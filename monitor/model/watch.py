"""Watchlists as people think of them, and the answer a query gives.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class Zone(StrEnum):
    """The parts of an entry a query can look into."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"
    TAIL = "tail"
    SOURCE = "source"
    AUTHOR = "author"
    CATEGORY = "category"
    LANG = "lang"
    COUNTRY = "country"
    URL = "url"

    __hash__ = str.__hash__
    """That of any enumeration takes several times as long, and matching hashes little else."""


class Strength(IntEnum):
    """How prominent a match is; orders as one expects."""

    PASSING = 1
    PROMINENT = 2
    HEADLINE = 3

    @property
    def label(self) -> str:
        """The word people read."""
        return self.name.lower()


UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
"""Seconds of the units in which a rate is written."""


class Priority(IntEnum):
    """How much a watchlist may disturb; urgent breaks quiet hours."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4


class Grouping(StrEnum):
    """What a watchlist takes for one story."""

    BALANCED = "balanced"
    """Whatever probably tells the same event."""
    STRICT = "strict"
    """Only what surely does: rather a repeat than a story missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """When a story that already rang may ring again; the default is never."""

    sources: int = 0
    """This many more outlets since the last alert; 0: never for this reason."""
    revised: bool = False
    """A revised headline of an entry that matched."""
    stronger: bool = False
    """A match that is more prominent than any before: passing, prominent, headline."""
    at_most_every: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many in such a time."""

    count: int
    """At least 1."""
    per: timedelta

    def __str__(self) -> str:
        """As it is written in a file: `20/h`, `5/10m`."""
        seconds = int(self.per.total_seconds())
        unit = next(u for u in ("d", "h", "m", "s") if seconds % UNITS[u] == 0)
        many = seconds // UNITS[unit]
        return f"{self.count}/{unit if many == 1 else f'{many}{unit}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Messages in the words of their reader: templates with `{field}`, see `model.wording`; empty: ours."""

    subject: str = ""
    text: str = ""


OURS = Wording()
"""No templates: the program's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """A named rule's policy: what it listens to, whom it tells, how loudly. Its query lives in the percolator."""

    name: str
    """Stable id: history hangs on it."""
    title: str
    query: str
    """The expression in one line, as the printer writes it."""
    feeds: frozenset[str] = frozenset()
    """Tags or names of feeds; empty: all."""
    corpora: frozenset[str] | None = None
    """Corpora whose articles are no news to it; None: all of them."""
    to: tuple[str, ...] = ()
    """Names of destinations."""
    priority: Priority = Priority.NORMAL
    again: Again = Again()
    grouping: Grouping = Grouping.BALANCED
    burst: Rate | None = None
    """Alerts beyond this wait for its end and go out together."""
    wording: Wording = OURS
    shadow: bool = False
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place in an entry that a clause found."""

    zone: Zone
    start: int
    """Offset in the zone's text, in characters."""
    end: int
    text: str
    """What stands there."""
    form: str
    """The word, phrase or alias that fired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The tree of clauses that says why, or why not."""

    clause: str
    """The clause as the printer writes it."""
    ok: bool
    hits: tuple[Hit, ...] = ()
    distance: int | None = None
    """Word distance that was found, for NEAR and its kin."""
    note: str = ""
    """For people: `3 words apart, at most 6 allowed`, `never occurs`, …"""
    parts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A query hit an entry."""

    watchlist: str
    strength: Strength
    score: float
    """0..1, what the strength was made of; shown in JSON only."""
    reason: Reason
    snippet: str
    """One passage, at most about 240 characters."""
    marks: tuple[tuple[int, int], ...] = ()
    """Matched words as offsets in the snippet, sorted, not overlapping."""
    words: tuple[str, ...] = ()
    """The matched words as they stand, each once."""
