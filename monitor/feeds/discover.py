"""Where a web page says its feeds are.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import regex as re

from monitor.feeds.charset import to_text
from monitor.model.feed import Document
from monitor.text.clean import clean_line
from monitor.text.urls import LONGEST, safe_link

MOST = 50
_READ_CHARACTERS = 1_000_000
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|$)")
_TAG = re.compile(r"<(link|a|base)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"])
_LOOKS_LIKE_FEED = re.compile(r"(?:/|[._-])(?:rss|atom|feed)(?:[/._?-]|$)|\.(?:rss|rdf|atom)(?:$|\?)", re.IGNORECASE)


_Tags = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page names."""

    url: str
    title: str = ""
    """As the page calls it."""
    is_declared: bool = True
    """False: merely a link that looks like one."""


def discover(page: Document) -> tuple[FoundFeed, ...]:
    """The feeds that a page names, declared ones first, each once, at most 50.

    Source: HTML, link type `alternate`; RSS Autodiscovery 1.0.
    """
    text = _COMMENT.sub("", to_text(page.body, page.headers)[:_READ_CHARACTERS])
    tags = [(name.lower(), _attributes(rest)) for name, rest in _TAG.findall(text)]
    base = next((safe_link(each["href"], page.url) for name, each in tags if name == "base" and "href" in each), None)
    unique: dict[str, FoundFeed] = {}
    for feed in (*_declared(tags, base or page.url), *_linked(tags, base or page.url)):
        unique.setdefault(feed.url, feed)
    return tuple(unique.values())[:MOST]


def _declared(tags: _Tags, base: str) -> Iterator[FoundFeed]:
    for name, attributes in tags:
        rel, kind = attributes.get("rel", "").lower().split(), attributes.get("type", "").partition(";")[0]
        if name == "link" and "alternate" in rel and kind.strip().lower() in _TYPES:
            url = safe_link(attributes.get("href", ""), base)
            if url:
                yield FoundFeed(url, clean_line(attributes.get("title", ""), 200))


def _linked(tags: _Tags, base: str) -> Iterator[FoundFeed]:
    for name, attributes in tags:
        href = attributes.get("href", "")
        url = safe_link(href, base) if name == "a" and _LOOKS_LIKE_FEED.search(href) else None
        if url:
            yield FoundFeed(url, clean_line(attributes.get("title", ""), 200), is_declared=False)


def _attributes(source: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name; of one that is repeated, the first."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        attributes.setdefault(name.lower(), unescape((double or single or bare)[:LONGEST]))
    return attributes
