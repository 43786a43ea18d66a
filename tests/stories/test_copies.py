from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Neighbour
from monitor.stories.copies import MOST_SHINGLES, WINDOW, copy_of, fingerprint, passages
from monitor.stories.templates import template_key

STORIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "stories"
TITLE = "Island council closes old harbour to cargo ships"
Make = Callable[..., Neighbour]


def test_the_same_headline_is_a_copy(entry: Make, now: datetime) -> None:
    original = entry(TITLE, link="https://strait.example.com/1", ago=3)
    copy = copy_of(fingerprint(f"UPDATE 1: {TITLE} - Northern Wire", "", None), [original], now)
    assert copy is not None
    assert (copy.of, copy.score, copy.method) == (original, 1.0, "title")


def test_the_reason_names_both_and_is_one_sentence(entry: Make, now: datetime) -> None:
    original = entry(TITLE, link="https://www.strait.example.com/1", ago=3)
    copy = copy_of(fingerprint(TITLE, "", None), [original], now)
    assert copy is not None
    normal = "island council closes old harbour to cargo ships"
    assert copy.why == f"“{normal}” has the headline of “{normal}” of strait.example.com, seen 3 h before"


def test_a_headline_in_other_wording_is_a_copy(entry: Make, now: datetime) -> None:
    copy = copy_of(fingerprint("Island council closes the old harbour to cargo ships", "", None), [entry(TITLE)], now)
    assert copy is not None
    assert copy.method == "fuzzy title"
    assert 0.85 <= copy.score < 1


@pytest.mark.parametrize(
    "other",
    [
        "Island council opens old harbour to cargo ships",
        "Island council closes old harbour to cruise ships",
        "Island council closes old harbour to 9 cargo ships",
        "Island council will not close old harbour to cargo ships",
        "Old harbour closes island council to cargo ships",
    ],
)
def test_a_headline_that_says_something_else_is_no_copy(entry: Make, now: datetime, other: str) -> None:
    assert copy_of(fingerprint(other, "", None), [entry(TITLE)], now) is None


@pytest.mark.parametrize("title", ["Evening recap", "Harbour closes today", "Live"])
def test_short_headlines_say_nothing(entry: Make, now: datetime, title: str) -> None:
    assert copy_of(fingerprint(title, "", None), [entry(title)], now) is None


def test_the_evening_recap_of_another_day_is_no_copy(entry: Make, now: datetime) -> None:
    recap = entry("Evening recap of the islands' news, 4 May")
    assert copy_of(fingerprint("Evening recap of the islands' news, 5 May", "", None), [recap], now) is None


def test_new_figures_are_an_update_and_no_copy(entry: Make, now: datetime) -> None:
    original = entry("Harbour wall collapse kills 4 on the island")
    assert copy_of(fingerprint("Harbour wall collapse kills 9 on the island", "", None), [original], now) is None


def test_shared_passages_make_a_copy_under_any_headline(entry: Make, now: datetime, harbour: str) -> None:
    original = entry(TITLE, harbour)
    copy = copy_of(fingerprint("Freight firms must leave for Selby", f"ISLANDS — {harbour}", None), [original], now)
    assert copy is not None
    assert copy.method == "shared passages"
    assert copy.score > 0.95


def test_a_cut_text_is_a_copy(entry: Make, now: datetime, harbour: str) -> None:
    cut = " ".join(harbour.split()[:50]) + " […]"
    copy = copy_of(fingerprint("Freight firms must leave for Selby", cut, None), [entry(TITLE, harbour)], now)
    assert copy is not None
    assert copy.method == "shared passages"


def test_two_papers_own_reports_are_no_copies(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    assert copy_of(fingerprint("Cargo ships barred from harbour", rival, None), [entry(TITLE, harbour)], now) is None


def test_one_headline_over_two_different_texts_is_no_copy(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    assert copy_of(fingerprint(TITLE, rival, None), [entry(TITLE, harbour)], now) is None


def test_a_follow_up_that_repeats_less_than_half_of_a_report_is_no_copy(
    entry: Make, now: datetime, harbour: str, rival: str
) -> None:
    original = entry(TITLE, harbour)
    for words, is_copy in ((35, False), (50, False), (70, True)):
        background = f"{rival} {' '.join(harbour.split()[:words])}"
        follow_up = fingerprint("Crews block the quay after the vote on the harbour", background, None)
        assert (passages(follow_up, original.fingerprint) or 0) > 0.26
        assert (copy_of(follow_up, [original], now) is not None) is is_copy


def test_after_three_days_nothing_is_a_copy(entry: Make, now: datetime, harbour: str) -> None:
    text = fingerprint(TITLE, harbour, None)
    assert copy_of(text, [entry(TITLE, harbour, ago=71.9)], now) is not None
    assert copy_of(text, [entry(TITLE, harbour, ago=72.1)], now) is None


def test_a_template_is_no_evidence(entry: Make, now: datetime) -> None:
    title = "The top photos of the day by our own photographers"
    original = entry(title, link="https://strait.example.com/1")
    again = fingerprint(title, "", "https://strait.example.com/2")
    assert copy_of(again, [original], now) is not None
    assert copy_of(again, [original], now, templates={template_key(again)}) is None


def test_what_is_a_template_of_either_host_is_no_evidence(entry: Make, now: datetime) -> None:
    title = "The top photos of the day by our own photographers"
    original = entry(title, link="https://strait.example.com/1")
    again = fingerprint(title, "", "https://wire.example.net/2")
    assert copy_of(again, [original], now) is not None
    for print_ in (again, original.fingerprint):
        assert copy_of(again, [original], now, templates={template_key(print_)}) is None


def test_under_a_template_only_the_same_words_or_the_same_link_are_a_copy(
    entry: Make, now: datetime, harbour: str, rival: str
) -> None:
    title = "All the news of the islands"
    original = entry(title, harbour, "https://strait.example.com/1")
    known = {template_key(original.fingerprint)}
    verdicts = [
        copy_of(fingerprint(title, text, link), [original], now, templates=known)
        for text, link in [
            (harbour, "https://strait.example.com/2"),
            (rival, "https://strait.example.com/2"),
            (rival, "https://strait.example.com/1?utm_source=rss"),
        ]
    ]
    assert [copy and copy.method for copy in verdicts] == ["shared passages", None, "link"]


def test_a_hosts_second_use_of_a_headline_on_another_day_is_taken_for_a_new_item(entry: Make, now: datetime) -> None:
    title = "War in the islands: the latest developments"
    again = fingerprint(title, "", "https://strait.example.com/2")
    assert copy_of(again, [entry(title, link="https://strait.example.com/1", ago=20)], now) is None
    assert copy_of(again, [entry(title, link="https://strait.example.com/1", ago=12)], now) is None
    assert copy_of(again, [entry(title, link="https://strait.example.com/1", ago=11.9)], now) is not None
    assert copy_of(again, [entry(title, link="https://other.example.com/1", ago=20)], now) is not None


def test_one_page_in_two_feeds_is_a_copy_on_any_day(entry: Make, now: datetime) -> None:
    original = entry("Harbour closes", link="https://strait.example.com/news/1?utm_source=world", ago=40)
    copy = copy_of(fingerprint("Harbour closes", "", "https://m.strait.example.com/news/1"), [original], now)
    assert copy is not None
    assert copy.method == "link"


def test_a_front_page_is_no_page() -> None:
    assert fingerprint(TITLE, "", "https://strait.example.com/").page == 0
    assert fingerprint(TITLE, "", None).page == 0


def test_one_page_with_a_new_headline_is_no_copy(entry: Make, now: datetime) -> None:
    original = entry(TITLE, link="https://strait.example.com/news/1")
    other = fingerprint("Mayor resigns over the vote", "", "https://strait.example.com/news/1")
    assert copy_of(other, [original], now) is None


def test_one_notice_on_three_pages_of_a_host_is_no_copy(entry: Make, now: datetime, harbour: str) -> None:
    first = entry("Mayor resigns over bridge contract", harbour, "https://strait.example.com/1")
    second = entry("Otters return to the northern bay", harbour, "https://strait.example.com/2")
    third = fingerprint(TITLE, harbour, "https://strait.example.com/3")
    elsewhere = fingerprint(TITLE, harbour, "https://wire.example.net/3")
    assert copy_of(third, [first], now) is not None
    assert copy_of(third, [first, second], now) is None
    assert copy_of(elsewhere, [first, second], now) is not None


def test_the_best_evidence_wins(entry: Make, now: datetime, harbour: str) -> None:
    near = [entry("Island council closes the old harbour to cargo ships"), entry(TITLE), entry("Other words", harbour)]
    copy = copy_of(fingerprint(TITLE, "", None), near, now)
    assert copy is not None
    assert copy.of is near[1]


def test_very_long_texts_are_compared_on_what_both_were_asked_for() -> None:
    long = " ".join(f"word{n}" for n in range(9_000))
    cut = " ".join(f"word{n}" for n in range(600))
    a, b = fingerprint("", long, None), fingerprint("", cut, None)
    assert len(a.shingles) == MOST_SHINGLES
    assert passages(a, b) == 1.0
    assert passages(a, fingerprint("", " ".join(f"other{n}" for n in range(600)), None)) == 0.0


def test_a_long_excerpt_of_a_very_long_text_stands_in_it_whole() -> None:
    whole, excerpt = (" ".join(f"word{n}" for n in range(size)) for size in (20_000, 5_000))
    a, b = fingerprint("", whole, None), fingerprint("", excerpt, None)
    assert len(a.shingles) == len(b.shingles) == MOST_SHINGLES
    assert passages(a, b) == passages(b, a) == 1.0


HOSTS = ["https://strait.example.com/", "https://wire.example.net/", ""]
TITLES = st.lists(
    st.sampled_from(
        [
            "island",
            "council",
            "closes",
            "the",
            "old",
            "harbour",
            "wall",
            "not",
            "4",
            "5",
            "may",
            "monday",
            "and",
            "to",
            "cargo",
            "ships",
        ]
    ),
    max_size=9,
).map(" ".join)
TEXTS = st.lists(st.sampled_from([f"w{n}" for n in range(12)]), min_size=0, max_size=80).map(" ".join)


@st.composite
def sides(draw: st.DrawFn) -> tuple[str, str, str | None]:
    host, page = draw(st.sampled_from(HOSTS)), draw(st.integers(1, 3))
    return draw(TITLES), draw(TEXTS), f"{host}{page}" if host else None


@given(sides(), sides(), st.integers(-100, 100), st.booleans())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_is_a_copy_of_is_symmetric(
    now: datetime,
    a: tuple[str, str, str | None],
    b: tuple[str, str, str | None],
    hours: int,
    known: bool,
) -> None:
    left, right = fingerprint(*a), fingerprint(*b)
    templates = {template_key(left)} if known else set()
    then = now - timedelta(hours=hours)
    forward = copy_of(left, [_neighbour(right, then)], now, templates=templates)
    backward = copy_of(right, [_neighbour(left, now)], then, templates=templates)
    assert (forward is None) == (backward is None)
    if forward is not None and backward is not None:
        assert (forward.score, forward.method) == (backward.score, backward.method)
        assert abs(then - now) <= WINDOW


def _neighbour(print_: object, at: datetime) -> Neighbour:
    return Neighbour(entry_id=EntryId("e"), feed_id=FeedId("f"), story_id=StoryId("s"), fingerprint=print_, seen_at=at)


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (STORIES / name).read_text("utf-8").splitlines()]


@pytest.mark.shared
@pytest.mark.skipif(not STORIES.exists(), reason="the folder of labelled stories is not beside the project")
class TestLabelled:
    def test_three_papers_on_one_event_are_no_copies(self, now: datetime) -> None:
        events: dict[str, list[Neighbour]] = {}
        for row in _rows("basil.jsonl"):
            events.setdefault(row["cluster"], []).append(_neighbour(fingerprint(row["title"], row["text"], None), now))
        pairs = [pair for event in events.values() for pair in combinations(event, 2)]
        copies = [pair for pair in pairs if copy_of(pair[0].fingerprint, [pair[1]], now)]
        assert len(pairs) == 300
        assert copies == []

    def test_recurring_titles_are_no_copies_on_a_new_day(self, now: datetime) -> None:
        rows = [row for row in _rows("recurring_titles.jsonl") if len(row["hosts"]) == 1]
        swallowed = []
        for row in rows:
            first, again = (fingerprint(row["title"], "", f"https://{row['hosts'][0]}/{n}") for n in (1, 2))
            if copy_of(again, [_neighbour(first, now - timedelta(hours=24))], now):
                swallowed.append(row["title"])
        assert len(rows) > 200
        assert swallowed == []

    def test_pairs_labelled_unrelated_are_no_copies(self, now: datetime) -> None:
        wrong = 0
        for row in _rows("semeval22_en_pairs.jsonl"):
            a, b = (fingerprint(row[side]["title"], row[side]["text"], None) for side in "ab")
            wrong += row["overall"] >= 3 and copy_of(a, [_neighbour(b, now)], now) is not None
        assert wrong <= 1, "one pair shows the same paywall notice twice"
