"""Robots: what a site asks automatic readers to leave alone.

Source: RFC 9309.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from monitor.feeds.charset import to_text
from monitor.model.feed import Document, Failed, Fault, Fetched, FetchOutcome

AGENT = "monitor"
LONGEST_BYTES = 500_000
"""Of a robots.txt; the rest is not looked at. Source: RFC 9309 2.5."""
LONGEST_RULE = 2_000
"""Characters of a rule; a longer one could only hold for a longer address than any entry has."""

_PRODUCT = re.compile(r"[a-z_-]+|\*")

Rules = tuple[tuple[str, bool], ...]
"""The rules that mean this program: how a path begins, and whether it is allowed."""


def robots_url(url: str) -> str:
    """Where the rules of a page's site stand."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


def rules_in(outcome: FetchOutcome) -> Rules | None:
    """The rules that a request for robots.txt brought; None when the site cannot be asked now.

    A site without the file allows everything; one that does not answer nothing, for now.

    Source:
        RFC 9309 2.3.1.
    """
    match outcome:
        case Fetched(document):
            return _rules(_lines(document))
        case Failed(fault=Fault.STATUS | Fault.GONE, status=status) if status is None or status < 500:
            return ()
        case _:
            return None


def allows(rules: Rules, url: str) -> bool:
    """Whether the rules let this program read a page: the longest that holds decides, of two equal ones the kinder.

    Source:
        RFC 9309 2.2.2.
    """
    parts = urlsplit(url)
    path = _spelt(urlunsplit(("", "", parts.path or "/", parts.query, "")))
    holding = [(len(beginning), is_allowed) for beginning, is_allowed in rules if _holds(beginning, path)]
    return max(holding, default=(0, True))[1] or path == "/robots.txt"


def _rules(lines: Iterable[tuple[str, str]]) -> Rules:
    """The rules of the groups that name this program; where none does, of those for everyone."""
    groups: dict[str, dict[tuple[str, bool], None]] = {AGENT: {}, "*": {}}
    meant: set[str] = set()
    named, is_open = False, False
    for field, value in lines:
        if field == "user-agent":
            product = _PRODUCT.match(value.lower())
            meant = meant if is_open else set()
            meant |= {product[0]} if product else set()
            named, is_open = named or AGENT in meant, True
        elif field in {"allow", "disallow"}:
            is_open = False
            if value and len(value) <= LONGEST_RULE:
                for agent in meant & groups.keys():
                    groups[agent][_spelt(value), field == "allow"] = None
    return tuple(groups[AGENT if named else "*"])


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    """The lines as field and value, comments left out."""
    text = to_text(document.body[:LONGEST_BYTES], document.headers).removeprefix("\ufeff")
    for line in text.splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        yield field.strip().lower(), value.strip()


def _spelt(path: str) -> str:
    """A path in the one way of writing it, each character as itself or as its octets."""
    return quote(unquote(path), safe="/*$?=&:;,@!'()+~[]")


def _holds(rule: str, path: str) -> bool:
    """Whether a path begins as a rule says, `*` standing for anything and `$` at its end for the end of the path."""
    first, *others = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at, last = len(first), others.pop() if others and rule.endswith("$") else None
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if last is not None:
        return len(path) - len(last) >= at and path.endswith(last)
    return not rule.endswith("$") or at == len(path)
