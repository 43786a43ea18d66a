"""From a word of a text to the words of all queries that it says, by tables, each surface looked up once.

Pure.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from monitor.query.ast import SHORTEST_PREFIX, Form
from monitor.query.lemma import Lexicon, languages_of, script
from monitor.query.like import alike
from monitor.query.words import Surroundings, Word, is_name_like, may_be_inflected, stem
from monitor.text.tokens import fold, pieces

_MOST_REMEMBERED = 100_000
_LONGEST_REMEMBERED = 60

Ids = tuple[int, ...]


@dataclass(slots=True)
class Forms:
    """Folded surface to the words it is a form of, in one language."""

    said: dict[str, Ids] = field(default_factory=dict)
    learnt: int = 0
    """How many of the words that have forms are in it."""


@dataclass(slots=True)
class Tables:
    """The words of all queries that look into one layer of entries, by number."""

    lexicon: Lexicon
    layer: int = 0
    layers: int = 1
    numbers: dict[Word, int] = field(default_factory=dict)
    exact: dict[str, Ids] = field(default_factory=dict)
    case: dict[str, Ids] = field(default_factory=dict)
    stems: dict[str, Ids] = field(default_factory=dict)
    prefixes: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    likes: list[tuple[str, int]] = field(default_factory=list)
    inflected: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """By script: the words that have forms."""
    forms: dict[tuple[str, str], Forms] = field(default_factory=dict)
    """By language and script; filled when the first entry of a language comes."""

    def add(self, word: Word) -> int:
        """The number of a word, the same each time, and no other layer's."""
        number = self.numbers.get(word)
        if number is None:
            number = len(self.numbers) * self.layers + self.layer
            self._enter(word, number)
            self.numbers[word] = number
        return number

    def _enter(self, word: Word, number: int) -> None:
        match word.form:
            case Form.EXACT:
                _add(self.exact, word.text, number)
            case Form.INFLECTED:
                _add(self.exact, fold(word.text), number)
                self.inflected[script(word.text)][word.text] = number
            case Form.CASE:
                _add(self.case, word.text, number)
            case Form.STEM:
                _add(self.stems, word.text, number)
            case Form.LIKE:
                self.likes.append((word.text, number))
            case Form.PREFIX:
                self.prefixes[word.text[:SHORTEST_PREFIX]].append((word.text, number))

    def said_by(self, text: str, folded: str, around: Surroundings) -> Ids:
        """The numbers of the words that a token says."""
        found = set(self.exact.get(folded, ()))
        if may_be_inflected(text, caseless=around.caseless):
            found.update(self._inflections(text, folded, around))
        if self.case and not around.caseless:
            found.update(self.case.get(unicodedata.normalize("NFC", text), ()))
        if self.stems:
            found.update(self.stems.get(stem(folded), ()))
        starts = self.prefixes.get(folded[:SHORTEST_PREFIX], ()) if self.prefixes else ()
        found.update(number for prefix, number in starts if folded.startswith(prefix))
        if self.likes and is_name_like(text):
            found.update(number for name, number in self.likes if alike(name, folded))
        return tuple(sorted(found))

    def _inflections(self, text: str, folded: str, around: Surroundings) -> Iterable[int]:
        writing = script(text)
        if writing not in self.inflected:
            return
        for language in languages_of(around.language, writing):
            yield from self._forms(language, writing).get(folded, ())

    def _forms(self, language: str, writing: str) -> dict[str, Ids]:
        forms = self.forms.setdefault((language, writing), Forms())
        words = self.inflected[writing]
        if forms.learnt < len(words):
            new = dict(islice(words.items(), forms.learnt, None))
            for word, surfaces in self.lexicon.forms(language, new).items():
                for surface in surfaces:
                    _add(forms.said, surface, new[word])
            forms.learnt += len(new)
        return forms.said


def _add(table: dict[str, Ids], text: str, number: int) -> None:
    table[text] = (*table.get(text, ()), number)


class Memo(dict[str, Ids | None]):
    """Chunk to the numbers of the words its pieces say, None for nothing; filled on first sight, bounded.

    It holds as long as no word is added.
    """

    def __init__(self, tables: Tables, around: Surroundings) -> None:
        super().__init__()
        self.words = len(tables.numbers)
        self._tables, self._around = tables, around
        self._tokens: dict[str, Ids] = {}

    def __missing__(self, chunk: str) -> Ids | None:
        found = {number for piece in pieces(chunk) for number in self.of_token(piece.text, piece.folded)}
        ids = tuple(sorted(found)) or None
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = ids
        return ids

    def of_token(self, text: str, folded: str) -> Ids:
        """The numbers of the words that one token says."""
        ids = self._tokens.get(text)
        if ids is None:
            ids = self._tables.said_by(text, folded, self._around)
            if len(self._tokens) >= _MOST_REMEMBERED:
                self._tokens.clear()
            if len(text) <= _LONGEST_REMEMBERED:
                self._tokens[text] = ids
        return ids
