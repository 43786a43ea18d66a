"""An article's web page → its text, without menus, boxes and footers.

Worker: trafilatura, in a process of its own; only with the extra `[article]`.
"""

from __future__ import annotations

from datetime import datetime

import trafilatura

from monitor.feeds.charset import to_text
from monitor.model.feed import Document, Failed, Fault, ParsedEntry, ParsedFeed
from monitor.text.article import split_tail
from monitor.text.clean import clean_text
from monitor.text.head import head_of

LONGEST_TEXT = 200_000
"""Characters of an article that are kept."""


def read_page(document: Document, _now: datetime) -> ParsedFeed | Failed:
    """The article of a page, as the one entry of a document; or why there is none."""
    markup = to_text(document.body, document.headers)
    if "<" not in markup:
        return Failed(fault=Fault.UNREADABLE, detail="it is no web page")
    found = trafilatura.extract(markup, include_comments=False, include_tables=False, favor_precision=True)
    text = clean_text(found or "", LONGEST_TEXT)
    if not text:
        return Failed(fault=Fault.UNREADABLE, detail="there is no article on the page")
    body, tail = split_tail(text)
    return ParsedFeed(entries=(ParsedEntry(title=head_of(markup).title, body=body, tail=tail),))
