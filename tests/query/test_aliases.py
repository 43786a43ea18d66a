from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import ConfigError
from monitor.located import Pairs
from monitor.query.aliases import Aliases
from monitor.query.ast import Form, Group, Leaf, Or, walk
from monitor.query.compile import Rule
from monitor.query.packs import packs

Make = Callable[..., Rule]


def test_a_name_stands_for_its_words(rule: Make) -> None:
    made = rule(
        """
aliases: {west: [$nato, EU, "'case:US'", invit*], nato: NATO}
all: [$west]
""".replace("\"'case:US'\"", "'case:US'")
    )
    assert made.tree == Group(
        "west", Or((Group("nato", Leaf("NATO")), Leaf("EU"), Leaf("US", Form.CASE), Leaf("invit", Form.PREFIX)))
    )
    assert made.query == "$west"
    assert [leaf.text for leaf in made.leaves] == ["NATO", "EU", "US", "invit"]
    assert [group.name for group in made.groups] == ["west", "nato"]


@pytest.mark.parametrize(
    ("yaml", "place", "said"),
    [
        ("aliases: {a: [$b], b: [$a]}\nall: [$a]", "1:14", "alias cycle: $a → $b → $a"),
        ("aliases: {a: [$a]}\nall: [$a]", "1:14", "alias cycle: $a → $a"),
        ("aliases: {a: []}\nall: [$a]", "1:14", "an empty alias group"),
        ("aliases: {a: [x, '']}\nall: [$a]", "1:18", "an empty item"),
        ("aliases: {a: [x AND y]}\nall: [$a]", "1:15", "AND cannot stand in an alias"),
        ("aliases: {nato: [x], a: [$nto]}\nall: [$a]", "1:26", "unknown alias '$nto'"),
        ("aliases: {a: [titel:x]}\nall: [$a]", "1:15", "unknown field 'titel'"),
    ],
)
def test_each_problem_of_a_group_points_into_the_group(rule: Make, yaml: str, place: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rule(yaml)
    problem = caught.value.problems[0]
    assert said in problem.message
    assert f"{problem.line}:{problem.column}" == place


def test_groups_that_nobody_names_are_not_read_by_a_rule_but_can_be_checked(
    rule: Make, tree: Callable[..., Pairs]
) -> None:
    assert rule("aliases: {a: [titel:x]}\nall: [b]").query == "b"
    groups = {key.value: value for key, value in tree("{a: [titel:x], b: [$b]}")}
    assert [problem.message for problem in Aliases(groups).problems()] == [
        "unknown field 'titel'",
        "alias cycle: $b → $b",
    ]


def test_groups_that_multiply_are_refused_before_they_are_walked(rule: Make) -> None:
    doubling = ", ".join(f"a{n}: [$a{n + 1}, $a{n + 1}, x{n}]" for n in range(40))
    with pytest.raises(ConfigError, match="terms with all aliases written out"):
        rule(f"aliases: {{{doubling}, a40: [x]}}\nall: [$a0]")


def test_a_chain_of_groups_is_bounded(rule: Make) -> None:
    chain = ", ".join(f"a{n}: [$a{n + 1}, y]" for n in range(90))
    with pytest.raises(ConfigError, match="aliases within aliases"):
        rule(f"aliases: {{{chain}, a90: [x]}}\nall: [$a0]")


def test_the_packs_that_are_shipped_can_be_named(rule: Make, says: Callable[..., bool]) -> None:
    made = rule("all: [$pack:nato, $pack:ukraine]")
    assert made.query == "$pack:nato AND $pack:ukraine"
    assert says(made, "OTAN: Kiev attend")
    assert not says(made, "OTAN: Paris attend")
    with pytest.raises(ConfigError, match=r"did you mean \$pack:nato"):
        rule("all: [$pack:natto]")


def test_every_pack_can_be_read_and_says_each_word_once() -> None:
    for name, group in packs().items():
        leaves = [node for node in walk(group) if isinstance(node, Leaf)]
        assert len(leaves) == len(set(leaves)), name
