"""What passes between the service and its parse worker: frames of bytes, and JSON that is believed in nothing.

The worker has read hostile bytes; what it answers is checked value by value and can become nothing but an answer.

Pure.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import IO, Any

from monitor.model.feed import Document, Failed, Fault, ParsedEntry, ParsedFeed

_LENGTH = struct.Struct("!Q")
_Object = dict[str, Any]


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Writes one frame: eight bytes of length, then the payload."""
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes], longest_bytes: int) -> bytes | None:
    """The next frame's payload; None at the end of the stream.

    Raises:
        ValueError: It is longer than allowed, or the stream ends inside it.
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else longest_bytes + 1
    payload = stream.read(length) if length <= longest_bytes else b""
    if len(payload) != length:
        raise ValueError("a frame is too long or broken off")
    return payload


def packed_request(document: Document, now: datetime) -> bytes:
    """What the worker needs to know beside the body."""
    return json.dumps({"headers": dict(document.headers), "url": document.url, "now": now.isoformat()}).encode()


def unpacked_request(payload: bytes, body: bytes) -> tuple[Document, datetime]:
    """The document to parse and the instant of its poll."""
    request = json.loads(payload)
    document = Document(body=body, headers=request["headers"], url=request["url"])
    return document, datetime.fromisoformat(request["now"])


def packed_answer(answer: ParsedFeed | Failed, memory_bytes: int) -> bytes:
    """The worker's answer, and how much memory it holds by now."""
    kind = "feed" if isinstance(answer, ParsedFeed) else "failed"
    return json.dumps({kind: asdict(answer), "memory_bytes": memory_bytes}, default=_plain).encode()


def unpacked_answer(payload: bytes) -> tuple[ParsedFeed | Failed, int]:
    """The worker's answer, and how much memory it says it holds.

    Raises:
        ValueError: It is not an answer.
    """
    try:
        message = json.loads(payload)
        memory_bytes = _whole(message, "memory_bytes")
        if "feed" in message:
            return _feed(message["feed"]), memory_bytes
        failed = message["failed"]
        return Failed(fault=Fault(failed["fault"]), detail=_text(failed, "detail")), memory_bytes
    except (LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("the worker's answer is none") from error


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            raise TypeError(f"{type(value)} has no place in an answer")


def _feed(feed: _Object) -> ParsedFeed:
    return ParsedFeed(
        title=_text_or_none(feed, "title"),
        language=_text_or_none(feed, "language"),
        site_url=_text_or_none(feed, "site_url"),
        ttl=None if feed["ttl"] is None else timedelta(seconds=float(feed["ttl"])),
        entries=tuple(_entry(entry) for entry in feed["entries"]),
        lost=_whole(feed, "lost"),
        dropped=_whole(feed, "dropped"),
        note=_text(feed, "note"),
    )


def _entry(entry: _Object) -> ParsedEntry:
    return ParsedEntry(
        guid=_text_or_none(entry, "guid"),
        link=_text_or_none(entry, "link"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        body=_text(entry, "body"),
        tail=_text(entry, "tail"),
        authors=_texts(entry, "authors"),
        categories=_texts(entry, "categories"),
        language=_text_or_none(entry, "language"),
        source=_text_or_none(entry, "source"),
        published_at=_instant(entry, "published_at"),
        updated_at=_instant(entry, "updated_at"),
        cut=entry["cut"] is True,
    )


def _text(item: _Object, name: str) -> str:
    return _believed(item[name])


def _text_or_none(item: _Object, name: str) -> str | None:
    return None if item[name] is None else _believed(item[name])


def _texts(item: _Object, name: str) -> tuple[str, ...]:
    return tuple(_believed(value) for value in item[name])


def _believed(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text was expected")
    return value


def _whole(item: _Object, name: str) -> int:
    value = item[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a whole number was expected")
    return value


def _instant(item: _Object, name: str) -> datetime | None:
    value = _text_or_none(item, name)
    instant = None if value is None else datetime.fromisoformat(value)
    if instant is not None and instant.tzinfo is None:
        raise TypeError("an instant with its offset was expected")
    return instant
