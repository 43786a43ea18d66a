from __future__ import annotations

import pytest

from monitor.feeds.robots import LONGEST_BYTES, Rules, allows, rules_in
from monitor.model.feed import Document, Failed, Fault, Fetched

SITE = "https://news.example"


def rules(text: str | bytes) -> Rules:
    body = text.encode() if isinstance(text, str) else text
    found = rules_in(Fetched(Document(body=body, headers={}, url=f"{SITE}/robots.txt")))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("robots", "path", "is_allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nAllow: /\nDisallow: /paid/", "/paid/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf.html", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /*a*b", "/xaxbx", False),
        ("User-agent: *\nDisallow: /*b*a", "/xaxb", True),
        ("User-agent: *\nDisallow: /z%C3%BCrich", "/zürich/1", False),
        ("User-agent: *\nDisallow: /a # not this", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Monitor\nDisallow: /paid", "/a", True),
        ("User-agent: Monitor/2.0\nDisallow: /", "/a", False),
        ("User-agent: monitoring\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: monitor\nDisallow: /a\n\nUser-agent: monitor\nDisallow: /b", "/b", False),
        ("User-agent: *\nDisallow: /a", "/robots.txt", True),
        ("Disallow: /", "/a", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", "/a", False),
    ],
)
def test_the_rule_that_says_most_of_the_group_that_means_us_counts(robots: str, path: str, *, is_allowed: bool) -> None:
    assert allows(rules(robots), SITE + path) is is_allowed


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nCrawl-delay: ²\nDisallow: /a",
        "User-agent: *\nCrawl-delay: " + "9" * 5_000 + "\nDisallow: /a",
        "User-agent: *\nRequest-rate: ²/1\nDisallow: /a",
        "User-agent: *\nDisallow: http://[x\nDisallow: //[a\nDisallow: /a",
        b"\xff\xfe\0User-agent: *\nDisallow: /a",
        b"User-agent: *\nDisallow: /a\n" + bytes(range(256)) * 40,
    ],
)
def test_rules_written_to_break_a_reader_break_nothing(robots: str | bytes) -> None:
    assert allows(rules(robots), f"{SITE}/b")


def test_rules_without_end_are_read_to_a_limit() -> None:
    found = rules("User-agent: *\n" + "Disallow: /" + "*a" * 200_000 + "$\n" + "Disallow: /n\n" * 60_000)
    assert found == (("/n", False),)
    assert rules("User-agent: *\n" + "#" * LONGEST_BYTES + "\nDisallow: /a") == ()


@pytest.mark.parametrize(
    ("failure", "is_asked_later"),
    [
        (Failed(fault=Fault.STATUS, status=404), False),
        (Failed(fault=Fault.GONE, status=410), False),
        (Failed(fault=Fault.STATUS, status=503), True),
        (Failed(fault=Fault.TIMEOUT), True),
    ],
)
def test_a_site_without_rules_allows_all_and_one_that_does_not_answer_nothing(
    failure: Failed, *, is_asked_later: bool
) -> None:
    found = rules_in(failure)
    assert (found is None) is is_asked_later
    assert found is None or allows(found, f"{SITE}/a")
