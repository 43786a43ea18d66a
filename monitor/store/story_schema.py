"""The tables of stories: what they are told apart by, who stands in which, and what corpora knew of them.

Pure.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from monitor.model.story import Regroup, Relation
from monitor.store.schema import entry_column, id_column, metadata
from monitor.store.types import HASHES, INSTANT, TEXTS, choice

fingerprints = Table(
    "fingerprints",
    metadata,
    entry_column(),
    Column("title", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("shingles", HASHES, nullable=False),
    Column("terms", HASHES, nullable=False),
    Column("page", BigInteger, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    id_column(),
    Column("title", Text, nullable=False),
    Column("first_entry_id", String(32), nullable=False),
    Column("first_at", INSTANT, nullable=False),
    Column("last_at", INSTANT, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("outlets", TEXTS, nullable=False),
    Column("owners", TEXTS, nullable=False),
    Index("stories_last", "last_at", "id"),
)

kinships = Table(
    "kinships",
    metadata,
    entry_column(),
    Column("story_id", String(32), ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("relation", choice(Relation), nullable=False),
    Column("of", String(32)),
    Column("score", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("also", TEXTS, nullable=False),
    Column("strand", String(32)),
    Index("kinships_story", "story_id"),
)
"""Which story each entry stands in, and why."""

regroupings = Table(
    "regroupings",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("other_id", String(32), primary_key=True),
    Column("kind", choice(Regroup), nullable=False),
    Column("story_id", String(32), nullable=False),
    Column("moved", TEXTS, nullable=False),
    Column("score", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Index("regroupings_other", "other_id"),
    Index("regroupings_story", "story_id"),
)
"""Which stories became one, or two, and why."""

corpus_hits = Table(
    "corpus_hits",
    metadata,
    entry_column(),
    Column("corpus", Text, primary_key=True),
    Column("article_id", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("published", Text),
    Column("score", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("known", Boolean, nullable=False),
    Column("why", Text, nullable=False),
)
