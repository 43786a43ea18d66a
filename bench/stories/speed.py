"""Entries decided in a second, with a full window: fingerprint, neighbours, rarity, kinship, remembering.

python -m bench.stories.speed [entries in the window] [entries measured]
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from bench.archive import NOW, headlines
from monitor.model.ids import EntryId, FeedId, story_id
from monitor.model.story import Neighbour
from monitor.stories.cluster import kinship
from monitor.stories.copies import WINDOW, fingerprint
from monitor.stories.window import Window

FEED = FeedId("0" * 20)


def texts(*, summaries: bool) -> Iterator[tuple[str, str, str]]:
    """Headline, summary, link without end; from the second round on, headlines are halves of two."""
    titles, dice, number = headlines(), random.Random(2), 0
    while True:
        for title in titles:
            made = title if number < len(titles) else _crossed(title, dice.choice(titles))
            summary = ". ".join(dice.choice(titles) for _ in range(3)) if summaries else ""
            yield made, summary, f"https://outlet{number % 40}.example/{number}"
            number += 1


def _crossed(a: str, b: str) -> str:
    left, right = a.split(), b.split()
    return " ".join(left[: len(left) // 2] + right[len(right) // 2 :])


def filled(source: Iterable[tuple[str, str, str]], size: int) -> Window:
    """A window with these entries, spread evenly over its time."""
    window = Window()
    for number, (title, text, link) in enumerate(source):
        name = EntryId(f"{number:020x}")
        window.add(_neighbour(name, title, text, link, NOW + WINDOW * number / size))
    return window


def measure(size: int, count: int, *, summaries: bool) -> str:
    source = texts(summaries=summaries)
    window = filled(islice(source, size), size)
    gc.collect()
    gc.freeze()  # as the daemon does
    taken = []
    for number, (title, text, link) in enumerate(islice(source, count), size):
        start, now = time.process_time(), NOW + WINDOW * number / size
        window.expire(now - timedelta(hours=72))
        new = _neighbour(EntryId(f"{number:020x}"), title, text, link, now)
        near = window.near(new.fingerprint)
        stream = window.stream([new.fingerprint])
        kin = kinship(new.entry_id, new.fingerprint, near, now, stream=stream)
        window.add(replace(new, story_id=kin.story_id))
        taken.append(time.process_time() - start)
    taken.sort()
    kind = "with summaries" if summaries else "headlines"
    return f"{kind}, window of {size}: {count / sum(taken):.0f}/s, p99 {taken[count * 99 // 100] * 1e3:.1f} ms"


def _neighbour(name: EntryId, title: str, text: str, link: str, at) -> Neighbour:
    made = fingerprint(title, text, link)
    return Neighbour(entry_id=name, feed_id=FEED, story_id=story_id(name), fingerprint=made, seen_at=at)


if __name__ == "__main__":
    window_size, measured = (int(each) for each in (*sys.argv[1:], "7000", "2000")[:2])
    for with_text in (False, True):
        print(measure(window_size, measured, summaries=with_text))
