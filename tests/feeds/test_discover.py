from __future__ import annotations

from time import process_time

import pytest

from monitor.feeds.discover import MOST, FoundFeed, discover
from monitor.model.feed import Document


def page(markup: str) -> Document:
    return Document(body=markup.encode(), headers={}, url="https://paper.example/home/")


def test_declared_feeds_come_before_links_that_look_like_feeds():
    found = discover(
        page("""<a href="/news.rss">News</a><a href="/feedback">Write</a>
        <link rel="alternate" type="application/rss+xml" title="All &amp; more" href="feed.xml">
        <LINK REL='home ALTERNATE' TYPE='application/atom+xml; charset=utf-8' HREF=//cdn.example/atom>
        <link rel="alternate" type="application/feed+json" href="/feed.json"><link rel="alternate" type="text/html" href="/en/">
        <link rel="stylesheet" type="application/rss+xml" href="/style">""")
    )
    assert found == (
        FoundFeed("https://paper.example/home/feed.xml", "All & more"),
        FoundFeed("https://cdn.example/atom"),
        FoundFeed("https://paper.example/feed.json"),
        FoundFeed("https://paper.example/news.rss", is_declared=False),
    )


def test_each_feed_is_found_once_and_from_the_pages_own_base():
    markup = '<base href="https://www.paper.example/x/"><link rel=alternate type=application/rss+xml title=T href=rss><a href="rss">RSS</a><a href="rss">again</a>'
    assert discover(page(markup)) == (FoundFeed("https://www.paper.example/x/rss", "T"),)


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<!-- <link rel=alternate type=application/rss+xml href=/rss> -->",
        "<link rel=alternate type=application/rss+xml>",
        "<link rel=alternate type=application/rss+xml href='javascript:alert(1)//rss'>",
        "<link rel=alternate type=application/rss+xml href='https://user:pass@evil.example/rss'>",
    ],
)
def test_what_names_no_feed(markup):
    assert discover(page(markup)) == ()


def test_no_page_names_more_than_fifty():
    assert len(discover(page("".join(f"<a href='/{n}.rss'>" for n in range(200))))) == MOST


@pytest.mark.parametrize("piece", ['<a "', "<a ", "<!--", "<a href='", "<a x=", "<link rel=alternate ", "<base"])
def test_a_hostile_page_takes_time_by_its_length_alone(piece):
    started = process_time()
    discover(page(piece * 100_000))
    discover(page(f"<a {piece[3:] * 100_000}>"))
    assert process_time() - started < 2
