"""kill -9 at random moments of a busy run: nothing lost, at most one extra copy per kill, the same Message-ID."""

from __future__ import annotations

import os
from time import perf_counter

import pytest

from tests.crash.day import day_in, kill_at_random, until
from tests.crash.driver import Garage

KILLS = int(os.environ.get("MONITOR_TEST_KILLS", "4"))

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def garage():
    with Garage() as garage:
        yield garage


def test_nothing_is_lost_and_at_most_one_copy_is_added_by_each_kill(tmp_path, garage):
    with day_in(tmp_path, garage) as day:
        print(f"\n{kill_at_random(day, KILLS)}")


def test_receivers_that_fail_or_lie_about_it_lose_nothing_either(tmp_path, garage):
    with day_in(tmp_path, garage, share=0.3, speed=20) as day:
        print(f"\n{kill_at_random(day, max(KILLS // 2, 2))}")


def test_a_destination_that_hangs_delays_no_mail(tmp_path, garage):
    with day_in(tmp_path, garage) as day:
        day.start()
        until(lambda: day.paper.asked >= 3, 20, "the first polls")
        day.moods[1].hangs = True
        for _ in range(3):
            day.paper.printing.set()
            told, begun = len(day.mail.told()), perf_counter()
            until(lambda told=told: len(day.mail.told()) > told, 5, "a mail while the webhook hangs")
            assert perf_counter() - begun < 3
        assert not day.hook.messages
        day.paper.printing.clear()
        day.kill()
