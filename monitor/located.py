"""Values that remember where in a file they stood, so that a complaint can point at them.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import Problem


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column from 1."""

    file: str
    line: int
    column: int
    source: str = ""
    """The line as it stands in the file."""

    def problem(self, message: str, hint: str = "", *, offset: int = 0) -> Problem:
        """A Problem at this place, `offset` columns further right."""
        return Problem(self.file, self.line, self.column + offset, message, hint, self.source)


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; always text until a field says otherwise."""

    value: str
    mark: Mark
    plain: bool = True
    """On one line, unquoted: a column inside the value is a column inside the file."""
    quote: int = 0
    """Characters between the mark and the value's first character (1 for a quoted scalar)."""
    origin: tuple[Mark, ...] = ()
    """For block and folded scalars: the mark of each of the value's source lines."""
    escapes: tuple[int, ...] = ()
    """For quoted scalars with escapes: offsets in the value of the characters that the file writes with one
    character more than the value has; an offset that needs several stands there several times."""

    def place(self, column: int) -> Mark:
        """Where the value's `column`-th character (from 1) stands in the file, as closely as it can be known."""
        left = column - 1
        for mark in self.origin:
            length = len(mark.source.rstrip()) - (mark.column - 1)
            if left < length:
                return Mark(mark.file, mark.line, mark.column + left, mark.source)
            left -= length + 1
        if self.origin:
            return self.origin[-1]
        left += self.quote + sum(1 for offset in self.escapes if offset < left)
        return Mark(self.mark.file, self.mark.line, self.mark.column + left, self.mark.source)


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    values: tuple[Located, ...]
    mark: Mark

    def __iter__(self) -> Iterator[Located]:
        return iter(self.values)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the file, keys unique."""

    values: tuple[tuple[Text, Located], ...]
    mark: Mark

    def __iter__(self) -> Iterator[tuple[Text, Located]]:
        return iter(self.values)

    def get(self, key: str) -> Located | None:
        """The value under `key`, or None."""
        return next((value for name, value in self.values if name.value == key), None)


Located = Text | Items | Pairs


def bare(value: Located) -> object:
    """What a value says, wherever and however it is written: texts, lists, and mappings as lists of pairs."""
    match value:
        case Text():
            return value.value
        case Items():
            return [bare(one) for one in value]
        case Pairs():
            return [(key.value, bare(one)) for key, one in value]
