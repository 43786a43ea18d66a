from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.model.watch import Match, Strength, Zone
from monitor.query.analysis import analyse
from monitor.query.answer import is_answered, match_of
from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Not, Or, holds_on_nothing
from monitor.query.compile import Rule, rule_of
from monitor.query.lemma import lexicon
from monitor.query.percolator import Percolator
from monitor.query.reading import reading
from monitor.query.where import Where

Enter = Callable[..., Entry]
Says = Callable[..., bool]
STREAM = Path(__file__).resolve().parents[3] / "shared" / "data" / "stories" / "stream_60k.jsonl"

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
alternatives = st.builds(lambda one, other, tree: Or((And((one, other)), tree)), leaves, leaves, trees | leaves)
plain = (trees | alternatives).map(lambda tree: Rule("", tree))
"""What asks for nothing but words, as most watchlists do: many of these are answered by the words alone."""
filtered = st.builds(Rule, st.just(""), trees, st.lists(leaves, max_size=1).map(tuple), wheres)
rules = st.lists(plain | filtered, min_size=1, max_size=4)


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
    expected = answers(named, story)
    found = Percolator(named).matches(story)
    assert list(found) == list(expected)
    assert found == expected
    assert grown(named, story).matches(story) == expected


def answers(rules: list[Rule], story: Entry) -> dict[str, Match]:
    """What each rule by itself says of a story, word by word, without any index."""
    read = reading(analyse(story))
    return {rule.name: match_of(rule, read) for rule in rules if is_answered(rule, story, read)}


def grown(rules: list[Rule], story: Entry) -> Percolator:
    """The same rules, put in one after the other with stories between, over others that are replaced or taken away."""
    percolator = Percolator([Rule("r0", Leaf("summit")), Rule("gone", Leaf("Ukraine")), Rule("always", Not(Leaf("x")))])
    for rule in rules:
        percolator.matches(story)
        percolator = percolator.with_rules([rule])
    return percolator.with_rules([], without=["gone", "always", "never was"])


@pytest.mark.parametrize("joined", ["AND", "NEAR/4", "ONEAR/4"])
@pytest.mark.parametrize("other", ["Kyiv", '"Kyiv bridge"', "(Kyiv AND bridge)", "(Kyiv NEAR/4 bridge)"])
def test_one_word_of_an_alternative_that_asks_for_two_is_not_enough(joined: str, other: str, says: Says) -> None:
    query = f"(summit {joined} invite) OR {other}"
    assert says(query, "To the summit they invite nobody")
    assert says(query, "A Kyiv bridge")
    for title in ("They invite nobody", "The summit opens", "A bridge opens", "They invite a bridge"):
        assert not says(query, title)
    assert says(query, "They invite nobody to Kyiv") is (other == "Kyiv")


@settings(max_examples=200, deadline=None)
@given(trees, texts, texts)
def test_the_explanation_says_what_the_verdict_says(tree: Node, title: str, summary: str) -> None:
    percolator = Percolator([Rule("rule", tree)])
    story = _entry(title, summary)
    assert percolator.explain("rule", story).ok is bool(percolator.matches(story))


def test_rules_can_be_added_replaced_and_taken_away(entry: Enter) -> None:
    percolator = Percolator([rule_of("a", "dam"), rule_of("b", "flood")])
    story = entry("A dam breaks")
    assert list(percolator.with_rules([rule_of("b", "breaks")]).matches(story)) == ["a", "b"]
    assert list(percolator.with_rules([], without=["a"]).matches(story)) == []
    assert list(percolator.matches(story)) == ["a"]


def test_what_a_percolator_was_made_of_stays_as_it_was(entry: Enter) -> None:
    story = entry("A dam breaks near Kyiv")
    one = Percolator([rule_of("a", "dam")])
    two, three = one.with_rules([rule_of("b", "dam OR Kyiv")]), one.with_rules([rule_of("c", "Kyiv")])
    assert [list(percolator.matches(story)) for percolator in (one, two, three)] == [["a"], ["a", "b"], ["a", "c"]]
    assert [rule.name for rule in two.rules] == ["a", "b"]


def test_many_edits_leave_no_more_than_the_rules_there_are(entry: Enter) -> None:
    story = entry("A dam breaks")
    percolator = Percolator([rule_of("a", "flood"), rule_of("b", "breaks")])
    for number in range(300):
        percolator = percolator.with_rules([rule_of("a", f"dam OR word{number}x")])
        assert list(percolator.matches(story)) == ["a", "b"]
    assert [rule.name for rule in percolator.rules] == ["a", "b"]


def test_only_rules_that_listen_are_asked(entry: Enter) -> None:
    percolator = Percolator([rule_of("a", "dam"), rule_of("b", "breaks")])
    assert list(percolator.matches(entry("A dam breaks"), lambda name: name == "b")) == ["b"]


def test_of_alternatives_only_those_that_hold_speak(entry: Enter) -> None:
    story = entry("Kyiv", body="x " * 100 + "a dam")
    match = Percolator([rule_of("a", "(Kyiv AND flood) OR dam")]).matches(story)["a"]
    assert match.strength is Strength.PASSING
    assert match.words == ("dam",)


@pytest.mark.shared
@pytest.mark.skipif(not STREAM.exists(), reason="the labelled data beside the project are absent")
def test_on_real_headlines_all_rules_together_answer_as_each_by_itself() -> None:
    lines = STREAM.read_text("utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in lines[:40_000:2_000]]
    dice = Random(7)
    words = sorted({word for title in titles for word in title.split() if word.isalpha() and len(word) > 3})
    lexicon().forms("en", words)

    def group() -> str:
        return f"({' OR '.join(dice.sample(words, 4))})"

    shapes = ("{} AND {}", "{} NEAR/9 {}", "{} AND NOT {}", "{} NOT NEAR/4 {}")
    lines = [dice.choice(shapes).format(group(), group()) for _ in range(40)]
    made = [rule_of(f"q{number:02}", line) for number, line in enumerate(lines)]
    percolator, found = Percolator(made), 0
    for title in titles:
        story = _entry(title, "", language="en")
        expected = answers(made, story)
        assert percolator.matches(story) == expected
        found += len(expected)
    assert found > 10


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
    list(percolator.matches(entry("", body="x y " * 100_000 + "z")).values())
    assert time.process_time() - started < 5
