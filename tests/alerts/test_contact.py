from __future__ import annotations

from monitor.alerts.contact import HEADLINES, Standing, first_contact
from monitor.model.watch import Watchlist


def standing(title, *watchlists):
    return Standing(title=title, outlet="Coast Gazette", watchlists=watchlists)


def lists(**to):
    return {n: Watchlist(name=n, title=f"The {n}", query="x", to=names) for n, names in to.items()}


def test_each_destination_gets_one_summary_of_what_its_watchlists_matched(now):
    found = [standing("Wall", "harbour"), standing("Ferry", "harbour", "islands"), standing("Lamp", "islands")]
    told = dict(first_contact(found, lists(harbour=("desk", "chat"), islands=("chat",)), now))
    assert list(told) == ["desk", "chat"]
    assert told["desk"].subject == "already in the archive: 2 entries match"
    assert told["chat"].subject == "already in the archive: 3 entries match"
    assert told["chat"].detail.splitlines()[:2] == [
        "The harbour, 2 entries: “Wall” (Coast Gazette), “Ferry” (Coast Gazette)",
        "The islands, 2 entries: “Ferry” (Coast Gazette), “Lamp” (Coast Gazette)",
    ]
    assert told["desk"].id != told["chat"].id


def test_five_hundred_feeds_come_to_one_short_summary(now):
    found = [standing(f"Story {n}", "harbour") for n in range(5000)]
    ((_, notice),) = first_contact(found, lists(harbour=("desk",)), now)
    assert notice.subject == "already in the archive: 5000 entries match"
    assert notice.detail.count("“") == HEADLINES
    assert f"and {5000 - HEADLINES} more" in notice.detail


def test_many_watchlists_are_named_up_to_a_point(now):
    names = [f"w{n}" for n in range(200)]
    found = [standing("Wall", *names)]
    ((_, notice),) = first_contact(found, lists(**dict.fromkeys(names, ("desk",))), now)
    assert "and 160 more watchlists" in notice.detail
    assert notice.subject == "already in the archive: 1 entry matches"


def test_nobody_is_told_where_nothing_matches_or_by_a_watchlist_in_shadow(now):
    shadow = {"harbour": Watchlist(name="harbour", title="x", query="x", to=("desk",), shadow=True)}
    assert first_contact([standing("Wall", "harbour")], shadow, now) == ()
    assert first_contact([standing("Wall", "gone")], lists(harbour=("desk",)), now) == ()


def test_told_again_of_the_same_it_is_the_same_notice(now):
    found = [standing("Wall", "harbour")]
    assert first_contact(found, lists(harbour=("desk",)), now) == first_contact(found, lists(harbour=("desk",)), now)
