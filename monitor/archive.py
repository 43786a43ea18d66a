"""The archive as a rule sees it: the entries it may hold on, in the order of time.

The full-text index names the candidates; whether the rule holds on them, its caller asks the percolator.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from monitor.model.archive import Archived, Version
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Feed
from monitor.model.ids import FeedId
from monitor.model.watch import Watchlist
from monitor.plan import TOO_OLD
from monitor.query.compile import Rule
from monitor.query.lemma import lexicon
from monitor.query.retrieval import Holdings, wanted
from monitor.rules import Rules, heeds, listens
from monitor.store.store import Store

TOLD_EACH = 200
"""Entries between two reports of progress."""

_STOOD = frozenset({OutcomeKind.BASELINE, OutcomeKind.TOO_OLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A rule with its policy: what is tried on the archive."""

    rule: Rule
    watchlist: Watchlist


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a look through the archive is."""

    what: str
    done: int
    of: int


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Reports nothing."""


@dataclass
class Library:
    """One store's archive; its words are read once, when they are first needed."""

    store: Store
    report: Report = silent

    @cached_property
    def holdings(self) -> Holdings:
        """The words of the archive."""
        archive = self.store.archive
        return Holdings(archive.vocabulary(), archive.languages(), lexicon())

    def hears(self, watchlist: Watchlist, archived: Archived, rules: Rules) -> bool:
        """Whether a watchlist listens to the feed an entry came from, as that is configured now, or was at last."""
        if not watchlist.feeds:
            return True
        feed = rules.feeds.get(archived.entry.feed_id) or self._feeds.get(archived.entry.feed_id)
        return feed is not None and listens(watchlist, feed)

    def no_news(self, watchlist: Watchlist, archived: Archived) -> OutcomeKind | None:
        """Why an entry rings for nobody with this watchlist's corpora, whatever it matches; None where it may ring.

        What was stored as known is judged again for a watchlist that does not heed the corpora that know it.
        """
        if archived.kind in _STOOD or (archived.kind is OutcomeKind.KNOWN and not archived.known):
            return archived.kind
        if heeds(watchlist, archived.known):
            return OutcomeKind.KNOWN
        return self._judged_again(archived) if archived.kind is OutcomeKind.KNOWN else None

    def _judged_again(self, archived: Archived) -> OutcomeKind | None:
        entry = archived.entry
        if archived.at <= self._began[entry.feed_id]:
            return OutcomeKind.BASELINE
        is_new, published = archived.revised_at is None, entry.published_at
        return OutcomeKind.TOO_OLD if is_new and published and archived.at - published > TOO_OLD else None

    @cached_property
    def _began(self) -> dict[FeedId, datetime]:
        return self.store.archive.began()

    @cached_property
    def _feeds(self) -> dict[FeedId, Feed]:
        return {row.feed.id: row.feed for row in self.store.listings.feeds()}

    def candidates(
        self, rules: Iterable[Rule], since: datetime, what: str = "", newest: int | None = None
    ) -> Iterator[Archived]:
        """The entries first seen since then on which one of the rules may hold, oldest first."""
        rows = self.store.archive.rows(since, wanted(rules, self.holdings), newest)
        return self.read(rows, what)

    def replayed(self, rule: Rule, since: datetime, what: str = "") -> Iterator[Archived]:
        """The entries first seen since then on which a rule may hold, or may have held under an earlier headline.

        Of a revised entry every version, the first one first: each with its headline, and with the text of the last.
        """
        archive = self.store.archive
        rows = archive.rows(since, wanted([rule], self.holdings))
        versions = archive.versions(since)
        more = set(archive.retitled(since)) - set(rows) if versions else ()
        for archived in self.read([*rows, *sorted(more)], what):
            yield from _versions_of(archived, versions.get(archived.entry.id, ()))

    def read(self, rows: list[int], what: str = "") -> Iterator[Archived]:
        """The entries of these numbers, with progress."""
        for number, archived in enumerate(self.store.archive.read(rows)):
            if number % TOLD_EACH == 0:
                self.report(Progress(what, number, len(rows)))
            yield archived
        self.report(Progress(what, len(rows), len(rows)))


def _versions_of(last: Archived, earlier: Sequence[Version]) -> Iterator[Archived]:
    """Each version of an entry as it came."""
    titles = [*(version.title for version in earlier), last.entry.title]
    kinds = [*(version.kind for version in earlier), last.kind]
    instants = [None, *(version.until_at for version in earlier)]
    for number, title in enumerate(titles):
        before = titles[number - 1] if number and titles[number - 1] != title else None
        entry = replace(last.entry, title=title, previous_title=before, revision=number)
        known = last.known if number == len(earlier) else frozenset[str]()
        yield replace(last, entry=entry, kind=kinds[number], known=known, revised_at=instants[number])
