"""Whose page it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.masthead import outlet_of, unsuffixed

HEADLINE = "Council closes the old harbour"
TITLES = st.lists(
    st.sampled_from(["Harbour ", "closed ", " - ", " | ", " – ", "-", "|", "Gazette", "The ", "京都", " "]), max_size=9
).map("".join)


@pytest.mark.parametrize("sign", ["-", "–", "—", "|", "·"])
def test_the_outlet_behind_the_headline_goes_where_the_page_shows_the_headline_without_it(sign: str) -> None:
    assert unsuffixed(f"{HEADLINE} {sign} The Strait Times", ["Menu", HEADLINE]) == (HEADLINE, "The Strait Times")


@pytest.mark.parametrize("name", ["Strait Times", "The Strait Times Online", "朝日新聞", "n-tv", "BBC"])
def test_a_bar_leaves_no_doubt(name: str) -> None:
    title = f"{HEADLINE} | {name}"
    assert unsuffixed(title) == ((HEADLINE, name) if "-" not in name else (title, ""))


@pytest.mark.parametrize(
    "title",
    [
        HEADLINE,
        f"{HEADLINE} - what now?",
        f"{HEADLINE}-Strait Times",
        f"{HEADLINE} | a b c d e",
        f"{HEADLINE} | x",
        f"{HEADLINE} | {'x' * 41}",
        "Harbour | Times",
        "",
        " | Times",
    ],
)
def test_a_headline_is_left_as_it_is_where_that_is_not_sure(title: str) -> None:
    assert unsuffixed(title) == (title, "")


def test_only_the_last_bar_parts_the_outlet() -> None:
    assert unsuffixed(f"{HEADLINE} | World | Strait Times") == (f"{HEADLINE} | World", "Strait Times")


@given(TITLES, st.lists(TITLES, max_size=3))
def test_what_is_left_is_the_beginning_of_the_headline(title: str, lines: list[str]) -> None:
    bare, name = unsuffixed(title, lines)
    assert title.startswith(bare)
    assert title.endswith(name) or title.rstrip().endswith(name)
    assert bool(name) == (bare != title)


@pytest.mark.parametrize(
    ("lines", "outlet"),
    [
        (["More at straittimes.com", "The Strait Times reports"], "Strait Times"),
        (["write to newsdesk@straittimes.com", "© Strait Times"], "Strait Times"),
        (["https://www.guardian.co.uk/world", "The Guardian view"], "Guardian"),
        (["https://news.abc.net.au/x", "An ABC report"], "ABC"),
        (["see strait-times.com", "StraitTimes", "Strait Times"], "StraitTimes"),
        (["https://twitter.com/x", "Follow us on Twitter", "Some text that goes on for a while here."], ""),
        (["The Strait Times", "Menu"], "The Strait Times"),
        (["Le Monde", "Accueil"], "Le Monde"),
        (["Газета", "Меню"], "Газета"),
        (["Harbour closed today", "Menu"], ""),
        (["42 News", "Menu"], ""),
        (["A sentence stands here.", "Menu"], ""),
        (["Menu", "The Strait Times"], ""),
        ([], ""),
    ],
)
def test_the_outlet_is_spelt_by_its_own_address_or_stands_in_the_first_line(lines: list[str], outlet: str) -> None:
    assert outlet_of(lines, "") == outlet


def test_a_first_line_that_is_the_headline_is_no_outlet() -> None:
    assert outlet_of(["Harbour Closed"], "Harbour Closed") == ""
    assert outlet_of(["Harbour Closed"], "Another") == "Harbour Closed"


def test_the_address_that_is_named_most_often_counts() -> None:
    lines = ["via wireagency.com", "Wire Agency", "straittimes.com", "a@straittimes.com", "Strait Times"]
    assert outlet_of(lines, "") == "Strait Times"


def test_only_the_beginning_and_the_end_of_a_long_page_are_looked_at() -> None:
    filling = ["Some words that say nothing of it"] * 1_000
    assert outlet_of([*filling, "straittimes.com", "Strait Times"], "") == "Strait Times"
    assert outlet_of([*filling, "straittimes.com", "Strait Times", *filling], "") == ""


@settings(max_examples=80)
@given(st.lists(st.text("aA.@/-:| 1京é\t", max_size=20), max_size=6), st.text(max_size=5))
def test_whatever_is_found_stands_in_the_page(lines: list[str], title: str) -> None:
    found = outlet_of(lines, title)
    assert not found or any(word in line for word in found.split() for line in lines)
