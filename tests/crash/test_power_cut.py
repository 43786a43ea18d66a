"""The power goes out: what was reported as done is there, whatever the disk made of the rest."""

from __future__ import annotations

import os

import pytest

from tests.crash.powercut import cuts

EVERY = int(os.environ.get("MONITOR_TEST_CUT_EVERY", "6"))

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def history(news):
    return news.record()


def test_no_cut_forgets_what_was_promised(history, tmp_path):
    found = [(cut.at, cut.way, cut.wrong(tmp_path)) for cut in cuts(history, EVERY)]
    print(f"\n{len(found)} power cuts")
    assert len(found) > 1000 / EVERY
    assert [each for each in found if each[2]] == []


def test_after_a_cut_all_the_rest_is_told(news):
    history = news.record()
    news.world.settle()
    given = {message.id: message.key for message in news.world.taken}
    some = [cut for cut in cuts(history, 60, seed=5) if cut.way == "some, torn"]
    assert some
    assert [wrong for cut in some for wrong in news.cut(cut, given)] == []
