"""A window as bytes and back: so that a service with a hundred thousand recent entries starts in a second.

What is kept can always be made again from the store; whatever does not look as it should is not used.

Pure.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from monitor.stories.window import Window

FORM = 1
"""Names the form, and the way in which texts become fingerprints and records: raise it with either."""

_MARK = b"monitor window\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """A window as it was at an instant."""

    window: Window
    at: datetime


def packed(window: Window, at: datetime) -> Iterator[bytes]:
    """The window in pieces to be written one after the other; none for an empty one."""
    if not len(window):
        return
    parts = window.parts()
    described = {name: [part.typecode, part.itemsize * len(part), _sum(part)] for name, part in parts.items()}
    head = {"form": FORM, "order": sys.byteorder, "at": at.isoformat(), "parts": described}
    line = json.dumps(head).encode()
    yield b"%s%08x %s\n" % (_MARK, crc32(line), line)
    for part in parts.values():
        yield part.tobytes()


def unpacked(content: bytes) -> Kept | None:
    """The window that was packed; None where the bytes are damaged, or of another form, machine or version."""
    if not content.startswith(_MARK):
        return None
    start = content.find(b"\n", len(_MARK)) + 1
    total, _, line = content[len(_MARK) : start - 1].partition(b" ")
    if total != b"%08x" % crc32(line):
        return None
    try:
        head = json.loads(line)
        if head["form"] != FORM or head["order"] != sys.byteorder:
            return None
        parts = dict(_parts(head["parts"], memoryview(content)[start:]))
        return Kept(Window.of_parts(parts), datetime.fromisoformat(head["at"]))
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _parts(described: Mapping[str, Iterable[object]], content: memoryview) -> Iterator[tuple[str, array[int]]]:
    """The parts, each checked against its sum.

    Raises:
        ValueError: A part is cut short or changed.
    """
    start = 0
    for name, (typecode, size, total) in described.items():
        part: array[int] = array(str(typecode))
        part.frombytes(content[start : start + int(str(size))])
        start += int(str(size))
        if _sum(part) != total:
            raise ValueError(f"{name}: damaged")
        yield name, part


def _sum(part: array[int]) -> int:
    return crc32(memoryview(part).cast("B"))
