from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.story import Kinship, Neighbour, Relation, Story, Stream
from monitor.stories.cluster import BALANCED, BARE, kinship, likeness
from monitor.stories.copies import fingerprint
from monitor.stories.rarity import Rarity
from monitor.stories.templates import template_key
from monitor.stories.vectors import Vectors, vectors_of

TITLE = "Island council closes old harbour to cargo ships"
NEW = EntryId("new")
Make = Callable[..., Neighbour]


def placed(now: datetime, near: list[Neighbour], title: str, text: str = "", link: str | None = None) -> Kinship:
    return kinship(NEW, weighed(title, text, link), near, now)


def weighed(title: str, text: str = "", link: str | None = None, stream: Stream = Stream()) -> Vectors:  # noqa: B008
    return vectors_of(fingerprint(title, text, link), Rarity(stream))


def test_the_first_to_tell_opens_a_story(now: datetime) -> None:
    kin = placed(now, [], TITLE)
    assert (kin.relation, kin.story_id, kin.of) == (Relation.FIRST, story_id(NEW), None)
    assert kin.why == "nothing like it in 72 hours"


def test_a_copy_joins_its_originals_story(entry: Make, now: datetime) -> None:
    original = entry(TITLE, story="harbour")
    kin = placed(now, [original], f"BREAKING: {TITLE}")
    assert (kin.relation, kin.story_id, kin.of, kin.method) == (Relation.COPY, "harbour", original.entry_id, "title")


def test_another_papers_report_joins_the_story(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    original = entry(TITLE, harbour, story="harbour")
    kin = placed(now, [original], "Cargo ships barred from old harbour as council votes", rival)
    assert (kin.relation, kin.story_id, kin.method) == (Relation.SAME_STORY, "harbour", "telling words")
    assert BALANCED <= kin.score < 1
    assert "shares" in kin.why


def test_another_event_on_the_same_subject_opens_a_story_and_says_how_near_it_was(
    entry: Make, now: datetime, harbour: str
) -> None:
    original = entry(TITLE, harbour)
    kin = placed(
        now, [original], "Otters return to the harbour", "Rangers counted forty of them at dawn near the pier."
    )
    assert kin.relation is Relation.FIRST
    assert kin.why.startswith("the nearest story, of “island council closes old harbour to cargo ships”")


def test_new_figures_are_the_same_story(entry: Make, now: datetime) -> None:
    original = entry("Harbour wall collapse kills 4 on the island", story="wall")
    kin = placed(now, [original], "Harbour wall collapse kills 9 on the island")
    assert (kin.relation, kin.story_id) == (Relation.SAME_STORY, "wall")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Evening recap of the islands' news, 4 May", "Evening recap of the islands' news, 5 May"),
        ("Council accepts the harbour plan of the mayor", "Council rejects the harbour plan of the mayor"),
        ("Council will close old harbour in spring", "Council will not close old harbour in spring"),
    ],
)
def test_a_series_and_an_opposite_are_news(entry: Make, now: datetime, before: str, after: str) -> None:
    assert placed(now, [entry(before)], after).relation is Relation.FIRST


WALL = "Harbour wall collapse kills 9 on the island"


def test_of_several_stories_the_most_alike_is_joined_and_those_that_may_be_it_too_are_named(
    entry: Make, now: datetime
) -> None:
    near = [
        entry("Ferry crews praise the bakery of an island", story="ferry"),
        entry("Harbour wall collapse: island mourns its dead", story="dead"),
        entry("Harbour wall collapse kills 4 on the island", story="wall"),
        entry("Otters return to the northern bay", story="otters"),
    ]
    for some in (near, near[::-1]):
        kin = placed(now, some, WALL)
        assert (kin.relation, kin.story_id, kin.of) == (Relation.SAME_STORY, "wall", near[2].entry_id)
        assert kin.also == ("dead",)


def test_a_story_of_which_one_entry_is_like_it_by_chance_loses_to_one_that_is_like_it_as_a_whole(
    entry: Make, now: datetime
) -> None:
    near = [
        entry("Harbour wall collapse kills 4 on the island", story="many"),
        *(entry(title, story="many") for title in ("Otters return to the bay", "Bakery opens at noon")),
        entry("Harbour wall collapse: island mourns its dead", story="wall"),
    ]
    kin = placed(now, near, WALL)
    assert (kin.story_id, kin.also) == ("wall", ("many",))


def test_a_hosts_second_use_of_a_headline_on_another_day_opens_a_story(entry: Make, now: datetime) -> None:
    title = "War in the islands: the latest developments"
    original = entry(title, link="https://strait.example.com/1", ago=20)
    kin = placed(now, [original], title, link="https://strait.example.com/2")
    assert (kin.relation, kin.story_id) == (Relation.FIRST, story_id(NEW))


def test_under_a_template_every_entry_is_news(entry: Make, now: datetime) -> None:
    original = entry("Here is the latest from the islands", link="https://strait.example.com/1")
    again = weighed("Here is the latest from the islands", link="https://strait.example.com/2")
    templates = {template_key(again.print)}
    assert kinship(NEW, again, [original], now).relation is Relation.COPY
    assert kinship(NEW, again, [original], now, templates=templates).relation is Relation.FIRST


def test_one_notice_on_many_pages_makes_no_story(entry: Make, now: datetime) -> None:
    notice = "Registered readers may open three reports a month; enter your details to read this one at once. " * 3
    near = [
        entry("Oil price to rise, says bank", notice, "https://strait.example.com/1"),
        entry("Lighthouse opens to visitors", notice, "https://strait.example.com/2"),
    ]
    kin = placed(now, near, "Otters return to the northern bay", notice, "https://strait.example.com/3")
    assert kin.relation is Relation.FIRST


def test_an_entry_is_never_its_own_neighbour(entry: Make, now: datetime) -> None:
    itself = entry(TITLE, name=NEW)
    assert placed(now, [itself], TITLE).relation is Relation.FIRST


def test_one_article_under_two_headlines_is_wholly_alike_and_two_reports_of_one_event_are_not(
    harbour: str, rival: str
) -> None:
    article = fingerprint(TITLE, harbour, None)
    cut = fingerprint("Fishermen win a long quarrel", " ".join(harbour.split()[:80]) + " " + rival, None)
    assert likeness(article, cut) == 1
    assert 0 < likeness(article, fingerprint(TITLE, rival, None)) < 1


def test_after_three_days_a_story_takes_nothing_more(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    original = entry(TITLE, harbour, ago=73)
    assert placed(now, [original], "Cargo ships barred from old harbour", rival).relation is Relation.FIRST


def test_the_longer_ago_the_more_alike_it_must_be(entry: Make, now: datetime) -> None:
    near = [entry("Fishing boats may stay in the old harbour, says council", story="harbour")]
    title = "Mayor defends old harbour vote in a letter to the crews of ferries"
    at = {hours: placed(now + timedelta(hours=hours), near, title) for hours in (0, 3, 12, 36, 70)}
    assert at[0].relation is at[3].relation is Relation.SAME_STORY
    assert {at[hours].relation for hours in (36, 70)} == {Relation.FIRST}
    asked = [
        float(at[hours].why.split("; so long after, it takes what is ")[1].removesuffix(" alike")) for hours in (36, 70)
    ]
    assert asked == [pytest.approx(1.25 * BARE)] * 2
    assert placed(now + timedelta(hours=70), near, near[0].fingerprint.title + " again").relation is Relation.COPY


def test_a_story_of_a_fortnight_takes_copies_only(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    near = [entry(TITLE, harbour, story="harbour")]
    stories = {StoryId("harbour"): _story("harbour", now - timedelta(days=15))}
    report = weighed("Cargo ships barred from old harbour as council votes", rival)
    assert kinship(NEW, report, near, now).relation is Relation.SAME_STORY
    assert kinship(NEW, report, near, now, stories=stories).relation is Relation.FIRST
    assert kinship(NEW, weighed(TITLE, harbour), near, now, stories=stories).relation is Relation.COPY


def test_a_great_story_asks_for_more(entry: Make, now: datetime) -> None:
    near = [entry("Fishing boats may stay in the old harbour, says council", story="harbour") for _ in range(3)]
    title = "Mayor defends old harbour vote in a letter to the crews of ferries"
    score = placed(now, near, title).score
    stories = {StoryId("harbour"): replace(_story("harbour", now), entries=1_000_000)}
    assert placed(now, near, title).relation is Relation.SAME_STORY
    assert BALANCED <= score < BALANCED + 0.18
    assert kinship(NEW, weighed(title), near, now, stories=stories).relation is Relation.FIRST


def test_on_a_day_on_which_everybody_writes_of_one_thing_its_name_joins_nothing(entry: Make, now: datetime) -> None:
    near = [entry("Zanzibar summit: fishermen protest", story="fish")]
    title = "Zanzibar summit: lawyers celebrate"
    common = {term: 10_000 for term in near[0].fingerprint.terms if term in weighed(title).print.terms}
    assert len(common) == 2
    assert kinship(NEW, weighed(title), near, now).relation is Relation.SAME_STORY
    usual = weighed(title, stream=Stream(openings=common, stories=10_000))
    assert kinship(NEW, usual, near, now).relation is Relation.FIRST


def test_the_same_input_gives_the_same_answer(entry: Make, now: datetime, harbour: str, rival: str) -> None:
    near = [entry(TITLE, harbour), entry("Harbour vote", rival), entry("Cargo ships leave harbour")]
    answers = {placed(now, near, "Council bars cargo ships from old harbour", rival) for _ in range(3)}
    assert len(answers) == 1


def _story(name: str, first_at: datetime) -> Story:
    return Story(
        id=StoryId(name), title=TITLE, first_entry_id=EntryId("first"), first_at=first_at, last_at=first_at, entries=2
    )
