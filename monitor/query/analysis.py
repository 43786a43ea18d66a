"""An entry as queries see it: its zones, their words with positions, and where each word of a query stands.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from monitor.model.entry import Entry
from monitor.model.watch import Zone
from monitor.query.lemma import Lexicon, lexicon
from monitor.query.where import TEXT_ZONES, host_of_entry
from monitor.query.words import Surroundings, Word, says
from monitor.text.tokens import Token, chunks, tokenize

ZONES = tuple(Zone)
"""In the order in which hits are told."""
_LEAD_WORDS = 50
_GAP = 100
"""Positions between two authors or categories, so that no phrase and no NEAR joins them."""
_LONGEST_ZONE = 100_000
"""Characters of a zone that are read, some 16,000 words."""
_FEWEST_FOR_CAPITALS = 4
_JUDGED = 200
"""Words by which a text's capitals are judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Where a clause looks; two that look at the same are one and the same, so `area_of` makes them."""

    zones: tuple[Zone, ...]
    lead: bool
    """Of the body only its first words."""


@cache
def area_of(zones: tuple[Zone, ...], *, lead: bool = False) -> Area:
    """The area of some zones."""
    return Area(zones, lead)


AREAS = {
    **{zone.value: area_of((zone,)) for zone in Zone},
    "lead": area_of((Zone.SUMMARY, Zone.BODY), lead=True),
}
"""By the names of fields."""
ANYWHERE = area_of(TEXT_ZONES)


class Spot(NamedTuple):
    """One place where a word of a query stands."""

    zone: Zone
    first: int
    """Position in words, from 0 at the start of the zone."""
    last: int
    start: int
    """Offset in the zone's text."""
    end: int


Find = Callable[[Word, Area], Sequence[Spot]]
"""Where a word stands within an area, in order of zone and position."""


@dataclass(frozen=True, slots=True)
class ZoneText:
    """The text of one zone and its words."""

    zone: Zone
    text: str
    tokens: tuple[Token, ...]
    around: Surroundings


def zone_values(entry: Entry, zone: Zone) -> tuple[str, ...]:
    """The texts of one zone; only outlet, authors and categories have several."""
    return _VALUES[zone](entry)


def read_part(text: str) -> str:
    """As much of a text as is read."""
    return text[:_LONGEST_ZONE]


def zone_text(values: Sequence[str]) -> str:
    """The one text of a zone that offsets of hits point into."""
    return values[0] if len(values) == 1 else "\n".join(values)


_VALUES: dict[Zone, Callable[[Entry], tuple[str, ...]]] = {
    Zone.TITLE: lambda entry: (read_part(entry.title),),
    Zone.SUMMARY: lambda entry: (read_part(entry.summary),),
    Zone.BODY: lambda entry: (read_part(entry.body),),
    Zone.TAIL: lambda entry: (read_part(entry.tail),),
    Zone.SOURCE: lambda entry: (entry.source, host_of_entry(entry)),
    Zone.AUTHOR: lambda entry: entry.authors,
    Zone.CATEGORY: lambda entry: entry.categories,
    Zone.LANG: lambda entry: (entry.language or "",),
    Zone.COUNTRY: lambda entry: (entry.country or "",),
    Zone.URL: lambda entry: (entry.canonical_url or entry.link or "",),
}


def behind(value: str, start: int, first: int) -> tuple[int, int]:
    """Offset and first position of the text that stands behind another in a zone."""
    return start + len(value) + 1, first + len(value) + _GAP


def _placed(values: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The texts of a zone, each with its offset in the zone's text and the position of its first word."""
    start, first = 0, 0
    for value in values:
        yield value, start, first
        start, first = behind(value, start, first)


def zone_tokens(values: Sequence[str]) -> list[Token]:
    """The words of a zone, with a gap in their positions between two of its texts."""
    return [
        Token(
            token.text,
            token.folded,
            token.start + start,
            token.end + start,
            token.first + position,
            token.last + position,
        )
        for value, start, position in _placed(values)
        for token in tokenize(value)
    ]


def is_caseless(found: Sequence[str]) -> bool:
    """Whether more than 80 % of a text's words are in capitals, so that capitals say nothing.

    Args:
        found: The chunks of the text.
    """
    capitals = sum(map(str.isupper, found[:_JUDGED]))
    if capitals < _FEWEST_FOR_CAPITALS or capitals * 5 <= min(len(found), _JUDGED) * 2:
        return False
    return capitals > 0.8 * sum(chunk.upper() != chunk.lower() for chunk in found[:_JUDGED])


def in_area(spot: Spot, area: Area) -> bool:
    """Whether a spot of one of the area's zones lies within the area."""
    return not area.lead or spot.zone is not Zone.BODY or spot.first < _LEAD_WORDS


@dataclass(slots=True)
class Analysis:
    """An entry's words, looked through one by one for each word of a query: slow, plain, the oracle of tests."""

    zones: Mapping[Zone, ZoneText]
    lexicon: Lexicon
    _found: dict[tuple[Word, Zone], tuple[Spot, ...]] = field(default_factory=dict)

    def find(self, word: Word, area: Area) -> list[Spot]:
        """Where the word stands in the area."""
        return [spot for zone in area.zones for spot in self._in(word, self.zones[zone]) if in_area(spot, area)]

    def _in(self, word: Word, zone: ZoneText) -> tuple[Spot, ...]:
        key = (word, zone.zone)
        if key not in self._found:
            self._found[key] = tuple(
                Spot(zone.zone, token.first, token.last, token.start, token.end)
                for token in zone.tokens
                if says(word, token, zone.around, self.lexicon)
            )
        return self._found[key]


def analyse(entry: Entry, known: Lexicon | None = None) -> Analysis:
    """The entry with the words of all its zones."""
    texts = {zone: zone_values(entry, zone) for zone in Zone}
    zones = {
        zone: ZoneText(zone, zone_text(values), tuple(zone_tokens(values)), _around(entry, zone_text(values)))
        for zone, values in texts.items()
    }
    return Analysis(zones, known or lexicon())


def _around(entry: Entry, text: str) -> Surroundings:
    return Surroundings(entry.language, is_caseless(chunks(text)))
