from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.parse import MOST_ENTRIES, parse
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def document(text: str | bytes) -> Document:
    return Document(
        body=text if isinstance(text, bytes) else text.encode(), headers={}, url="https://feeds.example/rss.xml"
    )


def rss(items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'


def item(number: int, extra: str = "") -> str:
    date = (NOW - timedelta(hours=number)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return f"<item><title>{number}</title><guid>{number}</guid><pubDate>{date}</pubDate>{extra}</item>"


def parsed(text: str | bytes) -> ParsedFeed:
    result = parse(document(text), NOW)
    assert isinstance(result, ParsedFeed), result
    return result


def test_of_too_many_entries_the_first_ones_stay_where_the_newest_stand_first():
    feed = parsed(rss("".join(item(n) for n in range(MOST_ENTRIES + 5))))
    assert (len(feed.entries), feed.dropped, feed.lost) == (MOST_ENTRIES, 5, 0)
    assert (feed.entries[0].title, feed.entries[-1].title) == ("0", str(MOST_ENTRIES - 1))


def test_of_too_many_entries_the_last_ones_stay_where_the_newest_stand_last():
    feed = parsed(rss("".join(item(MOST_ENTRIES + 4 - n) for n in range(MOST_ENTRIES + 5))))
    assert (len(feed.entries), feed.dropped) == (MOST_ENTRIES, 5)
    assert (feed.entries[0].title, feed.entries[-1].title) == (str(MOST_ENTRIES - 1), "0")


def test_json_feeds_have_the_same_bound():
    items = [{"id": str(n)} for n in range(MOST_ENTRIES + 5)]
    feed = parsed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert (len(feed.entries), feed.dropped) == (MOST_ENTRIES, 5)


@pytest.mark.parametrize(
    ("tag", "field", "cap"),
    [("title", "title", 1_000), ("description", "summary", 20_000), ("content:encoded", "body", 200_000)],
)
def test_a_giant_field_is_cut_and_says_so(tag, field, cap):
    giant = f"<{tag}>" + "word " * 300_000 + f"</{tag}>"
    text = rss(f"<item><guid>1</guid>{giant}</item>").replace(
        "<rss", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    entry = parsed(text).entries[0]
    assert entry.cut
    assert cap - 10 < len(getattr(entry, field)) <= cap


def test_endless_guids_are_shortened_and_stay_different():
    first, second = parsed(rss("".join(f"<item><guid>{'x' * 5_000}{n}</guid></item>" for n in (1, 2)))).entries
    assert first.guid != second.guid
    assert len(first.guid or "") < 1_100


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999999</ttl>", timedelta(days=366)),
        ("<ttl>" + "9" * 400 + "</ttl>", None),
        ("", None),
    ],
)
def test_how_long_a_document_stays_fresh(head, ttl):
    assert parsed(rss(item(1), head)).ttl == ttl


def test_an_entry_that_breaks_the_parser_is_lost_and_the_others_stay(monkeypatch):
    whole = feedparser.parse

    def fragile(stream, **options):
        body = stream.read()
        if b"<!--boom-->" in body:
            raise KeyError("boom")
        return whole(type(stream)(body), **options)

    monkeypatch.setattr(feedparser, "parse", fragile)
    feed = parsed(rss(item(1) + item(2, "<!--boom-->") + item(3)))
    assert [entry.title for entry in feed.entries] == ["1", "3"]
    assert feed.lost == 1
    assert feed.title == "T"
    assert "one by one" in feed.note


def test_what_breaks_the_parser_altogether_is_no_feed(monkeypatch):
    def broken(*_arguments, **_options):
        raise AttributeError("always")

    monkeypatch.setattr(feedparser, "parse", broken)
    result = parse(document(rss(item(1))), NOW)
    assert isinstance(result, Failed)
    assert result.fault is Fault.NOT_A_FEED


PIECES = st.sampled_from(
    ["<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>", "</guid>", "<pubDate>", "</pubDate>",
     "<description>", "</description>", "<![CDATA[", "]]>", "&amp;", "&", "&#0;", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>",
     "<author>", "<name>", "</name>", "<content type='xhtml'>", "<content type='image/png'>", "</content>", "<category term='a'/>", "xml:base='http://['",
     "<link href='http://[' rel='alternate'/>", "<source>", "</source>", "<!--", "-->", "<!DOCTYPE x [", "]>", "<?x", "?>", "<", ">", "'", '"', " word ",
     "9999-99-99", "\x00", "é", "<svg>", "<image>", "<textinput>", "<language>", "<xhtml:body>", "<georss:point>1 2 x</georss:point>", "<psc:chapters>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
@settings(max_examples=250, deadline=None)
def test_no_document_raises(text, as_feed):
    result = parse(document(rss(f"<item>{text}") if as_feed else text), NOW)
    for entry in result.entries if isinstance(result, ParsedFeed) else ():
        assert entry.link is None or entry.link.startswith(("http://", "https://"))
        assert "\n" not in entry.title
        for value in (entry.guid or "", entry.title, entry.summary, entry.body, *entry.authors, *entry.categories):
            value.encode("utf-8")
            assert "\x00" not in value


def test_feedparser_is_only_ever_given_bytes_in_memory():
    sources = {
        path: path.read_text("utf-8") for path in (Path(__file__).resolve().parents[2] / "monitor").rglob("*.py")
    }
    callers = {
        path.name: source for path, source in sources.items() if re.search(r"import feedparser|from feedparser", source)
    }
    assert set(callers) == {"parse.py"}
    calls = re.findall(r"feedparser\.parse\(\s*([^\s,]+)", callers["parse.py"])
    assert calls == ["BytesIO(body)"]


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["ida@gazette.media (Ida Oke)", "Bo"], ("Ida Oke", "Bo")),
        (["ida@gazette.media (Ida Oke)", "Bo Lee &lt;bo@gazette.media&gt;"], ("Ida Oke", "Bo Lee")),
        (["Bo Lee &lt;bo@gazette.media&gt;", "Ida"], ("Bo Lee", "Ida")),
        (["ida@gazette.media"], ("ida@gazette.media",)),
        (["Ida Oke (London)", "Bo"], ("Ida Oke (London)", "Bo")),
    ],
)
def test_authors_with_an_address_are_known_by_their_names_whatever_the_host_ends_with(authors, names):
    written = "".join(f"<author>{author}</author>" for author in authors)
    assert parsed(rss(item(1, written))).entries[0].authors == names


@pytest.mark.parametrize(
    ("href", "said"),
    [
        ("/news.xml", "a web page came: “Paper”; it says that its feed is https://feeds.example/news.xml"),
        ("https://elsewhere.example/news.xml", "a web page came: “Paper”"),
        ("https://feeds.example/rss.xml", "a web page came: “Paper”"),
        (f"/{'x' * 200}", "a web page came: “Paper”"),
    ],
    ids=["of its own host", "of another host", "itself", "too long to be shown"],
)
def test_of_a_web_page_the_feed_that_it_names_is_said(href, said):
    link = f'<link rel="alternate" type="application/rss+xml" href="{href}">'
    result = parse(document(f"<html><head><title>Paper</title>{link}</head><body>Hello</body></html>"), NOW)
    assert result == Failed(fault=Fault.NOT_A_FEED, detail=said)
