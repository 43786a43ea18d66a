"""A feed that changes over time, on a real socket, through the whole program: fetch, worker, plan, store, delivery."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from monitor.app import opened
from monitor.config.settings import Settings
from monitor.model.feed import Fault
from monitor.store.views import Page
from tests.fakes import FakeClock, rss

FERRY = ("g0", "Ferry resumes", "The first boat left at dawn.")
STORY = ("g1", "NATO invites Ukraine", "An invitation to the alliance was sent.")
REVISED = ("g1", "NATO signs its invitation to Ukraine", "An invitation to the alliance was sent.")
OTHER = ("g2", "Orchards bloom early", "Frost came late.")
LATER = (
    "g3",
    "Bishops of Lund weigh the synod's late invitation to Rome",
    "Their spokesman promised a reply for Monday, after the evening prayer.",
)


@dataclass
class Paper:
    """Answers each request with the next act of its script, the last one for ever."""

    script: list = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    released: Event = field(default_factory=Event)

    @contextmanager
    def listening(self):
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                paper.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                act = paper.script[0] if len(paper.script) == 1 else paper.script.pop(0)
                act(self, paper)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.origin = f"http://127.0.0.1:{server.server_port}"
        yield self
        self.released.set()
        server.shutdown()
        server.server_close()


def answer(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def publishes(*items, **headers):
    return lambda handler, _: answer(handler, 200, rss(*items), **headers)


def zipped(*items):
    return lambda handler, _: answer(handler, 200, gzip.compress(rss(*items)), Content_Encoding="gzip")


def says(status, **headers):
    return lambda handler, _: answer(handler, status, **headers)


def moves_to(path):
    return lambda handler, paper: answer(handler, 301, Location=paper.origin + path)


def stalls(handler, paper):
    """Sends the head and one byte, and then nothing."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<")
    handler.wfile.flush()
    paper.released.wait(30)


def breaks_off(handler, _):
    """Promises more than it sends."""
    body = rss(STORY, FERRY)
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) + 500))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def world(tmp_path):
    paper, clock = Paper(), FakeClock()
    with paper.listening():
        folder = tmp_path / "watchlists"
        folder.mkdir()
        (folder / "monitor.yaml").write_text(
            f"feeds:\n  - url: {paper.origin}/feed\n    name: Paper\n    allow_private: true\n"
            "destinations:\n  file:\n    url: file://alerts.txt\n"
        )
        (folder / "all.yaml").write_text(
            "watchlists:\n  - name: all\n    title: All\n    query: invitation OR invite\n"
        )
        settings = Settings.from_environment({}, state=tmp_path / "state", watchlists=folder)
        with opened(settings, {}, clock=clock, deadline=timedelta(seconds=1)) as app:
            yield World(app, paper, clock, tmp_path / "state" / "alerts.txt")


@dataclass
class World:
    app: object
    paper: Paper
    clock: FakeClock
    file: object

    def after(self, act, **span):
        """The paper's next answer, some time later; gives the feed's state and its newest poll."""
        self.paper.script = [*([act] if callable(act) else act)]
        self.clock.advance(**(span or {"hours": 25}))
        assert self.app.once() == 1
        (state,) = self.app.store.feeds.states().values()
        return state, self.app.store.listings.polls(Page(limit=1))[0]

    @property
    def told(self):
        return self.file.read_text() if self.file.exists() else ""


def test_a_feed_in_good_and_bad_days(world):
    state, poll = world.after(publishes(FERRY, ETag='"1"', Last_Modified="Mon, 02 Mar 2026 10:00:00 GMT"), minutes=1)
    assert (dict(poll.counts), state.etag) == ({"baseline": 1}, '"1"')

    state, poll = world.after(says(304, ETag='"1"'))
    assert poll.result == "304"
    assert world.paper.asked[-1][1]["if-none-match"] == '"1"'
    assert world.paper.asked[-1][1]["if-modified-since"] == "Mon, 02 Mar 2026 10:00:00 GMT"

    state, poll = world.after(zipped(STORY, FERRY))
    assert dict(poll.counts) == {"alerted": 1, "seen": 1}
    assert world.told.count("NATO invites Ukraine") >= 1

    state, poll = world.after(publishes(REVISED, FERRY))
    assert dict(poll.counts) == {"revision": 1, "seen": 1}
    assert "NATO signs" not in world.told

    state, poll = world.after(says(500))
    assert (state.failures, state.fault) == (1, Fault.STATUS)
    assert state.due_at - world.clock() < timedelta(minutes=20)

    state, poll = world.after(says(503, Retry_After="7200"))
    assert timedelta(hours=1.5) < state.due_at - world.clock() < timedelta(hours=2.5)

    state, poll = world.after(stalls)
    assert (state.failures, state.fault) == (3, Fault.TIMEOUT)

    state, poll = world.after(breaks_off)
    assert (state.failures, state.fault) == (4, Fault.BROKEN)

    state, poll = world.after(lambda handler, _: answer(handler, 200, b"<html><body>Log in</body></html>"))
    assert state.fault is Fault.NOT_A_FEED
    assert state.etag is None
    assert "is failing" in world.told

    state, poll = world.after(publishes(OTHER, REVISED, FERRY))
    assert state.failures == 0
    assert dict(poll.counts) == {"no match": 1, "seen": 2}
    assert "has recovered" in world.told

    for _ in range(3):
        state, poll = world.after([moves_to("/new"), publishes(OTHER, REVISED, FERRY, ETag='"n"')])
    assert world.paper.asked[-1][0] == "/new"
    state, poll = world.after(publishes(LATER, OTHER, REVISED, FERRY))
    assert world.paper.asked[-1][0] == "/new", "a move that lasted is believed"
    assert dict(poll.counts) == {"alerted": 1, "seen": 3}

    state, poll = world.after(says(410))
    assert state.gone
    assert "is gone" in world.told
    world.clock.advance(days=30)
    assert world.app.once() == 0


def test_replaying_every_answer_twice_brings_nothing_new(world):
    world.after(publishes(FERRY), minutes=1)
    acts = [(STORY, FERRY), (OTHER, STORY, FERRY), (LATER, OTHER, REVISED, FERRY)]
    for items in acts:
        world.after(publishes(*items))
    for items in acts:
        _, poll = world.after(publishes(*items))
        assert set(poll.counts) <= {"seen", "revision"}
    assert world.told.count("[message") == 2
