"""Segments: the articles of a part of a corpus by headline, by telling words, and by a sample of their passages.

A segment is made once, stored, and searched as it is stored: sorted numbers side by side, nothing to build at start.
Shingles stand on levels, by how many zeros their hash ends with: level n is asked for one shingle in 2**n.

Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain

from monitor.model.story import Article, Postings, Segment
from monitor.stories.rarity import background
from monitor.text.shingles import word_hash

TITLE, TERM = "title", "term"

FINEST, COARSEST = 2, 7
"""One shingle in four is indexed at all; very great corpora are asked by one in 128."""

MOST_POSTED = 4_000_000
"""Shingles held in memory, at eight bytes each."""

TERMS = 32
"""Terms of an article's lead by which it is found: the rarest ones."""

_ALWAYS = (1 << FINEST) - 1
_LOW = 0xFFFFFFFF


def segment_of(articles: Iterable[tuple[int, Article]]) -> Segment:
    """The segment of some articles, each with its number, from 1 to 2**32."""
    titles: list[int] = []
    telling: list[int] = []
    sampled: list[int] = []
    count = 0
    for number, article in articles:
        count += 1
        if article.title_key:
            titles.append(title_hash(article.title_key) << 32 | number)
        telling += [term << 32 | number for term in _telling(article)]
        sampled += [shingle << 32 | number for shingle in article.shingles if not shingle & _ALWAYS]
    parts = {TITLE: _postings(titles), TERM: _postings(telling)}
    return Segment(articles=count, parts={**parts, **_levels(sampled)})


def merged(segments: Sequence[Segment]) -> Segment:
    """One segment with everything that stands in several."""
    names = {name for segment in segments for name in segment.parts}
    parts = {name: _postings(list(chain.from_iterable(_pairs(s.parts.get(name)) for s in segments))) for name in names}
    return Segment(articles=sum(segment.articles for segment in segments), parts=parts)


def parts_from(level: int) -> tuple[str, ...]:
    """The names of a segment's parts when shingles are asked from this level on."""
    return (TITLE, TERM, *(f"shingle {n}" for n in range(level, COARSEST + 1)))


def level_for(words: int) -> int:
    """From which level on the shingles of so many words are held in memory."""
    level = FINEST
    while words >> level > MOST_POSTED and level < COARSEST:
        level += 1
    return level


def shingle_part(shingle: int) -> str:
    """Where a shingle of level 2 or more stands."""
    return f"shingle {min((shingle & -shingle).bit_length() - 1, COARSEST) if shingle else COARSEST}"


def title_hash(key: str) -> int:
    """The number by which a normalised headline is found, below 2**32."""
    return word_hash(key) >> 32


def under(postings: Iterable[Postings], key: int) -> list[array[int]]:
    """The numbers of the articles that hold a key, one array for each postings that know it."""
    found = []
    for posted in postings:
        keys = posted.keys
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            found.append(posted.numbers[at : bisect_right(keys, key, at)])
    return found


def _levels(sampled: Iterable[int]) -> dict[str, Postings]:
    levels: dict[str, list[int]] = {name: [] for name in parts_from(FINEST)[2:]}
    for pair in sampled:
        levels[shingle_part(pair >> 32)].append(pair)
    return {name: _postings(found) for name, found in levels.items()}


def _telling(article: Article) -> Sequence[int]:
    weights: Mapping[int, float] = {term: weight * background(term) for term, weight in article.lead}
    return nlargest(TERMS, weights, key=weights.__getitem__) if len(weights) > TERMS else tuple(weights)


def _pairs(posted: Postings | None) -> Iterator[int]:
    if posted is not None:
        yield from (key << 32 | number for key, number in zip(posted.keys, posted.numbers, strict=True))


def _postings(pairs: list[int]) -> Postings:
    pairs.sort()
    return Postings(array("I", [pair >> 32 for pair in pairs]), array("I", [pair & _LOW for pair in pairs]))
