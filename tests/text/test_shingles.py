from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.shingles import shingles, word_hash

WORD = st.text("abcdefgh", min_size=1, max_size=4)
WORDS = st.lists(WORD, max_size=40)


def test_a_words_number_is_the_same_in_every_run() -> None:
    assert word_hash("harbour") == 0x4FCB0DB632E24E2


def test_a_texts_shingles_are_the_same_in_every_run() -> None:
    assert shingles(["the", "harbour", "is", "closed"], 3) == (0x3750E1EADECB4A9A, 0xD95602FE3F436D78)


def test_three_words_in_a_row_make_one_shingle() -> None:
    assert len(shingles(["one", "two", "three", "four", "five"], 3)) == 3


def test_a_text_shorter_than_a_shingle_has_none() -> None:
    assert shingles(["one", "two"], 3) == ()
    assert shingles([], 1) == ()


def test_the_order_of_the_words_matters() -> None:
    assert shingles(["dog", "bites", "man"], 3) != shingles(["man", "bites", "dog"], 3)


@given(WORDS, st.integers(1, 4))
def test_shingles_are_sorted_distinct_and_fit_64_bits(words: list[str], size: int) -> None:
    found = shingles(words, size)
    assert list(found) == sorted(set(found))
    assert all(0 <= shingle < 2**64 for shingle in found)
    assert len(found) <= max(len(words) - size + 1, 0)


@given(WORDS, WORDS, st.integers(1, 3))
def test_different_runs_of_words_have_different_numbers(a: list[str], b: list[str], size: int) -> None:
    runs_a = {tuple(a[at : at + size]) for at in range(len(a) - size + 1)}
    runs_b = {tuple(b[at : at + size]) for at in range(len(b) - size + 1)}
    assert len({*shingles(a, size)} & {*shingles(b, size)}) == len(runs_a & runs_b)
