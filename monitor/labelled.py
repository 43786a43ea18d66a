"""Labelled files: one JSON object a line, in one of three forms; every row is read as meant, or refused with its line.

Edge: files.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import NoReturn

from monitor.errors import CorpusError
from monitor.text.clean import clean_line, clean_text
from monitor.timing import EPOCH

FORMS = "`cluster`, or `a` and `b`, or `watchlist` and `label`"
YEARS = range(1900, 2200)
"""Years that a time may lie in."""

_GZIP = b"\x1f\x8b"
_LARGEST = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6))
"""Up to which number a time counts seconds, milliseconds, microseconds; and how many make a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledEntry:
    """An entry, and the story it belongs to."""

    id: str
    cluster: str
    title: str
    summary: str
    text: str
    source: str
    """Its outlet; empty where none is named."""
    url: str | None
    at: datetime | None
    """When it came; None in a file without times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One text of a pair."""

    title: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two texts, and how alike they are."""

    id: str
    a: Side
    b: Side
    value: float
    falls: bool
    """True: 1 (same) to 4, as `overall`. False: 0 to 5 (same), as `score`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCase:
    """An entry that a watchlist should match, or should not."""

    line: int
    """Of the file."""
    id: str
    watchlist: str
    label: bool
    title: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled file: rows of one form, at least one."""

    path: Path
    entries: Sequence[LabelledEntry] = ()
    pairs: Sequence[LabelledPair] = ()
    cases: Sequence[LabelledCase] = ()


def read_labelled(path: Path) -> Labelled:
    """The rows of a file of JSONL in UTF-8, which may be compressed by gzip.

    Raises:
        CorpusError: It cannot be read, or not every row of it is of the form of the first; it names the line.
    """
    rows = list(_rows(path))
    if not rows:
        raise CorpusError(f"labelled file: {path}: is empty; needs JSON objects, one a line")
    first = rows[0].fields
    if "cluster" in first:
        return Labelled(path=path, entries=_all_dated([_entry(row) for row in rows]))
    if "a" in first and "b" in first:
        scale = "overall" if "overall" in first else "score"
        return Labelled(path=path, pairs=[_pair(row, scale) for row in rows])
    if "watchlist" in first and "label" in first:
        return Labelled(path=path, cases=[_case(row) for row in rows])
    return rows[0].refuse(f"needs {FORMS}")


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    fields: Mapping[str, object]

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong, and where."""
        raise CorpusError(f"labelled file: {self.path}: line {self.line}: {why}")

    def text(self, name: str) -> str:
        """A text; empty where there is none."""
        value = self.fields.get(name)
        if value is None or isinstance(value, str):
            return clean_text(value or "")
        return self.refuse(f"{name}: {_shown(value)} is no text")

    def name(self, key: str) -> str | None:
        """A name, which may be a number; None where there is none."""
        value = self.fields.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str | int) and not isinstance(value, bool):
            return clean_line(str(value))
        return self.refuse(f"{key}: {_shown(value)} is no name")

    def needed(self, key: str) -> str:
        """A name that must be there."""
        return self.name(key) or self.refuse(f"has no `{key}`, which the first row has")

    def side(self, key: str) -> Side:
        """A text of a pair: the text itself, or an object with title and text."""
        match self.fields.get(key):
            case str(headline):
                return Side(title=clean_line(headline))
            case dict(fields):
                inside = _Row(self.path, self.line, fields)
                return Side(title=clean_line(inside.text("title")), text=inside.text("text"))
            case None:
                return self.refuse(f"has no `{key}`, which the first row has")
            case other:
                return self.refuse(f"{key}: {_shown(other)} is neither a text nor an object with title and text")

    def number(self, key: str, least: float, most: float) -> float:
        """A number within bounds, which may be written as a text."""
        found = _number(self.fields.get(key))
        if found is None or not least <= found <= most:
            self.refuse(f"{key}: {_shown(self.fields.get(key))} is no number from {least:g} to {most:g}")
        return found

    def time(self, key: str) -> datetime | None:
        """An instant; without a zone, in UTC."""
        value = self.fields.get(key)
        if value is None or value == "":
            return None
        found = _instant(value)
        if found is None or found.year not in YEARS:
            self.refuse(f"{key}: {_shown(value)} is no time; give ISO 8601, or seconds or milliseconds since 1970")
        return found


def _rows(path: Path) -> Iterator[_Row]:
    for number, raw in enumerate(_bytes(path).splitlines(), 1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            fields = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as error:
            why = f"no JSON: {error.msg}, column {error.colno}"
            raise CorpusError(f"labelled file: {path}: line {number}: {why}") from error
        except (ValueError, RecursionError) as error:
            raise CorpusError(f"labelled file: {path}: line {number}: no JSON in UTF-8: {error}") from error
        if isinstance(fields, dict):
            yield _Row(path, number, fields)
        elif line.strip():
            raise CorpusError(f"labelled file: {path}: line {number}: is no JSON object")


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw.startswith(_GZIP) else raw
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"labelled file: {path}: {error}") from error


def _entry(row: _Row) -> LabelledEntry:
    return LabelledEntry(
        id=row.name("id") or f"line {row.line}",
        cluster=row.needed("cluster"),
        title=clean_line(row.text("title")),
        summary=row.text("summary"),
        text=row.text("text"),
        source=clean_line(row.text("source")),
        url=row.text("url") or None,
        at=row.time("ts"),
    )


def _all_dated(entries: Sequence[LabelledEntry]) -> list[LabelledEntry]:
    """The entries, of which all have a time, or none: one without a time came with the one before it in the file."""
    at = next((entry.at for entry in entries if entry.at is not None), None)
    dated = []
    for entry in entries:
        at = entry.at or at
        dated.append(replace(entry, at=at))
    return dated


def _pair(row: _Row, key: str) -> LabelledPair:
    least, most = (1.0, 4.0) if key == "overall" else (0.0, 5.0)
    return LabelledPair(
        id=row.name("id") or f"line {row.line}",
        a=row.side("a"),
        b=row.side("b"),
        value=row.number(key, least, most),
        falls=key == "overall",
    )


def _case(row: _Row) -> LabelledCase:
    label = row.fields.get("label")
    if label not in (True, False):
        row.refuse(f"label: {_shown(label)} is neither true nor false")
    return LabelledCase(
        line=row.line,
        id=row.name("id") or f"line {row.line}",
        watchlist=row.needed("watchlist"),
        label=bool(label),
        title=clean_line(row.text("title")),
        text=row.text("summary") or row.text("text"),
        language=row.text("lang") or None,
    )


def _instant(value: object) -> datetime | None:
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        if found.year in YEARS:  # of thirteen digits the first eight may be a day too, centuries ago
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    number = _number(value)
    if number is None or abs(number) >= _LARGEST[-1][0]:
        return None
    with suppress(OverflowError):
        return EPOCH + timedelta(seconds=number / next(unit for most, unit in _LARGEST if abs(number) < most))
    return None


def _number(value: object) -> float | None:
    """A number, also one written as a text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def _shown(value: object) -> str:
    """A value as it stands in the file, cut."""
    return json.dumps(value, ensure_ascii=False, default=str)[:60]
