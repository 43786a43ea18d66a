"""Changes that would spare bad alerts."""

from __future__ import annotations

from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.proposals import proposals
from monitor.query.compile import rule_of
from tests.fakes import NOON


def entry(title: str, summary: str = "", body: str = "") -> Entry:
    return Entry(
        id=EntryId(title + body),
        feed_id=FeedId("wire"),
        key=title,
        title=title,
        summary=summary,
        body=body,
        first_seen_at=NOON,
    )


def proposed(query: str, bad, good, told=()):
    return [(one.key, one.value) for one in proposals(rule_of("rule", query), bad, good, [*bad, *good, *told])]


def test_the_word_that_spares_most_and_costs_least_comes_first():
    bad = [entry("Ukraine invited to Eurovision"), entry("Eurovision invites Ukraine again")]
    good = [entry("NATO invites Ukraine to join")]
    found = proposals(
        rule_of("rule", "Ukraine AND invite"), bad, good, [*bad, *good, entry("Georgia, Ukraine invited")]
    )
    assert (found[0].value, len(found[0].removes), found[0].loses) == ("Eurovision", 2, ())


def test_two_words_in_a_row_are_proposed_where_neither_will_do_alone():
    bad = [entry("Ukraine invited to a song contest"), entry("A song contest invites Ukraine")]
    good = [entry("A song for Ukraine, invited to NATO"), entry("Ukraine invited; a contest of NATO members")]
    assert proposed("Ukraine AND invite", bad, good) == [("none", "'\"song contest\"'")]


def test_a_near_is_drawn_tighter_where_the_bad_ones_stand_farther_apart():
    bad = [entry("Ukraine one two three four invited"), entry("Ukraine five six seven eight invited")]
    good = [entry(f"Ukraine invited {number}: one, two, three, four, five, six, seven, eight") for number in range(2)]
    ((key, value),) = proposed("Ukraine NEAR/9 invite", bad, good)
    assert (key, value) == ("query", "NEAR/4 in the place of Ukraine NEAR/9 invite")


def test_passing_mentions_are_refused_where_all_bad_ones_are_such():
    far = " ".join(f"w{number}" for number in range(80))
    bad = [entry(day, body=f"{far} Ukraine invited") for day in ("Monday", "Tuesday")]
    good = [entry("Ukraine invited on Monday"), entry("Ukraine invited on Tuesday")]
    assert proposed("Ukraine AND invite", bad, good, [entry("Ukraine invited")])[0][0] == "where"


def test_nothing_that_a_good_alert_would_be_lost_by_is_proposed():
    assert proposed("Ukraine AND invite", [entry("Ukraine invites NATO")], [entry("Ukraine invites NATO again")]) == []


def test_a_change_that_costs_more_than_it_spares_is_left_out():
    bad = [entry("Ukraine summit")]
    others = [entry(f"Ukraine summit number {n}") for n in range(3)]
    assert proposed("Ukraine", bad, [], others) == []


def test_each_proposal_spares_something_new():
    bad = [entry("Ukraine sings Eurovision"), entry("Ukraine wins Olympic gold")]
    found = proposals(rule_of("rule", "Ukraine"), bad, [entry("Ukraine news")], bad)
    assert len(found) == 2
    assert {title for one in found for title in one.removes} == {one.title for one in bad}
