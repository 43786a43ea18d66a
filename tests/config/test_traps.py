"""What YAML makes of text that was not meant as YAML: each complaint in words that mend it, whichever parser it comes from."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import nodes
from monitor.config.nodes import read_nodes
from monitor.errors import ConfigError, Problem

LOADERS = ("CSafeLoader", "SafeLoader")
GOOD = 'watchlists:\n  - name: summit\n    query: a AND "b c"\n    any:\n      - x y\n      - {near: 6, of: [a, b]}\n    text: |\n      {headline}\n'
PIECES = st.sampled_from(
    [
        *" \n:-[]{}\"',#&*!%@`|>?\\",
        "- ",
        ": ",
        "\n  ",
        '"a',
        "${X}",
        "%YAML",
        "---",
        "...",
        "<<",
        "!!x",
        "\\x",
        "京",
        "  - a\n",
    ]
)
JARGON = re.compile(r"expected|token|scanning|parsing|context|block (mapping|sequence)|indicator|stream")


@pytest.fixture(params=LOADERS)
def loader(request, monkeypatch) -> str:
    monkeypatch.setattr(nodes, "LOADER", getattr(yaml, request.param))
    return request.param


def problem_of(text: str) -> Problem:
    with pytest.raises(ConfigError) as error:
        read_nodes("f.yaml", text.encode())
    return error.value.problems[0]


def in_list(item: str) -> str:
    return f"watchlists:\n  - name: summit\n    any:\n      {item}\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (in_list("- * b"), (4, 9), "text cannot begin with *", 'put the text in quotes: "*"'),
        (in_list("- **bold** b"), (4, 9), "text cannot begin with *", 'put the text in quotes: "**bold**"'),
        (in_list("- & co"), (4, 9), "text cannot begin with &", 'put the text in quotes: "&"'),
        (in_list("- !!"), (4, 9), "text cannot begin with !", 'put the text in quotes: "!!"'),
        (in_list("- @vite"), (4, 9), "text cannot begin with @", 'put the text in quotes: "@vite"'),
        (in_list("- %5"), (4, 9), "text cannot begin with %", 'put the text in quotes: "%5"'),
        ("watchlists: - name: a\n", (1, 13), "a list cannot begin on the line of its key", "each item on a line of its own"),
        ("watchlists:\n  - to: - desk\n", (2, 9), "a list cannot begin on the line of its key", "each item on a line"),
        ("watchlists:\n  - {a: b}? c\n", (2, 11), "text cannot begin with ?", "quotes"),
        ('watchlists:\n  - "\\xzz"\n', (2, 8), 'a backslash in "…" that means nothing', "use '…'"),
        ("%YAML x\n---\nwatchlists: []\n", (1, 7), "a line beginning with % is a YAML directive", "quote the text"),
        ('watchlists: "a\n--- b"\n', (1, 13), "this quote is never closed", "an apostrophe is written ''"),
        ("watchlists: 'it's'\n", (1, 17), "the ' before this ends the text", "an apostrophe is written ''"),
        ("watchlists: [a, , b]\n", (1, 17), "nothing stands before this comma", "delete it"),
        ("watchlists:\n  - [a, - b]\n", (2, 9), "- closes nothing", "quote"),
        ("aliases:\n  nato: {a: ${X}}\n", (2, 14), "${…}", "put text that holds ${…} in quotes"),
        ("watchlists:\n  - name:summit\n    query: a\n", (2, 9), "a space is missing after the colon", "write key: value"),
        ("watchlists:\n  - name\n    query: a\n", (3, 10), "a key cannot stand here", "align it with the keys"),
        ("watchlists: []\n...\nmore: 1\n", (3, 1), "text after the end of the YAML", "a file is one mapping"),
    ],
)  # fmt: skip
def test_a_complaint_of_the_parser_is_said_in_words_that_mend_it(loader, text, place, message, hint) -> None:
    problem = problem_of(text)
    assert message in problem.message
    assert hint in problem.hint
    assert (problem.line, problem.column) == place


def test_a_colon_without_a_space_inside_of_braces_is_named_where_the_parser_minds(monkeypatch) -> None:
    monkeypatch.setattr(nodes, "LOADER", yaml.CSafeLoader)
    problem = problem_of("watchlists:\n  - {near: 6, of:[a, b]}\n")
    assert (problem.line, problem.message) == (2, "a space is missing after the colon")


@settings(max_examples=70)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.sampled_from([0, 0, 1, 3]), PIECES), min_size=1, max_size=3))
def test_every_complaint_stands_inside_the_file_and_shows_its_line(damages: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, piece in damages:
        text = text[:at] + piece + text[at + length :]
    lines = text.split("\n")
    try:
        read_nodes("f.yaml", text.encode())
    except ConfigError as error:
        for problem in error.problems:
            assert problem.line <= len(lines)
            if 0 < problem.line <= len(lines):
                line = lines[problem.line - 1]
                assert problem.column <= len(line) + 1
                assert problem.source.split("***")[0] in line


@pytest.mark.parametrize("name", LOADERS)
@settings(max_examples=70)
@given(st.integers(0, len(GOOD)), st.sampled_from([0, 1, 3]), PIECES)
def test_hardly_a_mistake_is_answered_in_the_parser_s_own_words(name: str, at: int, length: int, piece: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "LOADER", getattr(yaml, name))
        text = GOOD[:at] + piece + GOOD[at + length :]
        try:
            read_nodes("f.yaml", text.encode())
        except ConfigError as error:
            messages = [problem.message for problem in error.problems]
            assert not any(JARGON.search(message) for message in messages), messages


def test_an_item_that_was_swallowed_is_named_at_its_dash() -> None:
    problem = problem_of("aliases:\n  nato:\n    - NATO\n      - Atlantic alliance\n")
    assert (problem.line, problem.column) == (4, 7)
    assert problem.message == "this line was read as more text of the item above"


@pytest.mark.parametrize(
    "text", ["|\n        - a\n        - b", ">-\n        a\n        - b", '"a\n        - b"', "'a\n        - b'"]
)
def test_dashes_of_a_text_that_is_meant_to_have_lines_are_no_items(text: str) -> None:
    assert read_nodes("f.yaml", f"aliases:\n  nato:\n    - {text}\n".encode())


@pytest.mark.parametrize(
    ("item", "column", "hint"),
    [
        ("- #MeToo", 9, '"#MeToo"'),
        ("-   # a comment", 11, '"# a comment"'),
        ("-", 8, "write text after the dash"),
        ('- #a "b"', 9, "'#a \"b\"'"),
    ],
)
def test_an_empty_item_is_told_from_one_that_became_a_comment(item: str, column: int, hint: str) -> None:
    problem = problem_of(in_list(item))
    assert (problem.column, "an empty list item" in problem.message) == (column, True)
    assert hint in problem.hint


@pytest.mark.parametrize(("word", "what"), [("*vite", "a YAML alias"), ("&x", "a YAML anchor"), ("!x", "a YAML tag")])
def test_a_device_of_yaml_is_quoted_back_as_text(word: str, what: str) -> None:
    problem = problem_of(in_list(f"- {word} b"))
    assert problem.message == f"{word} is {what}, not text"
    assert f'put the text in quotes: "{word}"' in problem.hint
    assert ("write $" in problem.hint) == (word[0] in "*&")
