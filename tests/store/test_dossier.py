"""All that is known of one entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model.alert import DeliveryState, Settlement
from monitor.model.entry import Outcome, OutcomeKind
from monitor.model.story import Kinship, Regroup, Regrouping, Relation
from monitor.stories.segments import segment_of
from monitor.text.shingles import upper_halves
from monitor.text.tokens import words
from tests.store.samples import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    a_hit,
    a_plan,
    a_story,
    an_alerting_plan,
    an_article,
    an_entry,
    planned,
)

FIRST, SECOND, THIRD = (an_entry(str(n), first_seen_at=NOW + n * MINUTE) for n in range(3))
KNOWN = "the council voted on monday to close the old harbour to cargo ships"


def regrouping(kind: Regroup, story, other, at: int, entry=THIRD) -> Regrouping:
    return Regrouping(
        kind=kind,
        story_id=story.id,
        other_id=other.id,
        entry_id=replace(entry, id=f"{entry.id[:-2]}{at:02}").id,
        score=0.5,
        why="alike",
    )


def test_a_dossier_of_an_entry_that_rang_holds_its_whole_trip(store):
    plan = an_alerting_plan(to=("desk", "chat"))
    store.commit(plan)
    entry = plan.entries[0].entry
    dossier = store.listings.entry(entry.id)
    assert dossier.entry == entry
    assert dossier.feed == FEED
    assert dossier.story == plan.stories[0]
    assert dossier.kinship == plan.entries[0].kinship
    assert dossier.matches == plan.entries[0].matches
    assert dossier.alerts == plan.alerts
    assert {delivery.destination for delivery in dossier.deliveries} == {"desk", "chat"}
    assert [answer.outcome for answer in dossier.answers] == list(plan.outcomes)
    assert (dossier.revisions, dossier.others, dossier.page, dossier.regroupings) == ((), (), None, ())


def test_what_came_of_a_delivery_is_in_it(store):
    plan = an_alerting_plan()
    store.commit(plan)
    (delivery,) = plan.deliveries
    store.outbox.settle(
        [Settlement(delivery_id=delivery.id, state=DeliveryState.DEAD, due_at=NOW, fault="refused")], NOW + HOUR
    )
    (found,) = store.listings.entry(plan.entries[0].entry.id).deliveries
    assert (found.state, found.fault) == (DeliveryState.DEAD, "refused")


def test_an_entry_whose_feed_was_left_and_forgotten_still_has_its_dossier(store):
    store.commit(a_plan(planned(FIRST)))
    store.feeds.sync([], NOW)
    assert store.listings.entry(FIRST.id).entry == FIRST


def test_every_revision_says_until_when_it_stood(store):
    store.commit(a_plan(planned(FIRST)))
    for number, title in enumerate(("Second headline", "Third headline"), start=1):
        changed = replace(FIRST, title=title, revision=number, content_hash=title)
        outcome = Outcome(entry_id=FIRST.id, kind=OutcomeKind.REVISION, why="revised")
        store.commit(a_plan(planned(changed, kinship=None), at=NOW + number * HOUR, outcomes=(outcome,)))
    dossier = store.listings.entry(FIRST.id)
    assert [(one.title, one.until_at) for one in dossier.revisions] == [
        (FIRST.title, NOW + HOUR),
        ("Second headline", NOW + 2 * HOUR),
    ]
    assert [answer.outcome.kind for answer in dossier.answers] == [
        OutcomeKind.NO_MATCH,
        OutcomeKind.REVISION,
        OutcomeKind.REVISION,
    ]


def test_of_several_corpora_the_one_that_knows_it_comes_first_and_then_the_nearest(store):
    hits = tuple(
        replace(a_hit(), corpus=name, known=known, score=score)
        for name, known, score in (("a", False, 0.9), ("b", True, 0.5), ("c", True, 0.7), ("d", False, 0.9))
    )
    store.commit(a_plan(planned(FIRST, corpora=hits)))
    assert [known.hit.corpus for known in store.listings.entry(FIRST.id).corpora] == ["c", "b", "a", "d"]


@pytest.mark.parametrize(
    ("body", "passages"),
    [
        (f"Sources say {KNOWN} soon.", (KNOWN,)),
        (f"{KNOWN.title()}! And more.", (KNOWN.title(),)),
        ("Nothing of it stands in the article that is kept there.", ()),
    ],
)
def test_the_words_that_stand_in_an_article_too_are_shown_as_the_entry_writes_them(store, body, passages):
    shingles = tuple(sorted(set(upper_halves(words(KNOWN), (3,))[0])))
    store.corpora.add([an_article("a1", shingles=shingles)], segment_of)
    store.commit(a_plan(planned(replace(FIRST, title="Harbour", body=body), corpora=(a_hit(),))))
    (known,) = store.listings.entry(FIRST.id).corpora
    assert known.passages == passages


def test_of_an_article_that_is_gone_the_hit_is_still_told(store):
    store.commit(a_plan(planned(replace(FIRST, body=KNOWN), corpora=(a_hit(),))))
    (known,) = store.listings.entry(FIRST.id).corpora
    assert (known.hit.title, known.passages) == ("Old", ())


def test_regroupings_are_told_through_every_story_that_went_into_it(store):
    a, b, c = (a_story(entry) for entry in (FIRST, SECOND, THIRD))
    for entry, story in ((FIRST, a), (SECOND, b), (THIRD, c)):
        kin = Kinship(relation=Relation.FIRST, story_id=story.id)
        store.commit(a_plan(planned(entry, kinship=kin), at=entry.first_seen_at, stories=(story,)))
    store.commit(a_plan(at=NOW + HOUR, stories=(b,), regroupings=(regrouping(Regroup.MERGED, b, c, 1),)))
    store.commit(a_plan(at=NOW + 2 * HOUR, stories=(a,), regroupings=(regrouping(Regroup.MERGED, a, b, 2),)))
    for entry in (FIRST, SECOND, THIRD):
        dossier = store.listings.entry(entry.id)
        assert dossier.story is not None
        assert dossier.story.id == a.id
        assert [(row.regrouping.story_id, row.regrouping.other_id) for row in dossier.regroupings] == [
            (b.id, c.id),
            (a.id, b.id),
        ]
        assert [row.at for row in dossier.regroupings] == [NOW + HOUR, NOW + 2 * HOUR]


def test_stories_that_went_into_each_other_do_not_go_round_for_ever(store):
    a, b = (a_story(entry) for entry in (FIRST, SECOND))
    for entry, story in ((FIRST, a), (SECOND, b)):
        store.commit(a_plan(planned(entry), at=entry.first_seen_at, stories=(story,)))
    notes = (
        regrouping(Regroup.MERGED, a, b, 1),
        regrouping(Regroup.SPLIT, a, b, 2),
        regrouping(Regroup.MERGED, b, a, 3),
    )
    for number, note in enumerate(notes):
        store.commit(a_plan(at=NOW + (number + 1) * HOUR, stories=(a, b), regroupings=(note,)))
    assert len(store.listings.entry(FIRST.id).regroupings) == 3


def test_the_other_entries_at_an_address_are_named_newest_first(store):
    one, two, three = (
        an_entry(
            key, link="https://news.example/x", canonical_url="https://news.example/x", first_seen_at=NOW + n * DAY
        )
        for n, key in enumerate("abc")
    )
    store.commit(a_plan(*map(planned, (one, two, three))))
    dossier = store.listings.entry("https://news.example/x")
    assert dossier.entry == three
    assert dossier.others == (two.id, one.id)
