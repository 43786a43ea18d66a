from __future__ import annotations

import pytest

from monitor.errors import MonitorError
from monitor.feeds.opml import read_opml, write_opml
from monitor.model.feed import Feed
from monitor.model.ids import feed_id

LIST = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Europe"><outline text="Press"><outline type="rss" text="DW" xmlUrl="https://dw.example/feed?a=1&b=2" category="/German,english"/></outline>
<outline title="Blatt &amp; Co" text="x" xmlurl=" https://blatt.example/rdf "/></outline>
<outline text="A note without a feed"/>
<outline text="DW again" xmlUrl="https://dw.example/feed?a=1&amp;b=2"/>
</body></opml>"""


def test_folders_and_categories_become_tags():
    assert read_opml(LIST) == [
        ("https://dw.example/feed?a=1&b=2", "DW", ("Europe", "Press", "German", "english")),
        ("https://blatt.example/rdf", "Blatt & Co", ("Europe",)),
    ]


def test_what_is_written_is_read_again():
    urls = ["https://a.example/?x=1&y=2", "https://b.example/<>"]
    feeds = [
        Feed(id=feed_id(urls[0]), url=urls[0], name='A "quoted" & name', tags=frozenset(["one", "two"])),
        Feed(id=feed_id(urls[1]), url=urls[1]),
    ]
    assert read_opml(write_opml(feeds)) == [(urls[0], 'A "quoted" & name', ("one", "two")), (urls[1], urls[1], ())]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<html></html>",
        "<opml><body>",
        "<opml><body></opml>",
        "<!DOCTYPE opml [" + "".join(f"<!ENTITY e{n} 'x'>" for n in range(20)) + "]><opml/>",
        "<opml>" + "<outline>" * 50 + "</outline>" * 50 + "</opml>",
        "<opml>" + " " * 10_000_001,
    ],
)
def test_what_is_no_list_of_feeds_says_so(text):
    with pytest.raises(MonitorError, match="OPML: "):
        read_opml(text)
