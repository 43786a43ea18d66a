"""Stories, what makes an entry resemble another, and the articles of corpora.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.ids import ArticleId, EntryId, FeedId, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of a text so that copies of it are recognised; no sentence can be read back."""

    title: str
    """Normalised headline, one space between words."""
    host: str = ""
    """Host of the entry's link: whose template a recurring title is."""
    shingles: tuple[int, ...] = ()
    """Sorted distinct 64-bit hashes of the 3-word shingles of the cleaned text; at most 4,000."""
    terms: tuple[int, ...] = ()
    """Sorted hashes of the stems of headline and lead, each as often as it occurs there; below 2**31, about 40."""
    page: int = 0
    """Hash of the canonical link, below 2**60; 0 without a link, and for the front page of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An earlier entry that may be the original of a new one."""

    entry_id: EntryId
    feed_id: FeedId
    story_id: StoryId
    fingerprint: Fingerprint
    seen_at: datetime


class Relation(StrEnum):
    """How an entry came into its story."""

    FIRST = "first"
    COPY = "copy"
    SAME_STORY = "same story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """The decision on one entry: what it repeats or tells again, how sure, and by which evidence."""

    relation: Relation
    story_id: StoryId
    of: EntryId | None = None
    """The entry it was compared with; None for the first of a story."""
    score: float = 1.0
    """0..1."""
    method: str = ""
    """`title`, `fuzzy title`, `shared passages`, …"""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What the recent stream says of one text and its neighbours."""

    templates: frozenset[str] = frozenset()
    """Host and masked headline of those among them whose host uses that headline again and again."""
    rarity: Mapping[int, float] = field(default_factory=dict)
    """Inverse document frequency of their terms; a term that is missing has the one of the shipped table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The entries, over all feeds, that report one event."""

    id: StoryId
    title: str
    """The first entry's headline."""
    first_entry_id: EntryId
    first_at: datetime
    last_at: datetime
    entries: int = 1
    outlets: tuple[str, ...] = ()
    """Names of the outlets that carry it, in order of appearance, each once."""
    owners: tuple[str, ...] = ()
    """Owners whose outlets carry it in a text of their own, each once: the independent sources. Copies add none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of a corpus: facts and fingerprints, no text."""

    id: ArticleId
    corpus: str
    title: str
    outlet: str = ""
    url: str | None = None
    published: str | None = None
    """ISO 8601 date, as far as it is known."""
    words: int = 0
    """Words of the cleaned body."""
    title_key: str = ""
    """Normalised headline."""
    shingles: tuple[int, ...] = ()
    """Sorted distinct 64-bit hashes of the body's 3-word shingles."""
    pairs: tuple[int, ...] = ()
    """The same of its 2-word shingles: recognises a headline and teaser that quote the body."""
    lead: tuple[tuple[int, float], ...] = ()
    """Hashed terms of title and lead with their weight 1 + ln tf, sorted by hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusHit:
    """An entry beside the article of a corpus that is nearest to it."""

    corpus: str
    article_id: ArticleId
    title: str
    outlet: str
    published: str | None
    score: float
    """0..1, on the scale of `method`."""
    method: str
    known: bool
    """True: the entry repeats the article. False: related, noted, still news."""
    why: str = ""
