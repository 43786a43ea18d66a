"""The words of all queries, numbered, and which of them an entry says, and where.

Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.model.entry import Entry
from monitor.model.watch import Zone
from monitor.query.analysis import ANYWHERE, Area, Spot, in_area, is_caseless, placed, read_part, texts, zone_text
from monitor.query.lemma import Lexicon
from monitor.query.sieve import LAYERS, layers_of
from monitor.query.tables import Ids, Memo, Tables
from monitor.query.where import language_of
from monitor.query.words import Surroundings, Word
from monitor.text.tokens import chunk_places, chunks, pieces, width

_MOST_MEMOS = 40
"""Languages, times two, whose words are remembered at a time."""

Spots = dict[int, list[Spot]]


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

    def present(self, entry: Entry) -> set[int]:
        """The numbers of all words that the entry says somewhere."""
        found: set[int] = set()
        language = language_of(entry.language)
        for layer, tables in enumerate(self._tables):
            if not tables.numbers:
                continue
            for text in _layer_texts(entry, layer):
                runs = chunks(text)
                memo = self._memo(layer, language, caseless=is_caseless(runs))
                found.update(*filter(None, map(memo.__getitem__, runs)))
        return found

    def spots(self, layer: int, zones: dict[Zone, tuple[str, ...]], language: str | None) -> Spots:
        """Where each word of a layer stands in these texts, in order."""
        found: Spots = defaultdict(list)
        for zone in LAYERS[layer]:
            memo = self._memo(layer, language, caseless=is_caseless(chunks(zone_text(zones[zone]))))
            for spot, numbers in _said(zone, zones[zone], memo):
                for number in numbers:
                    found[number].append(spot)
        return found

    def _memo(self, layer: int, language: str | None, *, caseless: bool) -> Memo:
        key = (layer, language, caseless)
        memo = self._memos.get(key)
        if memo is None:
            if len(self._memos) >= _MOST_MEMOS:
                self._memos.clear()
            memo = self._memos[key] = Memo(self._tables[layer], Surroundings(language, caseless))
        return memo


@dataclass(slots=True)
class Sight:
    """One entry's words, each layer looked through when it is first asked for."""

    vocabulary: Vocabulary
    zones: dict[Zone, tuple[str, ...]]
    language: str | None
    layers: dict[int, Spots] = field(default_factory=dict)

    def find(self, word: Word, area: Area) -> Sequence[Spot]:
        """Where the word stands in the area; nowhere for a word that no query has there."""
        if area == ANYWHERE:
            return self._spots(0, word)
        return [
            spot
            for layer in layers_of(area)
            for spot in self._spots(layer, word)
            if spot.zone in area.zones and in_area(spot, area)
        ]

    def _spots(self, layer: int, word: Word) -> Sequence[Spot]:
        number = self.vocabulary.known(layer, word)
        if number is None:
            return ()
        if layer not in self.layers:
            self.layers[layer] = self.vocabulary.spots(layer, self.zones, self.language)
        return self.layers[layer].get(number, ())


def sight(vocabulary: Vocabulary, entry: Entry) -> Sight:
    """The entry as the vocabulary sees it."""
    return Sight(vocabulary, texts(entry), language_of(entry.language))


def _said(zone: Zone, values: tuple[str, ...], memo: Memo) -> Iterator[tuple[Spot, Ids]]:
    """The words of a zone that any query asks for, with their numbers; the others only take their positions."""
    for value, start, position in placed(values):
        first = position
        for chunk, at in chunk_places(value):
            if memo[chunk] is None and chunk.isalnum():
                first += 1
                continue
            found = pieces(chunk)
            for piece in found:
                if numbers := memo.of_token(piece.text, piece.folded):
                    here = start + at
                    yield (
                        Spot(zone, first + piece.first, first + piece.last, here + piece.start, here + piece.end),
                        numbers,
                    )
            first += width(found)


def _layer_texts(entry: Entry, layer: int) -> tuple[str, ...]:
    if layer == 0:
        return tuple(read_part(text) for text in (entry.title, entry.summary, entry.body) if text)
    zones = texts(entry)
    return tuple(zone_text(zones[zone]) for zone in LAYERS[layer])
