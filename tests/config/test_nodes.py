"""Strict YAML: what is read, what is refused, and where each character stands."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import nodes
from monitor.config.nodes import read_nodes
from monitor.errors import ConfigError
from monitor.located import Items, Located, Pairs, Text

BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [lol]\n" for n in range(9))


def read(text: str) -> Located | None:
    return read_nodes("f.yaml", text.encode())


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read_nodes("f.yaml", text.encode() if isinstance(text, str) else text)
    return [problem.message for problem in error.value.problems]


def texts(value: Located | None) -> list[Text]:
    match value:
        case None:
            return []
        case Text():
            return [value]
        case Items():
            return [text for inner in value for text in texts(inner)]
        case Pairs():
            return [text for key, inner in value for text in (key, *texts(inner))]


def plain(value: Located | None) -> object:
    match value:
        case Text():
            return value.value
        case Items():
            return [plain(inner) for inner in value]
        case Pairs():
            return {key.value: plain(inner) for key, inner in value}
        case None:
            return None


@pytest.mark.parametrize(
    "written",
    ["no", "NO", "yes", "on", "12:30", "1_000", "0x1F", "1e3", "null", "~", "2023-05-08", ".nan", "010", "true"],
)
def test_every_scalar_is_text(written: str) -> None:
    assert plain(read(f"lang: {written}\n")) == {"lang": written}


def test_a_file_of_comments_holds_nothing() -> None:
    assert read("# nothing\n\n# here\n") is None
    assert read("") is None
    assert read("---\n") is None


def test_marks_count_from_one_and_carry_the_line() -> None:
    root = read("watchlists:\n  - name: x\n")
    name = texts(root)[-1]
    assert (name.mark.line, name.mark.column, name.mark.source) == (2, 11, "  - name: x")


def test_a_byte_order_mark_and_windows_line_ends_change_no_place() -> None:
    root = read_nodes("f.yaml", b"\xef\xbb\xbfaliases:\r\n  a: b\r\n")
    value = texts(root)[-1]
    assert (value.value, value.mark.line, value.mark.column) == ("b", 2, 6)


@pytest.mark.parametrize("data", [b"a: \xff\n", "a: é\n".encode("latin-1"), "a: b\n".encode("utf-16"), b"\xed\xa0\x80"])
def test_only_utf_8_is_read(data: bytes) -> None:
    assert refused(data) == ["the file is not UTF-8"]


def test_the_first_byte_that_is_not_utf_8_is_pointed_at() -> None:
    with pytest.raises(ConfigError) as error:
        read_nodes("f.yaml", b"a: b\nc: d\xff\n")
    assert [(p.line, p.column) for p in error.value.problems] == [(2, 5)]


def test_a_file_of_more_than_a_megabyte_is_refused_unread() -> None:
    assert refused(b"- a\n" * 250_001) == ["the file is larger than 1 MB"]


def test_reading_stops_after_fifty_problems() -> None:
    messages = refused("- \n" * 10_000)
    assert len(messages) == 51
    assert any("more than 50 problems" in message for message in messages)


def test_an_alias_bomb_is_refused_at_once() -> None:
    assert len(BOMB) > 300
    begin = time.perf_counter()
    messages = refused(BOMB)
    assert time.perf_counter() - begin < 1
    assert any("YAML alias" in message for message in messages)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000])
def test_nesting_of_100_000_levels_is_refused(text: str) -> None:
    program = (
        "import sys\n"
        "from monitor.config.nodes import read_nodes\n"
        "from monitor.errors import ConfigError\n"
        "try:\n"
        "    read_nodes('f', sys.stdin.buffer.read())\n"
        "except ConfigError as error:\n"
        "    print(error.problems[0].message)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=30, check=False)
    assert done.stdout.decode().strip() == "nested more than 20 levels deep", done
    assert done.returncode == 0


def test_twenty_levels_are_allowed_and_twenty_one_are_not() -> None:
    assert read("[" * 20 + "a" + "]" * 20) is not None
    assert refused("[" * 21 + "a" + "]" * 21) == ["nested more than 20 levels deep"]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('aliases: "b" c\n', "text follows a closing quote"),
        ("aliases:\n  - @x\n", "text cannot begin with @"),
        ("a: [b\n", "this bracket is not closed before line"),
        ("a: b: c\n", "a second ': ' in one line"),
        ("a: > b\n", "text on the line of > or |"),
        ('a: "b\n', "this quote is never closed"),
    ],
)
def test_both_parsers_are_understood(monkeypatch, loader: str, text: str, message: str) -> None:
    monkeypatch.setattr(nodes, "LOADER", getattr(yaml, loader))
    assert any(said.startswith(message) for said in refused(text)), refused(text)


WORDS = st.lists(
    st.text("abé(#:'\"\\", min_size=1, max_size=4).filter(lambda w: w[0] in "abé("), min_size=1, max_size=4
)
ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), WORDS), min_size=1, max_size=5)


@given(ROWS, st.sampled_from([">-", ">", "|", "|-", ">+"]))
def test_every_character_of_a_block_can_be_found_in_the_file(rows, style: str) -> None:
    body = "".join(
        "\n" * blanks + "    " + " " * indent * bool(n) + " ".join(words) + "\n"
        for n, (blanks, indent, words) in enumerate(rows)
    )
    assert_places(f"watchlists:\n  query: {style}\n{body}  title: x\n")


@given(WORDS, st.sampled_from("'\""))
def test_every_character_of_a_quoted_text_can_be_found_in_the_file(words: list[str], quote: str) -> None:
    text = " ".join(words)
    written = text.replace("'", "''") if quote == "'" else text.replace("\\", "\\\\").replace('"', '\\"')
    assert_places(f"watchlists:\n  query: {quote}{written}{quote}\n")


def test_every_character_of_a_quoted_text_over_lines_can_be_found() -> None:
    assert_places('watchlists:\n  query: "a b\n    c d\n\n     e"\n  title: x\n')


def assert_places(document: str) -> None:
    lines = document.split("\n")
    query = texts(read(document))[2]
    for number, character in enumerate(query.value, 1):
        place = query.place(number)
        found = lines[place.line - 1][place.column - 1 : place.column]
        assert character in " \n" or found in {character, "\\"}, (number, query)


def test_a_unicode_escape_keeps_later_columns_right() -> None:
    text = texts(read('watchlists:\n  query: "\\u00e9 b"\n'))[2]
    assert (text.value, text.place(3).column) == ("é b", 18)


SIGNS = "[]{}:,-?&*!|>'\"%@`#~ \n\t\\é\0"
PIECES = (
    "\n  ",
    "\n    ",
    ": ",
    "- ",
    "<<: ",
    "&a ",
    "*a",
    "---\n",
    "...\n",
    ">-\n",
    "%YAML 1.1\n",
    "feeds",
    "url",
    "\ufeff",
    "\x85",
)
FRAGMENTS = st.sampled_from([*SIGNS, *PIECES])


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_any_yaml_is_read_or_refused(text: str) -> None:
    try:
        said = repr(read(text))
    except ConfigError as error:
        said = str(error)
    assert said
