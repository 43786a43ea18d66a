from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.decide import Case, decide
from monitor.model.alert import Destination, Quiet, Slots, Told
from monitor.model.entry import OutcomeKind
from monitor.model.ids import EntryId, StoryId, alert_id
from monitor.model.story import CERTAIN, CorpusHit, Kinship, Relation, Story
from monitor.model.watch import Again, Grouping, Match, Priority, Rate, Reason, Strength, Watchlist, Wording

STORY = StoryId("s1")
DESK = Destination(name="desk", url="console://")


@pytest.fixture
def story(now):
    return Story(
        id=STORY,
        title="Harbour wall gives way",
        first_entry_id=EntryId("e0"),
        first_at=now,
        last_at=now,
        entries=2,
        outlets=("Coast Gazette", "Island Post"),
    )


def a_match(watchlist="harbour", strength=Strength.HEADLINE):
    return Match(
        watchlist=watchlist,
        strength=strength,
        score=0.9,
        reason=Reason(clause="harbour", ok=True),
        snippet="The harbour wall",
        marks=((4, 11),),
        words=("harbour",),
    )


def a_watchlist(name="harbour", **changes):
    return Watchlist(**({"name": name, "title": name.title(), "query": "harbour", "to": ("desk",)} | changes))


@pytest.fixture
def case(entry, story):
    return Case(
        entry=entry(),
        story=story,
        kinship=Kinship(relation=Relation.FIRST, story_id=STORY),
        matches=(a_match(),),
        told={},
        silenced={},
    )


def told(now, *, hours=24, outlets=2, times=1, strength=Strength.PASSING):
    return {
        ("harbour", STORY): Told(
            watchlist="harbour",
            story_id=STORY,
            times=times,
            last_at=now - timedelta(hours=hours),
            outlets=outlets,
            strength=strength,
            strands=(EntryId("e0"),),
        )
    }


def asked(case, now, watchlist=None, destinations=None):
    lists = {match.watchlist: a_watchlist(match.watchlist) for match in case.matches}
    if watchlist:
        lists[watchlist.name] = watchlist
    return decide(case, lists, destinations if destinations is not None else {"desk": DESK}, now)


def test_a_new_story_rings_and_is_remembered_as_told(case, now):
    decision = asked(case, now)
    (alert,) = decision.alerts
    assert (alert.number, alert.why_now, alert.headline) == (1, "new story", "Harbour wall gives way at Lindholm")
    assert alert.id == alert_id("harbour", STORY, 1)
    assert (alert.words, alert.snippet, alert.marks) == (("harbour",), "The harbour wall", ((4, 11),))
    assert alert.outlets == ("Coast Gazette", "Island Post")
    assert decision.outcome.kind is OutcomeKind.ALERTED
    assert decision.outcome.why == "harbour tells desk: new story"
    assert decision.outcome.watchlists == ("harbour",)
    assert [(t.times, t.last_at, t.outlets, t.strength) for t in decision.told] == [(1, now, 2, Strength.HEADLINE)]
    assert [(row.destination, row.due_at, row.held) for row in decision.deliveries] == [("desk", now, "")]


@pytest.mark.parametrize(
    ("summary", "shown"),
    [
        ("Two boats are lost.\n  The quay is closed.", "Two boats are lost. The quay is closed."),
        ("lost " * 100, "lost " * 47 + "lost…"),
        ("", ""),
        ("Harbour wall gives way", ""),
    ],
)
def test_where_the_headline_alone_matches_the_alert_says_how_the_text_begins(case, now, entry, summary, shown):
    match = replace(a_match(), snippet="Harbour wall gives way", marks=((0, 7),))
    case = replace(case, entry=entry(title="Harbour wall gives way", summary=summary), matches=(match,))
    (alert,) = asked(case, now).alerts
    assert (alert.snippet, alert.marks, alert.lead) == ("Harbour wall gives way", ((0, 7),), shown)


def test_where_the_text_matches_its_passage_is_shown(case, now, entry):
    case = replace(case, entry=entry(title="Two boats lost", summary="The harbour wall gave way."))
    assert asked(case, now).alerts[0].lead == ""


def test_the_story_does_not_ring_twice(case, now):
    decision = asked(replace(case, told=told(now, hours=3)), now)
    assert decision.outcome.kind is OutcomeKind.TOLD
    assert decision.outcome.why == "harbour was told of this story 3 h ago"
    assert not decision.alerts
    assert not decision.told
    assert not decision.deliveries


def test_a_copy_of_a_story_that_was_told_raises_the_count_only(case, now):
    kin = Kinship(relation=Relation.COPY, story_id=STORY, of=EntryId("e0"), method="title")
    decision = asked(replace(case, kinship=kin, told=told(now)), now)
    assert decision.outcome.kind is OutcomeKind.COPY
    assert decision.outcome.why.startswith("a copy (title), 2 entries from 2 outlets so far; harbour was told")


def test_a_copy_rings_where_the_story_was_never_told_and_says_so(case, now):
    kin = Kinship(relation=Relation.COPY, story_id=STORY, of=EntryId("e0"), method="title")
    decision = asked(replace(case, kinship=kin), now)
    assert decision.outcome.kind is OutcomeKind.ALERTED
    assert "this text is a copy, 2 entries from 2 outlets" in decision.alerts[0].why_now


def test_another_report_of_an_untold_story_rings(case, now):
    kin = Kinship(relation=Relation.SAME_STORY, story_id=STORY, of=EntryId("e0"))
    assert asked(replace(case, kinship=kin), now).alerts[0].why_now.startswith("story not told here before")


@pytest.mark.parametrize(("before", "rings"), [(1, False), (0, True)])
def test_more_outlets_ring_again_once_there_are_as_many_as_asked(case, now, before, rings):
    watchlist = a_watchlist(again=Again(sources=2))
    decision = asked(replace(case, told=told(now, outlets=before)), now, watchlist)
    assert bool(decision.alerts) is rings
    if rings:
        (alert,) = decision.alerts
        assert (alert.number, alert.why_now) == (2, "2 more outlets")
        assert alert.id == alert_id("harbour", STORY, 2)
        assert decision.told[0].times == 2


def test_a_revised_headline_rings_again_where_asked_for(case, now):
    entry = replace(case.entry, title="Harbour wall gives way, two hurt", previous_title="Harbour wall gives way")
    revised = replace(case, entry=entry, told=told(now), revised=True, headline_changed=True)
    assert asked(revised, now).outcome.kind is OutcomeKind.REVISION
    decision = asked(revised, now, a_watchlist(again=Again(revised=True)))
    (alert,) = decision.alerts
    assert (alert.why_now, alert.previous_headline) == ("headline revised", "Harbour wall gives way")


def test_a_revision_without_a_new_headline_does_not_ring_again(case, now):
    revised = replace(case, told=told(now), revised=True)
    decision = asked(revised, now, a_watchlist(again=Again(revised=True)))
    assert decision.outcome.kind is OutcomeKind.REVISION
    assert not decision.alerts


def test_a_revision_that_matches_for_the_first_time_rings(case, now):
    assert asked(replace(case, revised=True), now).alerts[0].why_now == "a revision now matches"


def test_again_waits_for_at_most_every(case, now):
    watchlist = a_watchlist(again=Again(sources=1, at_most_every=timedelta(hours=6)))
    early = asked(replace(case, told=told(now, hours=5, outlets=0)), now, watchlist)
    assert not early.alerts
    assert "at most every 6 h (2 more outlets)" in early.outcome.why
    assert asked(replace(case, told=told(now, hours=6, outlets=0)), now, watchlist).alerts


def test_a_story_told_to_one_watchlist_still_rings_for_another(case, now):
    both = replace(case, matches=(a_match("harbour"), a_match("islands")), told=told(now))
    decision = asked(both, now)
    assert [alert.watchlist for alert in decision.alerts] == ["islands"]
    assert decision.outcome.kind is OutcomeKind.ALERTED
    assert decision.outcome.watchlists == ("harbour", "islands")
    assert "harbour was told" in decision.outcome.why


@pytest.mark.parametrize("key", ["harbour", "*"])
def test_a_muted_watchlist_is_silent_says_why_and_is_not_told(case, now, key):
    decision = asked(replace(case, silenced={key: "exercise all week"}), now)
    assert decision.outcome.kind is OutcomeKind.MUTED
    assert decision.outcome.why == "harbour is muted: exercise all week"
    assert not decision.told


def test_a_shadow_never_rings(case, now):
    decision = asked(case, now, a_watchlist(shadow=True))
    assert decision.outcome.kind is OutcomeKind.MUTED
    assert not decision.alerts


def test_no_match_is_said_and_so_is_what_the_entry_is(case, now):
    assert asked(replace(case, matches=()), now).outcome.kind is OutcomeKind.NO_MATCH
    kin = Kinship(relation=Relation.COPY, story_id=STORY, method="title")
    copy = asked(replace(case, matches=(), kinship=kin), now).outcome
    assert (copy.kind, copy.why) == (
        OutcomeKind.COPY,
        "a copy (title), 2 entries from 2 outlets so far; no watchlist matches",
    )


def test_an_alert_that_waits_everywhere_is_held(case, now):
    night = Quiet(start=now.time(), end=(now + timedelta(hours=1)).time())
    chat = Destination(name="chat", url="console://", quiet=night)
    decision = asked(case, now, a_watchlist(to=("chat",)), {"chat": chat})
    assert decision.outcome.kind is OutcomeKind.HELD
    assert decision.outcome.why.endswith("chat waits: quiet hours")
    both = asked(case, now, a_watchlist(to=("chat", "desk")), {"chat": chat, "desk": DESK})
    assert both.outcome.kind is OutcomeKind.ALERTED


def test_urgent_waits_for_nothing(case, now):
    digest = Slots(at=((now + timedelta(hours=2)).time(),))
    chat = Destination(name="chat", url="console://", digest=digest)
    decision = asked(case, now, a_watchlist(to=("chat",), priority=Priority.URGENT), {"chat": chat})
    assert decision.outcome.kind is OutcomeKind.ALERTED
    assert decision.deliveries[0].due_at == now


@pytest.mark.parametrize(
    ("outlet", "published", "source"),
    [
        ("Island Post", "2023-07-11", " (Island Post, 2023-07-11)"),
        ("Island Post", None, " (Island Post)"),
        ("", "2023-07-11", " (2023-07-11)"),
        ("", None, ""),
    ],
)
def test_a_related_corpus_article_is_named(case, now, outlet, published, source):
    hit = CorpusHit(
        corpus="seeds",
        article_id="x",
        title="Harbour repairs end",
        outlet=outlet,
        published=published,
        score=0.5,
        method="lead",
        known=False,
    )
    alert = asked(replace(case, corpus=hit), now).alerts[0]
    assert alert.related == f"“Harbour repairs end”{source}, in corpus seeds"


def test_an_entry_without_a_title_is_called_by_its_first_words(case, now, entry):
    bare = entry(title="", summary="The wall\ngave way. " + "x" * 400)
    headline = asked(replace(case, entry=bare), now).alerts[0].headline
    assert headline.startswith("The wall gave way. xxx")
    assert len(headline) == 300
    assert asked(replace(case, entry=entry(title="")), now).alerts[0].headline == "(no headline)"


def test_deciding_twice_on_the_same_case_gives_the_same_ids(case, now):
    later = asked(case, now + timedelta(seconds=5))
    assert [a.id for a in later.alerts] == [a.id for a in asked(case, now).alerts]
    assert [d.id for d in later.deliveries] == [d.id for d in asked(case, now).deliveries]


@pytest.mark.parametrize(
    ("before", "after", "rings"),
    [
        (Strength.PASSING, Strength.HEADLINE, True),
        (Strength.PROMINENT, Strength.HEADLINE, True),
        (Strength.HEADLINE, Strength.HEADLINE, False),
        (Strength.HEADLINE, Strength.PASSING, False),
    ],
)
def test_a_stronger_match_rings_again_where_asked_for(case, now, before, after, rings):
    stronger = replace(case, matches=(a_match(strength=after),), told=told(now, strength=before))
    assert not asked(stronger, now).alerts
    decision = asked(stronger, now, a_watchlist(again=Again(stronger=True)))
    assert bool(decision.alerts) is rings
    if rings:
        assert decision.alerts[0].why_now == f"{before.label} → headline"
        assert decision.alerts[0].previous_strength is before
        assert decision.told[0].strength is Strength.HEADLINE


def test_what_was_told_as_strong_stays_strong_and_does_not_ring_again_after_a_weaker_match(case, now):
    eager = a_watchlist(again=Again(sources=1, stronger=True))
    weaker = replace(case, matches=(a_match(strength=Strength.PASSING),))
    second = asked(replace(weaker, told=told(now, outlets=1, strength=Strength.HEADLINE)), now, eager)
    assert [(t.times, t.strength) for t in second.told] == [(2, Strength.HEADLINE)]
    remembered = {(t.watchlist, t.story_id): t for t in second.told}
    assert not asked(replace(case, told=remembered), now + timedelta(days=1), eager).alerts


def test_a_follow_up_gives_all_its_reasons_and_names_the_outlets_that_came(case, now):
    entry = replace(case.entry, title="Two hurt as wall gives way", previous_title="Harbour wall gives way")
    again = a_watchlist(again=Again(sources=1, revised=True, stronger=True))
    revised = replace(case, entry=entry, told=told(now, outlets=1), revised=True, headline_changed=True)
    (alert,) = asked(revised, now, again).alerts
    assert alert.why_now == "1 more outlet, headline revised, passing → headline"
    assert alert.new_outlets == ("Island Post",)


def test_copies_and_outlets_of_one_owner_count_as_one_voice(case, now, story):
    one_voice = replace(case, story=replace(story, owners=("coast gazette",)), told=told(now))
    kin = Kinship(relation=Relation.COPY, story_id=STORY, method="title")
    copy = asked(replace(one_voice, kinship=kin, told={}), now)
    assert "2 entries from 2 outlets, 1 independent, so far" in copy.alerts[0].why_now
    assert copy.alerts[0].independent == 1


def test_what_is_over_a_watchlist_s_burst_waits_for_the_end_of_its_span(case, now):
    watchlist = a_watchlist(burst=Rate(count=2, per=timedelta(hours=1)))
    calm = asked(replace(case, rung={"harbour": [now]}), now, watchlist)
    assert calm.outcome.kind is OutcomeKind.ALERTED
    over = asked(replace(case, rung={"harbour": [now, now]}), now, watchlist)
    assert over.outcome.kind is OutcomeKind.HELD
    assert [(row.held, row.due_at) for row in over.deliveries] == [("burst", now.replace(hour=11, minute=0))]
    assert over.outcome.why.endswith("desk waits: burst")


def test_a_digest_that_comes_later_than_the_burst_ends_keeps_its_slot(case, now):
    watchlist = a_watchlist(burst=Rate(count=1, per=timedelta(hours=1)))
    desk = replace(DESK, digest=Slots(at=((now + timedelta(hours=3)).time(),)))
    (row,) = asked(replace(case, rung={"harbour": [now]}), now, watchlist, {"desk": desk}).deliveries
    assert row.due_at == now + timedelta(hours=3)
    assert row.held.startswith("digest")


def test_the_watchlist_s_wording_travels_with_the_alert(case, now):
    wording = Wording(subject="{story}", text="{headline}")
    assert asked(case, now, a_watchlist(wording=wording)).alerts[0].wording == wording


def test_a_strict_watchlist_rings_for_what_only_may_be_the_same_story(case, now):
    kin = Kinship(relation=Relation.SAME_STORY, story_id=STORY, of=EntryId("e0"), score=0.31)
    doubtful = replace(case, kinship=kin, told=told(now, hours=1))
    strict = a_watchlist(grouping=Grouping.STRICT)
    (alert,) = asked(doubtful, now, strict).alerts
    assert (alert.number, alert.why_now) == (2, "only 0.31 alike: perhaps another event")
    assert asked(doubtful, now).outcome.kind is OutcomeKind.TOLD


@given(st.floats(0, 1), st.sampled_from([Relation.COPY, Relation.SAME_STORY]))
def test_nothing_doubtful_is_swallowed_by_a_strict_watchlist(score, relation):
    kin = Kinship(relation=relation, story_id=STORY, of=EntryId("e0"), score=score)
    doubtful = relation is Relation.SAME_STORY and score < CERTAIN
    assert kin.is_certain is not doubtful


TOLD_PART, OTHER_PART = EntryId("e0"), EntryId("e9")


@pytest.mark.parametrize(
    ("relation", "score", "revised"),
    [
        (Relation.SAME_STORY, CERTAIN, False),
        (Relation.COPY, 0.31, False),
        (Relation.FIRST, 1.0, True),
    ],
)
def test_a_strict_watchlist_is_not_told_twice_what_surely_is_the_same_story(case, now, relation, score, revised):
    kin = Kinship(relation=relation, story_id=STORY, score=score, strand=TOLD_PART)
    sure = replace(case, kinship=kin, told=told(now, hours=3), revised=revised)
    decision = asked(sure, now, a_watchlist(grouping=Grouping.STRICT))
    assert not decision.alerts
    assert "harbour was told of this story 3 h ago" in decision.outcome.why


@pytest.mark.parametrize(
    ("relation", "revised"), [(Relation.SAME_STORY, False), (Relation.COPY, False), (Relation.FIRST, True)]
)
def test_a_strict_watchlist_rings_for_what_surely_is_an_event_that_it_was_not_told_of(case, now, relation, revised):
    kin = Kinship(relation=relation, story_id=STORY, strand=OTHER_PART)
    untold = replace(case, kinship=kin, told=told(now, hours=3), revised=revised)
    decision = asked(untold, now, a_watchlist(grouping=Grouping.STRICT))
    (alert,), (noted,) = decision.alerts, decision.told
    assert alert.why_now == "part of a story not told here before: perhaps another event"
    assert noted.strands == (TOLD_PART, OTHER_PART)
    assert not asked(untold, now).alerts


def test_a_strict_watchlist_is_silent_on_a_mended_word_of_what_it_was_not_told_of(case, now):
    kin = Kinship(relation=Relation.FIRST, story_id=STORY, strand=OTHER_PART)
    mended = replace(case, kinship=kin, told=told(now), revised=True, matched_before=frozenset({"harbour"}))
    assert not asked(mended, now, a_watchlist(grouping=Grouping.STRICT)).alerts
