from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.model.watch import Strength, Zone
from monitor.query.analysis import analyse
from monitor.query.answer import answer
from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Not, Or, holds_on_nothing
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator
from monitor.query.reading import reading
from monitor.query.where import Where

Enter = Callable[..., Entry]

SPOKEN = ["Ukraine", "Kyiv", "Kyiv’s", "NATO", "invite", "invited", "INVITED", "US", "us", "U.S.", "F-16", "F16"]
SPOKEN += [
    "summit",
    "summits",
    "Zelensky",
    "Zelenskiy",
    "запрошення",
    "запрошень",
    "NATO-Ukraine",
    "京都",
    "x",
    "y",
    ".",
]
leaves = st.one_of(
    st.sampled_from(["Ukraine", "invite", "US", "NATO Ukraine", "F-16", "summit", "x", "x y", "запрошення", "京"]).map(
        Leaf
    ),
    st.sampled_from(["invited", "Kyiv", "NATO"]).map(lambda text: Leaf(text, Form.EXACT)),
    st.sampled_from(["US", "INVITED"]).map(lambda text: Leaf(text, Form.CASE)),
    st.just(Leaf("invite", Form.STEM)),
    st.just(Leaf("Zelensky", Form.LIKE)),
    st.sampled_from(["invit", "summi"]).map(lambda text: Leaf(text, Form.PREFIX)),
)
fields = st.sampled_from(["title", "summary", "body", "tail", "lead", "source", "category"])
places = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Near, inner, inner, st.integers(1, 6), st.booleans(), st.booleans()),
        st.builds(Field, fields, inner),
        st.builds(Group, st.just("group"), inner),
    ),
    max_leaves=5,
)
trees = st.recursive(
    places,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
        st.builds(AtLeast, st.integers(1, 3), inner.filter(lambda node: not holds_on_nothing(node))),
    ),
    max_leaves=8,
)
wheres = st.builds(
    Where,
    lang=st.sampled_from([(), (), ("uk",)]),
    zones=st.sampled_from([Where().zones, (Zone.TITLE,), (Zone.SUMMARY, Zone.TAIL)]),
    min=st.sampled_from(Strength),
)
texts = st.lists(st.sampled_from(SPOKEN), max_size=9).map(" ".join)
rules = st.lists(
    st.builds(Rule, st.just(""), trees, st.lists(leaves, max_size=1).map(tuple), wheres), min_size=1, max_size=4
)


def _entry(title: str, summary: str, body: str = "", **more: object) -> Entry:
    return Entry(
        id=EntryId("entry"),
        feed_id=FeedId("feed"),
        key="key",
        title=title,
        summary=summary,
        body=body,
        first_seen_at=datetime(2024, 11, 28, tzinfo=UTC),
        **more,
    )


@settings(max_examples=300, deadline=None)
@given(rules, texts, texts, texts, st.sampled_from(["en", "uk", None]))
def test_all_rules_together_answer_as_each_by_itself(
    made: list[Rule], title: str, summary: str, tail: str, language: str | None
) -> None:
    named = [Rule(f"r{number}", rule.tree, rule.ignore, rule.where) for number, rule in enumerate(made)]
    story = _entry(title, summary, "x y", tail=tail, language=language, source="NATO", categories=("summit", "US"))
    alone = [answer(rule, story, reading(analyse(story))) for rule in named]
    assert Percolator(named).matches(story) == tuple(match for match in alone if match is not None)


@settings(max_examples=200, deadline=None)
@given(trees, texts, texts)
def test_the_explanation_says_what_the_verdict_says(tree: Node, title: str, summary: str) -> None:
    percolator = Percolator([Rule("rule", tree)])
    story = _entry(title, summary)
    assert percolator.explain("rule", story).ok is bool(percolator.matches(story))


def test_rules_can_be_added_replaced_and_taken_away(entry: Enter) -> None:
    percolator = Percolator([rule_of("a", "dam"), rule_of("b", "flood")])
    story = entry("A dam breaks")
    assert [match.watchlist for match in percolator.with_rules([rule_of("b", "breaks")]).matches(story)] == ["a", "b"]
    assert percolator.without("a").matches(story) == ()
    assert [match.watchlist for match in percolator.matches(story)] == ["a"]


def test_an_unknown_name_is_said_to_be_unknown(entry: Enter) -> None:
    with pytest.raises(NotFound, match="unknown"):
        Percolator([]).explain("nobody", entry("A dam breaks"))


def test_a_language_that_comes_later_is_learnt_then(entry: Enter) -> None:
    percolator = Percolator([rule_of("a", "Einladung OR invite")])
    assert percolator.matches(entry("They were invited", language="en"))
    assert percolator.matches(entry("Viele Einladungen", language="de"))
    assert not percolator.matches(entry("They were invited", language="de"))


@pytest.mark.parametrize(
    "query",
    [
        "((x NEAR/50 y) NEAR/50 (x NEAR/50 y)) NEAR/50 z",
        "(x OR y) NOT NEAR/50 (z NEAR/2 x)",
        "x y OR y x OR ATLEAST/99 (x)",
    ],
)
def test_a_hostile_text_costs_no_more_than_a_moment(entry: Enter, query: str) -> None:
    percolator = Percolator([rule_of("a", query)])
    started = time.process_time()
    percolator.matches(entry("", body="x y " * 100_000 + "z"))
    assert time.process_time() - started < 5
