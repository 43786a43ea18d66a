from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.ids import EntryId, FeedId, StoryId, story_id
from monitor.model.story import Fingerprint, Neighbour
from monitor.stories import window as window_room
from monitor.stories.copies import copy_of, fingerprint
from monitor.stories.rarity import Rarity, background
from monitor.stories.templates import template_key
from monitor.stories.window import Window, telling

TITLE = "Island council closes old harbour to cargo ships"
Make = Callable[..., Neighbour]


def filled(*entries: Neighbour) -> Window:
    window = Window()
    for each in entries:
        window.add(each)
    return window


def test_a_neighbour_comes_back_as_it_was_given(entry: Make, harbour: str) -> None:
    original = entry(TITLE, harbour, "https://strait.example.com/1")
    assert filled(original).near(original.fingerprint) == (original,)


def test_the_best_candidate_comes_first(entry: Make, harbour: str, rival: str) -> None:
    same_page = entry(TITLE, link="https://strait.example.com/1")
    same_title, same_text = entry(TITLE), entry("Freight firms must leave", harbour)
    same_subject = entry("Cargo ships barred from harbour", rival)
    window = filled(entry("Otters return to the northern bay"), same_subject, same_text, same_title, same_page)
    near = window.near(fingerprint(TITLE, harbour, "https://strait.example.com/1"))
    assert near[0] is not None
    assert [n.entry_id for n in near] == [e.entry_id for e in (same_page, same_title, same_text, same_subject)]


def test_of_two_that_share_as_much_the_one_that_says_less_besides_is_nearer(entry: Make, harbour: str) -> None:
    short = entry("Old harbour closed to cargo")
    long = entry("Old harbour closed to cargo", "Otters, rangers, timber and granite were counted at dawn by the bay.")
    for window in (filled(short, long), filled(long, short)):
        near = window.near(fingerprint("Cargo leaves old harbour closed", harbour, None))
        assert [n.entry_id for n in near] == [short.entry_id, long.entry_id]


def test_what_has_a_word_in_common_among_very_many_is_not_near(entry: Make) -> None:
    long = entry("Reopens", " ".join(f"{first}{last}rin" for first in "bcdfgklmnp" for last in ("alo", "emi", "oru")))
    window = filled(long, short := entry("Museum reopens"))
    assert [n.entry_id for n in window.near(fingerprint("Harbour reopens", "", None))] == [short.entry_id]


def test_an_empty_window_has_no_neighbours() -> None:
    assert Window().near(fingerprint(TITLE, "", None)) == ()


def test_what_shares_nothing_is_not_near(entry: Make) -> None:
    window = filled(entry("Otters return to the northern bay", "Rangers counted forty of them at dawn."))
    assert window.near(fingerprint(TITLE, "", None)) == ()


def test_at_most_as_many_as_asked_for(entry: Make) -> None:
    window = filled(*(entry(TITLE) for _ in range(9)))
    assert len(window.near(fingerprint(TITLE, "", None), limit=4)) == 4


def test_entries_are_forgotten_by_age(entry: Make, now: datetime, harbour: str) -> None:
    old, young = entry(TITLE, harbour, ago=80), entry(TITLE, ago=2)
    window = filled(old, young)
    assert window.expire(now - timedelta(hours=72)) == 1
    assert len(window) == 1
    assert window.near(old.fingerprint) == (young,)
    assert window.expire(now - timedelta(hours=72)) == 0


def test_entries_of_a_clock_that_was_far_ahead_hold_nothing_up(entry: Make, now: datetime) -> None:
    window = filled(entry(TITLE, ago=-9_000), entry(TITLE, ago=80), entry(TITLE, ago=-20), entry(TITLE, ago=2))
    assert window.expire(now - timedelta(hours=72)) == 2
    assert len(window) == 2


def test_of_very_many_entries_the_oldest_go_before_their_time(entry: Make, now: datetime, monkeypatch) -> None:
    monkeypatch.setattr(window_room, "MOST_ENTRIES", 3)
    window = filled(*(entry(f"{TITLE} {n}", ago=20 - n) for n in range(5)))
    assert window.expire(now - timedelta(hours=72)) == 2
    assert {n.fingerprint.title[-1] for n in window.near(fingerprint(TITLE, "", None))} == {"2", "3", "4"}


def test_a_forgotten_window_is_as_good_as_new(entry: Make, now: datetime, harbour: str) -> None:
    window = filled(*(entry(TITLE, harbour, f"https://strait.example.com/{n}") for n in range(5)))
    window.expire(now)
    assert len(window) == 0
    assert window.near(fingerprint(TITLE, harbour, "https://strait.example.com/1")) == ()


def test_an_entry_that_is_added_again_is_replaced(entry: Make) -> None:
    window = filled(entry("Otters return to the northern bay", name="one"), entry(TITLE, name="one"))
    assert len(window) == 1
    assert window.near(fingerprint("Otters return to the northern bay", "", None)) == ()
    assert len(window.near(fingerprint(TITLE, "", None))) == 1


def test_entries_that_stand_in_another_story_are_put_there_and_those_in_none_are_forgotten(entry: Make) -> None:
    stays, moves, goes = entry(TITLE, story="old"), entry("Otters return to the bay", story="old"), entry("Rain")
    window = filled(stays, moves, goes)
    stands = {stays.entry_id: StoryId("old"), moves.entry_id: StoryId("new"), EntryId("strange"): StoryId("new")}
    assert window.put_right(stands) == {EntryId("strange")}
    found = window.members([StoryId("old"), StoryId("new"), goes.story_id])
    assert found == {
        StoryId("old"): (stays,),
        StoryId("new"): (replace(moves, story_id=StoryId("new")),),
        goes.story_id: (),
    }
    assert [n.story_id for n in window.near(moves.fingerprint)] == ["new"]
    assert window.near(goes.fingerprint) == ()


@pytest.mark.parametrize("size", [0, 1, 33, 40, 41, 60])
def test_of_a_story_the_first_four_and_the_latest_thirty_six_are_looked_at_each_once(size: int) -> None:
    members = list(range(size))
    assert list(telling(members)) == (members if size <= 40 else [*members[:4], *members[-36:]])


def test_a_headline_used_thrice_on_two_days_is_a_template(entry: Make) -> None:
    uses = [
        entry(f"Evening recap of {day}", link=f"https://strait.example.com/{n}", ago=hours)
        for n, (day, hours) in enumerate([("1 March", 60), ("2 March", 36), ("3 March", 12)])
    ]
    window = filled(*uses[:2])
    print_ = uses[2].fingerprint
    assert window.stream([print_]).templates == frozenset()
    window.add(uses[2])
    assert window.stream([print_]).templates == {template_key(print_)}


@pytest.mark.parametrize(
    "uses",
    [
        [("a", 1, 60), ("a", 1, 36), ("a", 1, 12)],  # one page in three feeds
        [("a", 1, 3), ("a", 2, 2), ("a", 3, 1)],  # on one day
        [("a", 1, 60), ("b", 2, 36), ("c", 3, 12)],  # by three hosts
    ],
)
def test_what_only_looks_like_a_template_is_none(entry: Make, uses: list[tuple[str, int, int]]) -> None:
    entries = [entry(TITLE, link=f"https://{host}.example.com/{page}", ago=hours) for host, page, hours in uses]
    assert filled(*entries).stream(e.fingerprint for e in entries).templates == frozenset()


def test_a_template_outlives_the_entries_that_made_it(entry: Make, now: datetime) -> None:
    uses = [entry("Evening recap", link=f"https://strait.example.com/{n}", ago=24 * n + 80) for n in (3, 2, 1)]
    window = filled(*uses)
    assert window.expire(now - timedelta(hours=72)) == 3
    print_ = uses[0].fingerprint
    assert window.stream([print_]).templates == {template_key(print_)}
    window.expire(now + timedelta(days=30))
    assert window.stream([print_]).templates == frozenset()


def test_a_word_that_every_story_opens_with_loses_its_weight(entry: Make) -> None:
    window, print_ = Window(), fingerprint("Zanzibar", "", None)
    word = print_.terms[0]
    for n in range(2_000):
        window.add(_opening(entry("Zanzibar summit"), n))
    assert Rarity(window.stream([print_]))[word] < 1
    assert Rarity(Window().stream([print_]))[word] == background(word)


def test_a_word_of_one_great_story_keeps_its_weight(entry: Make) -> None:
    window = Window()
    first = _opening(entry("Zanzibar summit"), 0)
    for n in range(2_000):
        window.add(replace(_opening(entry("Zanzibar summit"), n), story_id=first.story_id))
    print_ = first.fingerprint
    assert window.stream([print_]).openings == dict.fromkeys(set(print_.terms), 1)
    assert Rarity(window.stream([print_]))[print_.terms[0]] > background(print_.terms[0]) - 1.5


def _opening(neighbour: Neighbour, number: int) -> Neighbour:
    name = EntryId(str(number))
    return replace(neighbour, entry_id=name, story_id=story_id(name))


def _numbered(neighbour: Neighbour, number: int) -> Neighbour:
    return replace(neighbour, entry_id=EntryId(str(number)))


WORDS = [f"word{n}" for n in range(30)]
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
STARTS = st.integers(0, 400)


@st.composite
def prints(draw: st.DrawFn) -> Fingerprint:
    """Entries out of a small world: few words, texts that are cuts of one long one."""
    start = draw(STARTS)
    text = " ".join(f"t{n % 500}" for n in range(start, start + draw(st.sampled_from([0, 30, 50, 90, 200]))))
    link = draw(
        st.sampled_from([None, "https://a.example.com/1", "https://a.example.com/2", "https://b.example.com/1"])
    )
    return fingerprint(draw(TITLES), text, link)


@given(st.lists(prints(), max_size=25), prints())
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_a_copy_by_brute_force_is_among_the_candidates(
    now: datetime, others: list[Fingerprint], print_: Fingerprint
) -> None:
    entries = [
        Neighbour(entry_id=EntryId(str(n)), feed_id=FeedId("f"), story_id=StoryId("s"), fingerprint=other, seen_at=now)
        for n, other in enumerate(others)
    ]
    near = {n.entry_id for n in filled(*entries).near(print_)}
    for each in entries:
        assert each.entry_id in near or copy_of(print_, [each], now) is None


@given(st.lists(prints(), max_size=20), st.integers(0, 20), prints())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_window_that_forgot_answers_like_one_that_never_knew(
    now: datetime, others: list[Fingerprint], gone: int, print_: Fingerprint
) -> None:
    entries = [
        Neighbour(
            entry_id=EntryId(str(n)),
            feed_id=FeedId("f"),
            story_id=StoryId("s"),
            fingerprint=other,
            seen_at=now + timedelta(hours=n),
        )
        for n, other in enumerate(others)
    ]
    window = filled(*entries)
    assert window.expire(now + timedelta(hours=gone)) == min(gone, len(entries))
    assert window.near(print_) == filled(*entries[gone:]).near(print_)


@pytest.mark.slow
def test_three_thousand_entries_are_taken_in_and_asked_quickly(entry: Make, harbour: str) -> None:
    words = [f"{a}{b}" for a in "bcdfgklmnprst" for b in ("ad", "el", "im", "or", "un", "ash", "orn", "ick")] * 3
    texts = [" ".join(words[(n * k) % len(words)] for k in range(3, 45)) for n in range(1, 200)]
    window = Window()
    start = time.process_time()
    for n in range(3_000):
        print_ = fingerprint(f"{words[n % 311]} {words[n % 97]} {words[n % 53]} harbour {n}", texts[n % 199], None)
        window.near(print_)
        window.add(_numbered(entry("x"), n))
    assert time.process_time() - start < 15
