"""Robots: what a site asks automatic readers to leave alone.

Pure.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from monitor.feeds.charset import to_text
from monitor.model.feed import Document, Failed, Fault, Fetched, FetchOutcome

AGENT = "monitor"
LONGEST_BYTES = 500_000
"""Of a robots.txt; the rest is not looked at. Source: RFC 9309 2.5."""


def robots_url(url: str) -> str:
    """Where the rules of a page's site stand."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


def rules_in(outcome: FetchOutcome) -> RobotFileParser | None:
    """The rules that a request for robots.txt brought; None when the site cannot be asked now.

    A site without the file allows everything; one that does not answer nothing, for now.

    Source:
        RFC 9309 2.3.1.
    """
    rules = RobotFileParser()
    match outcome:
        case Fetched(document):
            rules.parse(_lines(document))
        case Failed(fault=Fault.STATUS | Fault.GONE, status=status) if status is None or status < 500:
            rules.parse([])
        case _:
            return None
    return rules


def allows(rules: RobotFileParser, url: str) -> bool:
    """Whether the rules let this program read a page."""
    return rules.can_fetch(AGENT, url)


def _lines(document: Document) -> list[str]:
    return to_text(document.body[:LONGEST_BYTES], document.headers).splitlines()
