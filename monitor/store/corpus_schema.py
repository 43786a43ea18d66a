"""The tables of the corpora: what is known, by what it is found, and which readings of files brought it.

Pure.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from monitor.store.schema import metadata
from monitor.store.types import HALVES, NUMBERS, TEXTS, WEIGHTS

imports = Table(
    "imports",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("corpus", String(255), nullable=False),
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("words", BigInteger, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("complaints", TEXTS, nullable=False),
    Column("first", Text),
    Column("last", Text),
    Index("imports_corpus", "corpus"),
)
"""Readings of files into a corpus. Until one is finished, nothing that it brought is seen; a corpus is the articles of
its finished ones. `source`: a digest of the files that are read; `place`: how far in them it came."""

articles = Table(
    "articles",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("import", Integer, nullable=False, key="import_"),
    Column("corpus", String(255), nullable=False),
    Column("id", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("url", Text),
    Column("published", Text),
    Column("words", Integer, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("shingles", HALVES, nullable=False),
    Column("pairs", HALVES, nullable=False),
    Column("lead", WEIGHTS, nullable=False),
    UniqueConstraint("corpus", "id", "import_"),
)
"""What corpora know. Segments speak of an article by its number."""

segments = Table(
    "segments",
    metadata,
    Column("import", Integer, ForeignKey("imports.number", ondelete="CASCADE"), primary_key=True, key="import_"),
    Column("segment", Integer, primary_key=True),
    Column("part", String(32), primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("keys", NUMBERS, nullable=False),
    Column("numbers", NUMBERS, nullable=False),
)
"""By what articles are found, as the stories room made it; and, as part `line`, which lines hosts have shown."""
