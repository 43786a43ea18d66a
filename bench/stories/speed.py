"""Entries decided in a second, with a full window: which story each opens or joins, and the whole plan of a poll.

The story alone: fingerprint, neighbours, rarity, kinship, remembering. The whole plan: identity, that, mergers and
splits, outcomes; everything that a poll of one new entry does besides fetching, corpora, watchlists and storing.

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
from monitor.app import collect_seldom
from monitor.evaluate import Replay
from monitor.model.feed import Feed, ParsedEntry
from monitor.model.ids import EntryId, FeedId, story_id
from monitor.model.story import Neighbour, Story
from monitor.stories.cluster import kinship
from monitor.stories.copies import WINDOW, fingerprint
from monitor.stories.keep import packed, unpacked
from monitor.stories.vectors import vectors_of
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
    collect_seldom()
    taken = []
    for number, (title, text, link) in enumerate(islice(source, count), size):
        start, now = time.process_time(), NOW + WINDOW * number / size
        window.expire(now - timedelta(hours=72))
        new = _neighbour(EntryId(f"{number:020x}"), title, text, link, now)
        weighed = vectors_of(new.fingerprint, window.rarity())
        near = window.near_weighed(weighed)
        kin = kinship(new.entry_id, weighed, near, now, templates=window.templates([new.fingerprint]))
        window.add(replace(new, story_id=kin.story_id, lengths=weighed.lengths))
        taken.append(time.process_time() - start)
    return f"{_kind(summaries)}, window of {size}, story: {_said(taken)}"


def measure_plan(size: int, count: int, *, summaries: bool) -> str:
    source = texts(summaries=summaries)
    replay = Replay(window=filled(islice(source, size), size), beside=0)
    for number, (title, _, _) in enumerate(islice(texts(summaries=False), size)):
        opened, at = EntryId(f"{number:020x}"), NOW + WINDOW * number / size
        story = Story(id=story_id(opened), title=title, first_entry_id=opened, first_at=at, last_at=at)
        replay.stories[story.id] = story
    gc.collect()
    collect_seldom()
    taken = []
    for number, (title, text, link) in enumerate(islice(source, count), size):
        entry = ParsedEntry(guid=link, link=link, title=title, summary=text)
        host = link.split("/")[2]
        feed = Feed(id=FeedId(host), url=link, name=host)
        start = time.process_time()
        replay.take(feed, entry, NOW + WINDOW * number / size)
        taken.append(time.process_time() - start)
    return f"{_kind(summaries)}, window of {size}, whole plan: {_said(taken)}"


def _kind(summaries: bool) -> str:
    return "with summaries" if summaries else "headlines"


def _said(taken: list[float]) -> str:
    return f"{len(taken) / sum(taken):.0f}/s, p99 {sorted(taken)[len(taken) * 99 // 100] * 1e3:.1f} ms"


def start(size: int) -> str:
    """How long a window takes to be filled entry by entry, to be kept, and to be read again."""
    source, window = texts(summaries=True), Window()
    entries = [
        _neighbour(EntryId(f"{number:020x}"), *made, NOW + WINDOW * number / size)
        for number, made in enumerate(islice(source, size))
    ]
    begun = time.perf_counter()
    for entry in entries:
        window.add(entry)
    filled = time.perf_counter()
    content = b"".join(packed(window, NOW))
    kept = time.perf_counter()
    assert unpacked(content) is not None
    read, fill = time.perf_counter() - kept, filled - begun
    return (
        f"start with {size}: filled in {fill:.2f} s, kept in {kept - filled:.2f} s, {len(content) / 1e6:.0f} MB, "
        f"read again in {read:.2f} s ({fill / read:.0f} times as fast)"
    )


def _neighbour(name: EntryId, title: str, text: str, link: str, at) -> Neighbour:
    made = fingerprint(title, text, link)
    return Neighbour(entry_id=name, feed_id=FEED, story_id=story_id(name), fingerprint=made, seen_at=at)


if __name__ == "__main__":
    window_size, measured = (int(each) for each in (*sys.argv[1:], "7000", "2000")[:2])
    for with_text in (False, True):
        print(measure(window_size, measured, summaries=with_text))
        print(measure_plan(window_size, measured, summaries=with_text))
    print(start(window_size))
