from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.story import Neighbour
from monitor.stories.record import pack, unpack
from monitor.stories.shelves import Shelves
from monitor.stories.terms import title_terms

KEYS = st.sampled_from([1, 2, 1 + (1 << 14), 1 + (1 << 31), (1 << 32) - 1])
PAIRS = st.sets(st.tuples(KEYS, st.integers(0, 2**32 - 1)), max_size=30)


@given(PAIRS, PAIRS)
def test_shelves_hold_what_was_put_in_and_not_taken_out(kept: set[tuple[int, int]], gone: set[tuple[int, int]]) -> None:
    shelves = Shelves()
    for key, number in kept | gone:
        shelves.add((key,), number)
    for key, number in gone:
        shelves.remove((key,), number)
    left = kept - gone
    assert len(shelves) == len(left)
    for key in {key for key, _ in kept | gone}:
        found = sorted(number for k, number in left if k == key)
        assert shelves.under(key) == found
        assert shelves.latest(key, 2) == found[-2:]
        assert shelves.ends(key, 1, 2) == (found if len(found) <= 3 else [*found[:1], *found[-2:]])


def test_an_empty_shelf_has_nothing() -> None:
    shelves = Shelves()
    assert [shelves.under(5), shelves.latest(5, 9), shelves.ends(5, 1, 1)] == [[], [], []]


@pytest.mark.parametrize("title", ["Island council closes old harbour", "", "旧港口 · Ні"])
def test_a_packed_entry_comes_out_as_it_was(entry: Callable[..., Neighbour], harbour: str, title: str) -> None:
    given_ = entry(title, harbour, "https://strait.example.com/1", ago=1.23456789)
    terms = title_terms(given_.fingerprint.title)
    record = pack(given_, terms, given_.fingerprint.shingles)
    assert unpack(record)[0] == given_
    assert given_.seen_at - unpack(record)[0].seen_at == timedelta()
