"""Corpora: named sets of known articles, as facts and fingerprints.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, tuple_

from monitor.model.story import Article
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.rows import batches, row_of, value_of
from monitor.store.schema import articles
from monitor.store.views import CorpusSummary

PAGE = 500


@dataclass(frozen=True, slots=True)
class Corpora:
    """The corpora of one database."""

    database: Database

    def add(self, known: Iterable[Article], *, whole: bool = False) -> int:
        """Writes articles, replacing those of the same corpus and id; how many were not there before.

        Each few hundred are a transaction of their own: an import that is cut off is completed by doing it again.
        With `whole` all are one transaction: an import that is cut off leaves nothing.
        """
        if whole:
            with self.database.write() as connection:
                return sum(_add(connection, batch) for batch in batches(known, PAGE))
        new = 0
        for batch in batches(known, PAGE):
            with self.database.write() as connection:
                new += _add(connection, batch)
        return new

    def articles(self, corpora: Collection[str] | None = None) -> Iterator[Article]:
        """The articles of these corpora, or of all, by corpus and id."""
        place = tuple_(articles.c.corpus, articles.c.id)
        statement = select(articles).order_by(articles.c.corpus, articles.c.id).limit(PAGE)
        if corpora is not None:
            statement = statement.where(articles.c.corpus.in_(corpora))
        rows = [("", "")]
        while rows:
            with self.database.read() as connection:
                found = [value_of(Article, row) for row in connection.execute(statement.where(place > rows[-1]))]
            yield from found
            rows = [(article.corpus, str(article.id)) for article in found]

    def list(self) -> list[CorpusSummary]:
        """Every corpus, by name."""
        size, first, last = func.count(), func.min(articles.c.published), func.max(articles.c.published)
        statement = select(articles.c.corpus, size, first, last).group_by(articles.c.corpus)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(articles.c.corpus))
            return [CorpusSummary(name=row[0], articles=row[1], first=row[2], last=row[3]) for row in rows]

    def remove(self, name: str) -> int:
        """Forgets a corpus; how many articles it had."""
        with self.database.write() as connection:
            return connection.execute(delete(articles).where(articles.c.corpus == name)).rowcount


def _add(connection: Connection, batch: Sequence[Article]) -> int:
    new = len({(article.corpus, article.id) for article in batch}) - _known(connection, batch)
    connection.execute(upsert(articles), [row_of(article) for article in batch])
    return new


def _known(connection: Connection, batch: Sequence[Article]) -> int:
    place = tuple_(articles.c.corpus, articles.c.id)
    there = place.in_({(article.corpus, article.id) for article in batch})
    return connection.scalar(select(func.count()).select_from(articles).where(there)) or 0
