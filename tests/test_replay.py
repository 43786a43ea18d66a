"""Three outlets' feeds as they were captured over some weeks, polled from a real server through the whole program."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from monitor.app import opened
from monitor.config.settings import Settings
from monitor.model.entry import OutcomeKind
from monitor.store.views import Page
from tests.fakes import FakeClock

REPLAY = Path(__file__).resolve().parents[1].parent / "shared" / "feeds" / "replay"
OUTLETS = ("bbc", "nytimes", "wsj")
DAYS, RINGS = 12, 2
"""Each day at one hour, from the first capture on, every outlet shows its latest; alerts counted by hand."""
QUERY = '"oil price" OR "oil prices" OR "crude"'

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not REPLAY.exists(), reason="the captured feeds are not beside the project"),
]


@dataclass
class Kiosk:
    """Gives each outlet's capture of the hour."""

    shown: dict[str, bytes] = field(default_factory=dict)

    @contextmanager
    def open(self):
        kiosk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = kiosk.shown[self.path.strip("/")]
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@dataclass
class World:
    app: object
    kiosk: Kiosk
    clock: FakeClock

    def replay(self):
        """Shows each day's captures, and polls; gives the kinds of what came, counted."""
        kinds: Counter = Counter()
        for day, shown in captures():
            self.kiosk.shown = shown
            self.clock.now = max(day, self.clock.now + timedelta(days=1))
            assert self.app.once() == len(OUTLETS)
            for poll in self.app.store.listings.polls(Page(limit=len(OUTLETS))):
                assert poll.result.startswith("200"), poll.result
                kinds.update(poll.counts)
        return kinds

    def alerted(self):
        rows = self.app.store.listings.entries(Page(limit=5_000))
        return [row.entry.title for row in rows if row.answer.outcome.kind is OutcomeKind.ALERTED]

    @property
    def known(self):
        return len(self.app.store.listings.entries(Page(limit=5_000)))


def captures():
    """Each day with the documents that the outlets showed then."""
    found = {outlet: sorted((REPLAY / outlet).glob("*.xml"), key=taken_at) for outlet in OUTLETS}
    first = min(taken_at(paths[0]) for paths in found.values())
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        yield day, {outlet: latest(paths, day).read_bytes() for outlet, paths in found.items()}


def latest(paths, at):
    return [path for path in paths if taken_at(path) <= at][-1]


def taken_at(path):
    return datetime.fromtimestamp(int(path.stem), UTC)


@pytest.fixture
def world(tmp_path):
    kiosk, folder = Kiosk(), tmp_path / "watchlists"
    folder.mkdir()
    with kiosk.open() as origin:
        feeds = "".join(f"  - url: {origin}/{o}\n    name: {o}\n    allow_private: true\n" for o in OUTLETS)
        (folder / "monitor.yaml").write_text(f"feeds:\n{feeds}destinations:\n  file:\n    url: file://alerts.txt\n")
        (folder / "oil.yaml").write_text(f"watchlists:\n  - name: oil\n    title: Oil\n    query: '{QUERY}'\n")
        first, _ = next(captures())
        clock = FakeClock(first - timedelta(days=1))
        settings = Settings.from_environment({}, state=tmp_path / "state", watchlists=folder)
        with opened(settings, {}, clock=clock) as app:
            yield World(app, kiosk, clock)


def test_a_replay_rings_as_often_as_counted_by_hand_and_a_second_one_brings_nothing_new(world):
    kinds = world.replay()
    known, alerted = world.known, world.alerted()
    assert known == sum(kinds.values()) - kinds[OutcomeKind.SEEN] - kinds[OutcomeKind.REVISION]
    assert len(alerted) == RINGS
    again = world.replay()
    assert world.known == known
    assert set(again) <= {OutcomeKind.SEEN, OutcomeKind.REVISION}
    assert world.alerted() == alerted
