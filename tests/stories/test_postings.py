from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.postings import Postings

STEPS = st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abc")), st.integers(0, 4)), max_size=40)


@given(STEPS)
def test_postings_hold_what_was_put_in_and_not_taken_out(steps: list[tuple[bool, set[str], int]]) -> None:
    postings, expected = Postings[str](), dict[str, list[int]]()
    for puts, keys, number in steps:
        there = {key for key in keys if number in expected.get(key, [])}
        if puts:
            postings.add(keys - there, number)
            for key in keys - there:
                expected.setdefault(key, []).append(number)
        else:
            postings.remove(there, number)
            for key in there:
                expected[key].remove(number)
    for key in "abc":
        assert list(postings.under(key)) == expected.get(key, [])
        assert postings.count(key) == len(expected.get(key, []))
    assert len(postings) == sum(1 for found in expected.values() if found)


def test_what_was_never_put_in_cannot_be_taken_out() -> None:
    with pytest.raises(KeyError):
        Postings[str]().remove("a", 1)
