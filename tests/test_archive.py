"""Candidates: the index may name too many, never too few."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.archive import Library
from monitor.model.archive import AnyOf
from monitor.query.ast import And, AtLeast, Field, Form, Leaf, Near, Not, Or, holds_on_nothing
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator
from monitor.query.retrieval import NOTHING, wanted
from monitor.store.store import Store
from monitor.timing import EPOCH
from tests.archives import Piece, keep
from tests.fakes import NOON

SPOKEN = [
    "Ukraine",
    "Kyiv",
    "Kyiv’s",
    "NATO",
    "invite",
    "invited",
    "INVITED",
    "US",
    "us",
    "U.S.",
    "F-16",
    "F16",
    "summit",
    "summits",
    "Zelensky",
    "Zelenskiy",
]
SPOKEN += [
    "запрошення",
    "запрошень",
    "NATO-Ukraine",
    "京都",
    "co-operation",
    "cooperation",
    "AT&T",
    "l'OTAN",
    "Łódź",
    "Lodz",
    "नाटो",
    "O'Brien",
    "x",
    "y",
    ".",
]

leaves = st.one_of(
    st.sampled_from(["Ukraine", "invite", "US", "NATO Ukraine", "F-16", "F16", "summit", "x", "запрошення", "京"]).map(
        Leaf
    ),
    st.sampled_from(["cooperation", "co-operation", "AT&T", "OTAN", "Lodz", "Łódź", "नाटो", "O'Brien"]).map(Leaf),
    st.sampled_from(["invited", "Kyiv", "NATO"]).map(lambda text: Leaf(text, Form.EXACT)),
    st.sampled_from(["US", "INVITED"]).map(lambda text: Leaf(text, Form.CASE)),
    st.sampled_from(["invite", "cooperation"]).map(lambda text: Leaf(text, Form.STEM)),
    st.just(Leaf("Zelensky", Form.LIKE)),
    st.sampled_from(["invit", "summi", "cooper"]).map(lambda text: Leaf(text, Form.PREFIX)),
)
fields = st.sampled_from(["title", "summary", "body", "lead", "source", "tail"])
places = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Near, inner, inner, st.integers(1, 6), st.booleans(), st.booleans()),
        st.builds(Field, fields, inner),
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


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    dice = random.Random(7)
    pieces = [
        Piece(
            " ".join(dice.choices(SPOKEN, k=dice.randint(0, 3))) or "headline",
            days=dice.uniform(1, 20),
            summary=" ".join(dice.choices(SPOKEN, k=dice.randint(0, 4))),
            body=" ".join(dice.choices(SPOKEN, k=dice.randint(0, 2))),
            source=dice.choice(["NATO", "Wire"]),
            language=dice.choice(["en", "uk", None, "hi"]),
        )
        for _ in range(150)
    ]
    keep(folder, NOON, *pieces)
    with Store.open(folder) as store:
        yield Library(store)


@pytest.fixture(scope="module")
def everything(library):
    return list(library.read(library.store.archive.rows(EPOCH)))


@settings(max_examples=150, deadline=None)
@given(tree=trees)
def test_every_entry_that_a_rule_holds_on_is_a_candidate(library, everything, tree):
    rule = Rule("rule", tree)
    percolator = Percolator([rule])
    holding = {each.entry.id for each in everything if percolator.matches(each.entry)}
    found = [each.entry.id for each in library.candidates([rule], EPOCH)]
    assert holding <= set(found)
    assert found == [each.entry.id for each in everything if each.entry.id in set(found)]


def test_the_index_spares_most_of_the_archive(library, everything):
    found = list(library.candidates([rule_of("rule", "Zelensky AND F16")], EPOCH))
    assert 0 < len(found) < len(everything) / 4


def test_a_word_that_never_occurs_has_no_candidates(library):
    assert wanted([rule_of("rule", "volcano AND NATO")], library.holdings) == NOTHING
    assert list(library.candidates([rule_of("rule", "volcano AND NATO")], EPOCH)) == []


def test_a_rule_that_needs_nothing_of_the_text_looks_through_everything(library, everything):
    rule = rule_of("rule", "source:Wire")
    assert wanted([rule], library.holdings) is None
    assert len(list(library.candidates([rule], EPOCH))) == len(everything)


def test_candidates_of_several_rules_are_those_of_any(library):
    one, two = rule_of("one", "Kyiv"), rule_of("two", "volcano")
    asked = wanted([one, two], library.holdings)
    assert asked == wanted([one], library.holdings) != AnyOf(())
    assert wanted([replace(two, name="three"), two], library.holdings) == NOTHING


def test_only_what_came_since_then_is_read_and_progress_is_told(library, everything):
    told = []
    library.report = told.append
    since = everything[100].entry.first_seen_at
    found = list(library.candidates([rule_of("rule", "source:Wire")], since, "rule"))
    assert [each.entry.id for each in found] == [each.entry.id for each in everything[100:]]
    assert (told[-1].what, told[-1].done, told[-1].of) == ("rule", 50, 50)
