"""The sample outlets' web server on loopback: conditional requests, one feed that is always broken, and a dead pager.

Edge: http.server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from monitor.demo.sample import BY_PATH, rss


@dataclass(slots=True)
class SampleOutlets:
    """Serves every sample feed as it stands in the present act.

    Attributes:
        act: Which act is on; advanced by whoever runs the sample.
    """

    act: int = 0
    _server: ThreadingHTTPServer = field(init=False)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, args=(0.05,), name="sample-outlets", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """Where it listens, as `http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, path: str, etag: str | None) -> tuple[int, bytes, str]:
        outlet = BY_PATH.get(path.strip("/"))
        if outlet is None:
            return 404, b"no such outlet", ""
        if outlet.broken:
            return 500, b"the press is jammed", ""
        body = rss(outlet, self.act, self.origin).encode()
        mark = f'"{sha256(body).hexdigest()[:16]}"'
        return (304, b"", mark) if etag == mark else (200, body, mark)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, etag = answer(self.path, self.headers.get("If-None-Match"))
                self.send_response(status)
                self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if etag:
                    self.send_header("ETag", etag)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                """The pager: it has been switched off for good."""
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(410)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing: the daemon's activity lines tell it better."""

        return Handler
