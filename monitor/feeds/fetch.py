"""Fetch: one polite request for one feed, and what came of it.

All requests live on one event loop in a thread of their own. Each has its own connections, so that nothing of one
feed (an opened network, a cookie, a password) can reach another.

Edge: aiohttp.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import timedelta
from http import HTTPStatus
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from monitor import __version__
from monitor.errors import MonitorError
from monitor.feeds.answers import decoded, retry_after, too_big
from monitor.feeds.faults import failed_by
from monitor.feeds.redirects import STATUSES, Hop, first_hop, next_hop
from monitor.feeds.resolver import Lookup, Resolver, system_lookup
from monitor.feeds.sockets import Doorway
from monitor.model.feed import Document, Failed, Fault, Fetched, FetchOutcome, FetchRequest, NotModified

DEADLINE = timedelta(seconds=20)
"""For everything that one fetch takes: names, connections, redirects, body."""
LONGEST_BYTES = 10_000_000
"""Of an answer, on the wire and decoded."""
_LONGEST_VALIDATOR = 1_024

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.5, */*;q=0.1"
)
_MINE = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})


class Fetcher:
    """Fetches feeds, many at a time, from a thread of its own.

    Use it as a context manager; how many requests are under way at once is the caller's affair.

    Args:
        contact: URL or address where its owner can be reached, told to every server.
        deadline: For everything that one fetch takes.
        longest_bytes: Of an answer, on the wire and decoded.
        lookup: How names become addresses.
    """

    def __init__(
        self,
        *,
        contact: str | None = None,
        deadline: timedelta = DEADLINE,
        longest_bytes: int = LONGEST_BYTES,
        lookup: Lookup = system_lookup,
    ) -> None:
        self._agent = f"monitor/{__version__}" + (f" (+{contact})" if contact else "")
        self._deadline = deadline
        self._longest_bytes = longest_bytes
        self._lookup = lookup
        self._lock = Lock()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    def __enter__(self) -> Self:
        ready: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._serve(ready)), name="fetch", daemon=True)
        self._thread.start()
        self._loop = ready.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, request: FetchRequest) -> Future[FetchOutcome]:
        """The outcome of one request, to come.

        Faults of the world are outcomes. The future is cancelled when the fetcher is closed before it is done.

        Raises:
            MonitorError: The fetcher is not running.
        """
        with self._lock:
            if self._loop is None:
                raise MonitorError("fetcher: not running: it was closed or never entered")
            return asyncio.run_coroutine_threadsafe(self._fetch(request), self._loop)

    def close(self) -> None:
        """Ends every request under way and the thread; promptly, and as often as one likes."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is not None:
                loop.call_soon_threadsafe(self._end.set)
        if self._thread is not None:
            self._thread.join()

    async def _serve(self, ready: Future[asyncio.AbstractEventLoop]) -> None:
        self._resolver = Resolver(self._lookup)
        ready.set_result(asyncio.get_running_loop())
        await self._end.wait()

    async def _fetch(self, request: FetchRequest) -> FetchOutcome:
        hop = first_hop(request.url)
        if isinstance(hop, Failed):
            return hop
        doorway = Doorway(request.allow_private, self._longest_bytes)
        try:
            async with asyncio.timeout(self._deadline.total_seconds()) as limit, self._session(doorway) as session:
                outcome = await self._follow(session, request, hop)
            return self._cut_off(doorway) if doorway.meter.is_broken and isinstance(outcome, Fetched) else outcome
        except (ClientError, OSError, ValueError) as error:
            if limit.expired():
                seconds = f"{self._deadline.total_seconds():g}"
                return Failed(fault=Fault.TIMEOUT, detail=f"no whole answer within {seconds} s")
            return self._cut_off(doorway) if doorway.meter.is_over else failed_by(error, doorway.refusals)

    def _cut_off(self, doorway: Doorway) -> Failed:
        broken = Failed(fault=Fault.BROKEN, detail="the connection broke before the answer was whole")
        return too_big(self._longest_bytes) if doorway.meter.is_over else broken

    def _session(self, doorway: Doorway) -> ClientSession:
        connector = TCPConnector(resolver=self._resolver, socket_factory=doorway, use_dns_cache=False, force_close=True)
        return ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
        )

    async def _follow(self, session: ClientSession, request: FetchRequest, hop: Hop) -> FetchOutcome:
        while True:
            headers = self._headers(request, hop)
            async with session.get(hop.url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in STATUSES:
                    return await self._outcome(answer, request, hop)
                following = next_hop(hop, answer.status, answer.headers.getall("location", []))
            if isinstance(following, Failed):
                return following
            hop = following

    def _headers(self, request: FetchRequest, hop: Hop) -> dict[str, str]:
        offered = {
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            "Authorization": hop.authorization,
            "If-None-Match": _sendable(request.etag),
            "If-Modified-Since": _sendable(request.last_modified),
        }
        return {name: value for name, value in offered.items() if value}

    async def _outcome(self, answer: ClientResponse, request: FetchRequest, hop: Hop) -> FetchOutcome:
        headers = _first_values(answer)
        if answer.status == HTTPStatus.NOT_MODIFIED and (request.etag or request.last_modified):
            return NotModified(headers=headers, permanent_url=_moved(hop))
        if answer.status not in _MINE:
            return _refused(answer.status, headers)
        return await self._document(answer, headers, hop)

    async def _document(self, answer: ClientResponse, headers: Mapping[str, str], hop: Hop) -> Fetched | Failed:
        if (answer.content_length or 0) > self._longest_bytes:
            return too_big(self._longest_bytes)
        wire = await answer.read()
        codings = ", ".join(answer.headers.getall("content-encoding", []))
        body = decoded(wire, codings, self._longest_bytes)
        if isinstance(body, Failed):
            return body
        return Fetched(
            Document(
                body=body,
                headers=headers,
                url=str(hop.url),
                permanent_url=_moved(hop),
                status=answer.status,
                wire_bytes=len(wire),
            )
        )


def _moved(hop: Hop) -> str | None:
    return None if hop.permanent_url is None else str(hop.permanent_url)


def _sendable(validator: str | None) -> str | None:
    """A validator that fits into one line of a request, as it was received."""
    is_fit = validator is not None and len(validator) <= _LONGEST_VALIDATOR and validator.isprintable()
    return validator if is_fit else None


def _first_values(answer: ClientResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        headers.setdefault(name.lower(), value)
    return headers


def _refused(status: int, headers: Mapping[str, str]) -> Failed:
    """The failure that a status other than success or redirect means."""
    phrase = next((known.phrase for known in HTTPStatus if known == status), "not a status of the standard")
    kinds = {HTTPStatus.GONE: Fault.GONE, HTTPStatus.TOO_MANY_REQUESTS: Fault.RATE_LIMITED}
    return Failed(
        fault=next((fault for known, fault in kinds.items() if known == status), Fault.STATUS),
        detail=f"HTTP {status} ({phrase})",
        status=status,
        retry_after=retry_after(headers),
    )
