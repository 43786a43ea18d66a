"""The program with one order turned wrong does not pass: what the other tests of this folder are worth."""

from __future__ import annotations

import pytest

from monitor.recent import FILE
from tests.crash.mutants import MUTANTS
from tests.crash.nursery import LifeFailed
from tests.crash.powercut import cuts

ROUNDS = 4
"""Feeds are polled at the same time: which of them a point falls into is not always the same."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.parametrize("name", [name for name, mutant in MUTANTS.items() if name and mutant.points])
def test_a_wrong_order_is_caught_by_kills(request, name):
    mutant = MUTANTS[name]
    stage = request.getfixturevalue(mutant.script)
    step = stage.script.number(mutant.step)
    points = [point for point in stage.points if point[0] == step and point[1] in mutant.points]
    if mutant.points == ("wire",):
        points.reverse()  # messages go out when all papers are read
    assert any(ends_badly(stage.kill, point, mutant=name) for _ in range(ROUNDS) for point in points)


def test_a_commit_that_is_not_synced_is_caught_by_power_cuts(news):
    history, folder = news.record("syncs now and then"), news.root / "unsynced"
    folder.mkdir()
    assert any(cut.wrong(folder) for cut in cuts(history, every=20))


def test_a_file_that_is_not_synced_and_believed_is_caught_by_power_cuts(stories):
    name = "renamed before it is synced"
    some = cuts(stories.record(name), every=1, amid=FILE)
    given = {message.id: message.key for message in stories.world.arrived()}
    assert any(ends_badly(stories.cut, cut, given, mutant=name) for cut in some)


def ends_badly(play, *arguments, **options) -> bool:
    """Whether something is wrong after a life, or it does not come to its end."""
    try:
        return bool(play(*arguments, **options))
    except LifeFailed:
        return True
