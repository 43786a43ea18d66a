"""Articles in full, over real sockets: the page is read politely, and the entry judged once more without ringing."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from importlib.util import find_spec
from ipaddress import ip_network

import pytest
from werkzeug import Response

from monitor.corpus.articles import article_of
from monitor.errors import MonitorError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.parse import parse
from monitor.feeds.worker import PAGES, ParseWorker
from monitor.ingest import Ingest
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Document, Feed, Fetched, FetchOutcome, ParsedEntry, ParsedFeed
from monitor.model.ids import feed_id
from monitor.pages import MOST_RULES, Pages
from monitor.recent import recall
from monitor.store.store import Store
from monitor.stories.copies import fingerprint
from monitor.stories.known import index_of
from monitor.text.article import ArticleText
from tests.fakes import NOON, FakeClock, rss, rules_of

with_extra = pytest.mark.skipif(find_spec("trafilatura") is None, reason="the extra `article` is not installed")

SENTENCES = [
    "The island council voted on Monday to close the old harbour to cargo ships from next spring.",
    "Fishing boats may stay, but the two remaining freight companies must move to the mainland.",
    "The wall, built in 1911, was found to be cracked in three places after the storms of last winter.",
    "Engineers told the council that mending it would cost more than the port had earned in eleven years.",
    "The owner of the larger company said that forty people would lose their work before the summer.",
]
TEXT = "\n".join(SENTENCES)
PAGE = (
    "<html><head><title>Freight must go</title></head><body><nav><a href='/'>Home</a> <a href='/w'>World</a></nav>"
    "<article><h1>Freight must go</h1>"
    + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    + "</article><aside><h2>Related</h2><a href='/x'>Mayor resigns</a></aside><footer>Terms of use</footer></body></html>"
)


class Desk:
    """One feed that wants its articles in full, and one that does not, on one loopback server."""

    def __init__(self, store: Store, server, fetcher: Fetcher, read) -> None:
        self.server, self.store, self.clock = server, store, FakeClock()
        loopback = (ip_network("127.0.0.0/8"),)
        self.wire, self.short = (
            Feed(id=feed_id(url), url=url, name=name, allow_private=loopback, full_text=name == "Short")
            for name in ("Wire", "Short")
            for url in [server.url_for(f"/{name}.xml")]
        )
        self.publish(self.wire)
        self.publish(self.short)
        store.feeds.sync([self.wire, self.short], self.clock())
        self.ingest = Ingest(
            store=store,
            submit=fetcher.submit,
            parse=parse,
            clock=self.clock,
            rules=rules_of(feeds=(self.wire, self.short), watchlists={"freight": "freight"}),
            corpora=index_of([]),
        )
        self.pages = Pages(ingest=self.ingest, read=read)
        self.poll()

    def publish(self, feed: Feed, *items: tuple[str, str, str]) -> None:
        at = f"/{feed.name}.xml"
        body = rss(*items, title=feed.name).replace(
            b"http://gazette.example", self.server.url_for("").rstrip("/").encode()
        )
        self.server.expect_request(at).respond_with_data(body, content_type="application/rss+xml")

    def poll(self) -> None:
        self.clock.advance(hours=1)
        self.store.feeds.make_due([self.wire.id, self.short.id], self.clock())
        self.ingest.poll_due()

    def look(self) -> int:
        self.clock.advance(seconds=1)
        asked = self.pages.read_due()
        self.pages.settle()
        return asked

    def entry(self, title: str):
        return next(row for row in self.store.listings.entries() if row.entry.title == title)

    def dossier(self, title: str):
        return self.store.listings.entry(self.entry(title).entry.id)


def plain(_document, _now) -> ParsedFeed:
    return ParsedFeed(entries=(ParsedEntry(body=TEXT),))


@pytest.fixture
def desk_of(tmp_path, httpserver):
    with Store.open(tmp_path / "state") as store, Fetcher() as fetcher:
        yield lambda read=plain: Desk(store, httpserver, fetcher, read)


def asked(httpserver, path: str) -> int:
    return sum(request.path == path for request, _ in httpserver.log)


def page(httpserver, robots: str | int = "User-agent: *\nAllow: /\n") -> None:
    answer = Response(robots) if isinstance(robots, str) else Response(status=robots)
    httpserver.expect_request("/robots.txt").respond_with_response(answer)
    httpserver.expect_request("/s1").respond_with_data(PAGE, content_type="text/html")


def renew(httpserver, desk: Desk, feed: Feed, *items: tuple[str, str, str]) -> None:
    httpserver.clear()
    desk.publish(feed, *items)
    desk.publish(desk.wire if feed is desk.short else desk.short)


def test_the_whole_text_shows_a_copy_that_headline_and_summary_hide(desk_of, httpserver) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.wire, ("w1", "Island council closes old harbour to cargo ships", TEXT))
    desk.poll()
    desk.clock.advance(hours=1)
    renew(httpserver, desk, desk.short, ("s1", "Forty people fear for their work at the port", "More inside."))
    page(httpserver)
    desk.poll()
    alerts = len(desk.store.listings.alerts())
    assert desk.entry("Forty people fear for their work at the port").answer.outcome.kind is OutcomeKind.NO_MATCH
    assert desk.look() == 1
    dossier = desk.dossier("Forty people fear for their work at the port")
    kinds = [answer.outcome.kind for answer in dossier.answers]
    assert kinds == [OutcomeKind.NO_MATCH, OutcomeKind.COPY]
    assert dossier.answers[-1].outcome.why.startswith("by its whole text, read afterwards: ")
    assert (dossier.page.state, dossier.entry.body) == ("settled", TEXT)
    assert len(desk.store.listings.alerts()) == alerts
    assert desk.look() == 0


def test_of_two_entries_of_one_poll_with_one_whole_text_one_is_the_copy(desk_of, httpserver) -> None:
    desk = desk_of()
    titles = ("Forty people fear for their work at the port", "Cracks found in a wall of 1911")
    renew(httpserver, desk, desk.short, *((f"s{n}", title, "More inside.") for n, title in enumerate(titles)))
    page(httpserver)
    httpserver.expect_request("/s0").respond_with_data(PAGE, content_type="text/html")
    desk.poll()
    assert desk.look() == 1
    desk.clock.advance(seconds=6)
    assert desk.look() == 1
    assert sorted(desk.entry(title).answer.outcome.kind for title in titles) == [OutcomeKind.COPY, OutcomeKind.NO_MATCH]


def test_the_whole_text_outlives_a_revision(desk_of, httpserver) -> None:
    desk = desk_of()
    title = "Forty people fear for their work at the port"
    for summary in ("More inside.", "Much more inside."):
        renew(httpserver, desk, desk.short, ("s1", title, summary))
        page(httpserver)
        desk.poll()
        desk.look()
        assert (desk.entry(title).entry.summary, desk.entry(title).entry.body) == (summary, TEXT)
    assert asked(httpserver, "/s1") == 0, "its page is read once"


def test_the_whole_text_shows_what_a_corpus_knows(desk_of, httpserver) -> None:
    desk = desk_of()
    known = ArticleText(title="Old harbour shut", outlet="Strait Times", published="2023-07-11", body=TEXT)
    desk.ingest.corpora = index_of([article_of("archive", known)])
    renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
    page(httpserver)
    desk.poll()
    desk.look()
    dossier = desk.dossier("Port")
    assert dossier.answers[-1].outcome.kind is OutcomeKind.KNOWN
    assert "“Old harbour shut”, from Strait Times, known since 2023-07-11" in dossier.answers[-1].outcome.why
    assert [known.hit.corpus for known in dossier.corpora] == ["archive"]


@pytest.mark.parametrize(
    ("robots", "state", "pages"),
    [
        ("User-agent: *\nDisallow: /\n", "refused", 0),
        ("User-agent: *\nAllow: /\nDisallow: /s*\nCrawl-delay: ²\n", "refused", 0),
        ("User-agent: monitor\nDisallow: /s\n", "refused", 0),
        ("User-agent: other\nDisallow: /\n", "settled", 1),
        (404, "settled", 1),
        (503, "failed", 0),
    ],
)
def test_a_site_is_asked_for_its_rules_first(desk_of, httpserver, robots, state, pages) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
    page(httpserver, robots)
    desk.poll()
    desk.look()
    assert desk.dossier("Port").page.state == state
    assert asked(httpserver, "/s1") == pages


def test_what_fails_is_tried_three_times_and_no_more(desk_of, httpserver) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/s1").respond_with_data("", status=500)
    desk.poll()
    tried = []
    for _ in range(8):
        tried.append(desk.look())
        desk.clock.advance(minutes=12)
    assert (sum(tried), tried[0]) == (3, 1)
    assert desk.dossier("Port").page.state == "failed"


def test_a_reader_that_cannot_be_started_is_a_failure_like_another(desk_of, httpserver) -> None:
    def broken(_document, _now):
        raise MonitorError("parse worker: cannot start: no memory")

    desk = desk_of(broken)
    renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
    page(httpserver)
    desk.poll()
    assert [desk.look(), desk.look()] == [1, 0]
    assert desk.dossier("Port").page.detail == "parse worker: cannot start: no memory"


def test_of_one_host_one_page_at_a_time(desk_of, httpserver) -> None:
    desk = desk_of()
    items = [(f"s{n}", f"Report {n} from the port", "More.") for n in range(3)]
    renew(httpserver, desk, desk.short, *items)
    page(httpserver)
    desk.poll()
    assert [desk.look(), desk.look()] == [1, 0]
    desk.clock.advance(seconds=6)
    assert desk.look() == 1


def test_a_feed_with_much_to_read_keeps_no_other_waiting(desk_of, httpserver) -> None:
    desk = desk_of()
    second = replace(desk.wire, full_text=True)
    desk.ingest.rules = rules_of(feeds=(second, desk.short))
    renew(httpserver, desk, desk.wire, ("w1", "Port", "More."))
    desk.poll()
    httpserver.clear()
    desk.publish(desk.short, *((f"s{n}", f"Report {n} from the port", "More.") for n in range(80)))
    desk.publish(desk.wire, ("w1", "Port", "More."))
    desk.poll()
    due = desk.store.pages.due([desk.wire.id, desk.short.id], NOON, desk.clock())
    assert [entry.feed_id for entry in due] == [desk.short.id, desk.wire.id]


def test_the_rules_of_many_sites_do_not_fill_the_memory(desk_of) -> None:
    desk, feed = desk_of(), Feed(id=feed_id("x"), url="http://x.example/feed")
    body = b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(20_000))
    answer: Future[FetchOutcome] = Future()
    answer.set_result(Fetched(Document(body=body, headers={}, url="http://x.example/robots.txt")))
    desk.ingest.submit = lambda _: answer
    for n in range(30):
        desk.pages._rules(f"http://s{n}.example/a", feed)
    held = sum(len(rules) for _, rules in desk.pages._robots.values())
    assert MOST_RULES - 20_000 <= held <= MOST_RULES


def test_a_page_without_more_text_than_the_feed_changes_nothing(desk_of, httpserver) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.short, ("s1", "Port", TEXT + " And more than that."))
    page(httpserver)
    desk.poll()
    desk.look()
    dossier = desk.dossier("Port")
    assert (dossier.page.state, dossier.page.detail) == ("refused", "the page has no more text than the feed")
    assert len(dossier.answers) == 1


def test_a_feed_that_does_not_ask_for_it_has_no_page_read(desk_of, httpserver) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.wire, ("w1", "Port", "More."))
    desk.poll()
    assert desk.look() == 0


@with_extra
def test_the_article_is_taken_out_of_a_real_page_in_a_process_of_its_own(desk_of, httpserver) -> None:
    with ParseWorker(child=PAGES) as worker:
        desk = desk_of(worker.parse)
        renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
        page(httpserver)
        desk.poll()
        desk.look()
    body = desk.dossier("Port").entry.body
    assert [sentence for sentence in SENTENCES if sentence not in body] == []
    assert not any(word in body for word in ("World", "Mayor", "Terms"))


@with_extra
def test_a_page_that_is_no_page_is_refused_with_a_reason(desk_of, httpserver) -> None:
    with ParseWorker(child=PAGES) as worker:
        desk = desk_of(worker.parse)
        renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
        httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
        httpserver.expect_request("/s1").respond_with_data(b"\x89PNG\0\0", content_type="image/png")
        desk.poll()
        desk.look()
    assert desk.dossier("Port").page.detail in {"it is no web page", "there is no article on the page"}


def test_a_service_that_stops_does_not_wait_for_a_page(desk_of, httpserver) -> None:
    desk = desk_of()
    renew(httpserver, desk, desk.short, ("s1", "Port", "More."))
    page(httpserver)
    desk.poll()
    asked_for = desk.ingest.submit

    def never(request):
        desk.ingest.stopping.set()
        return Future() if request.url.endswith("/s1") else asked_for(request)

    desk.ingest.submit = never
    desk.pages.read_due()
    assert desk.dossier("Port").page is None


def test_an_article_that_was_read_before_the_window_was_kept_is_remembered_whole_after_a_restart(desk_of, httpserver):
    desk = desk_of()
    renew(httpserver, desk, desk.short, ("s1", "Freight must go", ""))
    page(httpserver)
    desk.poll()
    desk.clock.advance(seconds=1)
    assert desk.pages.read_due() == 1
    desk.clock.advance(seconds=1)
    desk.ingest.keep()
    desk.clock.advance(seconds=1)
    desk.pages.settle()
    whole = fingerprint("Other words", TEXT, None)
    found = [ingested.near(whole) for ingested in (desk.ingest.window, recall(desk.store, desk.clock()))]
    assert [[n.fingerprint.title for n in near] for near in found] == [["freight must go"]] * 2
