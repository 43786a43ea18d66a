from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.clean import clean_line, clean_text

TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("\u0301\u0315\u200b\u202e\x00\x85\u2028\r\n\t \ud800\u0958\U000e0041")),
    max_size=60,
)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("N\u200bvidia", "Nvidia"),
        ("N\u00advidia", "Nvidia"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("abc\u202edef", "abcdef"),
        ("\u2067x\u2069\u061c", "x"),
        ("flag\U000e0067\U000e0062", "flag"),
        ("lone\ud83d surrogate", "lone surrogate"),
        ("\ufeffmark", "mark"),
        ("heart\ufe0f", "heart"),
        ("non\uffffcharacter\ufdd0", "noncharacter"),
    ],
)
def test_what_no_reader_sees_is_gone(hidden, shown):
    assert clean_text(hidden) == shown
    assert clean_line(hidden) == shown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_a_newline(end):
    assert clean_text(f"one{end}two") == "one\ntwo"
    assert clean_line(f"one{end}two") == "one two"


def test_spaces_collapse_and_at_most_one_line_stays_blank():
    assert clean_text("  a \t\u00a0 b  \n \n\n\n  c\u3000d ") == "a b\n\nc d"


def test_letters_are_composed():
    assert clean_text("Zu\u0308rich") == "Zürich"


def test_no_letter_carries_more_than_four_marks():
    assert len(clean_text("Z" + "\u0301\u0327" * 50 + "algo")) <= len("Zalgo") + 4


def test_a_million_marks_are_done_with_at_once():
    assert len(clean_text("a" + "\u0315\u0300" * 500_000)) <= 5


@pytest.mark.parametrize("clean", [clean_text, clean_line])
@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_cleaning_twice_changes_nothing(clean, text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@given(text=TEXTS, limit=st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_no_result_is_longer_than_its_limit(text, limit):
    assert len(clean_text(text, limit)) <= limit
    assert clean_line(text).startswith(clean_line(text, limit))
