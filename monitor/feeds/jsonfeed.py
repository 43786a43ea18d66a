"""JSON Feed, the one format that is no XML.

Pure.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
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
    names_of,
    passage,
)
from monitor.feeds.items import Origin
from monitor.model.feed import Failed, Fault, ParsedEntry, ParsedFeed
from monitor.text.article import split_tail
from monitor.text.urls import safe_link

_Object = dict[str, Any]


def parse_json(text: str, base: str, most_entries: int, now: datetime) -> ParsedFeed | Failed:
    """The feed that a JSON document holds, or why it is none.

    Args:
        text: The document.
        base: Where it was found.
        most_entries: Entries past this number are dropped.
        now: The instant of the poll.
    """
    try:
        feed = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return Failed(fault=Fault.UNREADABLE, detail="its JSON is damaged")
    if not isinstance(feed, dict) or "jsonfeed.org" not in _text(feed, "version"):
        return Failed(fault=Fault.NOT_A_FEED, detail="JSON came that is no JSON Feed")
    listed = feed.get("items")
    items = listed if isinstance(listed, list) else []
    readable = [item for item in items[:most_entries] if isinstance(item, dict)]
    origin = Origin(base, language_of(_text(feed, "language")))
    return ParsedFeed(
        title=headline(_text(feed, "title"), PLAIN).text or None,
        language=origin.language,
        site_url=safe_link(_text(feed, "home_page_url"), base),
        entries=tuple(_entry(item, origin, now) for item in readable),
        lost=len(items[:most_entries]) - len(readable),
        dropped=max(len(items) - most_entries, 0),
    )


def _entry(item: _Object, origin: Origin, now: datetime) -> ParsedEntry:
    title, summary = headline(_text(item, "title"), PLAIN), passage(_text(item, "summary"), PLAIN, SUMMARY)
    body, authors = _body(item), names_of(_authors(item))
    categories = names_of(tag for tag in _list(item, "tags") if isinstance(tag, str))
    article, tail = split_tail(body.text)
    return ParsedEntry(
        guid=guid_of(_text(item, "id")),
        link=safe_link(_text(item, "url"), origin.base) or safe_link(_text(item, "external_url"), origin.base),
        title=title.text,
        summary=summary.text,
        body=article,
        tail=tail,
        authors=authors.names,
        categories=categories.names,
        language=language_of(_text(item, "language")) or origin.language,
        published_at=_date(_text(item, "date_published"), now),
        updated_at=_date(_text(item, "date_modified"), now),
        cut=any(part.is_cut for part in (title, summary, body, authors, categories)),
    )


def _body(item: _Object) -> Passage:
    plain = passage(_text(item, "content_text"), PLAIN, BODY)
    return plain if plain.text else passage(_text(item, "content_html"), HTML, BODY)


def _authors(item: _Object) -> Iterable[str]:
    """Version 1.1 has `authors`, version 1 had `author`."""
    listed = [*_list(item, "authors"), item.get("author")]
    return (_text(author, "name") for author in listed if isinstance(author, dict))


def _date(text: str, now: datetime) -> datetime | None:
    """RFC 3339; a date without an offset is taken for UTC."""
    try:
        instant = datetime.fromisoformat(text.upper())
        return believable(instant if instant.tzinfo else instant.replace(tzinfo=UTC), now)
    except (ValueError, OverflowError):
        return None


def _text(item: _Object, name: str) -> str:
    """A string; numbers are read as they are written, since ids are found to be some."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _list(item: _Object, name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []
