"""What an answer means: sent, try later, never this message, never this destination, or nobody knows.

Pure.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from monitor.alerts.services import Refusal
from monitor.model.alert import Receipt, Verdict
from monitor.text.clean import clean_line

FAULT_CHARACTERS = 160
HIDDEN = "***"
SHORTEST_SECRET = 4

_ORDINARY = re.compile(r"[a-z]{0,8}")
"""`services`, `robot`: as a secret such a word would blot out half of what is written."""
_HARMLESS = frozenset({
    "to", "from", "cc", "bcc", "reply", "name", "smtp", "mode", "format", "overflow", "verify", "redirect", "rto",
    "cto", "tz", "emojis", "retry", "wait", "optional", "method", "priority", "image", "footer", "avatar", "lang",
})  # fmt: skip
"""Parameters of apprise URLs that are no secrets."""
_MAIL = frozenset({"mailto", "mailtos"})

_DEAD_DESTINATION = frozenset({401, 402, 403, 404, 405, 407, 410, 426, 451})
_TRY_LATER = frozenset({408, 409, 421, 423, 425, 429})
_ANSWER_LOST = frozenset({504})
_DEFINITE = frozenset({Verdict.DEAD_MESSAGE, Verdict.DEAD_DESTINATION})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to a service and what came of it."""

    status: int | None = None
    """None: no answer came."""
    retry_after: timedelta | None = None
    fault: str = ""
    """Class of the failure when no answer came."""
    answer_lost: bool = False
    """No answer came, and the request may have been taken."""
    refused: bool = False
    """It was not made: the gate let none of the host's addresses pass."""
    carried: bool = False
    """It held the message, for a service whose answers can be read."""
    refusal: Refusal | None = None
    """What the body of the answer refuses with, whatever the status says."""
    is_page: bool = False
    """A page came where the service would have said in JSON that it took the message: a proxy's, likely."""


def from_exchange(exchange: Exchange) -> Receipt:
    """The receipt for one HTTP exchange.

    Source: RFC 9110 15 (status codes). A redirect is not followed, so the address in the configuration is wrong.
    """
    if exchange.refused:
        return Receipt(verdict=Verdict.DEAD_DESTINATION, fault=exchange.fault)
    if exchange.status is None:
        verdict = Verdict.UNKNOWN if exchange.answer_lost else Verdict.LATER
        return Receipt(verdict=verdict, fault=exchange.fault)
    if exchange.refusal:
        return _from_refusal(exchange.refusal, exchange.status, exchange.retry_after)
    return Receipt(
        verdict=_verdict(exchange.status), fault=_status_words(exchange.status), retry_after=exchange.retry_after
    )


def _from_refusal(refusal: Refusal, status: int, asked: timedelta | None) -> Receipt:
    """What the reason of a refusal comes to, else its status; a reason unknown beside a friendly status may pass."""
    by_status = _verdict(refusal.status or status)
    verdict = refusal.verdict or (Verdict.LATER if by_status is Verdict.SENT else by_status)
    words = f"{_status_words(refusal.status or status) or 'refused by the service'}: {refusal.word}"
    return Receipt(verdict=verdict, fault=words[:FAULT_CHARACTERS], retry_after=asked or refusal.wait)


def is_refused(exchange: Exchange) -> bool:
    """Whether the service has answered that it does not take the message as it was sent; not that it is busy."""
    if exchange.status is None or not exchange.carried:
        return False
    refusal = exchange.refusal
    if refusal and refusal.verdict:
        return refusal.verdict is not Verdict.LATER
    status = (refusal and refusal.status) or exchange.status
    return _verdict(status) in _DEFINITE or (refusal is not None and status < 300)


def _verdict(status: int) -> Verdict:
    if status in _ANSWER_LOST:
        return Verdict.UNKNOWN
    if status >= 500 or status in _TRY_LATER:
        return Verdict.LATER
    if status in _DEAD_DESTINATION or 300 <= status < 400:
        return Verdict.DEAD_DESTINATION
    return Verdict.DEAD_MESSAGE if status >= 400 else Verdict.SENT


def _status_words(status: int) -> str:
    if 200 <= status < 300:
        return ""
    phrase = _PHRASES.get(status, "")
    moved = ", and redirects are not followed" if 300 <= status < 400 else ""
    return f"HTTP {status} {phrase}".rstrip() + moved


def judge(*, accepted: bool, exchanges: list[Exchange], said: str) -> Receipt:
    """The receipt for one call of a service that may have made several requests.

    Args:
        accepted: What the service's own plugin makes of it; what the answer itself says comes before.
        exchanges: The requests, in order; empty for services that do not speak HTTP.
        said: What the plugin said of its failure, redacted.
    """
    carried = [each for each in exchanges if each.carried]
    last = carried[-1] if carried else Exchange()
    if last.refusal:
        return from_exchange(last)
    if last.is_page:
        return Receipt(verdict=Verdict.UNKNOWN, fault=f"HTTP {last.status} with a page instead of the service's answer")
    if accepted:
        return Receipt(verdict=Verdict.SENT)
    failed = [each for each in exchanges if each.status is None or each.status >= 300]
    if failed:
        return from_exchange(failed[-1])
    lost = bool(carried) or (bool(exchanges) and "connection error" in said.lower())
    return Receipt(verdict=Verdict.UNKNOWN if lost else Verdict.LATER, fault=f"refused by the service: {said}"[:160])


def from_smtp(code: int, said: str, stage: str) -> Receipt:
    """The receipt for an SMTP answer that refuses.

    A permanent refusal of the text is about the message, an earlier one (login, sender, recipient) about the
    destination.

    Source: RFC 5321 4.2.1 and 4.2.3, RFC 4954 6.
    """
    fault = f"SMTP {code} at {stage}: {said}".removesuffix(": ")[:FAULT_CHARACTERS]
    if not 500 <= code < 600:
        return Receipt(verdict=Verdict.LATER, fault=fault)
    return Receipt(verdict=Verdict.DEAD_MESSAGE if stage == "data" else Verdict.DEAD_DESTINATION, fault=fault)


def retry_after(value: str | None, date: str | None) -> timedelta | None:
    """What a `Retry-After` header asks for; None where it says nothing that can be understood.

    Args:
        value: Seconds, or a date.
        date: The answer's `Date`, against which a date is measured.

    Source: RFC 9110 10.2.3.
    """
    if value is None:
        return None
    try:
        return timedelta(seconds=min(max(float(value), 0.0), 1e9))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value) - parsedate_to_datetime(date or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def secrets_of(url: str) -> frozenset[str]:
    """Everything in a destination's URL that could be a secret, in the spellings in which it could come back.

    The password always; of the user name, the path and the query what is no ordinary short word, since services put
    their tokens anywhere.
    """
    user_info, path, query = _split(url)
    user, _, password = unquote(user_info).partition(":")
    words = {user, *re.split(r"[/:@#]", unquote(path))}
    words |= {value for name, value in parse_qsl(query) if name.lower() not in _HARMLESS}
    words = {word for word in words if not _ORDINARY.fullmatch(word)} | {url, password}
    words |= {_base64(f"{user}:{password}"), _base64(f"\0{user}\0{password}"), _base64(password)}
    spelled = words | {quote(word, safe="") for word in words} | {quote(word) for word in words}
    return frozenset(word for word in spelled if len(word) >= SHORTEST_SECRET)


def _split(url: str) -> tuple[str, str, str]:
    """User information; path, with the host where that is no name; query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url, ""
    user, at, host = parts.netloc.rpartition("@")
    name, _, port = host.partition(":")
    is_name = "." in name or name == "localhost" or (not at and port.isdigit())
    path = "" if parts.scheme.lower() in _MAIL else f"{parts.path}/{'' if is_name else host}/{parts.fragment}"
    return (user if at else ""), path, parts.query


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=") if text.strip("\0:") else ""


def redact(text: str, secrets: frozenset[str]) -> str:
    """One clean line of `text` with every secret replaced by `***`, longest first, and shortened."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return clean_line(text, FAULT_CHARACTERS)
