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
        assert perf_counter() < ends, f"waited {seconds} s for {what() if callable(what) else what}"
        sleep(0.05)


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
    names = {title.split()[0] for title in stories}
    until(lambda: names <= stage.mail.told() & stage.hook.told(), 60, lambda: stage.untold(stories))
    assert stage.end() == 0

    assert len(stories) > KILLS / 2
    for receiver in (stage.mail, stage.hook):
        for story, ids in receiver.ids_of_single_stories().items():
            assert len(ids) == 1, f"{story} came under several ids: {ids}"
    repeats = {"mail": stage.mail.repeats(), "hook": stage.hook.repeats()}
    print(f"\n{KILLS} kills, {len(stories)} stories to 2 destinations, 0 lost, messages sent once more: {repeats}")
    assert max(repeats.values()) <= KILLS
