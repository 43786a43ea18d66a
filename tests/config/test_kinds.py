"""Kinds of values: what each takes, where its bounds lie, and what is said to whoever writes something else."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import kinds
from monitor.config.fields import Kind
from monitor.config.nodes import read_nodes
from monitor.config.subscriptions import EVERY
from monitor.errors import ConfigError, Problem
from monitor.located import Items, Located, Mark, Pairs, Text

SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)
SPAN = kinds.duration(SECOND, 4 * WEEK)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def written(value: str) -> Text:
    """A plain scalar as it stands alone in a line."""
    return Text(value, Mark("f.yaml", 1, 1, value))


def refusal(kind: Kind, value: Located) -> Problem:
    with pytest.raises(ConfigError) as error:
        kind.read(value)
    (problem,) = error.value.problems
    return problem


def outcome(kind: Kind, value: str) -> object:
    """What a kind makes of a text; the text of its refusal when it takes it for something else."""
    try:
        return kind.read(written(value))
    except ConfigError as error:
        return error


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1s", SECOND),
        ("90m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1h 30m", timedelta(minutes=90)),
        ("30m 1h", timedelta(minutes=90)),
        ("4w", 4 * WEEK),
        ("27d 24h", 4 * WEEK),
        ("0h1s", SECOND),
    ],
)
def test_a_duration_is_the_sum_of_its_parts(text: str, span: timedelta) -> None:
    assert SPAN.read(written(text)) == span


@pytest.mark.parametrize("text", ["0s", "4w1s", "999999w", "999999w" * 300])
def test_a_duration_beyond_its_bounds_is_refused_however_long_it_is(text: str) -> None:
    problem = refusal(SPAN, written(text))
    assert problem.message.endswith("is out of range")
    assert problem.hint == "from 1s to 4w"


@pytest.mark.parametrize("text", ["5", "h", "1.5h", "-1h", "5 minutes", "1H", "٥m", "1h,30m", "1000000s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert "is not a duration such as 30s, 5m, 1h or 2d" in refusal(SPAN, written(text)).message


def test_a_bare_number_is_met_with_the_units_it_may_have() -> None:
    assert refusal(SPAN, written("15")).hint == "write 15m for minutes, 15h for hours"


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 999_999), st.sampled_from("smhdw")), min_size=1, max_size=5))
def test_a_duration_read_is_the_duration_written(parts: list[tuple[int, str]]) -> None:
    seconds = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
    total = sum(number * seconds[unit] for number, unit in parts)
    read = outcome(SPAN, " ".join(f"{number}{unit}" for number, unit in parts))
    if 1 <= total <= 4 * 604_800:
        assert read == timedelta(seconds=total)
    else:
        assert isinstance(read, ConfigError)


@settings(max_examples=40)
@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_every_time_of_a_day_is_read_with_and_without_its_leading_nought(at: time) -> None:
    assert kinds.TIME.read(written(f"{at:%H:%M}")) == at
    assert kinds.TIME.read(written(f"{at.hour}:{at:%M}")) == at


@pytest.mark.parametrize("text", ["24:00", "7:5", "07:60", "7.30", "0730", "7:30 pm", "٠٧:٣٠", "-1:00"])
def test_what_is_no_time_of_a_day_is_refused(text: str) -> None:
    problem = refusal(kinds.TIME, written(text))
    assert problem.message == f"'{text}' is not a time of day"
    assert "midnight" in problem.hint


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+2"]
)
def test_a_time_zone_is_one_that_the_program_can_reckon_with(zone: str) -> None:
    assert kinds.TIMEZONE.read(written(zone)) == zone


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Europe/berlin", "did you mean Europe/Berlin?"),
        ("europe/Kyiv", "did you mean Europe/Kyiv?"),
        ("UTC+2", "did you mean UTC?"),
        ("../../etc/passwd", "write an IANA name such as Europe/Berlin"),
        ("x" * 300, "write an IANA name such as Europe/Berlin"),
        ("zone.tab", "write an IANA name such as Europe/Berlin"),
    ],
)
def test_what_is_no_time_zone_is_refused_with_the_nearest(zone: str, hint: str) -> None:
    assert refusal(kinds.TIMEZONE, written(zone)).hint == hint


@settings(max_examples=10)
@given(ANY)
def test_no_text_breaks_the_look_up_of_time_zones(text: str) -> None:
    assert outcome(kinds.TIMEZONE, text)


@pytest.mark.parametrize(
    "tag",
    ["europe", "Ελλάδα", "україна", "हिन्दी", "தமிழ்", "ไทย", "日本", "Ko\u0308ln", "Köln", "a_b-c", "2024", "ع" * 40],
)
def test_a_tag_may_be_a_word_of_any_language(tag: str) -> None:
    assert kinds.TAG.read(written(tag)).value == tag


@pytest.mark.parametrize("tag", ["two words", "a,b", "a:b", "#a", "a/b", "a.b", "x" * 41, "«a»", "😀"])
def test_a_tag_is_one_word_without_signs(tag: str) -> None:
    assert refusal(kinds.TAG, written(tag)).hint == "letters, digits, - and _, without blanks"


@pytest.mark.parametrize("name", ["nato", "NATO", "україна", "हिन्दी", "ไทย", "_x", "a1", "a-b"])
def test_an_alias_may_be_named_in_any_language(name: str) -> None:
    assert kinds.ALIAS_NAME.read(written(name)).value == name


@pytest.mark.parametrize("name", ["$nato", "1a", "٥a", "-a", "\u0301a", "a b", "a:", "x" * 61])
def test_an_alias_begins_with_a_letter(name: str) -> None:
    assert "a letter, then letters, digits, - and _" in refusal(kinds.ALIAS_NAME, written(name)).hint


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Press Desk", "press-desk"),
        ("Ärzte", "rzte"),
        ("desk!", "desk"),
        ("--a--", None),
        ("!!", None),
        ("x" * 61, None),
    ],
)
def test_a_name_that_will_not_do_is_met_with_one_that_will(text: str, proposed: str | None) -> None:
    kind = kinds.pattern("a name", r"[a-z0-9][a-z0-9-]{0,59}", "small letters", small="-")
    if proposed is None and text != "--a--":
        assert "write" not in refusal(kind, written(text)).hint
    elif proposed:
        assert refusal(kind, written(text)).hint == f"small letters; write {proposed}"
        assert kind.read(written(proposed)).value == proposed


@settings(max_examples=40)
@given(ANY)
def test_a_name_that_is_proposed_would_be_taken(text: str) -> None:
    read = outcome(kinds.NAME, text)
    if isinstance(read, ConfigError) and "; write " in read.problems[0].hint:
        assert kinds.NAME.read(written(read.problems[0].hint.rpartition("; write ")[2]))


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("7", 7), ("1000", 1_000), ("007", 7), ("000000000", 0)])
def test_a_whole_number_is_read_within_its_bounds(text: str, value: int) -> None:
    assert kinds.whole_number(0, 1_000).read(written(text)) == value


@pytest.mark.parametrize("text", ["1001", "-1", "+1", "1.0", "1e2", "٣", "1_000", "", " ", "9" * 400, "five"])
def test_anything_else_is_no_whole_number(text: str) -> None:
    assert isinstance(outcome(kinds.whole_number(0, 1_000), text), ConfigError)


@pytest.mark.parametrize("text", ["true", "false"])
def test_yes_and_no_are_written_in_one_way(text: str) -> None:
    assert kinds.YES_NO.read(written(text)) is (text == "true")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("True", "true"),
        ("YES", "true"),
        ("on", "true"),
        ("1", "true"),
        ("No", "false"),
        ("off", "false"),
        ("none", "false"),
    ],
)
def test_another_way_to_say_yes_or_no_is_refused_with_the_right_one(text: str, meant: str) -> None:
    problem = refusal(kinds.YES_NO, written(text))
    assert problem.message == f"'{text}' is not true or false"
    assert problem.hint == f"did you mean {meant}?"


@pytest.mark.parametrize("text", ["", "   ", "\t", "\u3000"])
def test_an_empty_text_is_no_value(text: str) -> None:
    problem = refusal(kinds.TEXT, Text(text, Mark("f.yaml", 2, 3, "name:")))
    assert (problem.line, problem.column, problem.message) == (2, 3, "there is no value here")


def test_a_value_that_became_a_comment_is_explained() -> None:
    root = read_nodes("f.yaml", b"watchlists:\n  title: #world\n")
    value = root.get("watchlists").get("title")
    assert refusal(kinds.LINE, value).hint == "# begins a comment; put the text in quotes"


def test_a_line_is_no_block_and_no_longer_than_a_line() -> None:
    assert refusal(kinds.LINE, written("a\nb")).message == "this must fit on one line"
    assert kinds.LINE.read(written("x" * 500)).value == "x" * 500
    assert refusal(kinds.LINE, written("x" * 501)).message == "this is longer than 500 characters"


@pytest.mark.parametrize(
    ("value", "what"), [(Items((), Mark("f", 1, 1)), "a list"), (Pairs((), Mark("f", 1, 1)), "a mapping")]
)
@pytest.mark.parametrize(
    "kind", [kinds.LINE, kinds.TEXT, kinds.NAME, kinds.TAG, kinds.TIME, kinds.TIMEZONE, kinds.YES_NO, SPAN]
)
def test_one_value_is_never_a_list_or_mapping(kind: Kind, value: Located, what: str) -> None:
    assert refusal(kind, value).message == f"one value is wanted here, not {what}"


def test_one_value_may_stand_for_a_list_of_one() -> None:
    kind = kinds.one_or_more(kinds.NAME, "names")
    single, listed = written("desk"), Items((written("desk"), written("chat")), Mark("f", 1, 1))
    assert [text.value for text in kind.read(single)] == ["desk"]
    assert [text.value for text in kind.read(listed)] == ["desk", "chat"]
    assert refusal(kind, Items((), Mark("f", 1, 1))).message == "the list is empty"


def test_everything_wrong_in_a_list_is_said_at_once() -> None:
    kind = kinds.one_or_more(kinds.TAG, "tags")
    with pytest.raises(ConfigError) as error:
        kind.read(Items(tuple(map(written, ("a b", "good", "c d"))), Mark("f", 1, 1)))
    assert [problem.message for problem in error.value.problems] == ["'a b' is not a tag", "'c d' is not a tag"]


def test_a_list_of_larger_things_may_be_empty_but_must_be_a_list() -> None:
    kind = kinds.list_of(kinds.TEXT.read, {}, "texts")
    assert kind.read(Items((), Mark("f", 1, 1))) == ()
    assert refusal(kind, written("")).message == "there is nothing in this list"
    assert refusal(kind, written("a")).message == "a list is wanted here"


def test_auto_is_a_rhythm_and_no_duration() -> None:
    assert EVERY.kind.read(written("auto")) is None
    assert EVERY.kind.read(written("5m")) == timedelta(minutes=5)
    assert "is not a duration" in refusal(EVERY.kind, written("AUTO")).message


@pytest.mark.parametrize(
    "kind", [kinds.NAME, kinds.TAG, kinds.ALIAS_NAME, kinds.TIME, SPAN], ids=lambda kind: kind.says
)
@settings(max_examples=25)
@given(data=st.data())
def test_an_editor_takes_whatever_the_reader_takes(kind: Kind, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(kind.schema["pattern"]) | ANY)
    if not isinstance(outcome(kind, text), ConfigError):
        assert re.search(kind.schema["pattern"], text)


@pytest.mark.parametrize(
    "kind", [kinds.NAME, kinds.TAG, kinds.TIME, kinds.TIMEZONE, kinds.YES_NO, SPAN, kinds.LINE, kinds.TEXT]
)
@settings(max_examples=20)
@given(ANY)
def test_any_text_is_read_or_refused_in_one_sentence(kind: Kind, text: str) -> None:
    read = outcome(kind, text)
    if isinstance(read, ConfigError):
        assert len(read.problems) == 1
        assert "\n" not in read.problems[0].message
