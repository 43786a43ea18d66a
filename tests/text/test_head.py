"""What the head of a page says of it, as pages write it."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.head import Head, head_of

TITLE, LINK = "Council closes the harbour", "https://gazette.example/harbour"
WAYS = {
    "double quotes": f'<meta property="og:title" content="{TITLE}"><link rel="canonical" href="{LINK}">',
    "single quotes": f"<meta property='og:title' content='{TITLE}'><link rel='canonical' href='{LINK}'>",
    "closed tags": f'<meta property="og:title" content="{TITLE}"/><link rel="canonical" href="{LINK}" />',
    "minified": f'<meta property=og:title content="{TITLE}"><link rel=canonical href={LINK}>',
    "other order": f'<meta content="{TITLE}" property="og:title"><link href="{LINK}" rel="canonical">',
    "blanks": f'<meta\n  property = "og:title"\n  content = "{TITLE}"\n><link  rel = "canonical"  href = "{LINK}" >',
    "capitals": f'<META PROPERTY="OG:Title" CONTENT="{TITLE}"><LINK REL="Canonical" HREF="{LINK}">',
    "more attributes": f'<meta data-x="1" property="og:title" id=t content="{TITLE}"><link rel="canonical" data-n href="{LINK}">',
    "name": f'<meta name="twitter:title" content="{TITLE}"><meta property="og:url" content="{LINK}">',
    "title": f"<title>{TITLE}</title><link rel='canonical' href='{LINK}'>",
    "title with attributes": f'<title data-rh="true">\n {TITLE}\n</title><meta property="og:url" content="{LINK}">',
}


@pytest.mark.parametrize("markup", WAYS.values(), ids=WAYS)
def test_headline_and_address_are_found_however_they_are_written(markup: str) -> None:
    page = head_of(f"<!DOCTYPE html><html><head><meta charset=utf-8>{markup}</head><body><p>text")
    assert (page.title, page.url) == (TITLE, LINK)


@pytest.mark.parametrize(
    "text", ["Profit > loss", "It’s “over”, they say", "L'État & nous", 'A "quoted" word', "1 < 2", "東京 é"]
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_signs_of_markup_inside_of_a_headline_are_part_of_it(text: str, quote: str) -> None:
    written = html.escape(text).replace("&gt;", ">")
    assert head_of(f"<meta property=og:title content={quote}{written}{quote}>").title == text


def test_what_the_page_says_for_others_comes_before_its_title() -> None:
    markup = '<title>Harbour closed | Gazette</title><meta name="twitter:title" content="Second"><meta property="og:title" content="First">'
    assert head_of(markup).title == "First"
    assert head_of(markup.replace("First", "")).title == "Second"
    assert head_of(markup.replace("First", "").replace("Second", "")).title == "Harbour closed | Gazette"


def test_of_two_equal_elements_the_first_counts() -> None:
    assert head_of('<meta property="og:title" content="One"><meta property="og:title" content="Two">').title == "One"


@pytest.mark.parametrize(
    ("name", "content", "day"),
    [
        ("article:published_time", "2026-03-02T10:00:00+01:00", "2026-03-02"),
        ("date", "March 2, 2026", "2026-03-02"),
        ("pubdate", "02.03.2026", "2026-03-02"),
        ("dc.date", "2026-03-02", "2026-03-02"),
        ("parsely-pub-date", "2026-03-02T09:00:00Z", "2026-03-02"),
        ("article:published_time", "yesterday", None),
        ("article:modified_time", "2026-03-02", None),
    ],
)
def test_the_day_is_the_one_it_was_published(name: str, content: str, day: str | None) -> None:
    assert head_of(f'<meta property="{name}" content="{content}">').published == day


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "/harbour", "https://me:pw@gazette.example/", "ftp://gazette.example/", "", "x" * 3_000],
)
def test_an_address_that_may_not_be_shown_is_none(url: str) -> None:
    assert head_of(f'<link rel="canonical" href="{url}">').url is None


def test_the_outlet_is_the_site_s_name() -> None:
    assert head_of('<meta property="og:site_name" content=" The\u200b  Gazette\n">').outlet == "The Gazette"
    assert head_of('<meta name="application-name" content="Gazette">').outlet == "Gazette"


def test_texts_are_clean_and_have_an_end() -> None:
    page = head_of(
        f'<meta property="og:title" content="a\u202e&#0;&#x1b;[31m {"b" * 900}"><meta property="og:site_name" content="{"c" * 900}">'
    )
    assert page.title.startswith("a")
    assert not {"\u202e", "\x00", "\x1b"} & set(page.title)
    assert (len(page.title), len(page.outlet)) == (500, 200)


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<html>",
        "plain words",
        "<meta>",
        "<meta ",
        "<link rel=canonical>",
        "<title>",
        "<meta content=x>",
        "<meta property=og:title>",
    ],
)
def test_a_page_that_says_nothing_has_an_empty_head(markup: str) -> None:
    assert head_of(markup) == Head()


def test_a_tag_that_never_ends_says_nothing() -> None:
    assert head_of('<meta property="og:title" content="Half').title == ""
    assert (
        head_of('<meta property="og:title" content="Half <meta property="og:title" content="Whole">').title == "Whole"
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "<meta ",
                "<link ",
                "<title>",
                ">",
                '"',
                "'",
                "=",
                "property",
                "content",
                "og:title",
                "rel",
                "href",
                " ",
                "a",
                "&amp;",
                "/",
                "<",
                "é",
            ]
        )
    ).map("".join)
)
def test_any_markup_gives_a_head_of_clean_lines(markup: str) -> None:
    page = head_of(markup)
    assert "\n" not in page.title + page.outlet
    assert "<" not in page.title


@pytest.mark.parametrize(
    "piece",
    [
        "<meta ",
        "<meta x=",
        '<meta x="',
        "<meta x='\"",
        "<link =",
        "<title ",
        "<title>",
        '<meta a="b" ',
        "<meta " + "=" * 50,
    ],
)
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    assert head_of(piece * (400_000 // len(piece))).url is None
