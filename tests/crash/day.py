"""A day with the daemon: a newspaper that never stops printing, receivers that keep what they took, kills at random."""

from __future__ import annotations

import json
import os
import random
import re
import signal
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter, sleep, time

from monitor.demo.mailbox import Mailbox
from monitor.store.store import Store
from monitor.store.views import Page
from tests.crash.driver import Garage

TAKES_SECONDS = 0.02
"""Between taking a message and saying so: where a kill makes a copy."""
SYLLABLES = [consonant + vowel for consonant in "bdklmnr" for vowel in "aeiou"]


@dataclass
class Newspaper:
    """Publishes one to four more stories each time it is asked, until it is told to stop; every story matches the watchlist."""

    printing: Event = field(default_factory=Event)
    stories: list[str] = field(default_factory=list)
    asked: int = 0
    lock: Lock = field(default_factory=Lock)
    random: random.Random = field(default_factory=lambda: random.Random(20260302))

    def document(self) -> bytes:
        with self.lock:
            self.asked += 1
            if self.printing.is_set():
                for _ in range(self.random.randint(1, 4)):
                    self.stories.append(self._headline())
            rows = list(enumerate(self.stories))[-200:]
        items = "".join(
            f"<item><guid>story-{n}</guid><title>{title}</title><link>http://paper.example/{n}</link></item>"
            for n, title in reversed(rows)
        )
        first = "<item><guid>first</guid><title>Nothing happened</title><link>http://paper.example/first</link></item>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{items}{first}</channel></rss>'.encode()

    def _headline(self) -> str:
        words = ["".join(self.random.choices(SYLLABLES, k=4)) for _ in range(6)]
        return f"Story{len(self.stories)}x invitation {' '.join(words)}"


@dataclass
class Receiver:
    """What arrived by one way: the stories each message tells of, in order of arrival, and its id."""

    messages: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def note(self, text: str, message_id: str) -> None:
        self.messages.append((message_id, frozenset(re.findall(r"Story\d+x", text))))

    def look(self) -> None:
        """Read what arrived since the last look."""

    def told(self) -> set[str]:
        self.look()
        return {story for _, stories in self.messages for story in stories}

    def repeats(self) -> int:
        """Messages that tell of a story which an earlier one had told of."""
        heard: set[str] = set()
        count = 0
        for _, stories in self.messages:
            count += bool(stories & heard)
            heard |= stories
        return count

    def ids_of_single_stories(self) -> dict[str, set[str]]:
        """For each story told by itself, the ids under which it came."""
        ids: dict[str, set[str]] = defaultdict(set)
        for message_id, stories in self.messages:
            if len(stories) == 1:
                ids[min(stories)].add(message_id)
        return ids


@dataclass
class Mood:
    """A receiver's bad days: it fails a share of the tries, half of these after it took the message."""

    share: float = 0.0
    hangs: bool = False
    """It takes no message and gives no answer."""
    lies: int = 0
    """Messages that it took and said it had not."""
    draw: random.Random = field(default_factory=lambda: random.Random(30))

    def fails(self) -> bool:
        return self.draw.random() < self.share

    def takes(self) -> bool:
        taken = self.draw.random() < 0.5
        self.lies += taken
        return taken


class MoodyMailbox(Mailbox):
    mood: Mood

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        if not self.mood.fails():
            return await super().handle_DATA(server, session, envelope)
        if self.mood.takes():
            await super().handle_DATA(server, session, envelope)
        return "451 not now"


class MailReceiver(Receiver):
    def __init__(self, mood: Mood) -> None:
        super().__init__()
        self.box = MoodyMailbox()
        self.box.mood = mood
        self.read = 0

    def look(self) -> None:
        """Note every mail that came since the last look."""
        mails = self.box.mails[self.read :]
        self.read += len(mails)
        for mail in mails:
            self.note(mail.get_body(("plain",)).get_content(), str(mail["Message-ID"]))


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """The other side was killed; that is the point."""


@dataclass
class Web:
    """One loopback server: the newspaper at /feed, the webhook at /hook."""

    paper: Newspaper
    hook: Receiver
    mood: Mood

    def __enter__(self):
        paper, hook, mood = self.paper, self.hook, self.mood

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._answer(paper.document(), "application/rss+xml")

            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                payload = json.loads(raw)
                while mood.hangs:
                    sleep(0.1)
                fails = mood.fails()
                if not fails or mood.takes():
                    hook.note(f"{payload.get('title', '')} {payload['message']}", self.headers["Idempotency-Key"])
                sleep(TAKES_SECONDS)
                self._answer(b"ok", "text/plain", 503 if fails else 200)

            def _answer(self, body, kind, status=200):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.port = self.server.server_port
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Day:
    """Everything around the process that is killed."""

    folder: Path
    garage: Garage
    paper: Newspaper
    mail: MailReceiver
    hook: Receiver
    moods: tuple[Mood, Mood]
    """Of mail and hook."""
    speed: float = 1.0
    """How fast the daemon's clock goes, by the clock on the wall."""
    pid: int = 0
    """Of the daemon; 0 while there is none."""
    began: float = field(default_factory=time)

    def launch(self) -> None:
        """Start the daemon; it need not be up when this returns."""
        self.pid = self.garage.start(self.folder, self.speed, self.began)

    def start(self) -> None:
        self.launch()
        assert self.garage.heard("up", "ended") == "", self.log()[-4000:]

    def skip(self, hours: float) -> None:
        """End the daemon and start it again so many hours later."""
        assert self.end() == 0, self.log()[-4000:]
        self.began -= hours * 3600 / (self.speed - 1) if self.speed > 1 else 0
        self.start()

    def kill(self) -> None:
        assert self._ended(signal.SIGKILL) == signal.SIGKILL, self.log()[-4000:]

    def end(self) -> int:
        """Ask the daemon to end; its exit status."""
        return os.waitstatus_to_exitcode(self._ended(signal.SIGTERM))

    def _ended(self, by: int) -> int:
        os.kill(self.pid, by)
        self.pid = 0
        return int(self.garage.heard("ended"))

    def untold(self, stories: list[str]) -> str:
        """What the store says of each story that did not arrive everywhere."""
        with Store.open(self.folder / "state") as store:
            rows = {row.entry.title: row for row in store.listings.entries(Page(limit=10_000))}
            outbox = store.listings.deliveries(Page(limit=10_000))
            lanes = store.outbox.destination_states()
        arrived = self.mail.told() & self.hook.told()
        missing = [title for title in stories if title.split()[0] not in arrived]
        said = [f"{title}: {rows[title].answer if title in rows else 'never committed'}" for title in missing]
        said += [str(row.delivery) for row in outbox if row.delivery.state != "sent"]
        return "\n".join([f"{len(missing)} of {len(stories)} stories", *said, str(lanes), self.log()[-2000:]])

    def log(self) -> str:
        return (self.folder / "stderr.log").read_text(errors="replace")


@contextmanager
def day_in(folder: Path, garage: Garage, *, share: float = 0.0, speed: float = 1.0, seed: int = 7) -> Iterator[Day]:
    """A newspaper, receivers that fail so often, and a daemon to be started between them."""
    moods = Mood(share, draw=random.Random(f"mail {seed}")), Mood(share, draw=random.Random(f"hook {seed}"))
    paper, mail, hook = Newspaper(random=random.Random(f"paper {seed}")), MailReceiver(moods[0]), Receiver()
    with Web(paper, hook, moods[1]) as web, mail.box:
        smtp = mail.box.port
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "monitor.yaml").write_text(
            f"feeds:\n  - url: http://127.0.0.1:{web.port}/feed\n    name: Paper\n    allow_private: true\n"
            "destinations:\n"
            f"  mail:\n    url: mailto://127.0.0.1:{smtp}/?from=monitor@localhost&to=desk@localhost&mode=insecure\n"
            f"  hook:\n    url: json://127.0.0.1:{web.port}/hook\n"
        )
        (folder / "watchlists" / "all.yaml").write_text(
            "watchlists:\n  - name: all\n    title: All\n    query: invitation\n    to: [mail, hook]\n"
        )
        day = Day(folder, garage, paper, mail, hook, moods, speed)
        try:
            yield day
        finally:
            moods[1].hangs = False
            if day.pid:
                day.kill()


def until(condition, seconds, what):
    ends = perf_counter() + seconds
    while not condition():
        assert perf_counter() < ends, f"waited {seconds} s for {what() if callable(what) else what}"
        sleep(0.02)


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one day with kills; nothing was lost in it."""

    kills: int
    in_start: int
    """Kills that came before the daemon was up."""
    stories: int
    repeats: Mapping[str, int]
    """Messages to each destination that told what an earlier one had told."""
    lies: Mapping[str, int]
    """Tries that were answered as failed after the message was taken."""

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.in_start} of them before it was up; {self.stories} stories to 2 destinations, "
            f"0 lost, sent once more: {self.repeats}, lies: {self.lies}"
        )


def kill_at_random(day: Day, kills: int, longest_seconds: float = 1.6, seed: int = 7) -> Tally:
    """Kill the daemon so often, from its start on; then nothing is lost, and no more copies came than may."""
    day.start()
    until(lambda: day.paper.asked >= 3, 20, "the first polls")
    day.paper.printing.set()
    moments, in_start = random.Random(seed), 0
    for _ in range(kills):
        sleep(moments.uniform(0.0, longest_seconds))
        day.kill()
        in_start += "up" not in day.garage.passed
        day.launch()
    printed = len(day.paper.stories)
    until(lambda: len(day.paper.stories) > printed, 20, "one more story")
    day.paper.printing.clear()
    stories = list(day.paper.stories)
    names = {title.split()[0] for title in stories}
    for mood in day.moods:
        mood.share = 0
    day.skip(hours=2)
    until(lambda: names <= day.mail.told() & day.hook.told(), 60, lambda: day.untold(stories))
    assert day.end() == 0
    assert len(stories) > kills / 3
    tally = Tally(
        kills,
        in_start,
        len(stories),
        {"mail": day.mail.repeats(), "hook": day.hook.repeats()},
        {"mail": day.moods[0].lies, "hook": day.moods[1].lies},
    )
    for receiver in (day.mail, day.hook):
        for story, ids in receiver.ids_of_single_stories().items():
            assert len(ids) == 1, f"{story} came under several ids: {ids}"
    for name, number in tally.repeats.items():
        assert number <= kills + tally.lies[name], f"{name}: {tally}"
    return tally
