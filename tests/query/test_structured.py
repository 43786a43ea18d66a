from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import ConfigError
from monitor.located import Items, Pairs
from monitor.model.watch import Strength, Zone
from monitor.query.aliases import Aliases
from monitor.query.compile import Rule, compile_rule
from monitor.query.parser import parse
from monitor.query.printer import show

Make = Callable[..., Rule]

ALIASES = """
aliases:
  ukraine: [Ukraine, Kyiv]
  nato: [NATO, North Atlantic Treaty Organization]
  invite: [invite, invitation]
  joining: [join, membership]
  event: [summit, meeting]
"""


def test_both_forms_of_the_reference_give_one_tree(rule: Make) -> None:
    structured = rule(f"""
{ALIASES}
all:
  - $nato
  - near: 9
    of:
      - near: 6
        of:
          - {{any: [$invite], not_near: {{within: 6, of: [$event]}}}}
          - any: [$joining, $nato]
      - $ukraine
none: [Invitational]
""")
    line = "$nato AND ((($invite NOT NEAR/6 $event) NEAR/6 ($joining OR $nato)) NEAR/9 $ukraine) AND NOT Invitational"
    assert structured.query == line
    assert structured.tree == rule(f"{ALIASES}\nquery: >-\n  {line}\n").tree


@pytest.mark.parametrize(
    ("yaml", "query"),
    [
        ("any: [a, b c]", "a OR b c"),
        ("all: [a]", "a"),
        ("all: [a, {any: [b, c]}]", "a AND (b OR c)"),
        ("{all: [a], any: [b, c]}", "a AND (b OR c)"),
        ("{any: [a, b], none: [c, d e]}", "(a OR b) AND NOT c AND NOT d e"),
        ("{near: 5, of: [a, b, c]}", "(a NEAR/5 b) NEAR/5 c"),
        ("{onear: 5, of: [a, {any: [b, c]}]}", "a ONEAR/5 (b OR c)"),
        ("{atleast: 2, of: [a, b]}", "ATLEAST/2 (a OR b)"),
        ("{query: a OR b, none: [c]}", "(a OR b) AND NOT c"),
        (
            "all: ['\"a b\"', 'case:US', 'invit*', 'title:c', 'a NEAR/3 b']",
            '"a b" AND case:US AND invit* AND title:c AND (a NEAR/3 b)',
        ),
        ("any: [Trinidad and Tobago, now or never]", "Trinidad \\and Tobago OR now \\or never"),
        ("{all: [a], not_near: {within: 3, of: [b, c]}}", "a NOT NEAR/3 (b OR c)"),
    ],
)
def test_each_key_has_its_operator(rule: Make, yaml: str, query: str) -> None:
    made = rule(yaml)
    assert made.query == query
    assert made.tree == parse(query)


def test_what_is_printed_as_yaml_gives_the_same_rule(rule: Make) -> None:
    made = rule(
        f"""
{ALIASES}
all:
  - $nato
  - near: 9
    of:
      - {{any: [$invite, 'case:US'], not_near: {{within: 6, of: [$event]}}}}
      - {{any: [a NOT ONEAR/2 b, {{atleast: 2, of: [x, y]}}.z]}}
""".replace("{atleast: 2, of: [x, y]}.z", "Trinidad and Tobago")
    )
    again = rule(ALIASES + made.yaml)
    assert again.tree == made.tree


def test_filters_and_masks_are_read_and_printed(rule: Make) -> None:
    made = rule("""
all: [nato]
ignore: [NATO summit]
where: {lang: [en, "no"], source: Reuters, source_not: [example.com], zones: [title], min: prominent}
""")
    assert made.where.lang == ("en", "no")
    assert made.where.source == ("Reuters",)
    assert made.where.zones == (Zone.TITLE,)
    assert made.where.min is Strength.PROMINENT
    assert [show(mask) for mask in made.ignore] == ["NATO summit"]
    assert rule(made.yaml) == made


@pytest.mark.parametrize(
    ("yaml", "place", "said"),
    [
        ("all: [a, titel:b]", "1:10", "unknown field 'titel'"),
        ("query: a AND (b", "1:14", "this ( is never closed"),
        ("all: ['a', '(b']", "1:13", "this ( is never closed"),
        ("none: [a]", "1:1", "a query of exclusions alone"),
        ("all: []", "1:6", "all: is an empty group"),
        ("any: [a, '']", "1:10", "an empty item"),
        ("near: 5", "1:1", "near: needs of:"),
        ("{near: 5, of: [a]}", "1:15", "near: needs two things"),
        ("{near: 51, of: [a, b]}", "1:8", "near: takes a number from 1 to 50"),
        ("{near: x, of: [a, b]}", "1:8", "near: takes a number from 1 to 50"),
        ("of: [a, b]", "1:1", "of: stands alone"),
        ("all: [[a, b]]", "1:7", "a list inside of a list"),
        ("all: [{ani: [b]}]", "1:8", "unknown key 'ani'"),
        ("all: [{all: [a], where: {lang: en}}]", "1:18", "where: stands only at the top"),
        ("all: {a: b}", "1:6", "all: takes a list"),
        ("{all: [a], not_near: [b]}", "1:22", "not_near: needs within: and of:"),
        ("{near: 3, of: [{all: [a, b]}, c]}", "1:16", "all: or AND cannot stand inside near:"),
        ("all: [$nto]", "1:7", "unknown alias '$nto'"),
        ("{all: [a], where: {langs: [en]}}", "1:20", "unknown filter 'langs'"),
        ("{all: [a], where: {zones: [headline]}}", "1:28", "unknown zone 'headline'"),
        ("{all: [a], where: {min: loud}}", "1:25", "min: takes one of passing, prominent, headline"),
        ("{all: [a], ignore: [b AND c]}", "1:20", "AND cannot stand in ignore:"),
        ("query: [a, b]", "1:8", "query: takes one text"),
        ("where: {lang: en}", "1:1", "nothing to look for"),
    ],
)
def test_each_problem_points_at_its_place(rule: Make, yaml: str, place: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rule(yaml)
    problem = caught.value.problems[0]
    assert said in problem.message
    assert f"{problem.line}:{problem.column}" == place
    assert problem.source


def test_every_problem_is_told_at_once(rule: Make) -> None:
    with pytest.raises(ConfigError) as caught:
        rule("all: [titel:a, '(b', {near: 0, of: [c, d]}]")
    assert len(caught.value.problems) == 3


def test_a_slip_in_a_query_of_several_lines_is_found_on_its_line(tree: Callable[..., Pairs]) -> None:
    listed = tree("watchlists:\n  - query: >-\n      a AND\n      b OR c\n").get("watchlists")
    assert isinstance(listed, Items)
    expression = listed.values[0]
    assert isinstance(expression, Pairs)
    with pytest.raises(ConfigError) as caught:
        compile_rule("rule", expression, Aliases({}))
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (4, 9)
