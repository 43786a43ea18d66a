"""Articles into a corpus: batch by batch, each with the place it came to, and seen by nobody until the last is in.

Killed at any moment, the next import of the same files goes on behind the last batch.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.corpus.articles import article_id, article_of
from monitor.corpus.reading import Found, contents_of, place_of
from monitor.corpus.repeats import LINE, Lines, line_postings, without_repeats
from monitor.corpus.sources import Unreadable, manifest
from monitor.model.ids import ArticleId
from monitor.model.story import Article, Segment
from monitor.store.store import Store
from monitor.store.views import ImportState
from monitor.stories.segments import merged, segment_of
from monitor.text.article import ArticleText

BATCH = 512
"""Articles that are written together, at most."""

BATCH_CHARACTERS = 8_000_000
"""Of the texts that are held until they are written, about."""

FOLDED = 16
"""Segments of a batch each that are made into one."""

MOST_COMPLAINTS = 20
"""Reasons that are kept of one import; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is."""

    path: Path
    files: int
    """Files begun."""
    of: int
    """Files in all."""
    articles: int
    """Articles found so far, those of an import that goes on included."""


GoOn = Callable[[Progress], bool]
"""Hears how far an import is; whether it shall go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to."""

    finished: bool
    """False: it was stopped, and goes on when it is asked for again."""
    resumed: bool
    """It went on where an earlier one was cut off."""
    new: int
    unread: int
    complaints: tuple[str, ...]
    """The first of what could not be read, with the reason."""


@dataclass(slots=True)
class _Import:
    """An import under way."""

    store: Store
    state: ImportState
    replaces: bool
    lines: Lines
    """Lines that the corpus's hosts have shown so far."""
    small: list[Segment] = field(default_factory=list)
    """The last segments written, of a batch each."""

    def write(self, batch: Sequence[Found]) -> None:
        """Write what a batch of places holds."""
        complaints = [str(each.content) for each in batch if isinstance(each.content, Unreadable)]
        state = replace(
            self.state,
            place=str(batch[-1].then),
            unread=self.state.unread + len(complaints),
            complaints=(*self.state.complaints, *complaints)[:MOST_COMPLAINTS],
        )
        texts = {article_id(c): c for each in batch if isinstance(c := each.content, ArticleText)}
        ready = {c.id: c for each in batch if isinstance(c := each.content, Article)}
        new = self.store.corpora.unknown(state, [*texts, *ready], replaces=self.replaces)
        shown, fresh = self._lean(texts, new)
        corrected = [article for article in ready.values() if article.id not in new]
        fresh += [article for article in ready.values() if article.id in new and article.id not in texts]

        folded = len(self.small) if len(self.small) + 1 == FOLDED else 0

        def segment(numbered: Sequence[tuple[int, Article]]) -> Segment:
            made = segment_of(numbered)
            self.small.append(replace(made, parts={**made.parts, LINE: line_postings(shown)}))
            return merged(self.small) if folded else self.small[-1]

        self.state = self.store.corpora.write(state, fresh, segment, corrected, folded=folded)
        if folded:
            self.small.clear()

    def _lean(self, texts: Mapping[ArticleId, ArticleText], new: set[str]) -> tuple[frozenset[int], list[Article]]:
        """The lines that were not shown before, and the new articles without those that were."""
        fresh = {key: text for key, text in texts.items() if key in new}
        lean, shown = without_repeats(list(fresh.values()), self.lines)
        self.lines.add(shown)
        return shown, [article_of(self.state.corpus, t, identity=key) for key, t in zip(fresh, lean, strict=True)]


def import_files(
    store: Store,
    corpus: str,
    paths: Iterable[Path],
    *,
    replaces: bool = False,
    go_on: GoOn = lambda _: True,
) -> Imported:
    """Read files, folders and archives into a corpus.

    Args:
        store: Where it is kept.
        corpus: Its name; made when it is new.
        paths: What is read.
        replaces: Whether what the corpus held before is forgotten once everything is in, if that is anything at all.
        go_on: Told at each place that was read. Where it says False, the import ends there, and what is written
            stays for the next time.

    Raises:
        StateLocked: Another import is under way.
    """
    given = list(paths)
    with store.corpora.importing():
        source, files = manifest(given)
        state = store.corpora.begin(corpus, source)
        resumed = state.place != ""
        lines = Lines(store.corpora.segments((LINE,), of=state if replaces else None))
        work = _Import(store, state, replaces, lines)
        watch = _Watch(go_on, files, state.articles)
        for batch in _batches(watch.over(contents_of(given, corpus, place_of(state.place)))):
            work.write(batch)
        if not watch.is_stopped:
            store.corpora.finish(work.state, replaces=replaces and work.state.articles > 0)
    done = work.state
    return Imported(
        finished=not watch.is_stopped,
        resumed=resumed,
        new=done.articles,
        unread=done.unread,
        complaints=done.complaints,
    )


@dataclass(slots=True)
class _Watch:
    """Tells how far the reading is, and ends it when it is told to."""

    go_on: GoOn
    files: int
    articles: int
    is_stopped: bool = False

    def over(self, found: Iterable[Found]) -> Iterator[Found]:
        for each in found:
            self.articles += not isinstance(each.content, Unreadable)
            if not self.go_on(Progress(each.path, min(each.then.file + 1, self.files), self.files, self.articles)):
                self.is_stopped = True
                return
            yield each


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for each in found:
        batch.append(each)
        size += len(each.content.body) if isinstance(each.content, ArticleText) else 1
        if len(batch) >= BATCH or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
