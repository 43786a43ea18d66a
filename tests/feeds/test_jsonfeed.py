"""JSON Feed: what its publishers write, and what they should not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.jsonfeed import parse_json
from monitor.model.feed import Failed, Fault, ParsedEntry, ParsedFeed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = "https://notes.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
KEYS = st.sampled_from(
    [
        "id",
        "url",
        "external_url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "date_published",
        "date_modified",
        "authors",
        "author",
        "tags",
        "language",
        "name",
        "items",
    ]
)
SECONDS = st.integers(700_000_000, 1_700_000_000)
INSTANTS = st.builds(datetime.fromtimestamp, SECONDS, st.timezones())
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-10, 10**20) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def feed(*items: object, **more: object) -> ParsedFeed:
    parsed = parse_json(json.dumps({"version": VERSION, "items": list(items), **more}), BASE, 2_000, NOW)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def entry(**fields: object) -> ParsedEntry:
    (found,) = feed(fields).entries
    return found


@pytest.mark.parametrize(
    ("written", "guid"),
    [
        ('"a"', "a"),
        ("7", "7"),
        ("7.0", "7.0"),
        ("12345678901234567890.25", "12345678901234567890.25"),
        ("1e400", "1e400"),
        ("9" * 900, "9" * 900),
        ("-0", "-0"),
        ("null", None),
        ("true", None),
        ("NaN", None),
        ("Infinity", None),
        ('{"a": 1}', None),
        ('["a"]', None),
        ('""', None),
        ('"\\ud800"', None),
    ],
)
def test_an_id_is_what_is_written_also_where_it_is_a_number(written: str, guid: str | None) -> None:
    parsed = parse_json(f'{{"version": "{VERSION}", "items": [{{"id": {written}}}]}}', BASE, 10, NOW)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].guid == guid


def test_one_number_too_long_to_reckon_with_costs_no_other_entry() -> None:
    parsed = parse_json(f'{{"version": "{VERSION}", "items": [{{"id": {"9" * 6_000}}}, {{"id": "b"}}]}}', BASE, 10, NOW)
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.entries) == 2
    assert parsed.entries[1].guid == "b"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02t10:00:00z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02 10:00:00+01:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T10:00:00.5-05:30", datetime(2026, 3, 2, 15, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-03-02T10:00:00.123456789Z", datetime(2026, 3, 2, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-02T10:00:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-02-30T10:00:00Z", None),
        ("2026-03-04T10:00:00Z", None),
        ("1989-03-02T10:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("Mon, 02 Mar 2026 10:00:00 GMT", None),
        ("", None),
    ],
)
def test_a_date_is_one_of_rfc_3339_that_can_be_believed(text: str, instant: datetime | None) -> None:
    assert entry(id="a", date_published=text).published_at == instant
    assert entry(id="a", date_modified=text).updated_at == instant


@settings(max_examples=40)
@given(INSTANTS)
def test_every_date_that_python_writes_is_read_back(instant: datetime) -> None:
    assert entry(date_published=instant.isoformat()).published_at == datetime.fromisoformat(
        instant.isoformat()
    ).astimezone(UTC)


def test_text_comes_before_markup_and_is_taken_as_it_stands() -> None:
    assert entry(content_text="1 < 2 &amp; 3", content_html="<p>other").body == "1 < 2 &amp; 3"
    assert entry(content_text=" \n", content_html="<p>One.</p><p>Two.</p>").body == "One.\nTwo."
    assert entry(title="<b>", summary="AT&amp;T").title == "<b>"


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"url": "https://notes.example/7"}, "https://notes.example/7"),
        ({"url": "/7"}, "https://notes.example/7"),
        ({"url": "", "external_url": "https://other.example/"}, "https://other.example/"),
        ({"url": "javascript:alert(1)", "external_url": "https://other.example/"}, "https://other.example/"),
        ({"url": "https://me:pw@notes.example/"}, None),
        ({"url": "https://notes.example/\ud83d"}, None),
        ({"url": 7}, "https://notes.example/7"),
        ({"url": None}, None),
    ],
)
def test_the_first_link_that_may_be_shown_is_the_entry_s(fields: dict[str, object], link: str | None) -> None:
    assert entry(**fields).link == link


def test_authors_of_both_versions_are_read_each_once() -> None:
    assert entry(author={"name": "Ida"}).authors == ("Ida",)
    assert entry(authors=[{"name": "Ida"}, {"url": "x"}, "Bo", {"name": ["C"]}], author={"name": "Ida"}).authors == (
        "Ida",
    )
    assert entry(authors={"name": "Ida"}).authors == ()


def test_the_language_of_an_entry_wins_over_the_feed_s() -> None:
    parsed = feed({"id": 1}, {"id": 2, "language": "de_AT"}, {"id": 3, "language": "?"}, language="en-US")
    assert [found.language for found in parsed.entries] == ["en-us", "de-at", "en-us"]


def test_items_that_are_none_are_lost_and_counted() -> None:
    parsed = feed({"id": 1}, None, "x", 5, [], {"id": 2})
    assert ([found.guid for found in parsed.entries], parsed.lost) == (["1", "2"], 4)


@pytest.mark.parametrize(("number", "kept", "dropped"), [(0, 0, 0), (3, 3, 0), (4, 3, 1), (9, 3, 6)])
def test_entries_past_the_cap_are_dropped_and_counted(number: int, kept: int, dropped: int) -> None:
    text = json.dumps({"version": VERSION, "items": [{"id": n} for n in range(number)]})
    parsed = parse_json(text, BASE, 3, NOW)
    assert isinstance(parsed, ParsedFeed)
    assert ([found.guid for found in parsed.entries], parsed.dropped) == ([str(n) for n in range(kept)], dropped)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", Fault.UNREADABLE),
        ("[" * 100_000, Fault.UNREADABLE),
        ('{"version": "x", "items": [' + "[" * 100_000, Fault.UNREADABLE),
        ("[]", Fault.NOT_A_FEED),
        ("null", Fault.NOT_A_FEED),
        ("{}", Fault.NOT_A_FEED),
        ('{"version": 1}', Fault.NOT_A_FEED),
        ('{"error": "not found", "items": []}', Fault.NOT_A_FEED),
    ],
)
def test_what_is_no_json_feed_says_so(text: str, fault: Fault) -> None:
    parsed = parse_json(text, BASE, 10, NOW)
    assert isinstance(parsed, Failed)
    assert parsed.fault is fault


@pytest.mark.parametrize("items", [None, {}, "x", 5, {"id": 1}])
def test_a_feed_without_a_list_of_items_is_empty(items: object) -> None:
    text = json.dumps({"version": VERSION, "title": "Notes", "items": items})
    assert parse_json(text, BASE, 10, NOW) == ParsedFeed(title="Notes")


@settings(max_examples=50)
@given(st.lists(st.dictionaries(KEYS, JSON, max_size=6) | JSON, max_size=4))
def test_any_json_is_read_and_nothing_of_it_is_uncounted(items: list[object]) -> None:
    parsed = feed(*items)
    assert len(parsed.entries) + parsed.lost == len(items)
    for found in parsed.entries:
        assert "\n" not in found.title
        assert found.link is None or found.link.startswith(("http://", "https://"))
        assert found.published_at is None or found.published_at <= NOW + timedelta(days=1)
