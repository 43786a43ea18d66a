"""Words that would spare bad alerts."""

from __future__ import annotations

from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.proposals import proposals
from tests.fakes import NOON


def entry(title: str) -> Entry:
    return Entry(id=EntryId(title), feed_id=FeedId("wire"), key=title, title=title, first_seen_at=NOON)


def test_the_word_that_spares_most_and_costs_least_comes_first():
    bad = [entry("Ukraine invited to Eurovision"), entry("Eurovision invites Ukraine again")]
    good = [entry("NATO invites Ukraine")]
    (found,) = proposals(bad, good, [*bad, *good, entry("Georgia invited again")])
    assert (found.word, len(found.removes), found.loses) == ("Eurovision", 2, ())


def test_no_word_of_a_good_alert_is_proposed():
    assert proposals([entry("NATO invites Ukraine")], [entry("Ukraine: NATO invites")], []) == ()


def test_a_word_that_costs_more_than_it_spares_is_left_out():
    bad = [entry("Ukraine summit")]
    others = [entry(f"Ukraine summit number {n}") for n in range(3)]
    assert proposals(bad, [], [*bad, *others]) == ()


def test_each_proposal_spares_something_new():
    bad = [entry("Ukraine sings Eurovision"), entry("Ukraine wins Olympic gold")]
    found = proposals(bad, [entry("Ukraine news")], bad)
    assert len(found) == 2
    assert {title for one in found for title in one.removes} == {one.title for one in bad}
