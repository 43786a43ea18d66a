"""What is allowed in watchlists and rarely meant: where it is pointed at, and what is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.doubts import doubts
from monitor.errors import Problem
from monitor.rules import compile_rules

SERVICE = """\
feeds: [{url: https://news.example/a, name: World, tags: [world]}]
destinations: {desk: {url: console://}, chat: {url: console://}}
aliases:
  nato: [NATO, Atlantic alliance]
  harbour: [harbour, port]
"""


@pytest.fixture
def doubted(tmp_path: Path):
    """The warnings on a file of watchlists."""

    def doubted(text: str) -> list[Problem]:
        (tmp_path / "monitor.yaml").write_text(SERVICE)
        (tmp_path / "desk.yaml").write_text(text)
        configuration = load(tmp_path, {})
        return doubts(compile_rules(configuration), configuration.watchlists)

    return doubted


def two(first: str = "", second: str = "", query: str = "strike AND harbour") -> str:
    return (
        f"watchlists:\n  - {{name: one, query: strike AND harbour{first}}}\n  - {{name: two, query: {query}{second}}}\n"
    )


@pytest.mark.parametrize(
    ("text", "is_twin"),
    [
        (two(), True),
        (two(query="harbour AND strike"), True),
        (two(", to: [desk, chat]", ", to: [chat, desk]"), True),
        (two(", priority: high"), True),
        (two(query="strike OR harbour"), False),
        (two(", to: desk"), False),
        (two(", feeds: world"), False),
        (two(", shadow: true"), False),
        (two(", corpora: none"), False),
        (two(", corpora: [seeds]", ", corpora: [seeds]"), True),
    ],
)
def test_two_watchlists_are_twins_when_they_would_ring_for_the_same_at_the_same_places(
    doubted, text: str, is_twin: bool
) -> None:
    found = [problem for problem in doubted(text) if "asks for the same as" in problem.message]
    assert [(problem.line, problem.message) for problem in found] == (
        [(3, "two asks for the same as one, and tells the same")] if is_twin else []
    )


def test_of_three_alike_the_second_and_third_are_named_beside_the_first(doubted) -> None:
    rows = "".join(f"  - {{name: w{n}, query: strike AND harbour}}\n" for n in range(3))
    found = [problem.message for problem in doubted(f"watchlists:\n{rows}") if "asks for the same" in problem.message]
    assert found == ["w1 asks for the same as w0, and tells the same", "w2 asks for the same as w0, and tells the same"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("query: nato AND strike", (3, 12)),
        ("query: strike AND (nato OR ferry)", (3, 24)),
        ('query: ferry AND "nato"', None),
        ("query: $nato AND strike", None),
        ("query: harbour AND strike", None),
        ("all: [strike, nato]", (3, 19)),
        ("any:\n      - strike AND ferry\n      - ferry AND nato", (5, 19)),
        ("query: >-\n      ferry\n      AND nato", (5, 11)),
    ],
)
def test_a_word_that_is_the_name_of_an_alias_is_pointed_at_where_it_stands(
    doubted, query: str, place: tuple[int, int] | None
) -> None:
    found = [
        problem
        for problem in doubted(f"watchlists:\n  - name: one\n    {query}\n")
        if "looked for as a word" in problem.message
    ]
    assert [(problem.line, problem.column) for problem in found] == ([place] if place else [])
    for problem in found:
        assert problem.source[problem.column - 1 :].startswith("nato")
        assert (problem.message, problem.hint) == (
            "nato is looked for as a word",
            "for the alias of that name write $nato",
        )


def test_a_doubt_about_a_word_inside_of_another_does_not_point_into_it(doubted) -> None:
    (found,) = [
        p
        for p in doubted("watchlists:\n  - name: one\n    query: (natural OR nato) AND strike\n")
        if "as a word" in p.message
    ]
    assert found.column == 24


def test_every_doubt_is_a_warning_that_refuses_nothing(doubted) -> None:
    found = doubted(two() + "  - {name: three, query: nato}\n")
    assert len(found) >= 2
    assert {problem.severity for problem in found} == {"warning"}
    assert len(set(found)) == len(found)


def test_what_most_people_mean_is_let_pass(doubted) -> None:
    assert (
        doubted("watchlists:\n  - {name: one, query: $nato AND strike}\n  - {name: two, query: $harbour AND ferry}\n")
        == []
    )
