from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.errors import NotFound
from monitor.model.alert import DeliveryState, Silence
from monitor.model.entry import Outcome, OutcomeKind
from monitor.store.views import Page
from monitor.stories.segments import segment_of
from tests.store.samples import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    a_delivery,
    a_feed,
    a_notice,
    a_plan,
    an_alerting_plan,
    an_article,
    an_entry,
    planned,
)

OTHER = a_feed("https://other.example/rss", name="Other")


@pytest.fixture
def full(store):
    """Three alerts an hour apart, and one entry of another feed that matched nothing."""
    store.feeds.sync([FEED, OTHER], NOW)
    for n, key in enumerate("abc"):
        store.commit(an_alerting_plan(key, to=("desk", "chat"), at=NOW + n * HOUR))
    store.commit(a_plan(planned(an_entry("z", OTHER)), feed=OTHER))
    return store


def test_a_page_is_newest_first_and_has_a_limit_an_offset_and_a_start(full):
    def times(page):
        return [alert.at for alert in full.listings.alerts(page)]

    assert times(Page()) == [NOW + 2 * HOUR, NOW + HOUR, NOW]
    assert times(Page(limit=1)) == [NOW + 2 * HOUR]
    assert times(Page(limit=1, offset=1)) == [NOW + HOUR]
    assert times(Page(since=NOW + HOUR)) == [NOW + 2 * HOUR, NOW + HOUR]


def test_feeds_are_listed_with_what_they_brought(full):
    full.feeds.sync([FEED], NOW)
    rows = full.listings.feeds()
    assert [(row.feed, row.active, row.entries) for row in rows] == [(FEED, True, 3), (OTHER, False, 1)]


def test_polls_are_listed_for_one_feed_or_all(full):
    assert len(full.listings.polls()) == 4
    assert [poll.feed_id for poll in full.listings.polls(feed_id=OTHER.id)] == [OTHER.id]
    assert full.listings.polls(feed_id=OTHER.id)[0].counts == {OutcomeKind.NO_MATCH: 1}


def test_alerts_are_listed_for_one_watchlist(full):
    assert len(full.listings.alerts(watchlist="agreement")) == 3
    assert full.listings.alerts(watchlist="other") == []


def test_entries_are_listed_by_outcome_and_by_feed(full):
    rows = full.listings.entries(kind=OutcomeKind.ALERTED)
    assert [row.entry.key for row in rows] == ["c", "b", "a"]
    assert rows[0].answer.outcome.why == "new story"
    assert rows[0].kinship is not None
    assert [row.entry.key for row in full.listings.entries(feed_id=OTHER.id)] == ["z"]
    assert full.listings.entries(kind=OutcomeKind.ALERTED, feed_id=OTHER.id) == []


def test_deliveries_are_listed_with_what_they_tell(full):
    notice = a_notice(at=NOW)
    full.outbox.add_notice(notice, [a_delivery(notice.id, "desk", notice=True, created_at=NOW + DAY)])
    first = full.listings.deliveries(Page(limit=1))[0]
    assert (first.notice, first.alert) == (notice, None)
    assert len(full.listings.deliveries(destination="chat")) == 3
    assert all(row.alert for row in full.listings.deliveries(destination="chat"))
    (claimed,) = full.outbox.claim("chat", NOW, MINUTE, 1)
    assert [row.delivery for row in full.listings.deliveries(state=DeliveryState.SENDING)] == [claimed]


def test_counts_say_how_the_outbox_stands(full):
    full.outbox.claim("chat", NOW + DAY, MINUTE, 10)
    counts = full.listings.counts()
    assert (counts.rows["entries"], counts.rows["alerts"], counts.rows["feeds"]) == (4, 3, 2)
    assert counts.outbox[DeliveryState.WAITING] == 3
    assert counts.outbox[DeliveryState.SENDING] == 3
    assert counts.outbox[DeliveryState.DEAD] == 0
    assert counts.waiting == {"desk": 3}
    assert counts.oldest_waiting == NOW


def test_counts_of_an_empty_store_are_zero(store):
    counts = store.listings.counts()
    assert (counts.oldest_waiting, counts.waiting, counts.rows["entries"]) == (None, {}, 0)


def test_an_entry_is_found_by_its_id_its_link_or_its_canonical_address(store):
    entry = an_entry("1", link="https://news.example/1?utm_source=x", canonical_url="https://news.example/1")
    twin = an_entry("1", OTHER, canonical_url="https://news.example/1", first_seen_at=NOW + HOUR)
    store.feeds.sync([FEED, OTHER], NOW)
    store.commit(a_plan(planned(entry)))
    store.commit(a_plan(planned(twin), feed=OTHER))
    assert store.listings.entry(entry.id).entry == entry
    assert store.listings.entry(entry.link).entry == entry
    newest = store.listings.entry("https://news.example/1")
    assert (newest.entry, newest.others) == (twin, (entry.id,))


def test_an_entry_that_never_came_is_not_found_in_words(store):
    with pytest.raises(NotFound, match=r"https://nowhere\.example: never seen"):
        store.listings.entry("https://nowhere.example")


def test_every_answer_an_entry_ever_got_is_kept(store):
    entry = an_entry()
    kinds = [OutcomeKind.NO_MATCH, OutcomeKind.REVISION, OutcomeKind.MUTED]
    for n, kind in enumerate(kinds):
        outcome = Outcome(entry_id=entry.id, kind=kind, why=f"why {n}", watchlists=("a", "b"))
        changed = replace(entry, revision=n)
        store.commit(
            a_plan(
                planned(changed, kinship=None if n else planned(entry).kinship), at=NOW + n * HOUR, outcomes=(outcome,)
            )
        )
    dossier = store.listings.entry(entry.id)
    assert [(a.outcome.kind, a.at) for a in dossier.answers] == [(k, NOW + n * HOUR) for n, k in enumerate(kinds)]
    assert dossier.answers[0].outcome.watchlists == ("a", "b")
    assert store.listings.entries(kind=OutcomeKind.NO_MATCH) == []


def test_search_finds_words_of_title_and_body_and_prefers_the_title(store):
    in_title = an_entry("t", title="Harvest festival opens", body="People came.")
    in_body = an_entry("b", title="Weekend roundup", body="There was a harvest festival, and rain. " * 3)
    store.commit(a_plan(planned(in_body), planned(in_title)))
    found = store.listings.search("harvest")
    assert [f.entry for f in found] == [in_title, in_body]
    assert "harvest" in found[1].snippet
    assert found[0].story_id == planned(in_title).kinship.story_id
    assert len(store.listings.search("harvest", limit=1)) == 1


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("cafe", True),
        ("CAFÉ zürich", True),
        ("zur*", True),
        ("zur", False),
        ("café berlin", False),
        ("café-zürich", True),
        ("zürich-café", False),
        ("café OR berlin", False),
        ("NOT café", False),
        ("title:café", False),
        ('"café" zürich', True),
    ],
)
def test_search_words_are_plain_words(store, words, finds):
    store.commit(a_plan(planned(an_entry(title="Café Zürich", summary="", body=""))))
    assert bool(store.listings.search(words)) is finds


@given(st.text(st.characters(), max_size=30) | st.text('"*^(){}:+-ANDORNOTEAR \x00', max_size=20))
@example('"')
@example("NEAR(a b, 2)")
@example("a\x00b")
@example("\ud800")
@example("* ** ^a {title} : a")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_a_syntax_error(store, words):
    assert store.listings.search(words) == []


def test_an_id_is_resolved_from_its_first_digits(full):
    full.silences.add(Silence(id="abc", watchlist="*", reason="", author="", starts_at=NOW, ends_at=NOW + DAY))
    full.corpora.add([an_article("77aa"), an_article("77aa", "archive")], segment_of)
    alert = full.listings.alerts()[0]
    assert full.listings.resolve("alert", alert.id[:6]) == alert.id
    assert full.listings.resolve("story", alert.story_id) == alert.story_id
    assert full.listings.resolve("silence", "a") == "abc"
    assert full.listings.resolve("article", "77") == "77aa"
    assert full.listings.resolve("feed", FEED.id[:8]) == FEED.id


def test_a_whole_id_wins_over_longer_ones_that_begin_so(store):
    store.corpora.add([an_article("77"), an_article("77aa")], segment_of)
    assert store.listings.resolve("article", "77") == "77"


@pytest.mark.parametrize("prefix", ["zz", "", "%", "_"])
def test_an_id_that_nothing_begins_with_is_not_found(full, prefix):
    with pytest.raises(NotFound, match="no id begins so"):
        full.listings.resolve("entry", prefix)


def test_an_ambiguous_prefix_shows_the_candidates(store):
    store.corpora.add([an_article(f"5{n}") for n in range(7)], segment_of)
    with pytest.raises(NotFound, match=r"article: 5: begins several ids; give more digits: 50, 51, 52, 53, 54, …"):
        store.listings.resolve("article", "5")
