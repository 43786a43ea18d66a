"""The words of all queries, numbered, and which of them an entry says, and where.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from monitor.model.entry import Entry
from monitor.model.watch import Zone
from monitor.query.analysis import ANYWHERE, Area, Spot, behind, in_area, is_caseless, zone_text, zone_values
from monitor.query.lemma import Lexicon
from monitor.query.passage import Passage
from monitor.query.sieve import LAYERS, Pair, layers_of
from monitor.query.tables import Memo, Tables
from monitor.query.where import language_of
from monitor.query.words import Surroundings, Word
from monitor.text.tokens import chunks

_MOST_MEMOS = 40
"""Languages, times two, whose words are remembered at a time."""
_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "―": " ", "…": " "}
"""Signs that make most texts other than ASCII, each with one of ASCII that cuts words just as it does."""


class Vocabulary:
    """Words by layer and number; what the texts of entries say is remembered."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._tables = tuple(Tables(lexicon, layer, len(LAYERS)) for layer in range(len(LAYERS)))
        self._memos: dict[tuple[int, str | None, bool], Memo] = {}

    def number(self, layer: int, word: Word) -> int:
        """The number of a word in a layer, given to it at first."""
        return self._tables[layer].add(word)

    def known(self, layer: int, word: Word) -> int | None:
        """The number of a word in a layer, if it has one."""
        return self._tables[layer].numbers.get(word)

    def sight(self, entry: Entry) -> Sight:
        """The entry's words."""
        layers = [layer for layer, tables in enumerate(self._tables) if tables.numbers]
        return Sight(self, entry, {layer: self._passages(layer, entry) for layer in layers})

    def _passages(self, layer: int, entry: Entry) -> list[Passage]:
        language, found = language_of(entry.language), []
        for zone in LAYERS[layer]:
            values = [(value, chunks(_plain(value))) for value in zone_values(entry, zone)]
            every = values[0][1] if len(values) == 1 else [chunk for _, some in values for chunk in some]
            if not every:
                continue
            memo = self._memo(layer, language, caseless=is_caseless(every))
            place = (0, 0)
            for value, some in values:
                found.append(Passage(zone, value, place, some, memo))
                place = behind(value, *place)
        return found

    def _memo(self, layer: int, language: str | None, *, caseless: bool) -> Memo:
        key, tables = (layer, language, caseless), self._tables[layer]
        memo = self._memos.get(key)
        if memo is None or memo.words != len(tables.numbers):
            if len(self._memos) >= _MOST_MEMOS:
                self._memos.clear()
            memo = self._memos[key] = Memo(tables, Surroundings(language, caseless))
        return memo


class Sight:
    """One entry's words."""

    __slots__ = ("_passages", "_vocabulary", "present", "texts")

    def __init__(self, vocabulary: Vocabulary, entry: Entry, passages: dict[int, list[Passage]]) -> None:
        self._vocabulary, self._passages = vocabulary, passages
        said = [passage.said for some in passages.values() for passage in some]
        self.present = set[int]().union(*filter(None, chain.from_iterable(said)))
        """The numbers of all words that the entry says somewhere."""
        self.texts = _Texts(entry)
        """The text of each zone."""

    def find(self, word: Word, area: Area) -> Sequence[Spot]:
        """Where the word stands in the area; nowhere for a word that no query has there."""
        if area is ANYWHERE:
            return self._spots(0, word)
        return [
            spot
            for layer in layers_of(area)
            for spot in self._spots(layer, word)
            if spot.zone in area.zones and in_area(spot, area)
        ]

    def stands(self, pair: Pair) -> bool:
        """Whether two words stand near each other."""
        return any(passage.stands(pair) for passage in self._passages[pair.left[0] % len(LAYERS)])

    def _spots(self, layer: int, word: Word) -> list[Spot]:
        number = self._vocabulary.known(layer, word)
        if number is None or number not in self.present:
            return []
        return [spot for passage in self._passages[layer] for spot in passage.spots(number)]


class _Texts(dict[Zone, str]):
    """The text of each zone of an entry, put together when it is first asked for."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry = entry

    def __missing__(self, zone: Zone) -> str:
        text = self[zone] = zone_text(zone_values(self._entry, zone))
        return text


def _plain(text: str) -> str:
    """A text of the same words at the same places; those of ASCII are found much faster."""
    if not text.isascii():
        for sign, plain in _PLAIN.items():
            text = text.replace(sign, plain)
    return text
