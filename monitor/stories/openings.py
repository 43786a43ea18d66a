"""Openings: how many of the recent stories were opened with each term, for words are as telling as they are rare.

Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

from monitor.model.ids import story_id
from monitor.model.story import Neighbour, Stream


class Openings:
    """Stories, and those among them opened with each term; counted, and counted no longer."""

    def __init__(self, stream: Stream = Stream()) -> None:  # noqa: B008  a frozen value
        self._holding = Counter(stream.openings)
        self._stories = stream.stories

    def count(self, neighbour: Neighbour, terms: Iterable[int], by: int) -> None:
        """Count a story once more, or once less, by the entry that opened it; any other entry says nothing here.

        Args:
            neighbour: An entry, in its story.
            terms: The entry's, each once.
            by: 1 or -1.
        """
        if neighbour.story_id != story_id(neighbour.entry_id):
            return
        self._stories += by
        holding = self._holding
        if by > 0:
            holding.update(terms)
            return
        for term in terms:
            holding[term] -= 1
            if not holding[term]:
                del holding[term]

    def stream(self, terms: Iterable[int] | None = None, templates: frozenset[str] = frozenset()) -> Stream:
        """What they say of some terms, now; of all terms, what they say from now on too."""
        found: Mapping[int, int] = self._holding
        if terms is not None:
            found = {term: found[term] for term in found.keys() & terms}
        return Stream(templates=templates, openings=found, stories=self._stories)

    def parts(self) -> dict[str, array[int]]:
        """All of it, as numbers."""
        return {
            "openings": array("I", self._holding),
            "opening counts": array("I", self._holding.values()),
            "stories": array("I", (self._stories,)),
        }

    def fill(self, parts: Mapping[str, array[int]]) -> None:
        """Take in what `parts` gave."""
        self._holding.update(dict(zip(parts["openings"], parts["opening counts"], strict=True)))
        self._stories = parts["stories"][0]
