"""What is in force, said in one line."""

from __future__ import annotations

from monitor.in_force import changes, size
from tests.archives import FEED
from tests.fakes import rules_of


def test_one_of_a_kind_is_not_said_in_the_plural():
    assert size(rules_of(feeds=(FEED,), watchlists={})) == "1 feed, 0 watchlists, 1 destination"


def test_what_an_edit_brought_and_took_is_said_by_name():
    before = rules_of(feeds=(FEED,), watchlists={"bridge": "bridge"})
    after = rules_of(feeds=(FEED,), watchlists={"river": "river"})
    assert changes(before, after) == {"new": "watchlist river", "gone": "watchlist bridge"}
    assert changes(before, before) == {}


def test_of_many_changes_the_first_few_are_said():
    many = rules_of(feeds=(FEED,), watchlists={f"list-{n}": "bridge" for n in range(7)})
    none = rules_of(feeds=(FEED,), watchlists={})
    five = ", ".join(f"watchlist list-{n}" for n in range(5))
    assert changes(many, none) == {"gone": f"{five} and 2 more"}
