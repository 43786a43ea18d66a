"""Corpora: named sets of known articles, as facts and fingerprints.

A corpus is made of imports. What an unfinished one has brought so far is on the disk and seen by nobody.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, tuple_, update

from monitor.model.story import Article, Postings, Segment
from monitor.store import dialect
from monitor.store.corpus_schema import articles, imports, segments
from monitor.store.database import Database
from monitor.store.lock import lock_import
from monitor.store.rows import batches, row_of, value_of
from monitor.store.views import CorpusSummary, ImportState

PAGE = 500
SegmentOf = Callable[[Sequence[tuple[int, Article]]], Segment]
"""Makes the segment of articles with their numbers."""

_REPLACED = ("title", "outlet", "url", "published")
_FINISHED = select(imports.c.number).where(imports.c.finished).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Corpora:
    """The corpora of one database."""

    database: Database

    @contextmanager
    def importing(self) -> Iterator[None]:
        """The right to import, until the block or the process ends.

        Raises:
            StateLocked: Another import is under way.
        """
        with lock_import(self.database.folder):
            yield

    def begin(self, corpus: str, source: str) -> ImportState:
        """The import of these files that was cut off, as far as it came; else a new one.

        An unfinished import of other files into the same corpus is forgotten.

        Args:
            corpus: Where the articles go.
            source: A digest of the files, which changes when they do.
        """
        with self.database.write() as connection:
            for row in connection.execute(_unfinished(corpus)).all():
                if row.source == source:
                    return _state(row)
                _forget(connection, [row.number])
            fresh = {"corpus": corpus, "source": source, "place": "", "finished": False, "complaints": ()}
            zeros = dict.fromkeys(("segments", "articles", "words", "unread"), 0)
            number = connection.execute(insert(imports).values(fresh | zeros)).inserted_primary_key
            assert number is not None
            return _state(connection.execute(select(imports).where(imports.c.number == number[0])).one())

    def unknown(self, state: ImportState, ids: Collection[str], *, replaces: bool = False) -> set[str]:
        """Which of these ids are not in the corpus yet, nor in this import.

        Args:
            state: The import.
            ids: Of articles.
            replaces: Whether the import will take the place of all others, so that these do not count.
        """
        seen = select(articles.c.id).where(articles.c.corpus == state.corpus)
        if replaces:
            seen = seen.where(articles.c.import_ == state.number)
        with self.database.read() as connection:
            known = {row.id for some in batches(ids) for row in connection.execute(seen.where(articles.c.id.in_(some)))}
        return set(ids) - known

    def write(
        self,
        state: ImportState,
        found: Sequence[Article],
        segment: SegmentOf,
        corrected: Sequence[Article] = (),
        *,
        folded: int = 0,
    ) -> ImportState:
        """Writes one batch of an import and how far it came, in one transaction.

        Args:
            state: How the import stands with this batch, but for what is counted here.
            found: New articles.
            segment: Makes the segment of them, once they have numbers.
            corrected: Articles that are there; their title, outlet, link and date are replaced.
            folded: How many of the import's last segments the new one holds too, and replaces.
        """
        with self.database.write() as connection:
            first = _write(connection, state.number, found)
            _correct(connection, corrected)
            if found:
                state = replace(state, segments=state.segments - folded)
                _write_segment(connection, state, segment(list(enumerate(found, start=first))))
            after = state.with_articles(found)
            connection.execute(update(imports).where(imports.c.number == state.number).values(_columns(after)))
        return after

    def finish(self, state: ImportState, *, replaces: bool = False) -> None:
        """Lets the import's articles be seen, and forgets the others of its corpus where it `replaces` them."""
        with self.database.write() as connection:
            if replaces:
                others = select(imports.c.number).where(imports.c.corpus == state.corpus)
                _forget(connection, connection.scalars(others.where(imports.c.number != state.number)).all())
            if state.articles:
                connection.execute(update(imports).where(imports.c.number == state.number).values(finished=True))
            else:
                _forget(connection, [state.number])

    def add(self, known: Iterable[Article], segment: SegmentOf) -> int:
        """Writes articles as one import for each corpus, all in one transaction; how many were not there before."""
        by_corpus: dict[str, dict[str, Article]] = {}
        for article in known:
            by_corpus.setdefault(article.corpus, {})[article.id] = article
        return sum(self._add(corpus, found, segment) for corpus, found in by_corpus.items())

    def _add(self, corpus: str, found: Mapping[str, Article], segment: SegmentOf) -> int:
        state = self.begin(corpus, "")
        new = self.unknown(state, found)
        fresh = [article for article in found.values() if article.id in new]
        self.finish(self.write(state, fresh, segment, [a for a in found.values() if a.id not in new]))
        return len(fresh)

    def articles(self, corpora: Collection[str] | None = None) -> Iterator[Article]:
        """The articles of these corpora, or of all, by corpus and id."""
        place = tuple_(articles.c.corpus, articles.c.id)
        statement = select(articles).where(articles.c.import_.in_(_FINISHED))
        statement = statement.order_by(articles.c.corpus, articles.c.id).limit(PAGE)
        if corpora is not None:
            statement = statement.where(articles.c.corpus.in_(corpora))
        rows = [("", "")]
        while rows:
            with self.database.read() as connection:
                found = [value_of(Article, row) for row in connection.execute(statement.where(place > rows[-1]))]
            yield from found
            rows = [(article.corpus, str(article.id)) for article in found]

    def numbered(self, numbers: Collection[int]) -> Sequence[Article]:
        """The articles with these numbers; those that are gone meanwhile are left out."""
        if not numbers:
            return []
        with self.database.read() as connection:
            rows = connection.execute(select(articles).where(articles.c.number.in_(numbers)))
            return [value_of(Article, row) for row in rows]

    def segments(self, parts: Collection[str], *, of: ImportState | None = None) -> Iterator[Segment]:
        """The segments of every finished import, or of one, with the parts that are asked for."""
        number = _FINISHED if of is None else [of.number]
        which = select(segments.c.import_, segments.c.segment).where(segments.c.import_.in_(number)).distinct()
        with self.database.read() as connection:
            places = connection.execute(which.order_by(segments.c.import_, segments.c.segment)).all()
            for place in places:
                here = (segments.c.import_ == place[0], segments.c.segment == place[1], segments.c.part.in_(parts))
                rows = connection.execute(select(segments).where(*here)).all()
                if rows:
                    found = {row.part: Postings(row._mapping["keys"], row.numbers) for row in rows}  # noqa: SLF001
                    yield Segment(articles=rows[0].articles, parts=found)

    def list(self) -> list[CorpusSummary]:
        """Every corpus, by name."""
        statement = select(imports).where(imports.c.finished).order_by(imports.c.corpus, imports.c.number)
        with self.database.read() as connection:
            rows = [_state(row) for row in connection.execute(statement)]
        return [_summary(name, list(some)) for name, some in groupby(rows, lambda state: state.corpus)]

    def unfinished(self) -> Sequence[ImportState]:
        """Imports that are under way, or were cut off, by corpus."""
        statement = select(imports).where(~imports.c.finished).order_by(imports.c.corpus)
        with self.database.read() as connection:
            return [_state(row) for row in connection.execute(statement)]

    def remove(self, name: str) -> int:
        """Forgets a corpus, an unfinished import of it too, and frees their room on the disk; how many articles it had.

        Raises:
            StateLocked: An import is under way.
        """
        with self.importing():
            with self.database.write() as connection:
                rows = connection.execute(select(imports).where(imports.c.corpus == name)).all()
                _forget(connection, [row.number for row in rows])
            while self._give_back():
                pass
        return sum(row.articles for row in rows if row.finished)

    def _give_back(self) -> bool:
        with self.database.write() as connection:
            return dialect.give_back(connection)


def _unfinished(corpus: str) -> Select[Any]:
    return select(imports).where(imports.c.corpus == corpus, ~imports.c.finished)


def _state(row: Row[Any]) -> ImportState:
    return value_of(ImportState, row)


def _columns(state: ImportState) -> dict[str, object]:
    return {name: value for name, value in row_of(state).items() if name not in {"number", "corpus", "source"}}


def _summary(name: str, found: Sequence[ImportState]) -> CorpusSummary:
    dates = sorted(date for state in found for date in (state.first, state.last) if date)
    return CorpusSummary(
        name=name,
        articles=sum(state.articles for state in found),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        words=sum(state.words for state in found),
        unread=sum(state.unread for state in found),
        complaints=tuple(why for state in found for why in state.complaints),
        sources=tuple(state.source for state in found),
        newest=found[-1].number,
    )


def _write(connection: Connection, number: int, found: Sequence[Article]) -> int:
    """Writes new articles under consecutive numbers; returns the first."""
    last = connection.scalar(select(func.max(articles.c.number))) or 0
    for at, batch in enumerate(batches(found, PAGE)):
        start = last + 1 + at * PAGE
        rows = [{"number": start + n, "import_": number, **row_of(article)} for n, article in enumerate(batch)]
        connection.execute(insert(articles), rows)
    return last + 1


def _correct(connection: Connection, corrected: Sequence[Article]) -> None:
    there = (articles.c.corpus == bindparam("in_corpus"), articles.c.id == bindparam("with_id"))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _REPLACED}
    rows = [
        {"in_corpus": a.corpus, "with_id": a.id, **{f"new_{name}": getattr(a, name) for name in _REPLACED}}
        for a in corrected
    ]
    if rows:
        connection.execute(update(articles).where(*there).values(values), rows)


def _write_segment(connection: Connection, state: ImportState, segment: Segment) -> None:
    there = (segments.c.import_ == state.number, segments.c.segment >= state.segments)
    connection.execute(delete(segments).where(*there))
    here = {"import_": state.number, "segment": state.segments, "articles": segment.articles}
    rows = [
        {**here, "part": part, "keys": posted.keys, "numbers": posted.numbers}
        for part, posted in segment.parts.items()
        if posted.keys
    ]
    if rows:
        connection.execute(insert(segments), rows)


def _forget(connection: Connection, numbers: Collection[int]) -> None:
    """Deletes imports with all that they brought; an article's place in its index begins with its corpus."""
    for row in connection.execute(select(imports).where(imports.c.number.in_(numbers))).all():
        there = (articles.c.corpus == row.corpus, articles.c.import_ == row.number)
        connection.execute(delete(articles).where(*there))
        connection.execute(delete(imports).where(imports.c.number == row.number))
