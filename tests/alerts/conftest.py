from __future__ import annotations

import gzip
import re
import socket
import ssl
import struct
import subprocess
import threading
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from monitor.model.alert import Alert, Delivery, Message, Notice, Parcel
from monitor.model.entry import Entry
from monitor.model.ids import AlertId, EntryId, FeedId, NoticeId, StoryId, delivery_id
from monitor.model.watch import Priority, Strength

ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\([rnt])")
ENDS = {"r": "\r", "n": "\n", "t": "\t"}
HOSTILE = [
    ESCAPE.sub(lambda m: ENDS[m[3]] if m[3] else chr(int(m[1] or m[2], 16)), line)
    for line in Path(__file__).with_name("hostile.txt").read_text("utf-8").split("\n")
]

NOW = datetime(2026, 11, 12, 10, 4, tzinfo=UTC)


def pytest_generate_tests(metafunc):
    if "hostile_title" in metafunc.fixturenames:
        metafunc.parametrize("hostile_title", HOSTILE, ids=map(str, range(len(HOSTILE))))


def _alert(**changes):
    fields = {
        "id": AlertId("a1"),
        "watchlist": "harbour",
        "watchlist_title": "The old harbour",
        "story_id": StoryId("s1"),
        "entry_id": EntryId("e1"),
        "number": 1,
        "at": NOW,
        "why_now": "new story",
        "headline": "Harbour wall gives way at Lindholm",
        "story_title": "Harbour wall gives way at Lindholm",
        "link": "https://news.example/harbour/1",
        "outlet": "Coast Gazette",
        "published_at": NOW,
        "snippet": "The old harbour wall gave way on Monday.",
        "marks": ((8, 15), (16, 20)),
        "words": ("harbour", "wall"),
        "strength": Strength.HEADLINE,
        "priority": Priority.NORMAL,
        "outlets": ("Coast Gazette",),
    }
    return Alert(**(fields | changes))


def _notice(**changes):
    fields = {
        "id": NoticeId("n1"),
        "kind": "feed failing",
        "subject": "Coast Gazette cannot be fetched",
        "detail": "timed out, 5 times in a row",
        "at": NOW,
    }
    return Notice(**(fields | changes))


def _row(told=None, destination="desk", **changes):
    what = told or _alert()
    key = "notice_id" if isinstance(what, Notice) else "alert_id"
    fields = {
        "id": delivery_id(what.id, destination),
        "destination": destination,
        key: what.id,
        "due_at": NOW,
        "created_at": NOW,
        "attempts": 1,
    }
    return Delivery(**(fields | changes))


def _parcel(*told, destination="desk", **changes):
    return Parcel(
        destination=destination,
        deliveries=tuple(_row(each, destination, **changes) for each in told),
        alerts=tuple(each for each in told if isinstance(each, Alert)),
        notices=tuple(each for each in told if isinstance(each, Notice)),
    )


def _entry(**changes):
    fields = {
        "id": EntryId("e1"),
        "feed_id": FeedId("f1"),
        "key": "k1",
        "title": "Harbour wall gives way at Lindholm",
        "link": "https://news.example/harbour/1",
        "source": "Coast Gazette",
        "first_seen_at": NOW,
    }
    return Entry(**(fields | changes))


def _message(**changes):
    fields = {
        "id": "m1",
        "thread": "story-s1",
        "subject": "[The old harbour] Harbour wall gives way",
        "text": "Harbour wall gives way\n\nhttps://news.example/harbour/1",
        "html": "<p>Harbour wall gives way</p>",
        "topic": "harbour",
        "at": NOW,
    }
    return Message(**(fields | changes))


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def alert():
    return _alert


@pytest.fixture
def notice():
    return _notice


@pytest.fixture
def row():
    return _row


@pytest.fixture
def parcel():
    return _parcel


@pytest.fixture
def entry():
    return _entry


@pytest.fixture
def message():
    return _message


@pytest.fixture
def hostile_titles():
    return HOSTILE


class Inbox:
    """A mail server's memory, and what it is told to answer."""

    def __init__(self):
        self.mails = []
        self.answers = {}
        self.logins = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if "recipient" in self.answers:
            return self.answers["recipient"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802
        if "sender" in self.answers:
            return self.answers["sender"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        answer = self.answers.get("data", "250 OK")
        if answer == "hang up":
            self.mails.append(envelope)
            server.transport.abort()
            return "250 OK"
        if answer.startswith("2"):
            self.mails.append(envelope)
        return answer

    def parsed(self):
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.mails]

    def authenticate(self, _server, _session, _envelope, _mechanism, auth_data):
        self.logins.append((auth_data.login.decode(), auth_data.password.decode()))
        return AuthResult(success=auth_data.password == b"right", handled=False)


@pytest.fixture
def mail_server():
    """Starts mail servers on loopback; gives each its inbox and port."""
    running = []

    def start(**options):
        inbox = Inbox()
        if options.pop("login", False):
            options |= {"authenticator": inbox.authenticate, "auth_required": True, "auth_require_tls": False}
        controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), **options)
        controller.start()
        running.append(controller)
        return inbox, controller.port

    yield start
    for controller in running:
        controller.stop(no_assert=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver(ThreadingHTTPServer):
    """A webhook on loopback: remembers what it got, answers what it is told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got = []
        self.status, self.headers, self.body = 200, {}, b"ok"
        self.script, self.script_for = [], ""
        """Status and body of the next answers, before those of always; only to paths that hold this."""
        self.hold = threading.Event()
        self.behaviour = "answer"

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """Broken connections are part of the play."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.got.append((self.command, self.path, dict(self.headers), body))
        match server.behaviour:
            case "hang":
                server.hold.wait()
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            case "drip":
                self._drip()
            case "stall":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
                server.hold.wait()
            case "continue":
                self._pour(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
            case "endless headers":
                self._pour(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n")
            case "flood":
                self._pour(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536)
            case "chunks":
                self._pour(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000)
            case "bomb":
                self._pour(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(bytes(10**7)))
            case _:
                self._answer()

    do_GET = do_PUT = do_POST  # noqa: N815

    def _answer(self):
        server = self.server
        scripted = server.script and server.script_for in self.path
        status, body = server.script.pop(0) if scripted else (server.status, server.body)
        self.send_response(status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self):
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000:
            if self.server.hold.wait(0.02):
                return
            self.wfile.write(bytes([byte]))

    def _pour(self, first, then):
        """As fast as it is taken, until the other side has had enough."""
        with suppress(OSError):
            self.wfile.write(first)
            while not self.server.hold.is_set():
                self.wfile.write(then)

    def log_message(self, *args):
        """Stay silent."""


@pytest.fixture
def webhook():
    """Starts webhooks on loopback."""
    running = []

    def start(behaviour="answer", status=200, **headers):
        server = Receiver()
        server.behaviour, server.status, server.headers = behaviour, status, headers
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.hold.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", *asked.split(), *names, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
