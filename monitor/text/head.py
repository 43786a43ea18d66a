"""What the head of a web page says of it: headline, outlet, date, address.

Pure.
"""

from __future__ import annotations

from html import unescape
from typing import NamedTuple

import regex as re

from monitor.text.clean import clean_line
from monitor.text.dateline import find_date
from monitor.text.urls import safe_link

_LOOKED_AT = 300_000
_TAG = re.compile(
    r"""
    <(?:meta|link)\s
    (?P<rest> (?> [^<>"'=]+ | = \s* (?: "[^"<]*" | '[^'<]*' ) | ["'=] )*+ ) >
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<key>[a-zA-Z:-]{1,40}) \s* = \s* (?: "(?P<a>[^"]*)" | '(?P<b>[^']*)' | (?P<c>[^\s"'=<>`]+) )""", re.VERBOSE
)
_TITLE = re.compile(r"<title(?:\s[^<>]{0,400})?>(?P<text>[^<]{0,1000})", re.IGNORECASE)

_TITLES = ("og:title", "twitter:title", "title", "dc.title")
_OUTLETS = ("og:site_name", "application-name", "publisher", "dc.publisher")
_DATES = ("article:published_time", "date", "pubdate", "publish-date", "dc.date", "parsely-pub-date", "date.published")


class Head(NamedTuple):
    """What a page's head says; each is empty or None where it says nothing."""

    title: str = ""
    outlet: str = ""
    published: str | None = None
    """ISO 8601 date."""
    url: str | None = None


def head_of(markup: str) -> Head:
    """Title, outlet, date and address of an HTML page, by its meta elements.

    Source:
        The Open Graph protocol; HTML 4.2.5 (standard metadata names), RFC 6596 (canonical link).
    """
    top = markup[:_LOOKED_AT]
    said: dict[str, str] = {}
    for tag in _TAG.finditer(top):
        attributes = {
            m["key"].lower(): unescape(m["a"] or m["b"] or m["c"] or "") for m in _ATTRIBUTE.finditer(tag["rest"])
        }
        key = attributes.get("property") or attributes.get("name") or attributes.get("rel") or ""
        said.setdefault(key.lower(), attributes.get("content") or attributes.get("href") or "")
    title = _TITLE.search(top)
    said.setdefault("title", unescape(title["text"]) if title else "")
    return Head(
        title=clean_line(_first(said, _TITLES), 500),
        outlet=clean_line(_first(said, _OUTLETS), 200),
        published=find_date(_first(said, _DATES)),
        url=safe_link(_first(said, ("canonical", "og:url"))),
    )


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")
