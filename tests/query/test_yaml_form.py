from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.nodes import read_nodes
from monitor.located import Pairs
from monitor.query.aliases import Aliases
from monitor.query.ast import And, AtLeast, Field, Form, Leaf, Near, Node, Not, Or, holds_on_nothing
from monitor.query.compile import compile_rule
from monitor.query.yaml_form import show_yaml

leaves = st.one_of(
    st.sampled_from(["invite", "no", "and", "C++", "a: b", "#x", "12:30", "$4", "п’ять", "yes or no", "*x", "- x"]).map(
        Leaf
    ),
    st.just(Leaf("a b", Form.EXACT)),
    st.just(Leaf("US", Form.CASE)),
    st.just(Leaf("invit", Form.PREFIX)),
)
places = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Near, inner, inner, st.integers(1, 50), st.booleans(), st.booleans()),
        st.builds(Field, st.just("title"), inner),
    ),
    max_leaves=5,
)
trees = st.recursive(
    places,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
        st.builds(AtLeast, st.integers(1, 9), inner.filter(lambda node: not holds_on_nothing(node))),
    ),
    max_leaves=8,
).filter(lambda node: not holds_on_nothing(node))


@settings(max_examples=200, deadline=None)
@given(trees)
def test_the_yaml_form_reads_back_as_the_same_tree(tree: Node) -> None:
    expression = read_nodes("rules.yaml", show_yaml(tree).encode())
    assert isinstance(expression, Pairs)
    assert compile_rule("rule", expression, Aliases({})).tree == tree
