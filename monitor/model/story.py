"""Stories, what makes an entry resemble another, and the articles of corpora.

Pure.
"""

from __future__ import annotations

from array import array
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
    outlet: str = ""
    """Who published it, by name."""
    is_copy: bool = False
    """It repeats an earlier entry's text, and so is no voice of its own."""
    lengths: tuple[float, float] = (0.0, 0.0)
    """Of its headline and of its text as vectors, by what their words said when it came; 0: not taken yet."""


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
    also: tuple[StoryId, ...] = ()
    """Other stories that it resembles so much that they may have grown together."""
    strand: EntryId | None = None
    """The first entry of its strand; None where nobody asked.

    The strands of a story are its parts that surely tell one event each. An entry that opened a story, or joined one
    by less than certain likeness, begins a strand; one that certainly belongs to an entry is in the strand of that.
    """

    @property
    def is_certain(self) -> bool:
        """Whether it surely belongs where it stands: a copy, or 0.40 alike; what opened a story does."""
        return self.relation is not Relation.SAME_STORY or self.score >= CERTAIN


CERTAIN = 0.40
"""Similarity of words from which nobody doubts that two texts tell one event."""


class Regroup(StrEnum):
    """What became of two stories."""

    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """Two stories became one, or one became two; nobody is told, and each says why."""

    kind: Regroup
    story_id: StoryId
    """The story that stays."""
    other_id: StoryId
    """The story that went into it, or came out of it."""
    entry_id: EntryId
    """The entry with which it was seen."""
    moved: tuple[EntryId, ...] = ()
    """The entries that left for the new story; of two that were merged, all of the other."""
    score: float
    """How alike the two are on average, 0..1."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What the recent stream says of texts and their neighbours."""

    templates: frozenset[str] = frozenset()
    """Host and masked headline of those among them whose host uses that headline again and again."""
    openings: Mapping[int, int] = field(default_factory=dict)
    """How many of the recent stories were opened by an entry that holds each of their terms; only of their terms."""
    stories: int = 0
    """Recent stories."""


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
    """Sorted distinct 32-bit hashes of the body's 3-word shingles."""
    pairs: tuple[int, ...] = ()
    """The same of its 2-word shingles: recognises a headline and teaser that quote the body."""
    lead: tuple[tuple[int, float], ...] = ()
    """Hashed terms of title and lead with their weight 1 + ln tf, sorted by hash."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Which articles hold a key: two arrays of unsigned 32-bit numbers side by side, sorted by key, then by number."""

    keys: array[int]
    numbers: array[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Where the articles of one part of a corpus are found, each by the number the store gave it."""

    articles: int
    parts: Mapping[str, Postings]
    """By what they are found: headline, terms of the lead, shingles by how rarely they are sampled."""


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

    @property
    def sentence(self) -> str:
        """What the entry repeats, or is related to: since when, from whom, how sure and by which evidence."""
        since = f", known since {self.published}" if self.published else ""
        outlet = f", from {self.outlet}" if self.outlet else ""
        verb = "repeats" if self.known else "related to"
        said = f"{verb} “{self.title}”{outlet}{since}, in corpus {self.corpus}"
        return f"{said}: {self.why} ({self.method}, score {self.score:.2f})"
