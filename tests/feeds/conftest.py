"""A server that answers whatever it is told to, byte for byte, and a fetcher that may talk to it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from threading import Event, Thread

import pytest

from monitor.feeds.fetch import Fetcher
from monitor.model.feed import FetchOutcome, FetchRequest
from monitor.model.ids import feed_id

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Exchange:
    """One request, and the means to answer it badly."""

    def __init__(self, connection: socket.socket, head: str, ended: Event) -> None:
        self._connection, self.head, self._ended = connection, head, ended

    def header(self, name: str) -> str | None:
        lines = (line.partition(": ") for line in self.head.split("\r\n")[1:])
        return next((value for key, _, value in lines if key.lower() == name.lower()), None)

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def answer(self, body: bytes = b"", *headers: str, status: str = "200 OK") -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(head).encode("latin-1") + body)

    def drip(self, piece: bytes, every: float) -> None:
        """Sends the piece again and again until the reader goes away or the test ends."""
        while not self._ended.wait(every):
            self.send(piece)

    def hold(self) -> None:
        self._ended.wait(30)


class RawServer:
    """Answers each path with its script; anything else with 404."""

    def __init__(self) -> None:
        self.scripts: dict[str, Callable[[Exchange], None]] = {}
        self.heads: list[str] = []
        self._ended = Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def on(self, path: str, script: Callable[[Exchange], None] | bytes, *, host: str = "127.0.0.1") -> str:
        """Registers what answers a path, and gives its URL; bytes are sent as they are."""
        self.scripts[path] = (lambda exchange: exchange.send(script)) if isinstance(script, bytes) else script
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                if not (more := connection.recv(65_536)):
                    return
                data += more
            head = data.partition(b"\r\n\r\n")[0].decode("latin-1")
            self.heads.append(head)
            path = head.split(" ", 2)[1]
            script = self.scripts.get(path, lambda exchange: exchange.answer(status="404 Not Found"))
            script(Exchange(connection, head, self._ended))
            connection.shutdown(socket.SHUT_WR)


@pytest.fixture
def server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Content with 100 KB; every name is this machine."""
    with Fetcher(deadline=timedelta(seconds=5), longest_bytes=100_000, lookup=lambda _host, _port: ["127.0.0.1"]) as it:
        yield it


@pytest.fixture
def fetch(fetcher: Fetcher) -> Callable[..., FetchOutcome]:
    """Fetches a URL with loopback opened, and waits for the outcome."""

    def fetch(url: str, **changes: object) -> FetchOutcome:
        request = FetchRequest(**{"feed_id": feed_id(url), "url": url, "allow_private": LOOPBACK, **changes})
        return fetcher.submit(request).result(timeout=10)

    return fetch
