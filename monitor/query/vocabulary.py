"""The words of all queries, numbered, and which of them an entry says, and where.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from monitor.model.entry import Entry
from monitor.model.watch import Zone
from monitor.query.analysis import ANYWHERE, Area, Spot, behind, in_area, is_caseless, zone_text, zone_values
from monitor.query.lemma import Lexicon
from monitor.query.sieve import LAYERS, layers_of
from monitor.query.tables import Memo, Tables
from monitor.query.where import language_of
from monitor.query.words import Surroundings, Word
from monitor.text.tokens import chunks, gaps_and_chunks, pieces, width

_MOST_MEMOS = 40
"""Languages, times two, whose words are remembered at a time."""


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
            values = [(value, chunks(value)) for value in zone_values(entry, zone)]
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


class _Places(NamedTuple):
    """Where the chunks of a text stand."""

    offsets: list[int]
    """Of each gap and chunk in turn, in the zone's text."""
    firsts: Sequence[int]
    """Position of each chunk's first word."""
    said_at: dict[int, list[int]]
    """The chunks that say a word, by its number."""


class Passage:
    """One text of a zone, cut up; where its words stand is worked out when it is asked for."""

    __slots__ = ("_chunks", "_known", "_memo", "_place", "_text", "_zone", "said")

    def __init__(self, zone: Zone, text: str, place: tuple[int, int], found: list[str], memo: Memo) -> None:
        self._zone, self._text, self._place, self._chunks, self._memo = zone, text, place, found, memo
        self.said = [*map(memo.__getitem__, found)]
        """The numbers of the words that each chunk says."""
        self._known: _Places | None = None

    def spots(self, number: int) -> list[Spot]:
        """Where one word stands, in order."""
        known = self._known
        if known is None:
            known = self._known = self._places()
        return [spot for at in known.said_at.get(number, ()) for spot in self._spots_in(at, number, known)]

    def _spots_in(self, at: int, number: int, known: _Places) -> tuple[Spot, ...]:
        """Where the word stands in one chunk: it says the word, so a chunk of one token is the word."""
        zone, chunk, start, first = self._zone, self._chunks[at], known.offsets[2 * at + 1], known.firsts[at]
        if chunk.isalnum():
            return (Spot(zone, first, first, start, start + len(chunk)),)
        return tuple(
            Spot(zone, first + piece.first, first + piece.last, start + piece.start, start + piece.end)
            for piece in pieces(chunk)
            if number in self._memo.of_token(piece.text, piece.folded)
        )

    def _places(self) -> _Places:
        said_at: dict[int, list[int]] = {}
        for at, numbers in enumerate(self.said):
            for number in numbers or ():
                said_at.setdefault(number, []).append(at)
        start, first = self._place
        offsets = list(accumulate(map(len, gaps_and_chunks(self._text)), initial=start))
        return _Places(offsets, _positions(self._chunks, first), said_at)


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
        if area == ANYWHERE:
            return self._spots(0, word)
        return [
            spot
            for layer in layers_of(area)
            for spot in self._spots(layer, word)
            if spot.zone in area.zones and in_area(spot, area)
        ]

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


def _positions(found: list[str], first: int) -> Sequence[int]:
    """The position of each chunk's first word."""
    if "".join(found).isalnum():
        return range(first, first + len(found))
    return list(accumulate((1 if chunk.isalnum() else width(pieces(chunk)) for chunk in found), initial=first))
