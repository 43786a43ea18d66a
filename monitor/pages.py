"""Articles in full: for feeds that ask for it, the page of each new entry is read, and the entry judged once more.

The second look can say that the entry repeats something. It is recorded; nothing rings, and nothing sent is taken back.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.util import find_spec

from monitor.config.configuration import Configuration
from monitor.errors import MonitorError, Problem
from monitor.feeds.robots import Rules, allows, robots_url, rules_in
from monitor.ingest import WINDOW, Ingest
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Document, Failed, Fault, Feed, Fetched, FetchOutcome, FetchRequest, ParsedFeed
from monitor.model.story import CorpusHit, Fingerprint
from monitor.store.views import PageState
from monitor.stories.copies import copy_of, fingerprint
from monitor.telemetry import log
from monitor.text.urls import host_of

PAUSE = timedelta(seconds=5)
"""Between two pages of one host."""

LOOK_SECONDS = 0.5
"""Between two looks whether the service stops, while a page is under way."""

FRESH = timedelta(hours=24)
"""Entries that were first seen earlier are not read in full any more."""

ROBOTS_FOR = timedelta(hours=24)
"""How long a site's rules are believed. Source: RFC 9309 2.4."""

MOST_RULES = 200_000
"""Of all sites together; the site that was asked first is asked anew when there are more."""

Read = Callable[[Document, datetime], ParsedFeed | Failed]


def missing_extra(configuration: Configuration) -> list[Problem]:
    """The problem that a feed wants its articles in full, and what reads them is not installed."""
    asking = [feed.name or feed.url for feed in configuration.feeds if feed.full_text]
    if not asking or find_spec("trafilatura") is not None:
        return []
    message = f"full_text: {asking[0]}: what reads web pages is not installed"
    return [Problem("monitor.yaml", 0, 0, message, "install the extra: pip install 'news-monitor[article]'")]


@dataclass(slots=True, kw_only=True)
class Pages:
    """Reads the pages of one Ingest's entries; `read_due` by one thread, `settle` by the thread that polls."""

    ingest: Ingest
    read: Read
    """Extracts the article of a page; on the thread of `read_due`."""
    _asked_at: dict[str, datetime] = field(default_factory=dict)
    _robots: dict[str, tuple[datetime, Rules | None]] = field(default_factory=dict)

    def read_due(self) -> int:
        """Read the pages that are due, one of each host; returns how many were asked for."""
        feeds = {feed.id: feed for feed in self.ingest.rules.feeds.values() if feed.full_text}
        if not feeds:
            return 0
        now, asked = self.ingest.clock(), 0
        self._asked_at = {host: at for host, at in self._asked_at.items() if abs(now - at) < PAUSE}
        for entry in self.ingest.store.pages.due(feeds, now - FRESH, now):
            host = host_of(entry.link)
            if self.ingest.stopping.is_set():
                break
            if now - self._asked_at.get(host, now - PAUSE) >= PAUSE:
                asked += 1
                self._asked_at[host] = now
                self._read(entry, feeds[entry.feed_id])
        return asked

    def settle(self) -> None:
        """Ask once more what each entry repeats, now that its whole text is there."""
        for entry in self.ingest.store.pages.unsettled():
            self._settle(entry)

    def _read(self, entry: Entry, feed: Feed) -> None:
        state, detail, body = self._article(entry, feed)
        if self.ingest.stopping.is_set():
            return
        self.ingest.store.pages.save(entry.id, self.ingest.clock(), state, detail, body)
        log().info("page", entry=entry.title[:80], result=str(state), detail=detail)

    def _article(self, entry: Entry, feed: Feed) -> tuple[PageState, str, str]:
        """What came of reading an article: how it ended, a word on it, and the text where it is longer than before."""
        assert entry.link is not None
        rules = self._rules(entry.link, feed)
        if rules is None:
            return PageState.FAILED, "the site's robots.txt cannot be read now", ""
        if not allows(rules, entry.link):
            return PageState.REFUSED, "the site's robots.txt asks automatic readers to leave the page alone", ""
        outcome = self._fetch(entry.link, feed)
        if not isinstance(outcome, Fetched):
            return PageState.FAILED, str(getattr(outcome, "detail", "")) or "it could not be fetched", ""
        try:
            found = self.read(outcome.document, self.ingest.clock())
        except MonitorError as error:
            return PageState.FAILED, str(error), ""
        if isinstance(found, Failed):
            return PageState.REFUSED, found.detail, ""
        body = found.entries[0].body if found.entries else ""
        if len(body) <= len(entry.body or entry.summary):
            return PageState.REFUSED, "the page has no more text than the feed", ""
        return PageState.READ, f"{len(body.split())} words", body

    def _rules(self, url: str, feed: Feed) -> Rules | None:
        place, now = robots_url(url), self.ingest.clock()
        at, rules = self._robots.get(place, (now - ROBOTS_FOR, None))
        if now - at >= ROBOTS_FOR or rules is None:
            rules = rules_in(self._fetch(place, feed))
            self._robots.pop(place, None)
            self._robots[place] = now, rules
            self._forget(now)
        return rules

    def _forget(self, now: datetime) -> None:
        """Forget the rules of sites that are not believed any more, and those that are too many."""
        held = sum(1 + len(rules or ()) for _, rules in self._robots.values())
        for place, (at, rules) in list(self._robots.items())[:-1]:
            if held <= MOST_RULES and now - at < ROBOTS_FOR:
                return
            held -= 1 + len(rules or ())
            del self._robots[place]

    def _fetch(self, url: str, feed: Feed) -> FetchOutcome:
        opened = feed.allow_private if host_of(url) == host_of(feed.url) else ()
        request = FetchRequest(feed_id=feed.id, url=url, allow_private=opened)
        future = self.ingest.submit(request)
        while not self.ingest.stopping.is_set():
            if wait([future], timeout=LOOK_SECONDS).done:
                return future.result()
        future.cancel()
        return Failed(fault=Fault.TIMEOUT, detail="the service was stopped meanwhile")

    def _settle(self, entry: Entry) -> None:
        now, store = self.ingest.clock(), self.ingest.store
        print_ = fingerprint(entry.title, entry.body, entry.link)
        hits = self.ingest.corpora.hits(print_, entry.title, entry.body)
        changed = self._second_look(entry, print_, hits, now)
        store.pages.settle(entry.id, now, (print_, hits), changed)
        mine = next((n for n in self.ingest.window.near(print_) if n.entry_id == entry.id), None)
        if mine is not None:
            self.ingest.window.add(replace(mine, fingerprint=print_, lengths=(0.0, 0.0)))

    def _second_look(
        self, entry: Entry, print_: Fingerprint, hits: tuple[CorpusHit, ...], now: datetime
    ) -> Outcome | None:
        """The outcome that the whole text gives, where it is another one: known, or a copy of an earlier entry."""
        known = next((hit for hit in hits if hit.known), None)
        if known is not None:
            return _outcome(entry, OutcomeKind.KNOWN, known.sentence)
        window = self.ingest.window
        near = [n for n in window.near(print_) if n.entry_id != entry.id and n.seen_at <= entry.first_seen_at]
        near = [n for n in near if now - n.seen_at <= WINDOW]
        copy = copy_of(print_, near, now, templates=window.templates((print_, *(n.fingerprint for n in near))))
        return None if copy is None else _outcome(entry, OutcomeKind.COPY, copy.why)


def _outcome(entry: Entry, kind: OutcomeKind, why: str) -> Outcome:
    return Outcome(entry_id=entry.id, kind=kind, why=f"by its whole text, read afterwards: {why}")
