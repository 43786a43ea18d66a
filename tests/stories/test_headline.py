from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.headline import Difference, difference, is_another_headline, masked_title, normal_title


@pytest.mark.parametrize(
    ("title", "normal"),
    [
        ("Kyiv’s ‘plan’ for “victory”", "kyiv plan for victory"),
        ("U.S. and U.K. agree on steel", "us and uk agree on steel"),
        ("UPDATE 2: Oil prices rise on supply fears", "oil prices rise on supply fears"),
        ("UPDATE 2-Oil prices rise on supply fears", "oil prices rise on supply fears"),
        ("BREAKING: Harbour wall collapses", "harbour wall collapses"),
        ("LIVE: Harbour wall collapses", "harbour wall collapses"),
        ("Exclusive - Harbour wall to be sold", "exclusive harbour wall to be sold"),
        ("Exclusive: Harbour wall to be sold", "harbour wall to be sold"),
        ("Срочно: В порту рухнула стена", "в порту рухнула стена"),
        ("Island council closes old harbour - The Strait Times", "island council closes old harbour"),
        ("Island council closes old harbour | strait.example.com", "island council closes old harbour"),
        ("Short one - The Strait Times", "short one the strait times"),
        (
            "Island council closes harbour - what it means for you all",
            "island council closes harbour what it means for you all",
        ),
        ("Island council diary for the week - Day 12", "island council diary for the week day 12"),
        ("  Accents: Škoda, Łódź  ", "accents skoda lodz"),
        ("", ""),
        ("—", ""),
    ],
)
def test_one_form_for_all_the_ways_to_print_a_headline(title: str, normal: str) -> None:
    assert normal_title(title) == normal


@pytest.mark.parametrize(
    "titles",
    [
        ("Evening recap 4 May", "Evening recap 5 June"),
        ("Top Asian News 4:32 a.m. GMT", "Top Asian News 11:05 p.m. GMT"),
        ("Stocks close lower on Monday", "Stocks close lower on Friday"),
        ("War diary, day 12", "War diary, day 113"),
    ],
)
def test_the_headlines_of_a_series_have_one_mask(titles: tuple[str, str]) -> None:
    first, second = (masked_title(normal_title(title)) for title in titles)
    assert first == second


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Council closes old harbour", "Council closes old harbour", Difference.NONE),
        ("Council closes the old harbour", "Council closes old harbour", Difference.WORDING),
        ("Council close old harbours", "Council closes old harbour", Difference.WORDING),
        ("Zelensky visits the old harbour", "Zelenskyy visits the old harbour", Difference.WORDING),
        ("Cease-fire holds in the old harbour", "Ceasefire holds in the old harbour", Difference.WORDING),
        ("In Paris, thousands march for peace", "Thousands march for peace in Paris", Difference.WORDING),
        ("Harbour wall collapse kills 4", "Harbour wall collapse kills 9", Difference.FIGURES),
        ("Harbour wall collapse kills four", "Harbour wall collapse kills nine", Difference.FIGURES),
        ("Harbour wall collapses", "Harbour wall collapses, 3 dead", Difference.FIGURES),
        ("Evening recap 4 May", "Evening recap 5 May", Difference.SERIES),
        ("Harbour diary, part 3", "Harbour diary, part 4", Difference.SERIES),
        ("Stocks close lower on Monday", "Stocks close lower on Tuesday", Difference.SERIES),
        ("Best books of 2025", "Best books of 2026", Difference.SERIES),
        ("Council closes old harbour", "Council closes old school", Difference.MEANING),
        ("Otters attack swans at harbour", "Swans attack otters at harbour", Difference.MEANING),
        ("Council accepts harbour plan", "Council rejects harbour plan", Difference.OPPOSITE),
        ("Council will close harbour", "Council will not close harbour", Difference.OPPOSITE),
        ("Harbour traffic rises again", "Harbour traffic falls again", Difference.OPPOSITE),
        ("Council will close old harbour", "Mayor denies council will close old harbour", Difference.MEANING),
        ("Council will close old harbour", "Council will not close old harbour, mayor insists", Difference.MEANING),
        ("Paris closes old harbour", "Parish closes old harbour", Difference.MEANING),
        ("Crane falls on 19th pier", "Crane falls on 20th pier", Difference.FIGURES),
        ("Lethal aid for the island", "Nonlethal aid for the island", Difference.MEANING),
        ("Iran opens old harbour", "Iraq opens old harbour", Difference.MEANING),
    ],
)
def test_in_what_two_headlines_differ(a: str, b: str, expected: Difference) -> None:
    assert difference(normal_title(a), normal_title(b)) is expected


@pytest.mark.parametrize(
    ("before", "after", "is_another"),
    [
        ("Four hurt in harbour fire", "FOUR hurt in harbour fire! - Gazette", False),
        ("Harbour fire", "BREAKING: Harbour fire", False),
        ("Four hurt in harbour fire", "Nine hurt in harbour fire", True),
        ("???", "!!!", True),
        ("", "Harbour fire", True),
    ],
)
def test_what_makes_a_headline_another_one(before: str, after: str, is_another: bool) -> None:
    assert is_another_headline(before, after) is is_another


WORDS = st.lists(
    st.sampled_from(
        ["the", "old", "harbour", "wall", "not", "4", "may", "5", "monday", "rises", "falls", "closes", "closed", "in"]
    ),
    max_size=8,
)


@given(WORDS, WORDS)
@settings(max_examples=150)
def test_it_does_not_matter_which_headline_comes_first(a: list[str], b: list[str]) -> None:
    assert difference(" ".join(a), " ".join(b)) is difference(" ".join(b), " ".join(a))


@given(st.text(max_size=80))
@settings(max_examples=150)
def test_a_normal_title_stays_as_it_is(title: str) -> None:
    normal = normal_title(title)
    assert normal == " ".join(normal.split())
    assert masked_title(masked_title(normal)) == masked_title(normal)
