"""The power goes out: what was reported as done is there, whatever the disk made of the rest."""

from __future__ import annotations

import os

import pytest

from monitor.recent import FILE
from tests.crash.powercut import cuts

EVERY = int(os.environ.get("MONITOR_TEST_CUT_EVERY", "3"))
GONE_ON_WITH = 6
"""Cuts after which the program goes on."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def history(news):
    return news.record()


@pytest.fixture(scope="module")
def given(news, history):
    """By what key a message is known that bears this id."""
    return {message.id: message.key for message in news.world.arrived()}


def test_no_cut_forgets_what_was_promised(news, history):
    folder = news.root / "cut"
    folder.mkdir()
    found = [(cut.at, cut.way, cut.wrong(folder)) for cut in cuts(history, EVERY)]
    print(f"\n{len(found)} power cuts")
    assert len(found) > 800 / EVERY
    assert [each for each in found if each[2]] == []


def test_after_a_cut_all_the_rest_is_told(news, history, given):
    some = [cut for cut in cuts(history, 2, seed=5) if cut.way == "some"]
    assert len(some) > GONE_ON_WITH
    chosen = some[:: -(-len(some) // GONE_ON_WITH)]
    assert [wrong for cut in chosen for wrong in news.cut(cut, given)] == []


def test_a_cut_amid_the_keeping_of_recent_entries_changes_no_decision(stories):
    history = stories.record()
    given = {message.id: message.key for message in stories.world.arrived()}
    some = list(cuts(history, 1, seed=6, amid=FILE))
    chosen = some[:: -(-len(some) // 3)]
    assert len(chosen) == 3
    assert [wrong for cut in chosen for wrong in stories.cut(cut, given)] == []
