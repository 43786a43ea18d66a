"""A file as lines: what is decoded, what is refused before any parser sees it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.page import LONGEST_BYTES, page
from monitor.errors import ConfigError, Problem

PLAIN = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=12
)


def problem_of(data: bytes) -> Problem:
    with pytest.raises(ConfigError) as error:
        page("f.yaml", data)
    (problem,) = error.value.problems
    return problem


@settings(max_examples=40)
@given(st.lists(PLAIN, max_size=6), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_the_lines_are_the_same_however_they_end(lines: list[str], end: str, mark: bool, closed: bool) -> None:
    text = ("\ufeff" if mark else "") + end.join(lines) + (end if closed and lines else "")
    read = page("f.yaml", text.encode()).lines
    wanted = tuple(line.rstrip(" ") for line in lines)
    assert read in (wanted, wanted[:-1])
    assert page("f.yaml", page("f.yaml", text.encode()).text.encode()).lines == read


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("a: b\x00", 1, 5, "U+0000"),
        ("a: b\nc\x07: d", 2, 2, "U+0007"),
        ("a: \x1b[31m", 1, 4, "U+001B"),
        ("a:\u2028b", 1, 3, "U+2028"),
        ("a: b\ufeff", 1, 5, "U+FEFF"),
        ("京: \x85", 1, 4, "U+0085"),
    ],
)
def test_a_character_that_no_editor_shows_is_named_at_its_place(text: str, line: int, column: int, name: str) -> None:
    problem = problem_of(text.encode())
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == f"an invisible character ({name})"
    assert "\ufffd" in problem.source or "***" in problem.source


@pytest.mark.parametrize(("text", "column"), [("a:\n\tb: c", 1), ("a:\n  \tb: c", 3)])
def test_a_tab_that_indents_is_refused_and_one_inside_of_text_is_not(text: str, column: int) -> None:
    problem = problem_of(text.encode())
    assert (problem.line, problem.column, problem.message) == (2, column, "a tab in the indentation")
    assert page("f.yaml", b"a: b\tc\n").lines == ("a: b\tc",)


@settings(max_examples=40)
@given(
    st.text("aé京\n", max_size=12),
    st.sampled_from([b"\xff", b"\xc3", b"\xe4\xba", b"\xed\xa0\x80"]),
    st.text("a\n", max_size=4),
)
def test_bytes_that_are_no_utf_8_are_pointed_at(before: str, wrong: bytes, after: str) -> None:
    problem = problem_of(before.encode() + wrong + after.encode())
    assert problem.message == "the file is not UTF-8"
    assert problem.line == before.count("\n") + 1
    assert problem.column == len(before.rpartition("\n")[2]) + 1


def test_a_megabyte_is_read_and_a_byte_more_is_not() -> None:
    row = b"# " + b"a" * 97 + b"\n"
    assert len(page("f.yaml", row * (LONGEST_BYTES // len(row))).lines) == 10_000
    problem = problem_of(row * (LONGEST_BYTES // len(row)) + b"#")
    assert (problem.line, problem.message) == (0, "the file is larger than 1 MB")


def test_a_place_beyond_the_last_line_has_no_source() -> None:
    sheet = page("f.yaml", b"feeds: []\n")
    assert sheet.mark(0, 3).source == "feeds: []"
    assert (sheet.mark(1, 0).line, sheet.mark(1, 0).source) == (2, "")
