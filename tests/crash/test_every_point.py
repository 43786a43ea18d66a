"""kill -9 at the calls a whole life makes on disk and wire; then a restart, and everything is as promised."""

from __future__ import annotations

import os

import pytest

from tests.crash.picks import kill_points, rows_of, telling
from tests.crash.scripts import FLOOD, STORIES

POINTS = int(os.environ.get("MONITOR_TEST_POINTS", "300"))
IN_A_ROW = 5
"""Kills in one row: the second falls into the recovery from the first."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def wrong_after_kills(stage, most, in_a_row=IN_A_ROW):
    points = telling(kill_points(stage.points), most)
    assert {label for _, label, _ in points} >= {"write wal", "sync wal", "wire"}
    kills = stage.kills
    wrong = [each for row in rows_of(points, in_a_row) for each in stage.kill(*row)]
    print(f"\n{stage.name}: {len(points)} points, {stage.kills - kills} kills, {stage.played_out} played to the end")
    assert stage.kills - kills > most / 2
    return wrong


def test_kills_in_the_trip_of_news_lose_nothing(news):
    assert wrong_after_kills(news, POINTS * 7 // 20) == []


def test_kills_in_chores_lose_nothing(chores):
    assert wrong_after_kills(chores, POINTS * 3 // 20) == []


def test_kills_in_bursts_and_floods_lose_nothing(flood):
    assert wrong_after_kills(flood, POINTS * 3 // 20) == []


def test_kills_between_destinations_in_trouble_lose_nothing(trouble):
    assert wrong_after_kills(trouble, POINTS * 3 // 20) == []


def test_kills_while_stories_merge_and_split_and_pages_are_read_lose_nothing(stories):
    assert wrong_after_kills(stories, POINTS // 5) == []


@pytest.mark.parametrize("step", ["merger", "split", "together again"])
def test_a_kill_where_stories_are_put_right_leaves_them_whole_or_as_they_were(stories, step):
    points = [point for point in kill_points(stories.points) if point[0] == STORIES.number(step)]
    points = [point for point in points if point[1] in ("sync wal", "wire")]
    assert [wrong for row in rows_of(telling(points, 8), IN_A_ROW) for wrong in stories.kill(*row)] == []


@pytest.mark.parametrize("step", ["release", "drop", "release beside", "drop beside"])
def test_a_kill_in_a_release_or_a_drop_of_a_flood_leaves_it_whole_or_undone(flood, step):
    number = FLOOD.number(step)
    points = [point for point in kill_points(flood.points) if point[0] == number and point[1] == "sync wal"][:3]
    assert points
    assert [wrong for point in points for wrong in flood.kill(point)] == []


def test_a_kill_in_the_first_start_leaves_the_shipped_corpus_whole(chores):
    first = [point for point in kill_points(chores.points) if point[0] == 0 and point[1] == "sync wal"]
    assert [wrong for row in rows_of(first, IN_A_ROW) for wrong in chores.kill(*row)] == []
