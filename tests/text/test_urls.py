from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.urls import LONGEST, canonical_url, country_of, host_of, safe_link

URLS = st.lists(
    st.sampled_from(
        ["http://", "https://", "//", "www.", "m.", "example", ".com", "/amp", "/", "?", "&", "=", "utm_source", "url", "#", "%",
         "%2F", "é", ":", "@", "[", "]", "\\", "..", " ", "a", "1"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://Example.COM/a?b=c#d", "https://example.com/a?b=c#d"),
        (" \n https://example.com/a \t", "https://example.com/a"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        ("https://аpple.example/", "https://xn--pple-43d.example/"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://example.com:80/", "http://example.com/"),
    ],
)
def test_a_link_fit_to_be_shown(url, link):
    assert safe_link(url) == link


@pytest.mark.parametrize(
    "url",
    ["", "story", "/story", "//example.com/x", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.com/",
     "https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/", "https://good.example\\@evil.example/",
     "https://example.com/a\nb", "https://example.com/a\x00b", "https://example.com/\u2028", "https://", "https:///x", "https://..",
     "http://a:99999/", "http://[::1", "https://exa mple.com/", "https://example.com/" + "x" * LONGEST, "https:example.com", "mailto:a@b.example"],
)  # fmt: skip
def test_a_link_that_is_only_text(url):
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "base", "link"),
    [
        ("story/1", "https://example.com/news/", "https://example.com/news/story/1"),
        ("/story", "https://example.com/news/", "https://example.com/story"),
        ("?p=1", "https://example.com/news", "https://example.com/news?p=1"),
        ("//other.example/x", "https://example.com/", "https://other.example/x"),
        ("javascript:alert(1)", "https://example.com/", None),
        ("story", "ftp://example.com/", None),
        ("//user@evil.example/", "https://example.com/", None),
        ("story", "not a base", None),
    ],
)
def test_relative_links_lead_from_their_base(url, base, link):
    assert safe_link(url, base) == link


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.com/a", "http://example.com/a/"),
        ("https://example.com/a?utm_source=x&utm_medium=y", "https://example.com/a"),
        ("https://example.com/a?fbclid=1&p=123", "https://example.com/a?p=123"),
        ("https://example.com/a#comments", "https://example.com/a"),
        ("https://m.example.com/a", "https://example.com/a"),
        ("https://en.m.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://example.com/a/amp/", "https://example.com/a"),
        ("https://example.com/a.amp.html", "https://example.com/a.html"),
        ("https://example.com/a?outputType=amp", "https://example.com/a"),
        ("https://www.google.com/amp/s/example.com/a/amp/", "https://example.com/a"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "https://example.com/a"),
        ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.com%2Fa&usg=x", "https://example.com/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa&h=x", "https://example.com/a"),
        ("https://out.example.org/?url=https%3A%2F%2Fexample.com%2Fa", "https://example.com/a"),
        ("https://r.search.yahoo.com/x/RU=https%3a%2f%2fexample.com%2fa/RK=2/RS=y", "https://example.com/a"),
        ("https://www.nytimes.com/a?smid=tw", "https://nytimes.com/a"),
        ("https://www.dw.com/en/a?maca=en-rss-en-all-1573-rdf", "https://dw.com/en/a"),
    ],
)
def test_two_links_to_one_page_have_one_canonical_form(one, other):
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/?p=123", "https://example.com/?p=124"),
        ("https://example.com/a?id=1", "https://example.com/a"),
        ("https://example.com/#/story/1", "https://example.com/#/story/2"),
        ("https://example.com/#!1", "https://example.com/#!2"),
        (
            "https://example.com/go?id=1&url=https%3A%2F%2Fexample.com%2F",
            "https://example.com/go?id=2&url=https%3A%2F%2Fexample.com%2F",
        ),
        ("https://example.com/a?smid=1", "https://example.com/a?smid=2"),
        ("https://example.com:8080/a", "https://example.com/a"),
    ],
)
def test_two_pages_keep_two_canonical_forms(one, other):
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("size", [30, 180])
def test_older_google_news_links_are_read_through(size):
    target = "https://example.com/" + "a" * (size - 20)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    code = urlsafe_b64encode(b"\x08\x13\x22" + length + target.encode() + b"\xd2\x01\x00").decode().rstrip("=")
    assert canonical_url(f"https://news.google.com/rss/articles/{code}?oc=5") == target


def test_newer_google_news_links_stay_as_they_are():
    code = urlsafe_b64encode(b"\x08\x13\x22\x10AU_yqLPabcdefghi").decode().rstrip("=")
    link = f"https://news.google.com/rss/articles/{code}"
    assert canonical_url(link) == link


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a", "example.com"),
        ("https://m.example.com", "m.example.com"),
        (None, ""),
        ("nonsense", ""),
    ],
)
def test_the_host_is_shown_without_www(url, host):
    assert host_of(url) == host


@given(url=URLS, base=st.one_of(st.none(), URLS))
@settings(max_examples=200, deadline=None)
def test_no_text_raises_and_a_canonical_form_is_its_own(url, base):
    link = safe_link(url, base)
    assert link is None or (link.startswith(("http://", "https://")) and link.isascii() and len(link) <= LONGEST)
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://www.spiegel.de/a", "de"),
        ("https://www.bbc.co.uk/news", "gb"),
        ("https://news.err.ee/1", "ee"),
        ("https://www.politico.eu/a", None),
        ("https://rss.dw.com/a", None),
        ("https://twitch.tv/a", None),
        ("http://127.0.0.1/a", None),
        (None, None),
    ],
)
def test_the_country_of_a_link_is_that_of_its_hosts_domain(url, country):
    assert country_of(url) == country
