"""Parse: a document turned into entries, whatever it holds.

Runs in the worker: parsers can be made to burn time and memory, and only a process can be stopped.

Pure.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser

from monitor.feeds.charset import to_text
from monitor.feeds.discover import discover
from monitor.feeds.fields import headline, language_of
from monitor.feeds.items import Origin, Raw, date_of, entry_of, value_of
from monitor.feeds.jsonfeed import parse_json
from monitor.feeds.markup import (
    Prepared,
    Unfit,
    ends_inside_entry,
    entry_spans,
    prepared,
    with_entries,
    with_fewer_categories,
)
from monitor.model.feed import Document, Failed, Fault, ParsedEntry, ParsedFeed
from monitor.text.clean import clean_line
from monitor.text.html import html_to_text
from monitor.text.urls import host_of, safe_link

MOST_ENTRIES = 2_000
_PARSER_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What feedparser has been seen to raise on hostile input."""
_LONGEST_TTL_MINUTES = 366 * 24 * 60
_LONGEST_SHOWN = 200
_PAGE_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}


def parse(document: Document, now: datetime) -> ParsedFeed | Failed:
    """The feed that a document holds, or why it holds none.

    Entries are in the document's order, at most 2,000, the newest; what was lost, dropped or mended is said.

    Args:
        document: Body and headers of an answer.
        now: The instant of the poll; dates later than a day after it are not believed.

    Source:
        RSS 2.0, RSS 1.0, RFC 4287 (Atom), JSON Feed 1.1.
    """
    text = to_text(document.body, document.headers).lstrip("\ufeff\x00 \t\r\n")
    if not text:
        return Failed(fault=Fault.NOT_A_FEED, detail="an empty document came")
    if text.startswith(("{", "[")):
        return parse_json(text, document.url, MOST_ENTRIES, now)
    try:
        markup = prepared(text)
    except Unfit as unfit:
        return Failed(fault=Fault.UNREADABLE, detail=str(unfit))
    if markup.root in {"", "html", "head", "body"}:
        return _no_feed(text, markup, document)
    return _parsed(markup, document.url, now)


def _no_feed(text: str, markup: Prepared, document: Document) -> Failed:
    """What came instead of a feed: of a page its own title, which often says why, and the feed that it names."""
    if not markup.root:
        return Failed(fault=Fault.NOT_A_FEED, detail="something came that is neither XML nor JSON")
    title = _PAGE_TITLE.search(text, 0, 100_000)
    shown = clean_line(html_to_text(title[1]), 80) if title else ""
    detail = "a web page came" + (f": “{shown}”" if shown else "") + _named_feed(document)
    return Failed(fault=Fault.NOT_A_FEED, detail=detail)


def _named_feed(page: Document) -> str:
    """Where a page says its feed is; only on its own host, since people will follow it."""
    host = host_of(page.url)
    found = (one.url for one in discover(page) if one.is_declared and one.url != page.url and host_of(one.url) == host)
    url = next((url for url in found if len(url) <= _LONGEST_SHOWN), "")
    return f"; it says that its feed is {url}" if url else ""


def _parsed(markup: Prepared, base: str, now: datetime) -> ParsedFeed | Failed:
    text, dropped = _bounded(with_fewer_categories(markup.text), now)
    result, raws, lost, note = _read(text)
    origin = _origin(result, base)
    entries, failures = _entries(raws, origin, now)
    if not entries and not value_of(result, "version"):
        return Failed(fault=Fault.NOT_A_FEED, detail=f"XML came that is no feed (<{clean_line(markup.root, 40)}>)")
    feed: Raw = dict.get(result, "feed", {})
    return ParsedFeed(
        title=headline(value_of(feed, "title"), "text/html").text or None,
        language=origin.language,
        site_url=safe_link(value_of(feed, "link"), base),
        ttl=_ttl(feed),
        entries=entries,
        lost=lost + failures,
        dropped=dropped,
        note=note,
    )


def _origin(result: Raw, base: str) -> Origin:
    """What the entries take from the feed: relative links of RSS lead into its site, those of Atom to its own place."""
    feed: Raw = dict.get(result, "feed", {})
    is_atom = value_of(result, "version").startswith("atom")
    site = None if is_atom else safe_link(value_of(feed, "link"), base)
    return Origin(site or base, language_of(value_of(feed, "language")), is_atom)


def _bounded(text: str, now: datetime) -> tuple[str, int]:
    """The document with its newest 2,000 entries, and how many it had more."""
    spans = entry_spans(text)
    dropped = max(len(spans) - MOST_ENTRIES, 0)
    if not dropped:
        return text, 0
    first, last = (_newest(with_entries(text, spans, slice(at, at + 1 or None)), now) for at in (0, -1))
    is_newest_last = first is not None and last is not None and first < last
    kept = slice(-MOST_ENTRIES, None) if is_newest_last else slice(0, MOST_ENTRIES)
    return with_entries(text, spans, kept), dropped


def _newest(text: str, now: datetime) -> datetime | None:
    _, raws, _, _ = _read(text)
    return max(filter(None, (date_of(raw, ("published", "updated"), now) for raw in raws)), default=None)


def _read(text: str) -> tuple[Raw, list[Raw], int, str]:
    """What feedparser makes of a document: feed, items, how many items were lost, and what was mended."""
    try:
        result = _feedparser(text)
    except _PARSER_BUGS:
        return _salvaged(text)
    raws = list(dict.get(result, "entries", []))
    if not dict.get(result, "bozo"):
        return result, raws, 0, ""
    note = "its XML is not well-formed; it was read leniently"
    if raws and ends_inside_entry(text):
        return result, raws[:-1], 1, f"{note}, and it ends inside an entry"
    return result, raws, max(len(entry_spans(text)) - len(raws), 0), note


def _salvaged(text: str) -> tuple[Raw, list[Raw], int, str]:
    """The same for a document that breaks the parser: each item is read alone."""
    spans = entry_spans(text)
    results = [one for at in range(len(spans)) if (one := _alone(with_entries(text, spans, slice(at, at + 1))))]
    raws = [raw for result in results for raw in dict.get(result, "entries", [])[:1]]
    lost = len(spans) - len(raws)
    return results[0] if results else {}, raws, lost, "it breaks the parser; its entries were read one by one"


def _alone(text: str) -> Raw | None:
    try:
        return _feedparser(text)
    except _PARSER_BUGS:
        return None


def _feedparser(text: str) -> Raw:
    body = b"<?xml version='1.0' encoding='utf-8'?>" + text.encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8"}
    result: Any = feedparser.parse(
        BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return dict(result)


def _entries(raws: list[Raw], origin: Origin, now: datetime) -> tuple[tuple[ParsedEntry, ...], int]:
    """The entries, and how many items could not be made into one."""
    made = [_entry(raw, origin, now) for raw in raws]
    entries = tuple(entry for entry in made if entry is not None)
    return entries, len(made) - len(entries)


def _entry(raw: Raw, origin: Origin, now: datetime) -> ParsedEntry | None:
    try:
        return entry_of(raw, origin, now)
    except _PARSER_BUGS:
        return None


def _ttl(feed: Raw) -> timedelta | None:
    """How long the publisher says that the document stays fresh.

    Source: RSS 2.0 channel/ttl, in minutes; RSS 1.0 Syndication module.
    """
    minutes = _number(value_of(feed, "ttl"))
    if not minutes and (hours := _PERIODS.get(value_of(feed, "sy_updateperiod").strip().lower())):
        minutes = hours * 60 // (_number(value_of(feed, "sy_updatefrequency")) or 1)
    return timedelta(minutes=min(minutes, _LONGEST_TTL_MINUTES)) if minutes else None


def _number(text: str) -> int:
    """A positive whole number of at most nine digits; 0 for anything else."""
    digits = text.strip()
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else 0
