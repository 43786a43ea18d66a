from __future__ import annotations

from itertools import product

import pytest

from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.query.compile import Rule, rule_of
from monitor.query.implication import covers, implies
from monitor.query.percolator import Percolator
from tests.fakes import NOON

QUERIES = (
    "grain",
    '"grain"',
    "grai*",
    "grain deal",
    '"grain deal"',
    "case:Grain",
    "stem:grain",
    "grain OR wheat",
    "grain AND wheat",
    "(grain OR wheat) AND deal",
    "grain NEAR/2 deal",
    "grain NEAR/5 deal",
    "grain NOT NEAR/2 deal",
    "title:grain",
    "summary:(grain AND deal)",
    "ATLEAST/2 (grain)",
    "F-16",
    "16",
)
TEXTS = (
    *("grain", "Grain", "grains", "graining", "granary", "wheat", "grain deal", "grains deal", "the deal on grain"),
    *("grain, wheat and a deal", "a deal at last, and far behind it the price of grain", "grain grain", "F16", "F-16"),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("grain deal", "grain"),
        ('"grain"', "grain"),
        ("grain", "grai*"),
        ("grain AND wheat", "grain"),
        ("grain", "grain OR wheat"),
        ("grain deal OR grain ship", "grain"),
        ("title:grain", "grain"),
        ("grain NEAR/2 deal", "grain AND deal"),
        ("ATLEAST/2 (grain)", "grain"),
        ("case:NATO", '"nato"'),
    ],
)
def test_what_asks_for_more_implies_what_asks_for_less(one, other):
    assert implies(rule_of("one", one).tree, rule_of("other", other).tree)
    assert not implies(rule_of("other", other).tree, rule_of("one", one).tree)


def holding(texts) -> list[list[str]]:
    rules = Percolator([Rule(query, rule_of(query, query).tree) for query in QUERIES])
    return [list(rules.matches(entry)) for text in texts for entry in (written(text, ""), written("News", text))]


def written(title: str, summary: str) -> Entry:
    return Entry(
        id=EntryId("e"), feed_id=FeedId("f"), key="k", title=title, summary=summary, first_seen_at=NOON, language="en"
    )


def test_nothing_is_said_to_be_implied_that_does_not_hold_there():
    answers = holding(TEXTS)
    implied = [
        (one, other)
        for one, other in product(QUERIES, repeat=2)
        if implies(rule_of("one", one).tree, rule_of("other", other).tree)
    ]
    assert len(implied) > 2 * len(QUERIES)
    assert [(one, other) for one, other in implied for held in answers if one in held and other not in held] == []


def test_an_inflected_word_does_not_cover_another_of_its_family():
    invite, invitation = (rule_of("rule", word).tree for word in ("invite", "invitation"))
    assert not covers(invite, invitation)
