"""The corpora that the configuration names: each holds what its path holds, also after the path changed.

Flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from monitor.corpus.articles import shipped_seeds
from monitor.corpus.importing import GoOn, Imported, import_files
from monitor.corpus.sources import manifest
from monitor.store.store import Store
from monitor.stories.known import CorpusIndex
from monitor.stories.segments import level_for, merged, parts_from, segment_of

SEEDS = "seeds"
_SMALL = 1_024
"""Articles below which a segment is put together with others when it is read."""


class Difference(NamedTuple):
    """A configured corpus that is not what its path holds."""

    name: str
    path: Path
    is_new: bool
    """It was never read; else its files have changed."""

    def __str__(self) -> str:
        """What is the matter, for people."""
        why = "was not read yet" if self.is_new else "has changed since it was read"
        return f"the corpus {self.name} {why}: {self.path}"


def differences(store: Store, configured: Mapping[str, Path]) -> Iterator[Difference]:
    """The configured corpora whose files are not those that were read; looks at names, sizes and times only."""
    read = {summary.name: summary.sources for summary in store.corpora.list()}
    for name, path in configured.items():
        if read.get(name) != (manifest([path]).source,):
            yield Difference(name, path, name not in read)


def follow(store: Store, different: Difference, go_on: GoOn = lambda _: True) -> Imported:
    """Read a configured corpus anew; what it held before is known until all is in, and if nothing can be read.

    Raises:
        StateLocked: Another import is under way.
    """
    return import_files(store, different.name, [different.path], replaces=True, go_on=go_on)


def add_seeds(store: Store) -> None:
    """Put the shipped seeds into a store that has none."""
    if SEEDS not in {summary.name for summary in store.corpora.list()}:
        store.corpora.add(shipped_seeds(), segment_of)


def open_index(store: Store) -> CorpusIndex:
    """The index of everything that is known."""
    level = level_for(sum(summary.words for summary in store.corpora.list()))
    segments = list(store.corpora.segments(parts_from(level)))
    small = [segment for segment in segments if segment.articles < _SMALL]
    if len(small) > 1:
        segments = [*(segment for segment in segments if segment.articles >= _SMALL), merged(small)]
    return CorpusIndex(segments, store.corpora.numbered, level)
