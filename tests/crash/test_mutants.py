"""The program with one order turned wrong does not pass: what the other tests of this folder are worth."""

from __future__ import annotations

import pytest

from tests.crash.mutants import MUTANTS
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
    assert any(stage.kill(point, mutant=name) for _ in range(ROUNDS) for point in points)


def test_a_commit_that_is_not_synced_is_caught_by_power_cuts(news):
    history, folder = news.record("syncs now and then"), news.root / "unsynced"
    folder.mkdir()
    assert any(cut.wrong(folder) for cut in cuts(history, every=20))
