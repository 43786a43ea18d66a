"""How commands print: for people and for machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.cli.show import Column, document, listing, marked, plural, short, when
from tests.store.samples import a_match, an_entry

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**20), 10**20) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


class Colour(StrEnum):
    RED = "red"


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(), "0 s ago"),
        (timedelta(seconds=119), "119 s ago"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(minutes=119), "119 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 d ago"),
        (timedelta(seconds=-1), "in 1 s"),
        (timedelta(days=-400), "in 400 d"),
    ],
)
def test_an_instant_is_told_from_now(ago: timedelta, said: str) -> None:
    assert when(NOW - ago, NOW) == said


def test_what_never_was_is_never() -> None:
    assert when(None, NOW) == "never"


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (0, "entry", "0 entries"),
        (1, "entry", "1 entry"),
        (2_000, "entry", "2,000 entries"),
        (2, "day", "2 days"),
        (2, "story", "2 stories"),
        (2, "near miss", "2 near misses"),
        (2, "later version", "2 later versions"),
        (1, "near miss", "1 near miss"),
    ],
)
def test_a_number_agrees_with_its_noun(count: int, noun: str, said: str) -> None:
    assert plural(count, noun) == said


@settings(max_examples=40)
@given(st.text("ab *京\u200d", max_size=20), st.lists(st.integers(0, 20), max_size=6).map(sorted))
def test_a_marked_passage_is_the_passage_with_asterisks_around_its_words(text: str, places: list[int]) -> None:
    places = [place for place in places if place <= len(text)]
    marks = list(zip(places[::2], places[1::2], strict=False))
    shown = marked(text, marks)
    assert shown.replace("*", "") == text.replace("*", "")
    assert shown.count("*") == text.count("*") + 2 * len(marks)


def test_no_terminal_no_colour(capsys) -> None:
    assert marked("a b", [(0, 1)]) == "*a* b"


@settings(max_examples=40)
@given(JSON)
def test_a_document_is_json_that_any_reader_takes(value: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("click.echo", printed.append)
        document(value)
    json.loads(printed[0], parse_constant=refuse)


def test_values_of_the_program_are_plain_json(capsys) -> None:
    document(
        {
            "match": a_match(),
            "entry": an_entry(),
            "path": Path("a"),
            "kind": Colour.RED,
            "days": timedelta(days=1),
            "at": NOW,
            "share": float("nan"),
        }
    )
    found = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert found["match"]["reason"]["parts"][0]["hits"][0]["text"] == "agree"
    assert (found["path"], found["kind"], found["at"], found["share"]) == ("a", "red", "2026-03-02T12:00:00Z", None)


COLUMNS = (Column("id", short), Column("text", str, "bold", ratio=1))


def test_a_listing_without_rows_says_why_on_the_side_of_people(capsys) -> None:
    listing([], COLUMNS, as_json=False, empty="nothing yet")
    assert capsys.readouterr() == ("", "nothing yet\n")
    listing([], COLUMNS, as_json=True, empty="nothing yet")
    assert capsys.readouterr() == ("[]\n", "")


@pytest.mark.parametrize("row", ["[bold]not markup[/bold]", "[/]", ":smile:", "a" * 400, "京都 " * 60, "\\[x]"])
def test_what_a_feed_wrote_is_never_read_as_markup_of_the_table(capsys, row: str) -> None:
    listing([row], (Column("id", lambda _: "7"), COLUMNS[1]), as_json=False, empty="")
    head, *shown = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "text"]
    assert "".join("".join(shown).split()) == "7" + "".join(row.split())


@settings(max_examples=40)
@given(st.text("0123456789abcdef", max_size=32))
def test_an_id_is_shown_by_its_beginning(identifier: str) -> None:
    assert identifier.startswith(short(identifier))
    assert len(short(identifier)) <= 10
