"""Where each character of a scalar stands in its file, whatever YAML did to it: folding, indentation, escapes.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.config.page import Page
from monitor.located import Mark

_BLANKS = re.compile(r"[ \n]*")
_ESCAPED = {"x": 2, "u": 4, "U": 8}
"""Digits that follow these letters after a backslash. YAML 1.1 section 5.7."""


def origin_of(page: Page, pieces: list[tuple[int, int, str]], value: str) -> tuple[Mark, ...]:
    """A mark for each source line of a value that stands on several lines.

    Args:
        page: the file.
        pieces: line and column (from 0) of each source line that is not blank, and its text without indentation.
        value: what YAML made of them.

    Returns:
        Marks such that `Text.place` finds every character; where YAML changed more than blanks, the first mark alone.
    """
    marks: list[Mark] = []
    at = 0
    for line, column, piece in pieces:
        start = _end_of_blanks(value, at)
        if start == len(value):
            break
        if not value.startswith(piece, start):
            return tuple(marks[:1]) or (page.mark(line, column),)
        breaks, indent = _split(value[at:start], first=not marks)
        marks += [page.mark(line, len(page.shown[line]))] * breaks
        marks.append(page.mark(line, column - indent))
        at = start + len(piece)
    return tuple(marks)


def _end_of_blanks(value: str, at: int) -> int:
    found = _BLANKS.match(value, at)
    return found.end() if found else at


def _split(blanks: str, *, first: bool) -> tuple[int, int]:
    """Line breaks to account for beyond the usual one, and blanks that belong to the next line's indentation."""
    indent = len(blanks) - blanks.rfind("\n") - 1 if "\n" in blanks or first else len(blanks) - 1
    return len(blanks) - indent - (0 if first else 1), indent


def block_pieces(page: Page, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """The lines of a block or folded scalar that are not blank."""
    for number in range(first, min(last + 1, len(page.lines))):
        line = page.lines[number]
        if line.strip(" "):
            yield number, len(line) - len(line.lstrip(" ")), line.strip(" ")


def flow_pieces(page: Page, start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int, str]]:
    """The same of a plain or quoted scalar on several lines; `start` and `end` are (line, column) inside the quotes."""
    for number in range(start[0], end[0] + 1):
        line = page.lines[number]
        low = start[1] if number == start[0] else 0
        high = end[1] if number == end[0] else len(line)
        if text := line[low:high].strip(" "):
            yield number, line.index(text, low), text


def escapes_of(written: str, value: str) -> tuple[int, ...]:
    """Offsets of the characters of a quoted scalar that are written longer than they are.

    Args:
        written: the scalar as it stands in the file, both quotes included.
        value: what it means.
    """
    inside, found, at, index = written[1:-1], [], 0, 0
    while at < len(inside):
        length = _length(inside, at, written[0])
        found += [index] * (length - 1)
        at, index = at + length, index + 1
    return tuple(found) if index == len(value) else ()


def _length(inside: str, at: int, quote: str) -> int:
    if quote == "'":
        return 2 if inside[at] == "'" else 1
    if inside[at] != "\\":
        return 1
    return 2 + _ESCAPED.get(inside[at + 1 : at + 2], 0)
