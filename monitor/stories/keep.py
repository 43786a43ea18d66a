"""A window as bytes and back: so that a service with a hundred thousand recent entries starts in a second.

What is kept can always be made again from the store. Whoever unpacks it has seen to it that the bytes are those that
were packed.

Pure.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.stories.window import Window

FORM = 3
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
    described = {name: [part.typecode, part.itemsize * len(part)] for name, part in parts.items()}
    head = {"form": FORM, "order": sys.byteorder, "at": at.isoformat(), "parts": described}
    line = json.dumps(head).encode()
    yield b"%s%s\n" % (_MARK, line)
    for part in parts.values():
        yield part.tobytes()


def unpacked(content: bytes) -> Kept | None:
    """The window that was packed; None for no bytes, or those of another form, machine or version."""
    if not content.startswith(_MARK):
        return None
    start = content.index(b"\n", len(_MARK)) + 1
    head = json.loads(content[len(_MARK) : start])
    if head["form"] != FORM or head["order"] != sys.byteorder:
        return None
    parts = dict(_parts(head["parts"], memoryview(content)[start:]))
    return Kept(Window.of_parts(parts), datetime.fromisoformat(head["at"]))


def _parts(described: Mapping[str, tuple[str, int]], content: memoryview) -> Iterator[tuple[str, array[int]]]:
    start = 0
    for name, (typecode, size) in described.items():
        part: array[int] = array(typecode)
        part.frombytes(content[start : start + size])
        start += size
        yield name, part
