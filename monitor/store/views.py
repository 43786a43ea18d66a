"""What listings give: model values side by side, and a page of them.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.model.alert import Alert, Delivery, DeliveryState, Notice
from monitor.model.entry import Entry, Outcome
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import EntryId, StoryId
from monitor.model.story import Article, CorpusHit, Kinship, Regrouping, Story
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

    @property
    def shown(self) -> str:
        """What people call it: the name it was given, else its own title, else its address."""
        return self.feed.name or self.state.title or self.feed.url


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
class RegroupRow:
    """A story that took another in, or that another came out of."""

    regrouping: Regrouping
    at: datetime


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


class PageState(StrEnum):
    """What came of reading an entry's article in full."""

    READ = "read"
    SETTLED = "settled"
    """Read, and the entry was judged once more."""
    FAILED = "failed"
    """Tried again."""
    REFUSED = "refused"
    """Not tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """What came of reading an entry's article, and when."""

    state: PageState
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry beside the article of a corpus."""

    hit: CorpusHit
    passages: tuple[str, ...] = ()
    """Runs of the entry's words that stand in the article too; none where the article is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one entry."""

    entry: Entry
    feed: Feed | None
    story: Story | None
    kinship: Kinship | None
    corpora: tuple[Known, ...]
    """The nearest article of each corpus that has one near, the best first."""
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
    page: PageNote | None = None
    """Whether its article was read in full."""
    regroupings: tuple[RegroupRow, ...] = ()
    """What its story took in, and what left it, oldest first."""


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
    words: int = 0
    """Words of all its articles together."""
    unread: int = 0
    """Files, and places in files, that gave no article."""
    complaints: tuple[str, ...] = ()
    """The first of them, with the reason."""
    sources: tuple[str, ...] = ()
    """What tells the files it was read from, one for each import, oldest first."""
    newest: int = 0
    """Number of its newest import: changes whenever articles come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportState:
    """A reading of files into a corpus, and how far it came."""

    number: int
    corpus: str
    source: str
    """A digest of the files."""
    place: str
    """Behind what was read last; empty at the beginning."""
    segments: int = 0
    articles: int = 0
    words: int = 0
    unread: int = 0
    complaints: tuple[str, ...] = ()
    first: str | None = None
    """ISO 8601 date of the oldest dated article."""
    last: str | None = None

    def with_articles(self, found: Sequence[Article]) -> ImportState:
        """The state once these are written too."""
        dates = sorted(filter(None, (self.first, self.last, *(article.published for article in found))))
        return replace(
            self,
            segments=self.segments + bool(found),
            articles=self.articles + len(found),
            words=self.words + sum(article.words for article in found),
            first=dates[0] if dates else None,
            last=dates[-1] if dates else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What retention deleted, in rows."""

    texts: int
    entries: int
    stories: int
    alerts: int
    polls: int
