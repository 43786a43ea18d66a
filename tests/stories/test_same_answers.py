"""The fast way to a kinship gives what the plain one gives, on real headlines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, pairwise
from math import hypot, log
from pathlib import Path

import pytest

from monitor.model.ids import EntryId, FeedId, story_id
from monitor.model.story import Kinship, Neighbour, Relation
from monitor.stories.cluster import kinship
from monitor.stories.copies import WINDOW, fingerprint
from monitor.stories.headline import difference
from monitor.stories.rarity import Rarity
from monitor.stories.terms import title_terms
from monitor.stories.vectors import vectors_of
from monitor.stories.window import Window

STREAM = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "stories" / "stream_60k.jsonl"


@pytest.mark.shared
@pytest.mark.skipif(not STREAM.exists(), reason="the labelled data is not beside the project")
def test_scores_and_rarities_are_those_of_counting_everything_anew() -> None:
    window, held, counts = Window(), dict[EntryId, Neighbour](), Counter[int]()
    checked = opened = 0
    for arrived in islice(_headlines(), 3_000):
        print_, near = arrived.fingerprint, window.near(arrived.fingerprint)
        stream = window.stream([print_, *(n.fingerprint for n in near)])
        assert all(held[each.entry_id] == replace(each, lengths=(0.0, 0.0)) for each in near)
        terms = {term for p in (print_, *(n.fingerprint for n in near)) for term in p.terms}
        assert stream.openings == {term: counts[term] for term in terms if counts[term]}
        assert stream.stories == opened
        text = vectors_of(print_, Rarity(stream))
        kin = kinship(arrived.entry_id, text, near, arrived.seen_at, templates=stream.templates)
        if kin.relation is Relation.SAME_STORY and _members(near, kin) == 1:
            rarity = Rarity(stream)
            (other,) = (n for n in near if n.entry_id == kin.of)
            mine, theirs = (_weighed(title, rarity) for title in (print_.title, other.fingerprint.title))
            product = sum(weight * theirs.get(term, 0) for term, weight in mine.items())
            assert kin.score == pytest.approx(product / (hypot(*mine.values()) * other.lengths[0]))
            checked += 1
        taken = Neighbour(
            entry_id=arrived.entry_id,
            feed_id=arrived.feed_id,
            story_id=kin.story_id,
            fingerprint=print_,
            seen_at=arrived.seen_at,
        )
        window.add(taken)
        held[taken.entry_id] = taken
        if kin.relation is Relation.FIRST:
            opened += 1
            counts.update(set(print_.terms))
    assert checked > 100


@pytest.mark.shared
@pytest.mark.skipif(not STREAM.exists(), reason="the labelled data is not beside the project")
def test_differences_of_headlines_are_symmetric_on_real_ones() -> None:
    titles = [each.fingerprint.title for each in islice(_headlines(), 300)]
    for a, b in pairwise(titles):
        assert difference(a, b) is difference(b, a)


def _members(near: tuple[Neighbour, ...], kin: Kinship) -> int:
    return sum(n.story_id == kin.story_id for n in near)


def _weighed(title: str, rarity: Rarity) -> dict[int, float]:
    return {term: rarity[term] * (1 + log(count)) for term, count in Counter(title_terms(title)).items()}


def _headlines() -> Iterator[Neighbour]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with STREAM.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            made = fingerprint(row["title"], "", f"https://{row['host']}/{number}")
            name = EntryId(str(number))
            yield Neighbour(
                entry_id=name,
                feed_id=FeedId("f"),
                story_id=story_id(name),
                fingerprint=made,
                seen_at=start + WINDOW * number / 6_000,
            )
