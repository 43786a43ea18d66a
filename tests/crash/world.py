"""The other side of every wire: papers that answer 304, and receivers that keep what they took."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter, sleep

from monitor.demo.mailbox import Mailbox
from tests.crash.script import LATER, POISON, SCRIPTS, SWALLOW, WATCHLIST, configuration, document


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that a receiver took."""

    to: str
    id: str
    subject: str
    text: str
    is_notice: bool

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same message: its id; of a notice, whose id depends on the instant, its subject; of a
        digest, whose id depends on the order of what it tells, all that it tells."""
        if self.is_notice:
            return self.to, self.subject
        told = sorted(set(re.findall(r"monitor explain (\w+)", self.text)))
        return self.to, self.id if len(told) <= 1 else "digest " + " ".join(told)


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """The other side was killed; that is the point."""


@dataclass
class World:
    """Papers and receivers on loopback; which step it is they read from a file that the process writes."""

    folder: Path
    script: str = "news"
    taken: list[Taken] = field(default_factory=list)
    box: Mailbox = field(default_factory=Mailbox)
    read: int = 0
    busy: int = 0
    lock: Lock = field(default_factory=Lock)

    def __enter__(self):
        self.box.__enter__()
        self.server = Server(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        (self.folder / "step").write_bytes(b"\0")
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.box.__exit__(None, None, None)

    @property
    def step(self) -> int:
        return (self.folder / "step").read_bytes()[0]

    def configure(self, watchlists: Path) -> None:
        watchlists.mkdir(exist_ok=True)
        (watchlists / "monitor.yaml").write_text(self.configuration(edited=False))
        (watchlists / "all.yaml").write_text(WATCHLIST)

    def configuration(self, *, edited: bool) -> str:
        return configuration(self.origin, self.box.port, edited=edited)

    def paper(self, name: str) -> bytes:
        return document(SCRIPTS[self.script], name, self.step)

    def answer(self, to: str, text: str) -> str:
        """How a webhook answers now."""
        if to != "hook":
            return "take"
        behaviour = SCRIPTS[self.script][self.step].hook
        return "take" if behaviour == POISON and "Poison" not in text else behaviour

    def take(self, to: str, payload: dict, message_id: str) -> None:
        text = payload["message"]
        is_notice = payload.get("topic") == "notices"
        self.taken.append(Taken(to, message_id, payload.get("title", ""), text, is_notice))

    def settle(self, seconds: float = 5) -> None:
        """Wait until every connection is done with, then read the mail."""
        ends = perf_counter() + seconds
        while self.busy and perf_counter() < ends:
            sleep(0.002)
        for mail in self.box.mails[self.read :]:
            text = mail.get_body(("plain",)).get_content()
            is_notice = mail["List-Id"].startswith("<notices.")
            self.taken.append(Taken("mail", str(mail["Message-ID"]), str(mail["Subject"]), text, is_notice))
        self.read = len(self.box.mails)

    def counted(self) -> Counter[tuple[str, str]]:
        self.settle()
        return Counter(message.key for message in self.taken)

    def ids(self) -> dict[tuple[str, str], set[str]]:
        """The ids under which each message came; notices left out, since two may bear one subject."""
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for message in self.taken:
            if not message.is_notice:
                ids[message.key].add(message.id)
        return ids

    def restore(self, taken: list[Taken]) -> None:
        """Forget everything but what had been taken at an earlier moment."""
        self.settle()
        self.taken = list(taken)


def handler_of(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def handle(self):
            with world.lock:
                world.busy += 1
            try:
                super().handle()
            finally:
                with world.lock:
                    world.busy -= 1

        def do_GET(self):
            body = world.paper(self.path.strip("/"))
            mark = f'"{sha256(body).hexdigest()[:16]}"'
            fresh = self.headers.get("If-None-Match") == mark
            self.reply(304 if fresh else 200, b"" if fresh else body, ETag=mark)

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            raw = self.rfile.read(length)
            if len(raw) < length:
                return
            payload, to = json.loads(raw), self.path.strip("/")
            behaviour = world.answer(to, str(payload))
            if behaviour in (LATER, POISON):
                self.reply(503 if behaviour == LATER else 400, b"")
                return
            world.take(to, payload, self.headers["Idempotency-Key"])
            if behaviour != SWALLOW:
                self.reply(200, b"ok")

        def reply(self, status, body, **headers):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
