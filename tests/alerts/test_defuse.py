from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.alerts.defuse import CUT, defuse, defuse_link, fit, is_chat, is_paced

DANGEROUS = re.compile(
    r"[*`~]"
    r"|@[\w!&]"
    r"|<[!@#:/\w]"
    r"|&[#\w]"
    r"|\]\(|\]\[|\]:"
    r"|:[\w+-]+:"
    r"|\|\||__"
    r"|(?<!\w)_|_(?!\w)"
    r"|#[\w #]"
    r"|^ *[>+=-]|^ *\d+[.)]",
    re.MULTILINE,
)


@given(st.text(alphabet=st.sampled_from("@<>!&#*_~|`[](): \nab1.)-+=\u2060$\\"), max_size=40))
@example("[a](http://b) <!channel> @everyone :fire: &lt;")
def test_nothing_defused_can_be_taken_for_a_mention_or_markup(text):
    assert not DANGEROUS.search(defuse(text))


@given(st.text(max_size=60))
def test_defusing_twice_changes_nothing(text):
    assert defuse(defuse(text)) == defuse(text)


@pytest.mark.parametrize(
    "text",
    ["Harbour wall gives way", "»wall« gave way — “two hurt”", "NATO, 12:30: talks (again)", "snake_case, 5 < 6"],
)
def test_ordinary_words_read_as_before(text):
    assert defuse(text).replace("\u2060", "") == text


def test_a_link_still_leads_to_the_same_page():
    link = "https://news.example/@anna/a_b*c?x=[1]&y=~2#part"
    assert defuse_link(link) == "https://news.example/%40anna/a_b%2Ac?x=%5B1%5D&y=%7E2#part"


def test_what_fits_stays_and_what_does_not_is_cut_with_a_note():
    assert fit("short", 10) == "short"
    assert fit("a" * 50, 30) == "a" * (30 - len(CUT) - 1) + "\n" + CUT


def test_half_a_link_is_never_shown():
    text = "Headline\nnews.example: https://news.example/" + "x" * 100
    assert fit(text, 80) == "Headline\n" + CUT


def test_what_a_character_costs_is_counted():
    fitted = fit("&" * 40, 50, lambda c: 5 if c == "&" else 1)
    assert fitted == "&" * ((50 - len(CUT) - 1) // 5) + "\n" + CUT


@given(st.text(max_size=200), st.integers(0, 200))
def test_nothing_is_longer_than_its_room(text, room):
    assert len(fit(text, room)) <= room


def test_the_scheme_tells_who_takes_text_for_what_it_is():
    assert [is_chat(f"{s}://x") for s in ("mailto", "MAILTOS", "console", "file")] == [False] * 4
    assert [is_chat(f"{s}://x") for s in ("slack", "json", "https", "")] == [True] * 4
    assert [is_paced(f"{s}://x") for s in ("slack", "json", "mailto")] == [True, False, False]
