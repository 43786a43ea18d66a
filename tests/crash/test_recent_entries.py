"""The file of the recent entries: whatever lies in its place, the same is decided as without it."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.model.ids import EntryId, story_id
from monitor.stories.keep import Kept, packed, unpacked
from monitor.stories.window import Window
from tests.crash.findings import entries_of
from tests.crash.scripts import STORIES

pytestmark = [pytest.mark.crash, pytest.mark.slow]

STEPS = ("merger", "split", "page")


def forged(change: Callable[[Kept], Kept]) -> Callable[[bytes], bytes]:
    """Bytes that look as they should and say something else."""
    return lambda kept: b"".join(packed(*astuple(change(unpacked(kept)))))


def astuple(kept: Kept):
    return kept.window, kept.at


def of(neighbours) -> Window:
    window = Window()
    for neighbour in neighbours:
        window.add(neighbour)
    return window


def in_other_stories(kept: Kept) -> Kept:
    alone = [replace(n, story_id=story_id(EntryId(f"forged {n.entry_id}"))) for n in entries_of(kept.window)]
    return Kept(of(alone), kept.at)


def with_each_others_texts(kept: Kept) -> Kept:
    found = entries_of(kept.window)
    texts = [n.fingerprint for n in found]
    turned = [*texts[1:], texts[0]]
    return Kept(of(replace(n, fingerprint=p) for n, p in zip(found, turned, strict=True)), kept.at)


class Elsewhere(Window):
    """Its index names entries that it does not hold."""

    def parts(self):
        found = super().parts()
        at = found["members"]
        return {**found, "members": array(at.typecode, [n + 1000 for n in at])}


def pointing_nowhere(kept: Kept) -> Kept:
    return Kept(Elsewhere.of_parts(kept.window.parts()), kept.at)


DAMAGES = {
    "cut short": lambda kept: kept[: len(kept) // 2],
    "zeros": lambda kept: bytes(len(kept)),
    "other stories": forged(in_other_stories),
    "other texts": forged(with_each_others_texts),
    "pointing nowhere": forged(pointing_nowhere),
}


@pytest.fixture(scope="module")
def without(stories):
    return {step: stories.decided_with(STORIES.number(step), None) for step in STEPS}


@pytest.mark.parametrize("name", STEPS)
def test_the_kept_entries_lead_to_what_the_store_alone_leads_to(stories, without, name):
    step = STORIES.number(name)
    assert stories.decided_with(step, stories.kept(step)) == without[name]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_not_what_was_kept_leads_to_the_same_as_none(stories, without, damage):
    step = STORIES.number("split")
    assert stories.decided_with(step, DAMAGES[damage](stories.kept(step))) == without["split"]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("older", [1, 2])
def test_an_older_file_that_was_kept_last_leads_to_the_same_as_none(stories, without, older, name):
    step = STORIES.number(name)
    assert stories.decided_with(step, stories.kept(step - older), is_the_last=True) == without[name]


def test_an_older_file_that_was_not_kept_last_leads_to_the_same_as_none(stories, without):
    step = STORIES.number("split")
    assert stories.decided_with(step, stories.kept(step - 2)) == without["split"]


def test_the_file_of_another_service_leads_to_the_same_as_none(stories, news, without):
    step = STORIES.number("split")
    assert stories.decided_with(step, news.kept(-1)) == without["split"]
