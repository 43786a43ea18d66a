"""What is in force, said in one line."""

from __future__ import annotations

from monitor.in_force import size
from tests.archives import FEED
from tests.fakes import rules_of


def test_one_of_a_kind_is_not_said_in_the_plural():
    assert size(rules_of(feeds=(FEED,), watchlists={})) == "1 feed, 0 watchlists, 1 destination"
