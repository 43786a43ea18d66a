from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.story import Stream
from monitor.stories.copies import fingerprint
from monitor.stories.rarity import MOST, Rarity, background, cosine, weighted
from monitor.stories.terms import stem, term_of, terms, title_terms
from monitor.text.tokens import words

STREAM = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "stories" / "stream_60k.jsonl"


@pytest.mark.parametrize(
    "same", [("kill", "kills", "killed", "killing"), ("country", "countries"), ("close", "closing")]
)
def test_forms_of_one_word_are_one_term(same: tuple[str, ...]) -> None:
    assert len({term_of(word) for word in same}) == 1


@pytest.mark.parametrize(
    ("a", "b"), [("access", "accession"), ("import", "important"), ("class", "clas"), ("bus", "bu")]
)
def test_different_words_stay_two(a: str, b: str) -> None:
    assert stem(a) != stem(b)


@pytest.mark.parametrize("word", ["the", "und", "les", "para", "della", "что", "який", "x", "breaking"])
def test_words_without_a_subject_are_left_out(word: str) -> None:
    assert terms([word]) == []


@pytest.mark.parametrize("word", ["war", "us", "men", "sea", "man"])
def test_a_word_is_kept_where_it_only_looks_like_a_foreign_stop_word(word: str) -> None:
    assert len(terms([word])) == 1


def test_two_neighbouring_characters_are_a_term_where_words_have_no_spaces() -> None:
    assert terms(words("旧港口")) == terms(["旧港", "港口"])


def test_terms_are_small_numbers() -> None:
    assert all(0 < term < 2**31 + 1 for term in terms(words("Harbour wall to be torn down in 2026")))


def test_a_lead_is_headline_and_the_beginning_of_the_text() -> None:
    found = fingerprint("Harbour wall", "The harbour is shut. " + "x" * 300 + " otters", None).terms
    assert sorted(title_terms("harbour wall")) == sorted(set(title_terms("harbour wall")) & set(found))
    assert term_of("otters") not in found
    assert found.count(term_of("harbour")) == 2


def test_a_rare_word_says_more_than_a_common_one() -> None:
    assert background(term_of("trump")) < background(term_of("harbour")) < background(term_of("zzyzx")) == MOST


@pytest.mark.parametrize("name", ["zzyzx", "harbour", "trump"])
def test_the_more_recent_stories_open_with_a_word_the_less_it_says(name: str) -> None:
    word = term_of(name)
    said = [Rarity(Stream(openings={word: stories}, stories=10_000))[word] for stories in (0, 1, 100, 10_000)]
    assert said == sorted(said, reverse=True)
    assert said[0] == background(word)
    assert said[-1] < 0.3


@given(st.integers(0, 5_000), st.integers(0, 100_000))
def test_no_word_says_more_than_the_shipped_table_knows(openings: int, others: int) -> None:
    word = term_of("harbour")
    found = Rarity(Stream(openings={word: openings}, stories=openings + others))[word]
    assert 0 <= found <= background(word)


TERMS = st.lists(st.integers(1, 30), max_size=20).map(tuple)


@given(TERMS, TERMS)
def test_similarity_is_symmetric_and_between_none_and_all(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    left, right = weighted(a, Rarity()), weighted(b, Rarity())
    assert cosine(left, right) == pytest.approx(cosine(right, left))
    assert -1e-9 <= cosine(left, right) <= 1 + 1e-9
    assert cosine(left, left) == pytest.approx(1.0 if a else 0.0)


@pytest.mark.shared
@pytest.mark.skipif(not STREAM.exists(), reason="the folder of labelled stories is not beside the project")
def test_the_shipped_table_counts_the_headlines_of_the_shared_stream() -> None:
    counts: Counter[str] = Counter()
    titles = [json.loads(line)["title"] for line in STREAM.read_text("utf-8").splitlines()]
    for title in titles:
        counts.update({stem(word) for word in words(title) if term_of(word)})
    rows = [f"{word}\t{count}" for word, count in sorted(counts.items()) if count > 1]
    table = files("monitor.data").joinpath("terms.txt").read_text("utf-8")
    assert table.splitlines() == [f"# headlines\t{len(titles)}", *rows]
    assert len(table.encode()) < 400_000
