from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.entry import Entry
from monitor.model.watch import Match, Strength
from monitor.query.answer import _window
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator

Enter = Callable[..., Entry]
FILLER = "word " * 100


def match(rule: Rule | str, entry: Entry) -> Match:
    made = rule if isinstance(rule, Rule) else rule_of("rule", rule)
    return Percolator([made]).matches(entry)[made.name]


@pytest.mark.parametrize(
    ("query", "zones", "strength"),
    [
        ("dam", {"title": "A dam"}, Strength.HEADLINE),
        ("dam", {"summary": "A dam"}, Strength.PROMINENT),
        ("dam", {"body": f"A dam {FILLER}"}, Strength.PROMINENT),
        ("dam", {"body": f"{FILLER} dam"}, Strength.PASSING),
        ("dam", {"body": f"{FILLER} dam or dam or dam"}, Strength.PROMINENT),
        ("tail:dam", {"tail": "A dam"}, Strength.PASSING),
        ("dam AND flood", {"title": "A dam", "body": f"{FILLER} flood"}, Strength.PASSING),
        ("dam OR flood", {"title": "A dam", "body": f"{FILLER} flood"}, Strength.HEADLINE),
        ("dam NEAR/3 flood", {"title": "A dam", "body": f"{FILLER} flood dam"}, Strength.PASSING),
        ("dam AND source:times", {"title": "A dam", "source": "Times"}, Strength.HEADLINE),
        ("dam NOT flood", {"title": "A dam"}, Strength.HEADLINE),
        ("source:times", {"title": "A dam", "source": "Times"}, Strength.PASSING),
    ],
)
def test_strength_is_that_of_the_weakest_clause_that_must_hold(
    entry: Enter, query: str, zones: dict[str, str], strength: Strength
) -> None:
    assert match(query, entry(**zones)).strength is strength


def test_score_grows_with_strength_and_mentions(entry: Enter) -> None:
    stories = [
        entry(body=f"{FILLER} dam"),
        entry(summary="dam"),
        entry(summary="dam dam"),
        entry("dam"),
        entry("dam dam"),
    ]
    scores = [match("dam", story).score for story in stories]
    assert scores == sorted(scores)
    assert 0 <= scores[0] < scores[-1] <= 1


def test_what_is_weaker_than_asked_does_not_match(entry: Enter, rule: Callable[..., Rule]) -> None:
    percolator = Percolator([rule("all: [dam]\nwhere: {min: prominent}")])
    assert percolator.matches(entry("A dam"))
    assert not percolator.matches(entry("", body=f"{FILLER} dam"))
    assert "passing, at least prominent asked" in percolator.explain("rule", entry("", body=f"{FILLER} dam")).note


def test_the_snippet_shows_the_passage_below_the_headline(entry: Enter) -> None:
    found = match(
        "nato NEAR/4 ukraine",
        entry("NATO and Ukraine", body=f"{FILLER}\nThe letter asks NATO for Ukraine’s sake.\nMore."),
    )
    assert found.snippet == "…The letter asks NATO for Ukraine’s sake.…"
    assert [found.snippet[start:end] for start, end in found.marks] == ["NATO", "Ukraine"]
    assert found.words == ("NATO", "Ukraine")


def test_the_snippet_is_the_headline_where_nothing_else_speaks(entry: Enter) -> None:
    found = match("dam", entry("A dam breaks", summary="Nothing more."))
    assert (found.snippet, found.marks) == ("A dam breaks", ((2, 5),))


def test_a_long_paragraph_is_cut_at_words(entry: Enter) -> None:
    found = match("dam", entry("", body="morning " * 60 + "the dam broke " + "evening " * 60))
    assert len(found.snippet) <= 240
    assert found.snippet.startswith("…morning ")
    assert found.snippet.endswith(" evening…")
    assert "dam" in [found.snippet[start:end] for start, end in found.marks]


@given(st.text("ab \n", max_size=600), st.integers(0, 600), st.integers(1, 40))
def test_a_window_lies_in_the_text_and_is_short(text: str, first: int, size: int) -> None:
    first = min(first, len(text))
    start, end = _window(text, first, min(first + size, len(text)))
    assert 0 <= start <= len(text)
    assert start <= end + 240
    assert end - start <= 240


@pytest.mark.parametrize(
    ("where", "zones", "passes"),
    [
        ("lang: [en, de]", {"language": "de-AT"}, True),
        ("lang: en", {"language": "fr"}, False),
        ("lang: en", {"language": None}, True),
        ("lang: 'no'", {"language": "nn-NO"}, True),
        ("source: Reuters", {"source": "REUTERS"}, True),
        ("source: reuters.com", {"link": "https://uk.reuters.com/x"}, True),
        ("source: reuters.com", {"link": "https://notreuters.com/x"}, False),
        ("source_not: [example.com]", {"link": "https://www.example.com/x"}, False),
        ("source_not: [example.com]", {"link": "https://example.org/x"}, True),
        ("source_not: [example.com]", {"link": None}, True),
        ("country: UA", {"country": "ua"}, True),
        ("country: UA", {}, False),
        ("author: [Anna Lee]", {"authors": ("anna lee",)}, True),
        ("author: [Anna Lee]", {"authors": ("Lee Harvey",)}, False),
        ("category: World", {"categories": ("world", "x")}, True),
        ("zones: [title]", {"title": "", "summary": "dam"}, False),
        ("zones: [tail]", {"title": "", "tail": "dam"}, True),
    ],
)
def test_filters(entry: Enter, rule: Callable[..., Rule], where: str, zones: dict[str, object], passes: bool) -> None:
    percolator = Percolator([rule(f"all: [dam]\nwhere: {{{where}}}")])
    story = entry(**{"title": "A dam", **zones})
    assert bool(percolator.matches(story)) is passes
    assert percolator.explain("rule", story).ok is passes
