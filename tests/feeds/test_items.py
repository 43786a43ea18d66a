"""One item as feedparser gives it, turned into an entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import gmtime, struct_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.items import Origin, date_of, entry_of, value_of
from monitor.model.feed import ParsedEntry
from monitor.text.clean import clean_text

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = "https://gazette.example/world/"
LONG = "The island council voted on Monday to close the old harbour to cargo ships from next spring. "
VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["https://a.example/", "text/html", "text/plain", "<b>x</b>"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["value", "type", "href", "rel", "name", "email", "term", "label", "language", "title"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["id", "link", "links", "title", "title_detail", "summary", "summary_detail", "content", "authors", "author", "tags", "published",
     "published_parsed", "updated", "updated_parsed", "created", "created_parsed", "source", "feedburner_origlink"]
)  # fmt: skip


def entry(*, is_atom: bool = False, language: str | None = None, **raw: object) -> ParsedEntry:
    return entry_of(raw, Origin(BASE, language, is_atom), NOW)


def dated(text: str, parsed: object) -> datetime | None:
    return date_of({"published": text, "published_parsed": parsed}, ("published",), NOW)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&T and 5 < 6", "AT&T and 5 < 6"),
        ("AT&amp;T", "AT&T"),
        ("<b>Harbour</b> closed", "Harbour closed"),
        ("One<br/>two", "One two"),
        ("a < b and c > d", "a < b and c > d"),
        ("Q&A; more", "Q&A; more"),
        ("&#8220;Closed&#8221;", "“Closed”"),
        ("x &lt; y", "x < y"),
    ],
)
def test_a_headline_is_markup_where_it_holds_a_whole_tag_or_reference(written: str, title: str) -> None:
    assert entry(title=written).title == title


def test_atom_says_itself_what_is_markup() -> None:
    assert entry(is_atom=True, title="a &amp; <b>", title_detail={"type": "text/plain"}).title == "a &amp; <b>"
    assert entry(is_atom=True, title="a &amp; <b>c", title_detail={"type": "text/html"}).title == "a & c"


@pytest.mark.parametrize(
    ("raw", "summary", "body"),
    [
        ({"summary": "Teaser", "summary_detail": {"type": "text/html"}}, "Teaser", ""),
        ({"summary": LONG, "content": [{"type": "text/html", "value": LONG}]}, "", LONG.strip()),
        (
            {"summary": "Teaser", "summary_detail": {"type": "text/html"}, "content": [{"type": "text/html", "value": f"<p>{LONG}"}]},
            "Teaser",
            LONG.strip(),
        ),
        (
            {"summary": LONG, "summary_detail": {"type": "text/html"}, "content": [{"type": "text/html", "value": LONG[:30]}]},
            LONG.strip(),
            "",
        ),
        ({"content": [{"type": "text/plain", "value": "short"}, {"type": "text/html", "value": f"<p>{LONG}"}]}, "", LONG.strip()),
        ({"content": [{"type": "image/png", "value": "iVBOR" * 100}]}, "", ""),
        ({"content": [{"type": "application/xhtml+xml", "value": f"<p>{LONG}</p>"}]}, "", LONG.strip()),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_summary_and_body_each_say_something_of_their_own(raw: dict[str, object], summary: str, body: str) -> None:
    found = entry(**raw)
    assert (found.summary, found.body) == (summary, body)


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ({"link": "https://gazette.example/1"}, "https://gazette.example/1"),
        ({"link": "/1"}, "https://gazette.example/1"),
        ({"link": "1"}, "https://gazette.example/world/1"),
        (
            {"link": "https://count.example/1", "feedburner_origlink": "https://gazette.example/1"},
            "https://gazette.example/1",
        ),
        ({"link": "tag:1", "id": "tag:1", "links": [{"rel": "alternate", "href": "/a"}]}, "https://gazette.example/a"),
        ({"link": "javascript:1", "links": [{"rel": "enclosure", "href": "/a"}]}, None),
        ({"id": "https://gazette.example/guid"}, "https://gazette.example/guid"),
        ({"id": "guid"}, None),
        ({"link": "guid", "id": "guid"}, None),
        ({"link": "", "links": "x"}, None),
    ],
)
def test_the_link_is_the_first_that_may_be_shown_and_a_guid_only_when_it_is_whole(
    raw: dict[str, object], link: str | None
) -> None:
    assert entry(**raw).link == link


@pytest.mark.parametrize(
    ("raw", "authors"),
    [
        ({"author": "Ida Oke", "authors": [{"name": "Ida Oke"}]}, ("Ida Oke",)),
        (
            {
                "author": "ida@gazette.example (Ida Oke)",
                "authors": [{"name": "Ida Oke", "email": "ida@gazette.example"}],
            },
            ("Ida Oke",),
        ),
        ({"author": "ida@gazette.example", "authors": [{"email": "ida@gazette.example"}]}, ("ida@gazette.example",)),
        ({"author": "Bo", "authors": [{"name": "Ida"}, {"name": "Bo"}]}, ("Ida", "Bo")),
        ({"author": "Ida", "authors": [{}]}, ("Ida",)),
        (
            {"author": "Bo", "authors": [{"name": "ple (Ida Oke", "email": "ida@gazette.exam"}, {"name": "Bo"}]},
            ("Ida Oke", "Bo"),
        ),
        ({"author": "Bo", "authors": [{"name": "Ida (Oke)"}, {"name": "Bo"}]}, ("Ida (Oke)", "Bo")),
        ({"authors": [{"name": "Ida"}, {"name": "Ida"}]}, ("Ida",)),
        ({}, ()),
    ],
)
def test_authors_are_names_and_an_address_only_where_there_is_no_name(
    raw: dict[str, object], authors: tuple[str, ...]
) -> None:
    assert entry(**raw).authors == authors


def test_a_category_is_shown_by_its_label() -> None:
    assert entry(tags=[{"term": "world", "label": "World"}, {"term": "uk"}, {"label": ""}, "x", {}]).categories == (
        "World",
        "uk",
    )


def test_the_language_is_the_item_s_own_or_the_feed_s() -> None:
    assert entry(language="en").language == "en"
    assert entry(language="en", title_detail={"language": "de-DE"}).language == "de-de"
    assert entry(language="en", content=[{"language": "fr", "type": "text/plain"}]).language == "fr"
    assert entry(language="en", title_detail={"language": "not a tag"}).language == "en"


def test_an_aggregator_names_where_it_has_it_from() -> None:
    assert entry(source={"title": " The <b>Gazette</b> "}).source == "The Gazette"
    assert entry(source="Gazette").source is None


@pytest.mark.parametrize(
    ("text", "parsed", "instant"),
    [
        ("Mon, 02 Mar 2026 10:00:00 GMT", gmtime(1_772_445_600), datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("1772445600", None, datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("1772445600123", None, datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("20260302", gmtime(1_772_409_600), datetime(2026, 3, 2, tzinfo=UTC)),
        ("202603021000", gmtime(1_772_409_600), None),
        ("2026", gmtime(1_767_225_600), None),
        ("Mar 26", gmtime(1_767_225_600), None),
        ("0000000000", None, None),
        ("9999999999", None, None),
        ("١٧٧٢٤٤٥٦٠٠", None, None),
        ("Mon, 02 Mar 2026", None, None),
        ("Mon, 02 Mar 2026", (2026, 3, 2), None),
        ("in the year 9999", struct_time((9999, 12, 31, 23, 59, 59, 0, 1, 0)), None),
        ("in no year at all", struct_time((0, 0, 0, 0, 0, 0, 0, 0, 0)), None),
        ("in a year too far", struct_time((10**9, 1, 1, 0, 0, 0, 0, 1, 0)), None),
        ("", gmtime(1_772_445_600), None),
    ],
)
def test_a_date_says_at_least_its_day_and_can_be_believed(text: str, parsed: object, instant: datetime | None) -> None:
    assert dated(text, parsed) == instant


def test_the_first_date_that_can_be_believed_counts() -> None:
    raw = {"published": "1772445600", "created": "1772445000", "updated": "1772449200"}
    assert date_of(raw, ("published", "created", "updated"), NOW) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert date_of({**raw, "published": "0000000000"}, ("published", "created"), NOW) == datetime(
        2026, 3, 2, 9, 50, tzinfo=UTC
    )
    assert date_of({}, ("published",), NOW) is None


def test_what_was_cut_is_said_of_the_whole_entry() -> None:
    assert not entry(title="a" * 1_000).cut
    assert entry(title="a" * 1_001).cut
    assert entry(tags=[{"term": str(n)} for n in range(61)]).cut


def test_only_texts_are_texts() -> None:
    assert [value_of({"a": value}, "a") for value in ("x", 5, None, ["x"], b"x")] == ["x", "", "", "", ""]


@settings(max_examples=70)
@given(
    st.dictionaries(NAMES, VALUES | st.just(struct_time((2026, 3, 2, 10, 0, 0, 0, 61, 0))), max_size=8), st.booleans()
)
def test_any_dictionary_is_an_entry_of_clean_texts(raw: dict[str, object], is_atom: bool) -> None:
    found = entry(is_atom=is_atom, **raw)
    assert [clean_text(text) for text in (found.title, found.summary, found.body)] == [
        found.title,
        found.summary,
        found.body,
    ]
    assert found.link is None or found.link.startswith(("http://", "https://"))
    assert found.published_at is None or found.published_at <= NOW + timedelta(days=1)
