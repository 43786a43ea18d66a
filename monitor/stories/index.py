"""By what recent entries are found: page, headline, telling terms, passages, story and name.

Of a text's shingles a sample is kept. A shingle is sampled by its own value, so that two texts choose the same ones.

Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from zlib import crc32

from monitor.model.ids import EntryId, StoryId
from monitor.model.story import Fingerprint, Neighbour
from monitor.stories.copies import ENOUGH_SHINGLES
from monitor.stories.postings import Postings
from monitor.stories.rarity import background
from monitor.stories.shelves import Shelves
from monitor.stories.terms import title_terms
from monitor.stories.vectors import Vectors

HEAVY = 12
"""Terms of an entry that are looked up, beside the rarer half of its headline's."""

MOST_POSTINGS = 400
"""A term that more live entries hold is not looked up; of those with one headline, page or passage, so many of the
latest are looked at."""

FLOOR, TITLE_FLOOR = 0.08, 0.15
"""Share of the weight of a text, or of a bare headline, that an entry must have in common to come into question.

With 0.1 for a text fewer repeats were found.
"""

FAINT = 0.1
"""As alike as this, by the terms looked up, an entry must be. With 0.12 fewer repeats were found."""

EVIDENT = 1.0
"""From this score on an entry is looked at in any case: it has the page, the headline or passages in common."""

_SAMPLED_SHORT, _SAMPLED_LONG, _LONG = 2, 4, 128
_SAME_PAGE, _SAME_TITLE, _PASSAGES = 8.0, 4.0, 2.0
_ROUNDING = 1e-9

_Shared = tuple[float, Sequence[int]]


class Index:
    """Entries, each by a number below 2**32, under what they are found by; a hash may bring a stranger along."""

    def __init__(self) -> None:
        self._terms = Postings[int]()
        self._entries, self._stories = Shelves(), Shelves()
        self._pages, self._titles, self._shingles = Shelves(), Shelves(), Shelves()

    def put(self, number: int, neighbour: Neighbour, shingles: Sequence[int]) -> None:
        """Put an entry in, to be found by these shingles."""
        self._terms.add(terms_of(neighbour.fingerprint), number)
        for shelves, keys in self._shelved(neighbour, shingles):
            shelves.add(keys, number)

    def remove(self, number: int, neighbour: Neighbour, shingles: Sequence[int]) -> None:
        """Take an entry out that was put in so."""
        self._terms.remove(terms_of(neighbour.fingerprint), number)
        for shelves, keys in self._shelved(neighbour, shingles):
            shelves.remove(keys, number)

    def move(self, number: int, left: StoryId, joined: StoryId) -> None:
        """Put an entry from one story into another."""
        self._stories.remove((_hash(left),), number)
        self._stories.add((_hash(joined),), number)

    def of_entry(self, entry_id: EntryId) -> list[int]:
        """The entry of that name, if it is in, and perhaps strangers."""
        return self._entries.under(_hash(entry_id))

    def of_story(self, story_id: StoryId) -> list[int]:
        """The entries of a story in the order in which they came, and perhaps strangers."""
        return self._stories.under(_hash(story_id))

    def ends_of_story(self, story_id: StoryId, first: int, latest: int) -> list[int]:
        """The same, of many only the first few and the latest."""
        return self._stories.ends(_hash(story_id), first, latest)

    def nearest(self, text: Vectors, limit: int, measure: Callable[[int], tuple[int, float]]) -> list[int]:
        """The entries that a text may be a copy of or tell the story of, best candidates first.

        Args:
            text: The text, weighed.
            limit: So many entries at most.
            measure: Tells how many shingles an entry has, all of them, and how long its text is as a vector.
        """
        print_, scores = text.print, dict[int, float]()
        if len(print_.shingles) >= ENOUGH_SHINGLES:
            self._add_passages(scores, print_, measure)
        if print_.title:
            _raise(scores, self._titles.latest(_hash(print_.title), MOST_POSTINGS), _SAME_TITLE)
        if print_.page:
            _raise(scores, self._pages.latest(print_.page, MOST_POSTINGS), _SAME_PAGE)
        floor, length = FLOOR if text.has_lead else TITLE_FLOOR, text.lead.length
        self._add_terms(scores, self._shares(text), floor)
        shares = sorted([(score, number) for number, score in scores.items() if score >= floor], reverse=True)
        likely = [
            (score if score >= EVIDENT else score * length / measure(number)[1], number)
            for score, number in shares[: 2 * limit]
        ]
        return [number for score, number in sorted(likely, reverse=True)[:limit] if score >= FAINT]

    def parts(self) -> dict[str, array[int]]:
        """All of it, as numbers."""
        terms, counts, entries = self._terms.parts()
        found = {"terms": terms, "term counts": counts, "term entries": entries}
        for name, shelves in self._all_shelves():
            found[f"{name} sizes"], found[name] = shelves.parts()
        return found

    def fill(self, parts: Mapping[str, array[int]]) -> None:
        """Take in what `parts` gave."""
        self._terms.fill(parts["terms"], parts["term counts"], parts["term entries"])
        for name, shelves in self._all_shelves():
            shelves.fill(parts[f"{name} sizes"], parts[name])

    def _all_shelves(self) -> Iterable[tuple[str, Shelves]]:
        yield "ids", self._entries
        yield "members", self._stories
        yield "pages", self._pages
        yield "titles", self._titles
        yield "shingles", self._shingles

    def _shelved(self, neighbour: Neighbour, shingles: Sequence[int]) -> Iterable[tuple[Shelves, Iterable[int]]]:
        print_ = neighbour.fingerprint
        yield self._entries, (_hash(neighbour.entry_id),)
        yield self._stories, (_hash(neighbour.story_id),)
        yield self._pages, (print_.page,) if print_.page else ()
        yield self._titles, (_hash(print_.title),) if print_.title else ()
        yield self._shingles, _sample(shingles, _rate(len(shingles)))

    def _add_terms(self, scores: dict[int, float], shared: list[_Shared], floor: float) -> None:
        """Add to each entry the share of the text's weight that it has in common, 0..1.

        The heaviest term comes first. Once the rest of them together stay below the floor, they only add to entries
        that are in already.

        Source:
            Turtle and Flood, Query evaluation: strategies and optimizations, 1995.
        """
        rest = sum(share for share, _ in shared)
        for share, entries in sorted(shared, key=_share, reverse=True):
            _raise(scores, entries if rest + _ROUNDING >= floor else scores.keys() & entries, share)
            rest -= share

    def _shares(self, text: Vectors) -> list[_Shared]:
        """Of each term that is looked up, its share of the text's weight, and the entries that hold it."""
        parts, weight, headline = text.lead.parts, text.lead.length**2, text.title.parts
        heavy = set(sorted(parts, key=parts.__getitem__, reverse=True)[:HEAVY])
        heavy.update(sorted(headline, key=background, reverse=True)[: len(headline) // 2 + 1])
        found = ((parts[term] / weight, self._terms.under(term)) for term in heavy)
        return [(share, entries) for share, entries in found if 0 < len(entries) <= MOST_POSTINGS]

    def _add_passages(
        self, scores: dict[int, float], print_: Fingerprint, measure: Callable[[int], tuple[int, float]]
    ) -> None:
        """Add twice the share of the shorter text's passages that it seems to have in common."""
        found: Counter[int] = Counter()
        for key in _sample(print_.shingles, _SAMPLED_SHORT):
            found.update(self._shingles.latest(key, MOST_POSTINGS))
        for number, count in found.items():
            theirs, _ = measure(number)
            shorter = min(len(print_.shingles), theirs)
            scores[number] = scores.get(number, 0.0) + _PASSAGES * min(count * _rate(theirs) / shorter, 1.0)


def terms_of(print_: Fingerprint) -> set[int]:
    """The terms by which an entry is found, each once."""
    return set(print_.terms or title_terms(print_.title))


def _raise(scores: dict[int, float], numbers: Iterable[int], by: float) -> None:
    get = scores.get
    for number in numbers:
        scores[number] = get(number, 0.0) + by


def _share(shared: _Shared) -> float:
    return shared[0]


def _hash(name: str) -> int:
    """A name as a small number; two that collide only cost a look."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def _sample(shingles: Sequence[int], rate: int) -> set[int]:
    """The shingles that are kept: every second, of long texts every fourth, by their lowest bits."""
    return {key for key in [shingle >> 34 for shingle in shingles] if key % rate == 0}


def _rate(size: int) -> int:
    return _SAMPLED_SHORT if size <= _LONG else _SAMPLED_LONG
