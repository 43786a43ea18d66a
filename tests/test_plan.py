"""One poll decided, with plain values: no database, no clock, no network."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.identity import identify
from monitor.feeds.novelty import judge
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Failed, Fault, NotModified
from monitor.model.plan import Arrival, Memory, Vicinity
from monitor.model.story import CorpusHit
from monitor.model.watch import Again, Rate
from monitor.plan import plan
from monitor.stories.copies import fingerprint
from tests.fakes import NOON, feed, fetched, item, parsed, rules_of, state

WIRE = feed("Wire")
RULES = rules_of(feeds=(WIRE,), watchlists={"invitation": "invitation"}, destinations=("desk",))
QUIET = rules_of(feeds=(WIRE,), watchlists={"invitation": "invitation"}, shadow=True)


def arrival_of(*items, current=None, **document):
    current = current or state(WIRE)
    found = parsed(items, **document)
    identified = identify(found, WIRE, current, NOON)
    return Arrival(feed=WIRE, state=current, outcome=fetched(), parsed=found, identified=identified)


def memory_of(arrival, seen=None, corpus=None, **known):
    fresh = [j.entry for j in judge(arrival.identified, seen or {}) if j.novelty != "seen"]
    vicinities = {
        e.id: Vicinity(
            fingerprint=fingerprint(e.title, e.body or e.summary, e.link), corpora=(corpus,) if corpus else ()
        )
        for e in fresh
    }
    return Memory(seen=seen or {}, vicinities=vicinities, **known)


def decided(*items, rules=RULES, current=None, corpus=None, seen=None, **known):
    arrival = arrival_of(*items, current=current)
    return plan(arrival, memory_of(arrival, seen, corpus, **known), rules, NOON)


def kinds(made):
    return [str(outcome.kind) for outcome in made.outcomes]


def test_a_matching_entry_is_written_with_its_reason_its_alert_and_its_outbox_row():
    made = decided(item("An invitation arrives", "g1"))
    assert kinds(made) == ["alerted"]
    (entry,), (alert,), (row,), (told,) = made.entries, made.alerts, made.deliveries, made.told
    assert entry.matches[0].reason.ok
    assert (alert.entry_id, row.alert_id) == (entry.entry.id, alert.id)
    assert (row.destination, row.due_at, told.times) == ("desk", NOON, 1)


def test_the_same_arrival_decided_twice_gives_the_same_plan():
    items = (item("An invitation arrives", "g1"), item("Rain", "g2"))
    assert decided(*items) == decided(*items)


def test_what_repeats_a_corpus_article_is_known_however_well_it_matches():
    hit = CorpusHit(
        corpus="seeds",
        article_id="a",
        title="Old",
        outlet="",
        published="2023-05-08",
        score=0.9,
        method="passages",
        known=True,
        why="most of it",
    )
    made = decided(item("An invitation arrives", "g1"), corpus=hit)
    assert kinds(made) == ["known"]
    assert made.alerts == ()
    assert made.entries[0].matches
    assert "2023-05-08" in made.outcomes[0].why


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (None, ["known"]),
        (frozenset({"seeds"}), ["known"]),
        (frozenset({"archive", "seeds"}), ["known"]),
        (frozenset({"archive"}), ["alerted"]),
        (frozenset(), ["alerted"]),
    ],
)
def test_a_watchlist_may_choose_the_corpora_that_count(chosen, expected):
    hit = CorpusHit(
        corpus="seeds", article_id="a", title="Old", outlet="", published=None, score=0.9, method="lead", known=True
    )
    rules = rules_of(feeds=(WIRE,), watchlists={"invitation": "invitation"}, corpora=chosen)
    assert kinds(decided(item("An invitation arrives", "g1"), rules=rules, corpus=hit)) == expected


def test_what_is_merely_related_to_a_corpus_article_rings_and_says_so():
    hit = CorpusHit(
        corpus="seeds", article_id="a", title="Old", outlet="", published=None, score=0.5, method="lead", known=False
    )
    made = decided(item("An invitation arrives", "g1"), corpus=hit)
    assert kinds(made) == ["alerted"]
    assert "Old" in made.alerts[0].related


def test_the_first_poll_of_a_feed_is_its_baseline():
    made = decided(item("An invitation arrives", "g1"), current=state(WIRE, baselined=False))
    assert kinds(made) == ["baseline"]
    assert made.outcomes[0].watchlists == ("invitation",)
    assert made.state.baselined


def test_a_shadow_watchlist_matches_and_tells_nobody():
    made = decided(item("An invitation arrives", "g1"), rules=QUIET)
    assert made.alerts == ()
    assert made.entries[0].matches


def test_a_muted_watchlist_tells_nobody_and_says_why():
    made = decided(item("An invitation arrives", "g1"), silenced={"invitation": "holiday"})
    assert kinds(made) == ["muted"]
    assert "holiday" in made.outcomes[0].why


@pytest.mark.parametrize(
    ("age", "kind"),
    [(timedelta(days=90), "too old"), (timedelta(days=30, seconds=1), "too old"), (timedelta(days=30), "alerted")],
)
def test_a_date_of_more_than_a_month_ago_on_something_new_is_an_archive_being_republished(age, kind):
    assert kinds(decided(item("An invitation arrives", "g1", published_at=NOON - age))) == [kind]


def test_what_matches_nothing_is_not_called_known_for_being_related_to_a_corpus_article():
    hit = CorpusHit(
        corpus="seeds", article_id="a", title="Old", outlet="", published=None, score=0.5, method="lead", known=False
    )
    assert kinds(decided(item("Rain", "g1"), corpus=hit)) == ["no match"]


def revised(*titles, rules=RULES, forgotten=False, **changes):
    """The plans of an entry, and of a later poll that brings it changed."""
    first = decided(item(titles[0], "g1", summary="At noon."), rules=rules)
    (planned,) = first.entries
    known = {
        "kin_of": {planned.entry.id: planned.kinship},
        "stories": {story.id: story for story in first.stories},
        "told": {(told.watchlist, told.story_id): told for told in first.told},
    }
    arrival = arrival_of(item(titles[-1], "g1", **changes))
    memory = memory_of(arrival, seen={planned.entry.key: planned.entry}, **({} if forgotten else known))
    return first, plan(arrival, memory, rules, NOON + timedelta(hours=2))


EAGER = rules_of(
    feeds=(WIRE,), watchlists={"invitation": "invitation"}, again=Again(revised=True, at_most_every=timedelta())
)


def test_a_revision_rings_again_for_a_new_headline_and_not_for_a_new_text():
    _, text = revised("An invitation arrives", rules=EAGER, summary="At one.")
    assert (kinds(text), text.alerts) == (["revision"], ())
    first, headline = revised("An invitation arrives", "Second invitation arrives", rules=EAGER, summary="At noon.")
    (alert,) = headline.alerts
    assert (alert.why_now, alert.number) == ("headline revised", 2)
    assert alert.previous_headline == "An invitation arrives"
    assert alert.story_id == first.stories[0].id
    assert [story.entries for story in headline.stories] == [1], "a revision is no further entry"


@pytest.mark.parametrize(
    ("title", "summary", "kind", "why"),
    [
        ("An invitation arrives", "At one.", "revision", "invitation matched it before, and was not told of it then"),
        ("AN INVITATION arrives!", "At noon.", "revision", "invitation matched it before, and was not told of it then"),
        ("A second invitation arrives", "At noon.", "alerted", "headline revised"),
    ],
)
def test_what_stood_in_a_feed_at_first_rings_for_another_headline_and_not_for_a_mended_text(title, summary, kind, why):
    first = decided(item("An invitation arrives", "g1", summary="At noon."), current=state(WIRE, baselined=False))
    assert kinds(first) == ["baseline"]
    seen = {planned.entry.key: planned.entry for planned in first.entries}
    made = decided(item(title, "g1", summary=summary), seen=seen)
    assert kinds(made) == [kind]
    assert why in made.outcomes[0].why


def test_a_text_that_was_known_and_is_so_no_longer_rings_under_the_same_headline():
    hit = CorpusHit(
        corpus="seeds", article_id="a", title="Old", outlet="", published=None, score=1.0, method="headline", known=True
    )
    first = decided(item("An invitation arrives", "g1"), corpus=hit)
    assert kinds(first) == ["known"]
    (planned,) = first.entries
    known = {"seen": {planned.entry.key: planned.entry}, "known_to": {planned.entry.id: frozenset({"seeds"})}}
    made = decided(item("An invitation arrives", "g1", summary="Another one than in March."), **known)
    assert (kinds(made), made.alerts[0].why_now) == (["alerted"], "a revision now matches")


def test_a_headline_that_changes_in_its_signs_only_is_not_told_as_revised():
    _, second = revised("An invitation arrives", "“An invitation” arrives – Wire", rules=EAGER, summary="At noon.")
    assert (kinds(second), second.alerts) == (["revision"], ())
    assert second.entries[0].entry.previous_title == "An invitation arrives"


def test_a_revision_whose_story_is_no_longer_kept_gets_one_of_its_own():
    first, second = revised("Rain", "An invitation arrives", forgotten=True)
    (story,), (alert,) = second.stories, second.alerts
    assert (story.id, story.entries, story.title) == (first.stories[0].id, 1, "An invitation arrives")
    assert (alert.story_id, alert.why_now) == (story.id, "a revision now matches")


def test_a_feed_learns_its_rhythm_from_what_is_new_and_from_nothing_else():
    before = state(WIRE, changed_at=NOON - timedelta(hours=4), gap=timedelta(hours=1))
    two = decided(item("Rain", "g1"), item("Sun over the bay", "g2"), current=before)
    assert (two.state.changed_at, two.state.gap) == (NOON, timedelta(hours=1) * 0.8 + timedelta(hours=2) * 0.2)
    seen = {planned.entry.key: planned.entry for planned in two.entries}
    same = decided(item("Rain", "g1"), item("Sun over the bay", "g2"), current=before, seen=seen)
    assert (same.state.changed_at, same.state.gap) == (before.changed_at, before.gap)
    assert same.poll.counts == {OutcomeKind.SEEN: 2}


def test_a_poll_that_brought_nothing_changes_only_the_feeds_state():
    for outcome in (NotModified(), Failed(fault=Fault.DNS, detail="no such name")):
        made = plan(Arrival(feed=WIRE, state=state(WIRE), outcome=outcome), Memory(), RULES, NOON)
        assert (made.entries, made.outcomes, made.deliveries) == ((), (), ())
        assert made.state.due_at > NOON
        assert made.poll.remainder == 0


def test_the_notice_of_a_failing_feed_goes_to_the_destinations_of_on_error():
    failing = state(WIRE, failures=4, failing_since=NOON - timedelta(hours=2))
    made = plan(Arrival(feed=WIRE, state=failing, outcome=Failed(fault=Fault.STATUS)), Memory(), RULES, NOON)
    assert [n.kind for n in made.notices] == ["feed failing"]
    assert [row.destination for row in made.deliveries] == ["desk"]


ITEMS = st.lists(
    st.builds(
        item,
        st.sampled_from(["An invitation arrives", "The invitation is refused", "Rain", "Sun over the bay", ""]),
        st.sampled_from([None, "", "g1", "g2", "g3"]),
        summary=st.sampled_from(["", "An invitation.", "Rain."]),
    ),
    max_size=8,
)


@given(ITEMS, st.integers(0, 3), st.integers(0, 3), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_entry_fetched_has_exactly_one_outcome(items, lost, dropped, baselined):
    arrival = arrival_of(*items, current=state(WIRE, baselined=baselined), lost=lost, dropped=dropped)
    made = plan(arrival, memory_of(arrival), RULES, NOON)
    assert made.poll.remainder == 0
    assert len(made.outcomes) == len(made.entries)
    assert all(kind in OutcomeKind for kind in made.poll.counts)
    told = [(alert.watchlist, alert.story_id) for alert in made.alerts]
    assert len(told) == len(set(told)), "one story, one alert"


@given(ITEMS)
@settings(max_examples=50, deadline=None)
def test_every_match_that_may_ring_is_in_the_outbox_or_its_story_was_told(items):
    made = decided(*items)
    told = {(each.watchlist, each.story_id) for each in made.told}
    for planned in made.entries:
        for match in planned.matches:
            assert (match.watchlist, planned.kinship.story_id) in told
    assert {row.alert_id for row in made.deliveries} == {alert.id for alert in made.alerts}
    assert replace(made.poll, note="").remainder == 0


UNLIKE = (
    "Royal invitation reaches forty sailors stranded near northern lighthouse",
    "Orchard festival at Lund prints its invitation on apple peel again",
    "Bakery loses tender for school bread after misreading an invitation",
)


def test_a_story_knows_its_independent_voices():
    text = (
        "An invitation arrived at noon, and nobody in the harbour office knew who had sent it or why. The porter had "
        "found it under the door, beside the post for the pilots, and carried it up two flights of stairs before he "
        "saw the seal. By evening the mayor had read it twice, her clerk had copied it, and the ferry captain had "
        "told everybody on the island that a guest of some importance would come ashore before the first snow."
    )
    made = decided(
        item(
            "An invitation arrives at the harbour office",
            "g1",
            summary=text,
            source="BBC World",
            link="http://bbc.co.uk/1",
        ),
        item(
            "Invitation arrives at harbour office, nobody knows why",
            "g2",
            summary=text,
            source="Coast Gazette",
            link="http://coast.example/1",
        ),
    )
    (story,) = {s.id: s for s in made.stories}.values()
    assert len(story.outlets) == 2
    assert len(story.owners) == 1


def test_what_is_over_a_burst_is_held_and_nothing_is_lost():
    rules = rules_of(
        feeds=(WIRE,), watchlists={"invitation": "invitation"}, burst=Rate(count=2, per=timedelta(hours=1))
    )
    made = decided(*(item(title, f"g{n}") for n, title in enumerate(UNLIKE)), rules=rules)
    assert sorted(kinds(made)) == ["alerted", "alerted", "held"]
    assert [row.held for row in made.deliveries] == ["", "", "burst"]
    again = decided(item("An invitation from Oslo", "g9"), rules=rules, rung={"invitation": [NOON, NOON]})
    assert kinds(again) == ["held"]


def flooded(rung=None, already=False):
    rules = replace(RULES, flood=Rate(count=3, per=timedelta(hours=1)))
    items = [item(title, f"g{n}") for n, title in enumerate(UNLIKE)]
    return decided(*items, item("Rain", "r"), rules=rules, rung=rung or {}, flooded=already)


def test_a_flood_is_held_whole_and_told_of_once():
    assert sorted(kinds(flooded())) == ["alerted", "alerted", "alerted", "no match"]
    made = flooded({"other": [NOON]})
    assert sorted(kinds(made)) == ["held", "held", "held", "no match"]
    assert len(made.alerts) == 3
    assert [n.subject for n in made.notices] == ["3 alerts would go out: held"]
    assert [(row.held, bool(row.notice_id)) for row in made.deliveries] == [("flood", False)] * 3 + [("", True)]
    assert made.poll.remainder == 0
    assert flooded({"other": [NOON]}, already=True).notices == ()
    assert flooded({"other": [NOON - timedelta(hours=1)]}).notices == ()
