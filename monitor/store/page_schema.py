"""The table of articles that are read in full.

Pure.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from monitor.store.schema import metadata
from monitor.store.types import INSTANT, choice
from monitor.store.views import PageState

pages = Table(
    "pages",
    metadata,
    Column("entry_id", String(32), ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("state", choice(PageState), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("due_at", INSTANT, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("pages_state", "state"),
)
"""Articles that were read in full, or could not be."""
