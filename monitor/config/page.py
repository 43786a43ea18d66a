"""A configuration file as lines: decoded strictly, bounded, and shown without its secrets.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.config.masking import masked
from monitor.errors import ConfigError, Problem
from monitor.located import Mark

LONGEST_BYTES = 1_000_000
"""A file larger than this is refused before it is parsed."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_INDENT_TAB = re.compile(r"[ ]*\t")


@dataclass(frozen=True, slots=True)
class Page:
    """One file's text."""

    file: str
    lines: tuple[str, ...]
    shown: tuple[str, ...]
    """The same lines with `***` where a secret may stand and U+FFFD for invisible characters; only these are shown."""

    def mark(self, line: int, column: int) -> Mark:
        """The place at a line and column counted from 0, as YAML parsers count."""
        source = self.shown[line] if line < len(self.shown) else ""
        return Mark(self.file, line + 1, column + 1, source)

    @property
    def text(self) -> str:
        """All lines, each ended by a newline."""
        return "".join(line + "\n" for line in self.lines)


def page(file: str, data: bytes) -> Page:
    """The lines of a UTF-8 file; trailing blanks, a byte-order mark and the kind of line end are not kept.

    Raises:
        ConfigError: the file is too large, not UTF-8, or holds characters that no editor shows.
    """
    if len(data) > LONGEST_BYTES:
        raise ConfigError(
            [_whole(file, "the file is larger than 1 MB", "split it; every *.yaml in the folder is read")]
        )
    lines = tuple(line.rstrip(" ") for line in _lines(_decoded(file, data)))
    sheet = Page(file, lines, masked(_INVISIBLE.sub("\ufffd", line) for line in lines))
    if problems := list(_unreadable(sheet)):
        raise ConfigError(problems)
    return sheet


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _decoded(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        hint = "save it as UTF-8; UTF-16 and Latin-1 are not read"
        raise ConfigError([Problem(file, line, column, "the file is not UTF-8", hint)]) from None


def _unreadable(sheet: Page) -> Iterator[Problem]:
    for number, line in enumerate(sheet.lines):
        if found := _INVISIBLE.search(line):
            name = f"U+{ord(found[0]):04X}"
            yield sheet.mark(number, found.start()).problem(f"an invisible character ({name})", "delete it")
            return
        if found := _INDENT_TAB.match(line):
            yield sheet.mark(number, found.end() - 1).problem(
                "a tab in the indentation", "YAML indents with spaces only"
            )
            return


def _whole(file: str, message: str, hint: str) -> Problem:
    return Problem(file, 0, 0, message, hint)
