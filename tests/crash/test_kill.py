"""kill -9 at random moments of a busy run: nothing lost, at most one extra copy per kill, the same Message-ID."""

from __future__ import annotations

import os
import random
from time import perf_counter, sleep

import pytest

KILLS = int(os.environ.get("MONITOR_TEST_KILLS", "12"))


def until(condition, seconds, what):
    ends = perf_counter() + seconds
    while not condition():
        assert perf_counter() < ends, f"waited {seconds} s for {what}"
        sleep(0.05)


def told(receiver, stories):
    getattr(receiver, "look", lambda: None)()
    return all(receiver.arrivals.get(title.split()[0]) for title in stories)


@pytest.mark.crash
@pytest.mark.slow
def test_nothing_is_lost_and_at_most_one_copy_is_added_by_each_kill(stage):
    stage.start()
    until(lambda: stage.paper.asked >= 3, 20, "the first polls")
    stage.paper.printing.set()
    moments = random.Random(7)
    for _ in range(KILLS):
        sleep(moments.uniform(0.0, 1.6))
        stage.kill()
        stage.start()
    printed = len(stage.paper.stories)
    until(lambda: len(stage.paper.stories) > printed, 20, "one more story")
    stage.paper.printing.clear()
    stories = list(stage.paper.stories)
    until(lambda: told(stage.mail, stories) and told(stage.hook, stories), 60, "every story")
    assert stage.end() == 0

    assert len(stories) > KILLS / 2
    extra = 0
    for receiver in (stage.mail, stage.hook):
        for title in stories:
            ids = receiver.arrivals[title.split()[0]]
            assert len(set(ids)) == 1, f"one story, several ids: {ids}"
            extra += len(ids) - 1
    print(f"\n{KILLS} kills, {len(stories)} stories, {2 * len(stories)} deliveries, 0 lost, {extra} extra copies")
    assert extra <= 2 * KILLS, "more than one extra copy per kill and destination"
