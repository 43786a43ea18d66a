"""kill -9 at the calls a whole life makes on disk and wire; then a restart, and everything is as promised."""

from __future__ import annotations

import os

import pytest

from tests.crash.stage import kill_points, rows_of, telling

POINTS = int(os.environ.get("MONITOR_TEST_POINTS", "240"))
IN_A_ROW = 4
"""Kills in one row: the second falls into the recovery from the first."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def wrong_after_kills(stage, most):
    points = telling(kill_points(stage.points), most)
    assert {label for _, label, _ in points} >= {"write wal", "sync wal", "wire"}
    wrong = [each for row in rows_of(points, IN_A_ROW) for each in stage.kill(*row)]
    print(f"\n{stage.script}: {len(points)} points, {stage.kills} kills, {stage.played_out} played to the end")
    assert stage.kills > most / 2
    return wrong


def test_kills_in_the_trip_of_news_lose_nothing(news):
    assert wrong_after_kills(news, POINTS * 3 // 4) == []


def test_kills_in_chores_lose_nothing(chores):
    assert wrong_after_kills(chores, POINTS // 4) == []


def test_a_kill_in_the_first_start_leaves_the_shipped_corpus_whole(chores):
    first = [point for point in kill_points(chores.points) if point[0] == 0 and point[1] == "sync wal"]
    assert [wrong for point in first for wrong in chores.kill(point)] == []
