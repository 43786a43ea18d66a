"""A clock that advances, a fetch that follows a script, a send that records and can fail; and short ways to values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.located import Mark, Pairs, Text
from monitor.model.alert import Destination, Message, Receipt, Verdict
from monitor.model.feed import (
    Document,
    Failed,
    Fault,
    Feed,
    FeedState,
    Fetched,
    FetchOutcome,
    FetchRequest,
    ParsedEntry,
    ParsedFeed,
)
from monitor.model.ids import feed_id
from monitor.model.watch import Watchlist
from monitor.query.aliases import Aliases
from monitor.query.compile import compile_rule
from monitor.query.percolator import Percolator
from monitor.rules import Rules

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class FakeFetch:
    """Maps a URL to the outcomes it gives, the last one for ever; remembers what was asked."""

    script: dict[str, list[FetchOutcome]] = field(default_factory=lambda: defaultdict(list))
    asked: list[FetchRequest] = field(default_factory=list)

    def submit(self, request: FetchRequest) -> Future[FetchOutcome]:
        self.asked.append(request)
        outcomes = self.script[request.url]
        future: Future[FetchOutcome] = Future()
        if not outcomes:
            future.set_result(Failed(fault=Fault.CONNECT, detail="nobody listens"))
        else:
            future.set_result(outcomes.pop(0) if len(outcomes) > 1 else outcomes[0])
        return future


@dataclass
class FakeSend:
    """Records every message; gives the scripted receipts in turn, then SENT."""

    receipts: list[Receipt] = field(default_factory=list)
    sent: list[tuple[str, Message]] = field(default_factory=list)

    def __call__(self, destination: Destination, message: Message) -> Receipt:
        self.sent.append((destination.name, message))
        return self.receipts.pop(0) if self.receipts else Receipt(verdict=Verdict.SENT)


def feed(name: str = "Gazette", **changes: object) -> Feed:
    url = f"http://{name.lower().replace(' ', '-')}.example/feed"
    return Feed(**{"id": feed_id(url), "url": url, "name": name, **changes})


def state(of: Feed, **changes: object) -> FeedState:
    return FeedState(**{"feed_id": of.id, "due_at": NOON, "baselined": True, **changes})


def item(title: str, guid: str | None = None, **changes: object) -> ParsedEntry:
    link = f"http://gazette.example/{guid or title.replace(' ', '-').lower()}"
    return ParsedEntry(**{"guid": guid, "title": title, "link": link, **changes})


def parsed(items: Iterable[ParsedEntry], **changes: object) -> ParsedFeed:
    return ParsedFeed(**{"entries": tuple(items), **changes})


def fetched(body: bytes = b"<rss/>", **changes: object) -> Fetched:
    return Fetched(Document(**{"body": body, "headers": {}, "url": "http://gazette.example/feed", **changes}))


def rss(*items: tuple[str, str, str], title: str = "Gazette") -> bytes:
    """An RSS document of (guid, title, description), newest first."""
    rows = "".join(
        f"<item><guid>{g}</guid><title>{t}</title><link>http://gazette.example/{g}</link><description>{d}</description></item>"
        for g, t, d in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{rows}</channel></rss>'.encode()


def rules_of(*, feeds=(), watchlists=None, destinations=("desk",), on_error=("desk",), **policy) -> Rules:
    """Rules of one-line queries that all tell `desk`."""
    queries = watchlists or {}
    return Rules(
        feeds={f.id: f for f in feeds},
        watchlists={
            n: Watchlist(**{"name": n, "title": n.title(), "query": q, "to": ("desk",), **policy})
            for n, q in queries.items()
        },
        destinations={name: Destination(name=name, url="json://127.0.0.1:9/") for name in destinations},
        on_error=on_error,
        percolator=Percolator([compile_rule(name, one_line(query), Aliases({})) for name, query in queries.items()]),
        fingerprint="test",
    )


def one_line(query: str) -> Pairs:
    """The expression of a watchlist as it stands in YAML: `query: ...`."""
    mark = Mark("test.yaml", 1, 1, query)
    return Pairs(((Text("query", mark), Text(query, mark)),), mark)
