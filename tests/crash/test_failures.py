"""The n-th call fails: the process goes on, and in the end everything is told."""

from __future__ import annotations

import os

import pytest

from tests.crash.picks import telling
from tests.crash.scripts import NEWS

POINTS = int(os.environ.get("MONITOR_TEST_FAILURES", "3"))
KINDS = {
    "io": ("statement", "write wal", "sync wal", "write db", "sync db"),
    "locked": ("statement",),
    "send": ("deliver",),
    "raise": ("deliver",),
    "fetch": ("submit",),
}

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.parametrize("act", KINDS)
def test_one_failed_call_loses_nothing(news, act):
    points = telling(news.failing(KINDS[act]), POINTS, seed=3)
    assert [wrong for point in points for wrong in news.fail(act, point)] == []


def test_one_failed_call_in_a_chore_loses_nothing(chores):
    points = telling(chores.failing(KINDS["io"]), POINTS, seed=4)
    assert [wrong for point in points for wrong in chores.fail("io", point)] == []


def test_a_reload_that_the_disk_refuses_is_done_again(news):
    step = NEWS.number("reload")
    points = telling([point for point in news.points if point[0] == step and point[1] == "statement"], 5, seed=6)
    assert [wrong for point in points for wrong in news.fail("io", point)] == []
