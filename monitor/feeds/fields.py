"""The fields of an entry, whatever format they come in: plain text, bounded sizes, believable dates.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.model.ids import digest
from monitor.text.clean import clean_line, clean_text
from monitor.text.html import html_to_text

TITLE = 1_000
SUMMARY = 20_000
BODY = 200_000
PLAIN = "text/plain"
HTML = "text/html"
_MOST_NAMES = 60
_GUID = 1_000
_NAME = 200
_MARKUP_FACTOR = 10
"""Markup longer than this many times the text it may give is not read to its end."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A cleaned text within its cap."""

    text: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Names of persons or categories, each once, within their cap."""

    names: tuple[str, ...] = ()
    is_cut: bool = False


def passage(value: str, kind: str, limit: int) -> Passage:
    """The text that a reader would see of a value, in lines.

    Args:
        value: As it stood in the feed.
        kind: Its content type; anything but plain text is taken for markup.
        limit: Longest text in characters.
    """
    source = value[: limit * _MARKUP_FACTOR]
    text = clean_text(source if kind == PLAIN else html_to_text(source))
    return Passage(text[:limit].rstrip(), is_cut=len(text) > limit or len(source) < len(value))


def headline(value: str, kind: str) -> Passage:
    """The same in one line, of a headline's length."""
    shown = passage(value, kind, TITLE)
    return Passage(clean_line(shown.text), is_cut=shown.is_cut)


def names_of(values: Iterable[str]) -> Names:
    """Names in one line each, at most 60."""
    shown = (clean_line(html_to_text(value[: _NAME * _MARKUP_FACTOR]), _NAME) for value in values)
    names = tuple(dict.fromkeys(filter(None, shown)))
    return Names(names[:_MOST_NAMES], is_cut=len(names) > _MOST_NAMES)


def name_of(value: str) -> str | None:
    """One name in one line; None for an empty one."""
    return next(iter(names_of([value]).names), None)


def guid_of(value: str) -> str | None:
    """What identifies an entry, in one line; endless ones are shortened so that they still differ."""
    guid = clean_line(value)
    return f"{guid[:_GUID]}#{digest(guid)}" if len(guid) > _GUID else guid or None


def language_of(tag: str) -> str | None:
    """A BCP 47 tag in lower case; None for what is none."""
    lowered = tag.strip().lower().replace("_", "-")
    return lowered if _LANGUAGE.fullmatch(lowered) else None


def believable(instant: datetime, now: datetime) -> datetime | None:
    """A date that a feed may claim: from 1990 to a day from now, in UTC; else None."""
    return instant.astimezone(UTC) if _EARLIEST <= instant <= now + timedelta(days=1) else None
