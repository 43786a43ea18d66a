"""Problems as people read them: the place, the line, a caret below the very character, a hint."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError, Problem, caret, excerpt

LINES = st.text(st.sampled_from("ab é\t京한\u0301ｱ:"), min_size=1, max_size=400)


def width(text: str) -> int:
    """How many places of a terminal a text takes, without tabs."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@given(LINES, st.integers(1, 400))
def test_what_is_shown_of_a_long_line_holds_the_character_that_is_meant(line: str, column: int) -> None:
    column = min(column, len(line))
    shown, at = excerpt(line, column)
    assert shown[at - 1] == line[column - 1]
    assert len(shown) <= 162
    assert shown.strip("…") in line


@given(LINES)
def test_a_place_behind_the_end_of_a_line_stays_behind_what_is_shown(line: str) -> None:
    shown, at = excerpt(line, len(line) + 1)
    assert at == len(shown) + 1


@pytest.mark.parametrize(
    ("line", "column", "blanks"),
    [
        ("abc", 1, ""),
        ("abc", 3, "  "),
        ("京都 NATO", 4, "     "),
        ("한국 x", 4, "     "),
        ("e\u0301 x", 4, "  "),
        ("a\tb", 3, " \t"),
        ("a\u200db", 3, " "),
        ("abc", 9, "   "),
    ],
)
def test_the_caret_stands_below_the_character_as_a_terminal_shows_it(line: str, column: int, blanks: str) -> None:
    assert caret(line, column) == f"{blanks}^"


@given(LINES, st.integers(1, 400))
def test_the_caret_is_as_far_right_as_the_line_is_wide_before_it(line: str, column: int) -> None:
    before = line[: column - 1]
    assert width(caret(line, column).replace("\t", "")) - 1 == width(before.replace("\t", ""))
    assert caret(line, column).count("\t") == before.count("\t")


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("a.yaml", 3, 7, "x"), "a.yaml:3:7"),
        (Problem("a.yaml", 3, 0, "x"), "a.yaml:3"),
        (Problem("a.yaml", 0, 0, "x"), "a.yaml"),
    ],
)
def test_a_place_is_written_as_editors_write_it(problem: Problem, place: str) -> None:
    assert problem.place == place
    assert str(problem).startswith(f"{place}: x")


def test_a_problem_is_its_place_its_line_a_caret_and_a_hint() -> None:
    problem = Problem("a.yaml", 2, 10, "'京' is not a name", "small letters", "  - name: 京")
    assert str(problem).splitlines() == [
        "a.yaml:2:10: '京' is not a name",
        "      - name: 京",
        "             ^",
        "  hint: small letters",
    ]
    assert str(Problem("a.yaml", 2, 0, "x", severity="warning")) == "a.yaml:2: warning: x"


def test_a_line_without_a_column_has_no_caret() -> None:
    assert "^" not in str(Problem("a.yaml", 2, 0, "x", source="name: x"))


@given(
    st.lists(st.builds(Problem, st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 9), st.just("x")), max_size=5)
)
def test_problems_are_told_in_the_order_of_the_files(problems: list[Problem]) -> None:
    error = ConfigError(problems)
    assert [(p.file, p.line, p.column) for p in error.problems] == sorted((p.file, p.line, p.column) for p in problems)
    assert str(error) == "\n".join(map(str, error.problems))
