"""The fields of an entry, whatever format they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.fields import (
    BODY,
    HTML,
    PLAIN,
    TITLE,
    believable,
    guid_of,
    headline,
    language_of,
    name_of,
    names_of,
    passage,
)
from monitor.text.clean import clean_line, clean_text

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANY = st.text(st.sampled_from("ab <>&;/\n\t\u200b\u202e\ud83d\x00é京1p\r"), max_size=40)


@settings(max_examples=50)
@given(ANY, st.sampled_from([PLAIN, HTML, "application/xhtml+xml", ""]), st.integers(1, 30))
def test_a_passage_is_clean_and_within_its_cap(value: str, kind: str, limit: int) -> None:
    shown = passage(value, kind, limit)
    assert len(shown.text) <= limit
    assert clean_text(shown.text) == shown.text


@settings(max_examples=50)
@given(ANY)
def test_plain_text_keeps_its_signs_and_markup_is_read(value: str) -> None:
    assert passage(value, PLAIN, 100).text == clean_text(value)
    assert passage(value.replace("<", "").replace("&", ""), HTML, 100).text == clean_line(
        value.replace("<", "").replace("&", "")
    )


@pytest.mark.parametrize(("length", "is_cut"), [(TITLE - 1, False), (TITLE, False), (TITLE + 1, True), (100_000, True)])
def test_it_is_said_when_something_was_cut_off(length: int, is_cut: bool) -> None:
    shown = headline("a" * length, PLAIN)
    assert (len(shown.text), shown.is_cut) == (min(length, TITLE), is_cut)


def test_markup_that_says_little_is_no_reason_to_cut() -> None:
    shown = passage("<p>" + "<b></b>" * 1_000 + "word", HTML, 1_000)
    assert (shown.text, shown.is_cut) == ("word", False)
    assert passage("<b></b>" * 10_000 + "word", HTML, 1_000).is_cut


def test_a_headline_is_one_line() -> None:
    assert headline("One<br>two<p>three", HTML).text == "One two three"
    assert headline(" One\n\ttwo\u2028three ", PLAIN).text == "One two three"


def test_paragraphs_stay_apart() -> None:
    assert passage("<p>One.</p><p>Two.</p>", HTML, BODY).text == "One.\nTwo."


def test_each_name_is_given_once_in_its_order() -> None:
    assert names_of(["Ida", " Ida ", "<b>Bo</b>", "", "Bo", "&amp;"]).names == ("Ida", "Bo", "&")


def test_names_have_an_end_in_number_and_length() -> None:
    found = names_of(f"{number} {'x' * 500}" for number in range(100))
    assert (len(found.names), found.is_cut) == (60, True)
    assert {len(name) for name in found.names} == {200}
    assert not names_of(map(str, range(60))).is_cut


@pytest.mark.parametrize("value", ["", "  ", "<br>", "\u200b", "<script>x</script>"])
def test_a_name_that_shows_nothing_is_none(value: str) -> None:
    assert name_of(value) is None


@settings(max_examples=50)
@given(ANY)
def test_an_id_is_one_clean_line_or_none(value: str) -> None:
    guid = guid_of(value)
    assert guid is None or (guid == clean_line(guid) != "")


def test_endless_ids_are_shortened_and_still_differ() -> None:
    guids = {guid_of("a" * 5_000 + tail) for tail in ("", "1", "2")} | {guid_of("a" * 1_000)}
    assert len(guids) == 4
    assert max(map(len, guids)) < 1_100


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN-us", "en-us"),
        ("pt_BR", "pt-br"),
        (" de ", "de"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("sr-Latn", "sr-latn"),
        ("x", None),
        ("", None),
        ("english, please", None),
        ("en-", None),
        ("enEN-toolongsubtag", None),
        ("de;q=0.8", None),
        ("ру", None),
    ],
)
def test_a_language_is_a_tag_of_bcp_47_in_small_letters(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("instant", "is_believed"),
    [
        (datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(1989, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (NOW + timedelta(days=1), True),
        (NOW + timedelta(days=1, microseconds=1), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-23))), False),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=23))), False),
    ],
)
def test_a_date_is_believed_from_1990_to_a_day_from_now(instant: datetime, is_believed: bool) -> None:
    assert (believable(instant, NOW) is not None) is is_believed


@settings(max_examples=30)
@given(st.builds(datetime.fromtimestamp, st.integers(700_000_000, 1_700_000_000), st.timezones()))
def test_a_believed_date_is_the_same_instant_in_utc(instant: datetime) -> None:
    found = believable(instant, NOW)
    assert found == instant.astimezone(UTC)
    assert found is not None
    assert found.tzinfo is UTC
