from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.model.entry import Entry
from monitor.model.watch import Hit, Reason, Zone
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator

Enter = Callable[..., Entry]


def why(rule: Rule | str, entry: Entry) -> Reason:
    made = rule if isinstance(rule, Rule) else rule_of("rule", rule)
    return Percolator([made]).explain(made.name, entry)


def test_a_hit_tells_where_it_stands_and_which_word_fired(entry: Enter) -> None:
    reason = why("invite AND nato", entry("Allies invited", summary="by the NATO chief"))
    assert reason.ok
    assert [part.hits for part in reason.parts] == [
        (Hit(zone=Zone.TITLE, start=7, end=14, text="invited", form="invite"),),
        (Hit(zone=Zone.SUMMARY, start=7, end=11, text="NATO", form="nato"),),
    ]


def test_a_group_tells_which_of_its_words_fired(entry: Enter, rule: Callable[..., Rule]) -> None:
    made = rule("aliases: {ukraine: [Ukraine, Kyiv]}\nall: [$ukraine]")
    reason = why(made, entry("Talks in Kyiv"))
    assert (reason.clause, reason.hits[0].form) == ("$ukraine", "Kyiv")


def test_near_tells_the_distance_it_found(entry: Enter) -> None:
    reason = why("ukraine NEAR/6 nato", entry("NATO wants Ukraine"))
    assert (reason.ok, reason.distance, reason.note) == (True, 2, "2 words apart, at most 6 allowed")


@pytest.mark.parametrize(
    ("query", "title", "note"),
    [
        ("ukraine", "Moldova", "never occurs"),
        ("ukraine AND nato", "Ukraine", "nato never occurs"),
        ("ukraine AND nato NEAR/3 eu", "Ukraine", "nato never occurs, eu never occurs"),
        ("ukraine NEAR/2 nato", "Ukraine is far away from NATO", "Ukraine … NATO, 5 words apart: at most 2 allowed"),
        ("ukraine ONEAR/2 nato", "NATO Ukraine", "only in the other order: NATO … Ukraine, 1 word apart"),
        ("invite NOT NEAR/6 summit", "invited to the summit", "invited … summit, 3 words apart: NOT NEAR/6"),
        ("ukraine NEAR/2 ukraine", "Ukraine", "both are the same words"),
        ("ukraine NOT russia", "Ukraine and Russia", "excluded, but russia occurs"),
        ("ATLEAST/3 (ukraine)", "Ukraine", "1 mention, at least 3 asked"),
        ("dam OR flood", "Ukraine", "never occurs"),
        ("(dam NEAR/2 burst) OR flood", "dam in the hills: a burst", "dam … burst, 5 words apart: at most 2 allowed"),
    ],
)
def test_what_fails_is_named_with_what_came_closest(entry: Enter, query: str, title: str, note: str) -> None:
    reason = why(query, entry(title))
    assert not reason.ok
    assert reason.note == note


def test_words_in_two_zones_are_said_to_be_in_two_zones(entry: Enter) -> None:
    assert "never in one part" in why("ukraine NEAR/9 nato", entry("Ukraine", summary="NATO")).note


def test_a_mention_in_the_tail_alone_is_pointed_out(entry: Enter) -> None:
    assert "only in the tail" in why("nato", entry("Ukraine", tail="More on NATO")).note


def test_a_masked_mention_is_pointed_out(entry: Enter, rule: Callable[..., Rule]) -> None:
    made = rule("all: [nato]\nignore: [NATO summit]")
    assert "masked by ignore" in why(made, entry("A NATO summit")).note
    assert why(made, entry("A NATO summit of NATO")).ok


def test_the_explanation_of_many_mentions_is_bounded(entry: Enter) -> None:
    assert len(why("dam", entry("", body="dam " * 500)).hits) == 20


def test_alternatives_that_all_never_occur_are_told_of_in_one_line(entry: Enter) -> None:
    reason = why("(kyiv OR kiev OR ukraine) AND nato", entry("NATO meets"))
    assert [(part.note, part.parts) for part in reason.parts] == [("never occurs", ()), ("", ())]


def test_a_satisfied_not_near_shows_no_failing_side(entry: Enter) -> None:
    reason = why("invite NOT NEAR/3 summit", entry("Allies invited"))
    assert (reason.ok, [part.clause for part in reason.parts]) == (True, ["invite"])
    failing = why("invite NOT NEAR/3 summit", entry("Allies invited to a summit"))
    assert [part.clause for part in failing.parts] == ["invite", "summit"]


def test_a_note_is_cut_between_words(entry: Enter) -> None:
    words = [f"alternative{number}" for number in range(12)]
    note = why(f"nato AND ({' OR '.join(words)})", entry("NATO meets")).note
    named = note.removesuffix(" … never occurs")
    assert named != note
    assert all(word in {*words, "OR"} for word in named.split())
