from __future__ import annotations

from base64 import b64decode

import pytest

from monitor.feeds.redirects import MOST, Hop, first_hop, next_hop
from monitor.model.feed import Failed, Fault


def follow(url: str, *steps: tuple[int, str]) -> Hop | Failed:
    hop = first_hop(url)
    for status, location in steps:
        assert isinstance(hop, Hop)
        hop = next_hop(hop, status, [location])
    return hop


def test_a_password_in_the_url_becomes_a_header_and_leaves_the_url():
    hop = first_hop("https://ann:s%C3%A9cret@feeds.example/a?b=c#d")
    assert isinstance(hop, Hop)
    assert str(hop.url) == "https://feeds.example/a?b=c"
    assert b64decode(hop.authorization.removeprefix("Basic ")).decode() == "ann:sécret"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feeds.example",
        "/feed",
        "ftp://feeds.example/",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://a:99999/",
        "http://[::1",
    ],
)
def test_what_is_no_http_url_is_a_failure(url):
    assert isinstance(first_hop(url), Failed)


@pytest.mark.parametrize(
    ("base", "location", "target"),
    [
        ("http://a.example/x/y", "z", "http://a.example/x/z"),
        ("http://a.example/x", "/z?q=1", "http://a.example/z?q=1"),
        ("http://a.example/x", "//b.example/z", "http://b.example/z"),
        ("http://a.example/x", "https://b.example/z#part", "https://b.example/z"),
        ("http://a.example/x", "https://user:pass@b.example/", "https://b.example/"),
        ("http://a.example/x", "/zürich", "http://a.example/z%C3%BCrich"),
    ],
)
def test_a_location_is_resolved(base, location, target):
    hop = follow(base, (302, location))
    assert isinstance(hop, Hop)
    assert str(hop.url) == target
    assert hop.authorization is None


@pytest.mark.parametrize(
    "location",
    ["", "file:///etc/passwd", "ftp://b.example/", "javascript:alert(1)", "gopher://b.example/", "data:,x", "http://b.example/a b", "http://b.example/\ta",
     "http://b.example/\x00", "http:\\\\b.example\\", "/\\b.example", "http://[::1", "http://b:99999/", "http://b.example/" + "x" * 9_000, "http://b.example/\udcff"],
)  # fmt: skip
def test_a_location_that_is_refused(location):
    failed = follow("http://a.example/", (301, location))
    assert isinstance(failed, Failed)
    assert failed.fault is Fault.REDIRECT


def test_https_never_becomes_http():
    failed = follow("https://a.example/", (301, "http://a.example/"))
    assert isinstance(failed, Failed)
    assert "https to http" in failed.detail


@pytest.mark.parametrize("locations", [[], ["/a", "/b"]])
def test_no_location_and_two_locations_lead_nowhere(locations):
    assert isinstance(next_hop(Hop(first_hop("http://a.example/").url), 302, locations), Failed)


def test_circles_and_long_ways_end():
    circle = follow("http://a.example/", (302, "/1"), (302, "/"))
    assert isinstance(circle, Failed)
    assert "circle" in circle.detail
    assert isinstance(follow("http://a.example/", *[(302, f"/{n}") for n in range(MOST)]), Hop)
    assert isinstance(follow("http://a.example/", *[(302, f"/{n}") for n in range(MOST + 1)]), Failed)


@pytest.mark.parametrize(
    ("steps", "permanent"),
    [
        ([(301, "/b")], "http://a.example/b"),
        ([(308, "/b"), (301, "/c")], "http://a.example/c"),
        ([(301, "/b"), (302, "/c")], "http://a.example/b"),
        ([(302, "/b"), (301, "/c")], None),
        ([(307, "/b")], None),
        ([(303, "/b")], None),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_moves_a_feed(steps, permanent):
    hop = follow("http://a.example/a", *steps)
    assert isinstance(hop, Hop)
    assert (str(hop.permanent_url) if hop.permanent_url else None) == permanent


@pytest.mark.parametrize(
    ("location", "keeps"),
    [
        ("/b", True),
        ("http://a.example/b", True),
        ("https://a.example/b", False),
        ("http://a.example:81/b", False),
        ("http://b.example/", False),
    ],
)
def test_credentials_stay_with_their_origin(location, keeps):
    hop = follow("http://ann:secret@a.example/", (302, location))
    assert isinstance(hop, Hop)
    assert (hop.authorization is not None) == keeps


def test_credentials_that_were_dropped_do_not_come_back():
    hop = follow("http://ann:secret@a.example/", (302, "http://b.example/"), (302, "http://a.example/back"))
    assert isinstance(hop, Hop)
    assert hop.authorization is None


def test_a_feed_with_a_password_is_never_said_to_have_moved():
    hop = follow("http://ann:secret@a.example/", (301, "/b"))
    assert isinstance(hop, Hop)
    assert hop.permanent_url is None
