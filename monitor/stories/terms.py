"""Terms: what is left of words when only the subject counts, as small stable numbers.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from monitor.text.lists import read_words
from monitor.text.shingles import word_hash

_TRANSLITERATED = ("iy", "yy", "ij", "yi")

LEAD_CHARACTERS = 300
"""How much of a text stands for its subject beside the headline."""


def title_terms(title: str) -> tuple[int, ...]:
    """The terms of a normalised headline, in order, with repeats."""
    return _title_terms(title)


def lead_terms(title: str, lead: Iterable[str]) -> tuple[int, ...]:
    """The terms of a normalised headline and of the words its text begins with, sorted, with repeats."""
    return tuple(sorted((*_title_terms(title), *terms(lead))))


def terms(found: Iterable[str]) -> list[int]:
    """The terms of folded words, in order: stop words and single letters left out, the rest as stems.

    Of scripts that put no space between words, each two neighbouring characters are a term.
    """
    words = list(found)
    if all(map(str.isascii, words)):
        return [term for term in map(term_of, words) if term]
    kept = []
    before = ""
    for word in words:
        dense = len(word) == 1 and (word >= "\u2e80" or "\u0e00" <= word <= "\u0e7f")
        if term := term_of(before + word if dense else word):
            kept.append(term)
        before = word if dense else ""
    return kept


@lru_cache(maxsize=1 << 16)
def term_of(word: str) -> int:
    """The number of a folded word's stem, in 1..2**31; 0 for a word that says nothing of a subject."""
    if word in _stop_words() or (len(word) == 1 and not word.isdigit()):
        return 0
    return 1 + (word_hash(stem(word)) >> 33)


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A folded word without the commonest endings of English; others only lose what looks the same.

    Light on purpose: `killing`, `killed`, `kills` and `kill` are one, `accession` and `access` stay two. The ways in
    which papers write one Slavic name, `Zelensky`, `Zelenskiy` and `Zelenskyy`, are one.
    """
    if len(word) > 5 and word.endswith(_TRANSLITERATED):
        return word[:-2] + "y"
    word = _singular(word)
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing of a story's subject."""
    return word in _stop_words()


def spread(found: Sequence[int]) -> dict[int, int]:
    """How often each term occurs."""
    counts = dict.fromkeys(found, 1)
    if len(counts) < len(found):
        counts = dict.fromkeys(found, 0)
        for term in found:
            counts[term] += 1
    return counts


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "siu":
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 12)
def _title_terms(title: str) -> tuple[int, ...]:
    return tuple(terms(title.split()))


@cache
def _stop_words() -> frozenset[str]:
    return frozenset().union(*read_words("monitor.stories", "stopwords.txt").values())
