from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.like import alike, distance

names = st.text("aeiyhkcszjvt", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("name", "candidate", "verdict"),
    [
        ("zelensky", "zelenskyy", True),
        ("zelensky", "zelenskiy", True),
        ("zelensky", "zelenskij", True),
        ("zelensky", "selenskyj", True),
        ("zelensky", "zielinski", False),
        ("gaddafi", "qaddafi", True),
        ("chernihiv", "chernigov", True),
        ("putin", "putins", False),
        ("putin", "poutine", False),
        ("kyiv", "kiev", False),
        ("biden", "bidden", True),
        ("biden", "burden", False),
    ],
)
def test_spellings_of_one_name_are_told_from_other_names(name: str, candidate: str, verdict: bool) -> None:
    assert alike(name, candidate) is verdict


@given(names, names)
def test_it_is_as_far_there_as_back(one: str, two: str) -> None:
    assert distance(one, two) == distance(two, one)


@given(names, names)
def test_only_equal_names_are_at_no_distance(one: str, two: str) -> None:
    assert (distance(one, two) == 0) is (one == two)


@given(names, names)
def test_giving_up_early_changes_no_answer(one: str, two: str) -> None:
    assert (distance(one, two, 1.0) <= 1.0) is (distance(one, two) <= 1.0)
