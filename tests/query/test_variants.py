from __future__ import annotations

import pytest

from monitor.query.ast import Leaf
from monitor.query.compile import Rule, rule_of
from monitor.query.parser import parse
from monitor.query.printer import show
from monitor.query.variants import exclusions, relaxed, speaking_leaves, without_exclusions, without_leaf


@pytest.mark.parametrize(
    ("query", "free", "parts"),
    [
        ("a AND NOT b", "a", ["NOT b"]),
        ("a AND b AND NOT c AND NOT d", "a AND b", ["NOT c", "NOT d"]),
        ("a NOT NEAR/3 b", "a", ["a NOT NEAR/3 b"]),
        ("(a NOT NEAR/3 b) NEAR/5 c", "a NEAR/5 c", ["a NOT NEAR/3 b"]),
        ("a OR (b AND NOT c)", "a OR b", ["NOT c"]),
        ("a AND b", "a AND b", []),
    ],
)
def test_exclusions_are_found_and_left_out(query, free, parts):
    rule = rule_of("rule", query)
    assert show(without_exclusions(rule).tree) == free
    assert [variant.part for variant in exclusions(rule)] == parts


def test_a_mask_is_an_exclusion_too():
    rule = Rule("rule", parse("a"), (parse("a b"), parse("c a")))
    assert [variant.part for variant in exclusions(rule)] == ["ignore: a b", "ignore: c a"]
    assert [len(variant.rule.ignore) for variant in exclusions(rule)] == [1, 1]
    assert without_exclusions(rule).ignore == ()


def test_an_exclusion_that_stands_twice_is_left_out_in_both_places():
    rule = rule_of("rule", "((a NOT NEAR/3 b) NEAR/5 c) OR ((a NOT NEAR/3 b) NEAR/5 d)")
    (variant,) = exclusions(rule)
    assert show(variant.rule.tree) == "(a NEAR/5 c) OR (a NEAR/5 d)"


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("a OR b OR c", "b OR c"),
        ("a OR b", "b"),
        ("a AND b", None),
        ("a", None),
        ("(a OR b) NEAR/3 c", "b NEAR/3 c"),
        ("b AND NOT a", "b AND NOT a"),
        ("b NOT NEAR/3 a", "b NOT NEAR/3 a"),
        ("a AND NOT b", None),
    ],
)
def test_a_rule_without_one_of_its_words(query, rest):
    changed = without_leaf(rule_of("rule", query), Leaf("a"))
    assert (changed and show(changed.tree)) == rest


def test_the_words_of_exclusions_do_not_speak():
    assert [leaf.text for leaf in speaking_leaves(rule_of("rule", "(a OR b NOT NEAR/2 c) AND NOT d"))] == ["a", "b"]


@pytest.mark.parametrize(
    ("query", "variants"),
    [
        ("a AND b", {("a", "b"), ("b", "a")}),
        ("a NEAR/4 b", {("a NEAR/4 b", "a NEAR/8 b"), ("a", "b"), ("b", "a")}),
        (
            "a ONEAR/4 b",
            {("a ONEAR/4 b", "a ONEAR/8 b"), ("a ONEAR/4 b", "a NEAR/4 b"), ("a", "b"), ("b", "a")},
        ),
        ("a AND NOT b", set()),
        ("ATLEAST/3 (a)", {("ATLEAST/3 (a)", "ATLEAST/2 (a)")}),
        ("ATLEAST/2 (a)", {("ATLEAST/2 (a)", "a")}),
        ("a OR b", set()),
    ],
)
def test_a_rule_with_one_clause_given_up(query, variants):
    assert {(one.part, show(one.rule.tree)) for one in relaxed(rule_of("rule", query))} == variants
