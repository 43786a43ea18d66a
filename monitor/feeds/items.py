"""One item as feedparser gives it, turned into an entry.

Pure.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import struct_time
from typing import Any

from monitor.feeds.fields import (
    BODY,
    HTML,
    PLAIN,
    SUMMARY,
    Passage,
    believable,
    guid_of,
    headline,
    language_of,
    name_of,
    names_of,
    passage,
)
from monitor.model.feed import ParsedEntry
from monitor.text.article import split_tail
from monitor.text.urls import safe_link
from monitor.timing import EPOCH

Raw = dict[str, Any]
"""A dictionary of feedparser; read with `dict.get`, past its own fallbacks."""

_MARKUP = re.compile(r"<[/!a-zA-Z][^<>]*>|&#?\w{1,40};")
_ADDRESS = re.compile(r"[^\s()<>@]{1,100}@[^\s()<>@]{1,100}")
_LONGEST_AUTHOR = 500
_DAY_DIGITS = len("20260302")
_SECONDS_DIGITS, _MILLISECONDS_DIGITS = 10, 13


@dataclass(frozen=True, slots=True)
class Origin:
    """What an entry takes from its feed."""

    base: str
    """Where links lead that are not absolute."""
    language: str | None = None
    is_atom: bool = False
    """Atom says what is markup; elsewhere it must be guessed."""


def entry_of(raw: Raw, origin: Origin, now: datetime) -> ParsedEntry:
    """The entry that an item of feedparser stands for.

    Args:
        raw: The item.
        origin: What it takes from its feed.
        now: The instant of the poll; dates later than a day after it are not believed.
    """
    title = headline(value_of(raw, "title"), _title_type(raw, origin))
    summary, body = _texts(raw)
    authors, categories = names_of(_authors(raw)), names_of(_categories(raw))
    article, tail = split_tail(body.text)
    return ParsedEntry(
        guid=guid_of(value_of(raw, "id")),
        link=_link(raw, origin.base),
        title=title.text,
        summary=summary.text,
        body=article,
        tail=tail,
        authors=authors.names,
        categories=categories.names,
        language=language_of(_language(raw)) or origin.language,
        source=name_of(value_of(_dict(raw, "source"), "title")),
        published_at=date_of(raw, ("published", "created", "updated"), now),
        updated_at=date_of(raw, ("updated",), now),
        cut=any(part.is_cut for part in (title, summary, body, authors, categories)),
    )


def date_of(raw: Raw, names: Sequence[str], now: datetime) -> datetime | None:
    """The first of an item's dates that can be believed."""
    dates = (_date(value_of(raw, name), dict.get(raw, f"{name}_parsed"), now) for name in names)
    return next(filter(None, dates), None)


def value_of(raw: Raw, name: str) -> str:
    """A text of a dictionary of feedparser; empty when it is missing or something else."""
    value = dict.get(raw, name)
    return value if isinstance(value, str) else ""


def _title_type(raw: Raw, origin: Origin) -> str:
    """Content type of a headline: where the format leaves it open, whole tags and references make it markup."""
    if origin.is_atom:
        return _type(_dict(raw, "title_detail"))
    return HTML if _MARKUP.search(value_of(raw, "title")) else PLAIN


def _texts(raw: Raw) -> tuple[Passage, Passage]:
    """Summary and body; a text that says no more than the other is left out."""
    summary = passage(value_of(raw, "summary"), _type(_dict(raw, "summary_detail")), SUMMARY)
    contents = [
        passage(value_of(each, "value"), _type(each), BODY) for each in _dicts(raw, "content") if _is_text(each)
    ]
    body = max(contents, key=lambda content: len(content.text), default=Passage())
    if body.text and not _dict(raw, "summary_detail"):  # feedparser's own copy of the content
        return Passage(), body
    return summary, Passage() if body.text in summary.text else body


def _link(raw: Raw, base: str) -> str | None:
    """The first link that may be shown: the one behind a counting service, the item's own, another."""
    own, guid = value_of(raw, "link"), value_of(raw, "id")
    others = (value_of(link, "href") for link in _dicts(raw, "links") if value_of(link, "rel") == "alternate")
    candidates = (value_of(raw, "feedburner_origlink"), own if own != guid else "", *others)
    return next((link for url in candidates if url and (link := safe_link(url, base))), safe_link(guid))


def _authors(raw: Raw) -> Iterable[str]:
    authors = _dicts(raw, "authors")
    listed = [_named(value_of(author, "name")) or value_of(author, "email") for author in authors]
    if not any(listed):
        return [value_of(raw, "author")]
    return [*listed[:-1], _without_address(value_of(raw, "author"))] if value_of(authors[-1], "email") else listed


def _named(name: str) -> str:
    """The name in `ple (Name`: feedparser knows no ending of a host that is longer than four letters."""
    return name.partition("(")[2] if "(" in name and ")" not in name else name


def _without_address(author: str) -> str:
    """The name in `name@host (Name)` or `Name <name@host>`; the address where there is no name."""
    author = author[:_LONGEST_AUTHOR].strip()
    return _ADDRESS.sub("", author).strip(" ()<>") or author


def _categories(raw: Raw) -> Iterable[str]:
    return (value_of(tag, "label") or value_of(tag, "term") for tag in _dicts(raw, "tags"))


def _language(raw: Raw) -> str:
    details = (_dict(raw, "title_detail"), _dict(raw, "summary_detail"), *_dicts(raw, "content"))
    return next((language for detail in details if (language := value_of(detail, "language"))), "")


def _date(text: str, parsed: object, now: datetime) -> datetime | None:
    """The instant that a date names; bare numbers are counted from 1970, in seconds or milliseconds."""
    is_number = text.isascii() and text.isdigit()
    if is_number and len(text) in {_SECONDS_DIGITS, _MILLISECONDS_DIGITS}:
        return believable(EPOCH + timedelta(seconds=int(text[:_SECONDS_DIGITS])), now)
    if not isinstance(parsed, struct_time) or len(text) < _DAY_DIGITS or (is_number and len(text) > _DAY_DIGITS):
        return None
    try:
        return believable(EPOCH + timedelta(seconds=timegm(parsed)), now)
    except (ValueError, OverflowError):
        return None


def _is_text(content: Raw) -> bool:
    return _type(content).startswith("text/") or _type(content).endswith("xml")


def _type(detail: Raw) -> str:
    return value_of(detail, "type") or HTML


def _dict(raw: Raw, name: str) -> Raw:
    value = dict.get(raw, name)
    return value if isinstance(value, dict) else {}


def _dicts(raw: Raw, name: str) -> list[Raw]:
    value = dict.get(raw, name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
