"""Where each character of a value stands in its file, whatever YAML did to it on the way."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.config.nodes import read_nodes
from monitor.config.origin import escapes_of
from monitor.errors import ConfigError
from monitor.located import Text

WORDS = st.text(st.sampled_from("abcÄ京😀"), min_size=1, max_size=5)
ROWS = st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join) | st.just(""), min_size=1, max_size=5)
DEEPER = st.lists(st.tuples(st.integers(0, 3), WORDS), min_size=1, max_size=4)


def value_of(text: str) -> Text:
    root = read_nodes("f.yaml", text.encode())
    value = root.get("aliases").get("a")
    assert isinstance(value, Text)
    return value


def wrong_places(value: Text, lines: list[str]) -> list[tuple[int, str, str]]:
    """The characters of a value that are not where the value says they are; blanks may be YAML's own."""
    wrong = []
    for number, char in enumerate(value.value, start=1):
        place = value.place(number)
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        found = line[place.column - 1 : place.column]
        if char not in " \n" and found != char:
            wrong.append((number, char, found))
    return wrong


@settings(max_examples=50)
@given(ROWS, st.sampled_from([">", ">-", ">+", "|", "|-", "|+", "|2", ">2-"]), st.integers(2, 5))
def test_every_character_of_a_block_with_empty_lines_is_found(rows: list[str], style: str, indent: int) -> None:
    assume(rows[0])
    margin = " " * (4 if "2" in style else indent + 2)
    lines = ["aliases:", f"  a: {style}", *(f"{margin}{row}".rstrip() for row in rows), "  b: c"]
    assert wrong_places(value_of("\n".join(lines)), lines) == []


@settings(max_examples=50)
@given(DEEPER, st.sampled_from(["|", ">"]))
def test_every_character_of_lines_that_are_indented_further_is_found(rows: list[tuple[int, str]], style: str) -> None:
    rows[0] = (0, rows[0][1])
    lines = ["aliases:", f"  a: {style}", *(f"    {' ' * more}{word}" for more, word in rows)]
    value = value_of("\n".join(lines) + "\n")
    assert wrong_places(value, lines) == []


@settings(max_examples=50)
@given(
    st.lists(ROWS.map(lambda rows: [row for row in rows if row]), min_size=1, max_size=1),
    st.sampled_from("'\"p"),
    st.booleans(),
)
def test_every_character_of_a_text_over_several_lines_is_found(drawn: list[list[str]], quote: str, blank: bool) -> None:
    (rows,) = drawn
    assume(rows)
    mark = "" if quote == "p" else quote
    between = "\n\n      " if blank else "\n      "
    text = f"aliases:\n  a: {mark}{between.join(rows)}{mark}\n"
    value = value_of(text)
    assert wrong_places(value, text.split("\n")) == []


ESCAPES = {
    "\\n": "\n",
    "\\t": "\t",
    "\\\\": "\\",
    '\\"': '"',
    "\\x41": "A",
    "\\u00e9": "é",
    "\\U0001F600": "😀",
    "\\/": "/",
}


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*ESCAPES, "a", "b ", "京"]), max_size=8))
def test_an_escape_counts_as_the_one_character_it_stands_for(parts: list[str]) -> None:
    written = '"' + "".join(parts) + '"'
    value = "".join(ESCAPES.get(part, part) for part in parts)
    at, index, wanted = 0, 0, []
    for part in parts:
        meant = ESCAPES.get(part, part)
        wanted += [index] * (len(part) - len(meant))
        at, index = at + len(part), index + len(meant)
    assert list(escapes_of(written, value)) == wanted


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["''", "a", " ", "京", '"']), max_size=8))
def test_a_doubled_apostrophe_counts_as_one(parts: list[str]) -> None:
    value = "".join(parts).replace("''", "'")
    offsets = escapes_of("'" + "".join(parts) + "'", value)
    assert [value[offset] for offset in offsets] == ["'"] * parts.count("''")


def test_where_yaml_did_something_else_no_offset_is_claimed() -> None:
    assert escapes_of('"a\\\n  b"', "ab") == ()


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from([*"abc ", "\\n", "\\x41", "''", "'", '"', "\\", "#", ": ", "京"]), max_size=8),
    st.sampled_from("'\""),
)
def test_no_place_of_any_text_lies_outside_of_its_line(parts: list[str], quote: str) -> None:
    text = f"aliases:\n  a: {quote}{''.join(parts)}{quote}\n"
    try:
        value = value_of(text)
    except ConfigError:
        return
    for number in range(1, len(value.value) + 1):
        place = value.place(number)
        assert place.line == 2
        assert 1 <= place.column <= len(text.split("\n")[1])
