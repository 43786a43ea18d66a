"""Reading an answer's head and undoing its coding.

Pure.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.model.feed import Failed, Fault

_MOST_MEMBERS = 16
_GZIP = 16 + zlib.MAX_WBITS
_SECONDS = re.compile(r"[+-]?[0-9]{1,4000}")
_LONGEST_SECONDS = 10**10


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """What a server asks for before the next request; None when it asks for nothing that can be read.

    A date counts from the answer's own Date, so that wrong clocks do not matter. Never below zero; absurdly long
    spans become about 300 years.

    Args:
        headers: By lower-case name.

    Source:
        RFC 9110 10.2.3 and 6.6.1.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=max(0, min(int(value), _LONGEST_SECONDS)))
    until, sent = http_date(value), http_date(headers.get("date", ""))
    return max(until - sent, timedelta()) if until and sent else None


def http_date(value: str) -> datetime | None:
    """The instant that an HTTP date names, in UTC; None when it names none.

    Source: RFC 9110 5.6.7.
    """
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def decoded(body: bytes, coding: str, limit_bytes: int) -> bytes | Failed:
    """The body without its content coding, when that is gzip or none, whole, and at most `limit_bytes` long.

    Source: RFC 9110 8.4.1, RFC 1952.
    """
    match coding.strip().lower():
        case "" | "identity":
            return body if len(body) <= limit_bytes else too_big(limit_bytes)
        case "gzip" | "x-gzip":
            return _gunzipped(body, limit_bytes)
        case _:
            return Failed(fault=Fault.BROKEN, detail="it was sent in a coding that was not asked for")


def too_big(limit_bytes: int) -> Failed:
    """The failure of an answer that is longer than allowed."""
    return Failed(fault=Fault.TOO_BIG, detail=f"more than {limit_bytes / 1_000_000:g} MB")


def _gunzipped(body: bytes, limit_bytes: int) -> bytes | Failed:
    whole, rest = b"", body
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(_GZIP)
        try:
            whole += member.decompress(rest, limit_bytes - len(whole) + 1)
        except zlib.error:
            return Failed(fault=Fault.BROKEN, detail="its gzip data is damaged")
        if len(whole) > limit_bytes:
            return too_big(limit_bytes)
        if not member.eof:
            return Failed(fault=Fault.BROKEN, detail="its gzip data ends too early")
        rest = member.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            return whole
    return Failed(fault=Fault.BROKEN, detail="its gzip data is in too many pieces")
