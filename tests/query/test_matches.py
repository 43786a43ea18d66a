from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.model.entry import Entry
from monitor.query.compile import rule_of
from monitor.query.matches import Matches
from monitor.query.percolator import Percolator


@pytest.fixture
def found(entry: Callable[..., Entry]) -> Matches:
    percolator = Percolator([rule_of("b", "dam AND (flood OR breaks)"), rule_of("a", "breaks"), rule_of("c", "flood")])
    return percolator.matches(entry("A dam breaks"))


def test_matches_are_those_of_the_rules_that_hold_by_name(found: Matches) -> None:
    assert list(found) == ["a", "b"]
    assert len(found) == 2
    assert ("b" in found, "c" in found) == (True, False)
    assert [match.watchlist for match in found.values()] == ["a", "b"]


def test_a_match_is_worked_out_once(found: Matches) -> None:
    assert found["b"].words == ("dam", "breaks")
    assert found["b"] is found["b"]


def test_of_a_rule_that_does_not_hold_there_is_no_match(found: Matches) -> None:
    assert found.get("c") is None
    with pytest.raises(KeyError):
        found["c"]


def test_a_match_can_be_asked_for_after_other_entries_and_rules_came(entry: Callable[..., Entry]) -> None:
    percolator = Percolator([rule_of("a", "dam NEAR/3 breaks")])
    story = entry("A dam near Kyiv breaks")
    expected = percolator.matches(story)["a"]
    found = percolator.matches(story)
    grown = percolator.with_rules([rule_of("b", "Kyiv"), rule_of("c", "near")])
    assert list(grown.matches(entry("Kyiv"))) == ["b"]
    assert found["a"] == expected


def test_the_words_that_speak_are_told(found: Matches) -> None:
    assert {leaf.text for leaf in found.telling("b")} == {"dam", "breaks"}
