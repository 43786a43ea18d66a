"""What really went over the wire while a service plugin was at work.

Plugins answer yes or no; what they say of a failure they write to a logger, with URLs and bodies. Nothing of that may
reach a log, so the logger is made to speak to us alone.

Every plugin that speaks HTTP does so through requests, whose adapter is the one place where the status, the
Retry-After header and the way a connection broke can be seen as values. So the adapter's `send` is wrapped once;
outside `watched()` it does nothing of its own. It reads only the beginning of an answer: what comes after it may never
end. The request that holds the message of a known service is given the form that puts it into its thread.

Edge: requests.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from threading import Timer
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.exceptions import HTTPError

from monitor.alerts.receipts import Exchange, retry_after
from monitor.alerts.services import Form, Service, id_in, refusal_in
from monitor.alerts.sockets import Lines

BODY_BYTES = 100_000
"""What is read of an answer; the longest that a service gives are a few thousand."""
BODY_S = 3.0
"""How long it may take to come, once the status is there."""
_PIECE_BYTES = 65_536


@dataclass(slots=True)
class Traffic:
    """What one thread was seen to do."""

    exchanges: list[Exchange] = field(default_factory=list)
    said: list[str] = field(default_factory=list, repr=False)
    """What the plugin wrote of its trouble, secrets and all."""
    lines: Lines = field(default_factory=lambda: Lines(host=""))
    """Its connections."""
    service: Service | None = None
    form: Form = field(default_factory=Form)
    given: str = ""
    """The id that the service gave the message."""


_traffic: ContextVar[Traffic | None] = ContextVar("traffic", default=None)

_plain_send = HTTPAdapter.send


@contextmanager
def watched(lines: Lines, service: Service | None, form: Form) -> Iterator[Traffic]:
    """Fills with what this thread does from now on, over these connections; messages go out in this form."""
    traffic = Traffic(lines=lines, service=service, form=form)
    token = _traffic.set(traffic)
    try:
        yield traffic
    finally:
        _traffic.reset(token)


def _watched_send(adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
    traffic = _traffic.get()
    if traffic is None:
        return _plain_send(adapter, request, **options)
    traffic.lines.by_proxy = bool(select_proxy(request.url or "", options.get("proxies")))
    service = _carrying(traffic, request)
    if service:
        _put_into(request, traffic.form)
    try:
        response = _plain_send(adapter, request, **options)
    except requests.RequestException as error:
        refused = traffic.lines.refused
        traffic.exchanges.append(Exchange(fault=refused, refused=True) if refused else _failure(error))
        raise
    _read_beginning(response, traffic.lines)
    asked = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
    exchange = Exchange(status=response.status_code, retry_after=asked)
    traffic.exchanges.append(_read_answer(traffic, service, response, exchange) if service else exchange)
    return response


def _carrying(traffic: Traffic, request: requests.PreparedRequest) -> Service | None:
    """The service, if this is the request that holds the message."""
    service, path = traffic.service, urlsplit(request.url or "").path
    return service if service and request.method in {"POST", "PUT"} and service.path.search(path) else None


def _put_into(request: requests.PreparedRequest, form: Form) -> None:
    """Add to a request what the form has and the request has not."""
    if form.query:
        there = parse_qs(urlsplit(request.url or "").query)
        request.prepare_url(request.url or "", {name: value for name, value in form.query.items() if name not in there})
    body = _json(request.body) if form.body else None
    if isinstance(body, dict):
        request.prepare_body(json.dumps({**form.body, **body}).encode(), None)


def _read_answer(traffic: Traffic, service: Service, response: requests.Response, exchange: Exchange) -> Exchange:
    answer = _json(response.content)
    refusal = refusal_in(service, answer)
    if refusal is None and response.ok:
        traffic.given = id_in(service, answer)
    is_page = response.ok and bool(service.agrees[1]) and response.content.lstrip().startswith(b"<")
    return replace(exchange, carried=True, refusal=refusal, is_page=is_page)


def _json(body: Any) -> Any:
    """What a body says in JSON; None where it is none."""
    try:
        return json.loads(body)
    except (TypeError, ValueError, RecursionError):
        return None


def _read_beginning(response: requests.Response, lines: Lines) -> None:
    """Give the response the beginning of its body, and hang up; a body that breaks, drips or stalls ends there."""
    body, ends = bytearray(), perf_counter() + BODY_S
    with _hung_up_after(BODY_S, lines), suppress(HTTPError, OSError):
        while len(body) < BODY_BYTES and perf_counter() < ends:
            piece = response.raw.read1(_PIECE_BYTES, decode_content=True)
            if not piece:
                break
            body += piece
    response._content, response._content_consumed = bytes(body), True  # noqa: SLF001
    response.raw.close()


@contextmanager
def _hung_up_after(seconds: float, lines: Lines) -> Iterator[None]:
    alarm = Timer(seconds, lines.hang_up)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def hush(name: str) -> None:
    """Keep all that this logger says from every log; warnings are heard by `watched` alone."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    if _hear not in logger.filters:
        logger.addFilter(_hear)


def _hear(record: logging.LogRecord) -> bool:
    traffic = _traffic.get()
    if traffic is not None and record.levelno >= logging.WARNING:
        traffic.said.append(record.getMessage())
    return False


def _failure(error: requests.RequestException) -> Exchange:
    match error:
        case requests.exceptions.ConnectTimeout():
            return Exchange(fault="connecting timed out")
        case requests.exceptions.ReadTimeout():
            return Exchange(fault="no answer in time", answer_lost=True)
        case requests.exceptions.SSLError():
            return Exchange(fault="TLS failed")
        case requests.exceptions.ProxyError():
            return Exchange(fault="the proxy failed")
        case requests.exceptions.ConnectionError():
            return _broken(str(error))
        case _:
            return Exchange(fault="the request could not be made")


def _broken(words: str) -> Exchange:
    """Whether a connection was never made, or broke when the request may have been taken."""
    if "NameResolutionError" in words or "Failed to resolve" in words:
        return Exchange(fault="name not found")
    if "Max retries exceeded" in words or "NewConnectionError" in words:
        return Exchange(fault="connection refused")
    return Exchange(fault="connection broken before an answer came", answer_lost=True)


setattr(HTTPAdapter, "send", _watched_send)  # noqa: B010 - its signature grows with each release of requests

logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # at DEBUG it writes every path, at WARNING some
