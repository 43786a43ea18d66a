"""A window kept as bytes answers as it did; bytes of another form are not used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.ids import EntryId, story_id
from monitor.model.story import Neighbour, Regroup, Regrouping
from monitor.stories.keep import packed, unpacked
from monitor.stories.window import Window

WORDS = ("harbour", "council", "closes", "freight", "quay", "ferry", "pilots", "strike", "storm", "roofs")
TITLES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(" ".join)
Make = Callable[..., Neighbour]


def filled(entry: Make, titles: list[str], text: str = "") -> Window:
    window = Window()
    for number, title in enumerate(titles):
        made = entry(title, text, f"https://strait.example.com/{number}", ago=100 - number)
        name = EntryId(f"e{number}")
        story = story_id(name) if number % 3 else story_id(EntryId("e0"))
        window.add(replace(made, entry_id=name, story_id=story, outlet="Strait Observer"))
    return window


def kept(window: Window, now: datetime) -> Window:
    found = unpacked(b"".join(packed(window, now)))
    assert found is not None
    assert found.at == now
    return found.window


@given(st.lists(TITLES, min_size=1, max_size=12), TITLES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_kept_window_answers_as_the_one_it_was(entry: Make, now: datetime, titles: list[str], asked: str) -> None:
    window, print_ = filled(entry, titles), entry(asked).fingerprint
    again = kept(window, now)
    assert len(again) == len(window)
    assert again.near(print_) == window.near(print_)
    stories = {n.story_id for n in window.near(print_)}
    assert again.members(stories) == window.members(stories)
    assert again.stream([print_]) == window.stream([print_])


def test_a_kept_window_goes_on_where_it_was(entry: Make, now: datetime, harbour: str) -> None:
    titles = ["Evening recap of Monday", "Council closes harbour", "Evening recap of Tuesday"]
    window, other = filled(entry, titles, harbour), filled(entry, titles, harbour)
    again = kept(window, now)
    more = replace(entry("Evening recap of Friday", link="https://strait.example.com/9"), entry_id=EntryId("e9"))
    for each in (again, other):
        each.add(more)
        each.regroup(
            Regrouping(
                kind=Regroup.MERGED,
                story_id=story_id(EntryId("e0")),
                other_id=story_id(EntryId("e1")),
                entry_id=EntryId("e9"),
                score=0.5,
                why="one",
            )
        )
        each.expire(entry("x", ago=98.5).seen_at)
    assert b"".join(packed(again, now)) == b"".join(packed(other, now))


def test_an_empty_window_is_not_kept(now: datetime) -> None:
    assert b"".join(packed(Window(), now)) == b""
    assert unpacked(b"") is None


@pytest.mark.parametrize("was", [b'"form": ', b'"order": "', b"monitor "])
def test_bytes_of_another_form_are_not_used(entry: Make, now: datetime, was: bytes) -> None:
    content = b"".join(packed(filled(entry, ["Council closes harbour"]), now))
    assert content.count(was) == 1
    assert unpacked(content.replace(was, was + b"9")) is None
