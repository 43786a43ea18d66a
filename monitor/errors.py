"""What can go wrong by our own or the operator's mistake; faults of the world are values instead.

    MonitorError
    ├── ConfigError        configuration refused: a list of Problem        exit 78
    ├── QueryError         a watchlist expression that cannot be compiled
    ├── StateError         the state folder cannot be used                 exit 1
    │   ├── StateLocked    another daemon holds it
    │   ├── StateMissing   it should hold data and does not
    │   ├── StateDamaged   it fails its integrity check
    │   ├── StateTooNew    a newer program wrote it
    │   └── StateFull      no room on the disk; nothing was written
    ├── CorpusError        a corpus cannot be read, written or named       exit 1
    └── NotFound           the thing named on the command line is unknown  exit 1

Every message reads *what: which: why*; whoever reads only the message knows what to do next.

Pure.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LONGEST_SHOWN = 160
"""Characters of a line that a message repeats."""


class MonitorError(Exception):
    """Root of every error this program raises on purpose."""

    exit_code = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place of a configuration file."""

    file: str
    line: int
    """From 1; 0 when the whole file is meant."""
    column: int
    """From 1; 0 when the whole line is meant."""
    message: str
    hint: str = ""
    source: str = ""
    """The offending line as it stands in the file, without its newline."""
    severity: str = "error"
    """`error` refuses the configuration, `warning` is only said."""

    @property
    def place(self) -> str:
        """`file:line:column`, as editors and compilers write it."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)

    def __str__(self) -> str:
        label = "" if self.severity == "error" else f"{self.severity}: "
        rows = [f"{self.place}: {label}{self.message}"]
        if self.source:
            source, column = excerpt(self.source, self.column)
            rows.append(f"    {source}")
            if column:
                rows.append("    " + caret(source, column))
        if self.hint:
            rows.append(f"  hint: {self.hint}")
        return "\n".join(rows)


def excerpt(source: str, column: int) -> tuple[str, int]:
    """As much of a long line as can be read, around a column, and where that column stands in it."""
    if len(source) <= _LONGEST_SHOWN:
        return source, column
    start = min(max(column - 1 - _LONGEST_SHOWN // 2, 0), len(source) - _LONGEST_SHOWN)
    before, after = "…" if start else "", "…" if start + _LONGEST_SHOWN < len(source) else ""
    return f"{before}{source[start : start + _LONGEST_SHOWN]}{after}", column and column - start + len(before)


def caret(source: str, column: int) -> str:
    """A line with `^` under the given column of `source`, tabs kept and wide letters minded so that it lines up."""
    return "".join(_blank(char) for char in source[: max(column - 1, 0)]) + "^"


def _blank(char: str) -> str:
    """What takes as much of a line as a character: two places for wide letters such as 京, none for marks."""
    if char == "\t":
        return char
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "


class ConfigError(MonitorError):
    """The configuration is refused as a whole; nothing of it was loaded."""

    exit_code = 78

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class QueryError(MonitorError):
    """A query that cannot be compiled, with the place and the mend."""

    exit_code = 78

    def __init__(self, message: str, column: int, hint: str = "") -> None:
        self.message, self.column, self.hint = message, column, hint
        super().__init__(f"{message} (column {column})" + (f"; {hint}" if hint else ""))


class StateError(MonitorError):
    """The state folder cannot be used as it is."""


class StateLocked(StateError):
    """Another daemon is running on this state folder."""


class StateMissing(StateError):
    """The state folder should hold a database and does not; starting afresh would forget or flood."""


class StateDamaged(StateError):
    """The database fails its integrity check."""


class StateTooNew(StateError):
    """The database was written by a newer version of the program."""


class StateFull(StateError):
    """There is no room for what was to be written; nothing of it was."""


class CorpusError(MonitorError):
    """A corpus cannot be read, written or named."""


class NotFound(MonitorError):
    """What the user named does not exist here."""
