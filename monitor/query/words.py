"""A leaf's words, and what it means that a word of a text is one of them.

This is the meaning; the percolator's tables are only a faster way to the same answers.

Pure.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.query.ast import Form, Leaf
from monitor.query.lemma import Lexicon, languages_of, script
from monitor.query.like import alike
from monitor.text.tokens import Token, fold, tokenize

_STEM_ENDINGS = {
    "latin": (
        *("itationals", "itational", "ationals", "ational", "itations", "itation", "ations", "ation", "ators", "ator"),
        *("ements", "ement", "ments", "ment", "nesses", "ness", "ities", "ity", "ances", "ance", "ences", "ence"),
        *("ables", "able", "ible", "ives", "ive", "ings", "ing", "ers", "er", "ors", "or", "ists", "ist", "isms"),
        *("ism", "ions", "ion", "ally", "als", "al", "ly", "ed", "es", "en", "s", "e", "y"),
    ),
    "cyrillic": (
        *("еннями", "еннях", "енням", "ення", "ениями", "ениях", "ением", "ение", "ения", "ений", "ених", "ення"),
        *("ями", "ами", "ях", "ах", "ого", "его", "ому", "ему", "ими", "ый", "ий", "ій", "ая", "яя", "ое", "ее"),
        *("ів", "ов", "ев", "ей", "ом", "ем", "ою", "ею", "ти", "ть", "ли", "ла", "ло", "ую", "юю", "их", "ых"),
        *("а", "я", "о", "е", "и", "і", "ы", "у", "ю", "ь", "й", "в"),
    ),
}
_SHORTEST_STEM = 4


class Word(NamedTuple):
    """One word of a leaf."""

    form: Form
    text: str
    """CASE and INFLECTED: as written; STEM: its stem; else folded."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a word's meaning depends on besides itself."""

    language: str | None
    """Language tag of the entry."""
    caseless: bool
    """The text around it is written in capitals, which then say nothing."""


@lru_cache(maxsize=50_000)
def ways(leaf: Leaf) -> tuple[tuple[Word, ...], ...]:
    """The ways to say a leaf, each a row of words in a row: `F-16` is `F 16` or `F16`."""
    tokens = tokenize(leaf.text)
    apart = [token for token in tokens if token.first == token.last]
    joined = [token for token in tokens if token.first != token.last]
    found = [tuple(_word(leaf.form, token) for token in apart)]
    if joined:
        covered = {at for token in joined for at in range(token.first, token.last + 1)}
        rest = [token for token in apart if token.first not in covered]
        found.append(
            tuple(_word(leaf.form, token) for token in sorted([*rest, *joined], key=lambda token: token.first))
        )
    return tuple(found)


def _word(form: Form, token: Token) -> Word:
    match form:
        case Form.CASE | Form.INFLECTED:
            return Word(form, unicodedata.normalize("NFC", token.text))
        case Form.STEM:
            return Word(form, stem(token.folded))
        case _:
            return Word(form, token.folded)


def says(word: Word, token: Token, around: Surroundings, lexicon: Lexicon) -> bool:
    """Whether a token of a text is the word."""
    match word.form:
        case Form.EXACT:
            return token.folded == word.text
        case Form.INFLECTED:
            return token.folded == fold(word.text) or _is_inflection(word, token, around, lexicon)
        case Form.CASE:
            return not around.caseless and unicodedata.normalize("NFC", token.text) == word.text
        case Form.STEM:
            return stem(token.folded) == word.text
        case Form.LIKE:
            return is_name_like(token.text) and alike(word.text, token.folded)
        case Form.PREFIX:
            return token.folded.startswith(word.text)


def _is_inflection(word: Word, token: Token, around: Surroundings, lexicon: Lexicon) -> bool:
    if script(word.text) != script(token.text) or not may_be_inflected(token.text, caseless=around.caseless):
        return False
    tongues = languages_of(around.language, script(token.text))
    return any(token.folded in lexicon.forms(language, (word.text,))[word.text] for language in tongues)


def may_be_inflected(text: str, *, caseless: bool) -> bool:
    """All-capitals words are names of their own (`WHO`), unless the text around them is in capitals too."""
    return caseless or not (text.isupper() and len(text) > 1)


def is_name_like(text: str) -> bool:
    """Whether a word begins with a capital, as names do."""
    return text[0].isupper()


@lru_cache(maxsize=50_000)
def stem(folded: str) -> str:
    """The word without its endings, four letters at least: `invit` of `invite`, `invitation` and `Invitational`."""
    endings = _STEM_ENDINGS.get(script(folded), ())
    for ending in endings:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
            return folded[: -len(ending)]
    return folded
