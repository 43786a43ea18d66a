"""Labelled files as people write them: what is meant is read, what is not is refused by file and line."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from monitor.errors import CorpusError
from monitor.labelled import Side, read_labelled

ENTRY = {"id": "1", "cluster": "x", "title": "Ferry to the islands runs aground off Lund", "source": "a"}
PAIR = {"id": "1", "a": "Ferry runs aground", "b": "Ferry aground", "score": 4.5}
CASE = {"id": "1", "watchlist": "sea", "label": True, "title": "Ferry runs aground"}


def lines(*rows):
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def written(folder, content):
    path = folder / "labelled.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


def test_an_entry_is_read_with_its_story_and_its_outlet(tmp_path):
    row = {**ENTRY, "summary": "On rocks.", "text": "On rocks, at night.", "url": "https://a.example/1", "ts": 1000}
    (found,) = read_labelled(written(tmp_path, lines(row))).entries
    assert (found.id, found.cluster, found.title, found.source) == ("1", "x", ENTRY["title"], "a")
    assert (found.summary, found.text, found.url) == ("On rocks.", "On rocks, at night.", "https://a.example/1")


@pytest.mark.parametrize(
    "ts",
    [
        1_704_103_200,
        1_704_103_200.0,
        1_704_103_200_000,
        1_704_103_200_000_000,
        "1704103200",
        "1704103200000",
        "2024-01-01T10:00:00Z",
        "2024-01-01T12:00:00+02:00",
        "2024-01-01 10:00",
        "20240101T100000",
    ],
)
def test_an_instant_is_the_same_in_whatever_way_it_is_written(tmp_path, ts):
    (found,) = read_labelled(written(tmp_path, lines({**ENTRY, "ts": ts}))).entries
    assert found.at == datetime(2024, 1, 1, 10, tzinfo=UTC)


def test_milliseconds_that_can_be_read_as_a_day_of_another_century_are_milliseconds(tmp_path):
    (found,) = read_labelled(written(tmp_path, lines({**ENTRY, "ts": "1712101530123"}))).entries
    assert found.at == datetime(2024, 4, 2, 23, 45, 30, 123_000, tzinfo=UTC)


def test_a_day_begins_at_midnight_in_utc(tmp_path):
    (found,) = read_labelled(written(tmp_path, lines({**ENTRY, "ts": "2024-01-01"}))).entries
    assert found.at == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("ts", ["soon", True, [1], "9999-12-31", "0001-01-01", -9e10, 1e30, float("inf"), float("nan")])
def test_what_is_no_time_is_refused(tmp_path, ts):
    path = written(tmp_path, lines(ENTRY | {"ts": 1}, ENTRY | {"ts": ts}))
    with pytest.raises(CorpusError, match=r"labelled\.jsonl: line 2: ts: .* is no time; give ISO 8601"):
        read_labelled(path)


def test_an_entry_without_a_time_came_with_the_one_before_it(tmp_path):
    rows = ENTRY, {**ENTRY, "ts": 1}, {**ENTRY, "ts": 2}, ENTRY
    found = read_labelled(written(tmp_path, lines(*rows))).entries
    assert [each.at.timestamp() for each in found] == [1, 1, 2, 2]


def test_without_an_id_a_row_is_named_by_its_line(tmp_path):
    nameless = {"cluster": 7, "title": None}
    found = read_labelled(written(tmp_path, "\n" + lines(nameless, ENTRY))).entries
    assert [(each.id, each.cluster) for each in found] == [("line 2", "7"), ("1", "x")]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + lines(ENTRY, ENTRY).encode(),
        lines(ENTRY, ENTRY).replace("\n", "\r\n").encode(),
        gzip.compress(lines(ENTRY, ENTRY).encode()),
        lines(ENTRY, ENTRY).replace("Ferry to", "Ferry\u2028to").encode(),
        lines(ENTRY, ENTRY).replace("Ferry to", "Ferry\x85to").encode(),
    ],
    ids=["byte order mark", "CR LF", "gzip", "line separator in a text", "next line in a text"],
)
def test_a_file_is_read_from_whatever_program_it_comes(tmp_path, content):
    found = read_labelled(written(tmp_path, content)).entries
    assert [each.title.split() for each in found] == [ENTRY["title"].split()] * 2


def test_half_a_letter_does_not_stand_in_a_text(tmp_path):
    (found,) = read_labelled(written(tmp_path, '{"cluster": "x", "title": "Ferry \\ud800aground\\u0000"}')).entries
    assert found.title == "Ferry aground"


def test_a_side_of_a_pair_is_a_text_or_a_title_and_a_text(tmp_path):
    whole = {**PAIR, "a": {"title": "Ferry", "text": "It ran aground."}, "b": {"text": None}, "score": "0"}
    first, second = read_labelled(written(tmp_path, lines(PAIR, whole))).pairs
    assert (first.a, first.value, first.falls) == (Side(title="Ferry runs aground"), 4.5, False)
    assert (second.a, second.b, second.value) == (Side(title="Ferry", text="It ran aground."), Side(title=""), 0)


def test_a_pair_that_is_scored_by_overall_is_the_same_at_one(tmp_path):
    (found,) = read_labelled(written(tmp_path, lines({"a": "x", "b": "y", "overall": 1}))).pairs
    assert (found.value, found.falls) == (1, True)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (ENTRY, PAIR, "has no `cluster`, which the first row has"),
        (PAIR, ENTRY, "has no `a`, which the first row has"),
        (ENTRY, ENTRY | {"cluster": None}, "has no `cluster`"),
        (ENTRY, ENTRY | {"cluster": ["x"]}, r'cluster: \["x"\] is no name'),
        (ENTRY, ENTRY | {"title": 17}, "title: 17 is no text"),
        (ENTRY, ENTRY | {"url": 17}, "url: 17 is no text"),
        (PAIR, {"a": "x", "score": 1}, "has no `b`, which the first row has"),
        (PAIR, PAIR | {"a": 7}, "a: 7 is neither a text nor an object with title and text"),
        (PAIR, PAIR | {"score": "high"}, 'score: "high" is no number from 0 to 5'),
        (PAIR, PAIR | {"score": None}, "score: null is no number"),
        (PAIR, PAIR | {"score": float("nan")}, "score: NaN is no number"),
        (PAIR, PAIR | {"score": 80}, "score: 80 is no number from 0 to 5"),
        (PAIR, {"a": "x", "b": "y", "overall": 2}, "score: null is no number"),
        (CASE, CASE | {"label": "no"}, 'label: "no" is neither true nor false'),
        (CASE, {"watchlist": "sea"}, "label: null is neither true nor false"),
        (CASE, CASE | {"watchlist": None}, "has no `watchlist`"),
        (CASE, CASE | {"lang": 7}, "lang: 7 is no text"),
        (ENTRY, [1], "is no JSON object"),
    ],
)
def test_a_row_that_is_not_of_the_first_ones_form_is_refused_by_its_line(tmp_path, first, second, why):
    with pytest.raises(CorpusError, match=rf"labelled file: .*labelled\.jsonl: line 2: {why}"):
        read_labelled(written(tmp_path, lines(first, second)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("{}\n", "line 1: needs `cluster`, or `a` and `b`, or `watchlist` and `label`"),
        (lines([ENTRY]), "line 1: is no JSON object"),
        (lines(ENTRY) + '{"id":', "line 2: no JSON: Expecting value, column 7"),
        (lines(ENTRY).encode("utf-16"), "line 1: no JSON in UTF-8"),
        (lines(ENTRY).encode() + b'{"cluster": "\xdc"}', "line 2: no JSON in UTF-8"),
        ("[" * 100_000, "line 1: no JSON in UTF-8"),
        (gzip.compress(lines(ENTRY).encode())[:-9], "labelled.jsonl: "),
    ],
)
def test_what_is_no_labelled_file_is_refused(tmp_path, content, why):
    with pytest.raises(CorpusError, match="labelled file: ") as refused:
        read_labelled(written(tmp_path, content))
    assert why in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"labelled file: .*labelled\.jsonl: .*No such file"):
        read_labelled(tmp_path / "labelled.jsonl")
