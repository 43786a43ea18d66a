from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query.ast import FIELDS, And, AtLeast, Field, Form, Leaf, Near, Node, Not, Or, Ref, holds_on_nothing
from monitor.query.parser import parse, parse_item
from monitor.query.printer import show

WORDS = ["invite", "and", "OR", "NEAR/3", "near/4", "C++", "(a", "b)", "U.S.", "$4.5bn", "$x", "title:", "co-op", "“q"]
WORDS += ["a\\b", "*x", "-y", "W/5", "/z/", "!", "п’ять", "京都", "it's", "12:30", "a:b"]

plain = st.sampled_from(WORDS)
phrases = st.lists(plain, min_size=1, max_size=3).map(" ".join).filter(lambda text: any(c.isalnum() for c in text))
leaves = st.one_of(
    phrases.map(Leaf),
    st.sampled_from(["a b", "and", "NATO's", "OR (x) $y"]).map(lambda text: Leaf(text, Form.EXACT)),
    phrases.map(lambda text: Leaf(text, Form.CASE)),
    phrases.map(lambda text: Leaf(text, Form.STEM)),
    st.sampled_from(["Zelensky", "Muammar Gaddafi"]).map(lambda text: Leaf(text, Form.LIKE)),
    st.sampled_from(["invit", "Зеленськ"]).map(lambda text: Leaf(text, Form.PREFIX)),
    st.sampled_from(["nato", "pack:nato"]).map(Ref),
)
places = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Near, inner, inner, st.integers(1, 50), st.booleans(), st.booleans()),
        st.builds(Field, st.sampled_from(FIELDS), inner),
    ),
    max_leaves=5,
)
trees = st.recursive(
    places,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
        st.builds(Field, st.sampled_from(FIELDS), inner),
        st.builds(AtLeast, st.integers(1, 9), inner.filter(lambda node: not holds_on_nothing(node))),
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(trees)
def test_reading_what_was_printed_gives_the_same_tree(tree: Node) -> None:
    assert parse_item(show(tree)) == tree
    if not holds_on_nothing(tree):
        assert parse(show(tree)) == tree


def test_the_form_that_people_write_is_kept() -> None:
    text = "$nato AND ((($invite NOT NEAR/6 $event) NEAR/6 ($joining OR $nato)) NEAR/9 $ukraine) AND NOT Invitational"
    assert show(parse(text)) == text
