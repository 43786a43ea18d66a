"""The other side of every wire: papers that answer 304, and receivers that keep what they took."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter, sleep

from aiosmtpd.smtp import SMTP, AuthResult

from monitor.demo.mailbox import Mailbox
from tests.crash.script import DEAD, LATER, POISON, SWALLOW, TAKE, Script


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that a receiver took."""

    to: str
    id: str
    subject: str
    text: str
    is_notice: bool
    alerts: tuple[str, ...] = ()
    """Ids of what it tells, where the receiver is told them."""

    @property
    def tells(self) -> frozenset[str]:
        """What it tells, each thing by a name of its own."""
        if self.is_notice:
            return frozenset([self.subject])
        told = re.findall(r"(.*?)monitor explain (\w+)", self.text, re.DOTALL)
        return frozenset(self.alerts or (f"{id_} revised" if "Update" in block else id_ for block, id_ in told))

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same message: its id; of a notice, whose id depends on the instant, its subject; of a
        digest, whose id depends on the order of what it tells, all that it tells."""
        if self.is_notice:
            return self.to, self.subject
        told = sorted(set(re.findall(r"monitor explain (\w+)", self.text)))
        return self.to, self.id if len(told) <= 1 else "digest " + " ".join(told)


class Post(Mailbox):
    """A mail server that answers as the world asks it to."""

    world: World

    def _speaker(self) -> SMTP:
        return SMTP(self, loop=self._loop, authenticator=self.login, auth_require_tls=False)

    def login(self, _server, _session, _envelope, _way, account) -> AuthResult:
        return AuthResult(success=self.world.answer(account.login.decode()) != DEAD, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  aiosmtpd's name
        if self.world.answer(_name(address)) == DEAD:
            return "550 we know nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        answer = self.world.answer(_name(envelope.rcpt_tos[0]), envelope.content.decode())
        if answer in (LATER, POISON):
            return "451 not now" if answer == LATER else "554 not this one"
        taken = await super().handle_DATA(server, session, envelope)
        if answer == SWALLOW:
            server.transport.abort()
        return taken


def _name(address: str) -> str:
    return address.partition("@")[0]


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """The other side was killed; that is the point."""


@dataclass
class World:
    """Papers and receivers on loopback; which step it is they read from a file that the process writes."""

    folder: Path
    script: Script
    taken: list[Taken] = field(default_factory=list)
    box: Post = field(default_factory=Post)
    read: int = 0
    busy: int = 0
    lock: Lock = field(default_factory=Lock)

    def __enter__(self):
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of what aiosmtpd itself does at each login
        self.box.world = self
        self.box.__enter__()
        self.server = Server(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
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
        (watchlists / "all.yaml").write_text(self.script.watchlists())

    def configuration(self, *, edited: bool) -> str:
        return self.script.configuration(f"127.0.0.1:{self.server.server_port}", self.box.port, edited=edited)

    def paper(self, name: str) -> bytes:
        return self.script.document(name, self.step, f"127.0.0.1:{self.server.server_port}")

    def page(self, guid: str) -> tuple[int, bytes]:
        """The article at the link of an item, and the status it comes with."""
        return REFUSALS.get(self.answer("page"), 200), f"<html><p>{self.script.pages[guid]}</p></html>".encode()

    def answer(self, to: str, text: str = "") -> str:
        """How a receiver answers now."""
        behaviour = self.script.steps[self.step].answers.get(to, TAKE)
        return TAKE if behaviour == POISON and "Poison" not in text else behaviour

    def take(self, to: str, payload: dict, message_id: str) -> None:
        text = payload["message"]
        is_notice = payload.get("topic") == "notices"
        alerts = tuple(alert["id"] for alert in payload["alerts"])
        self.taken.append(Taken(to, message_id, payload.get("title", ""), text, is_notice, alerts))

    def settle(self, seconds: float = 5) -> None:
        """Wait until every connection is done with, then read the mail."""
        ends = perf_counter() + seconds
        while self.busy and perf_counter() < ends:
            sleep(0.002)
        for mail in self.box.mails[self.read :]:
            text = mail.get_body(("plain",)).get_content()
            is_notice = mail["List-Id"].startswith("<notices.")
            to = _name(str(mail["To"]))
            self.taken.append(Taken(to, str(mail["Message-ID"]), str(mail["Subject"]), text, is_notice))
        self.read = len(self.box.mails)

    def arrived(self) -> list[Taken]:
        """All that was taken, once every connection is done with."""
        self.settle()
        return self.taken

    def restore(self, taken: list[Taken]) -> None:
        """Forget everything but what had been taken at an earlier moment."""
        self.settle()
        self.taken = list(taken)


def counted(taken: Iterable[Taken]) -> Counter[tuple[str, str]]:
    return Counter(message.key for message in taken)


def tellings(taken: Iterable[Taken]) -> Counter[tuple[str, str]]:
    """How often each thing was told to each destination, in whatever messages."""
    return Counter((message.to, each) for message in taken for each in message.tells)


def ids_of(taken: Iterable[Taken]) -> dict[tuple[str, str], set[str]]:
    """The ids under which each message came; notices left out, since two may bear one subject."""
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for message in taken:
        if not message.is_notice:
            ids[message.key].add(message.id)
    return ids


REFUSALS = {LATER: 503, POISON: 400, DEAD: 410}


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
            match self.path.strip("/").split("/"):
                case ["page", guid]:
                    self.reply(*world.page(guid))
                case ["robots.txt"]:
                    self.reply(404, b"")
                case _:
                    self.paper()

        def paper(self):
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
            if behaviour in REFUSALS:
                self.reply(REFUSALS[behaviour], b"")
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
