"""The tables of feeds, their entries and what became of these; columns bear the names of the model's fields.

Pure.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

from monitor.model.entry import OutcomeKind
from monitor.model.feed import Fault, Identity
from monitor.model.watch import Strength
from monitor.store.types import INSTANT, NETWORKS, SPAN, TEXT_SET, TEXTS, choice, degree

metadata = MetaData()


def id_column() -> Column[str]:
    """The column of an id, which is a hash."""
    return Column("id", String(32), primary_key=True)


def entry_column() -> Column[str]:
    """The column of the entry that a row belongs to, and goes with."""
    return Column("entry_id", String(32), ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("at", INSTANT, nullable=False))
"""Instants of the program itself: `heartbeat`, when which bytes of `recent` were written."""

feeds = Table(
    "feeds",
    metadata,
    id_column(),
    Column("url", Text, nullable=False),
    Column("name", Text),
    Column("tags", TEXT_SET, nullable=False),
    Column("every", SPAN),
    Column("allow_private", NETWORKS, nullable=False),
    Column("full_text", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("inactive_since", INSTANT),
)
"""Every feed that was ever subscribed; `active`: it still is."""

feed_states = Table(
    "feed_states",
    metadata,
    Column("feed_id", String(32), ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("title", Text),
    Column("site_url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Text),
    Column("due_at", INSTANT, nullable=False),
    Column("due_reason", Text, nullable=False),
    Column("checked_at", INSTANT),
    Column("succeeded_at", INSTANT),
    Column("changed_at", INSTANT),
    Column("gap", SPAN),
    Column("failures", Integer, nullable=False),
    Column("failing_since", INSTANT),
    Column("fault", choice(Fault)),
    Column("fault_detail", Text, nullable=False),
    Column("told_failing", Boolean, nullable=False),
    Column("told_stale", Boolean, nullable=False),
    Column("baselined", Boolean, nullable=False),
    Column("identity", choice(Identity), nullable=False),
    Column("identity_note", Text, nullable=False),
    Column("moved_to", Text),
    Column("moved_since", INSTANT),
    Column("moved_polls", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("leased_until", INSTANT),
    Index("feed_states_due", "due_at"),
)
"""What polling learnt of each feed; `leased_until`: a poll is under way."""

polls = Table(
    "polls",
    metadata,
    Column("feed_id", String(32), ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("result", Text, nullable=False),
    Column("fetched", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("polls_at", "at"),
)
"""The activity line of each poll; `counts`: a JSON object, outcome to number."""

entries = Table(
    "entries",
    metadata,
    id_column(),
    Column("feed_id", String(32), nullable=False),
    Column("key", Text, nullable=False),
    Column("link_key", Text, nullable=False),
    Column("text_key", Text, nullable=False),
    Column("guid", Text),
    Column("link", Text),
    Column("canonical_url", Text),
    Column("title", Text, nullable=False),
    Column("authors", TEXTS, nullable=False),
    Column("categories", TEXTS, nullable=False),
    Column("language", Text),
    Column("source", Text, nullable=False),
    Column("country", Text),
    Column("published_at", INSTANT),
    Column("first_seen_at", INSTANT, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("previous_title", Text),
    Column("cut", Boolean, nullable=False),
    Index("entries_key", "feed_id", "key"),
    Index("entries_link_key", "feed_id", "link_key"),
    Index("entries_text_key", "feed_id", "text_key"),
    Index("entries_seen", "first_seen_at", "id"),
    Index("entries_link", "link"),
    Index("entries_canonical_url", "canonical_url"),
)
"""What identifies and names an entry; outlives its text."""

texts = Table(
    "texts",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("entry_id", String(32), ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("tail", Text, nullable=False),
)
"""The words of an entry; the search index hangs on `row`. Retention deletes these first."""

revisions = Table(
    "revisions",
    metadata,
    entry_column(),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("until_at", INSTANT, nullable=False),
)
"""What an entry was before its publisher changed it."""

matches = Table(
    "matches",
    metadata,
    entry_column(),
    Column("watchlist", Text, primary_key=True),
    Column("strength", degree(Strength), nullable=False),
    Column("content", Text, nullable=False),
    Index("matches_watchlist", "watchlist"),
)
"""`content`: the whole Match as JSON, its tree of reasons included."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("kind", choice(OutcomeKind), nullable=False),
    Column("why", Text, nullable=False),
    Column("watchlists", TEXTS, nullable=False),
    Column("at", INSTANT, nullable=False),
    Index("outcomes_kind", "kind", "at"),
)
"""The latest outcome of each entry."""

outcome_history = Table(
    "outcome_history",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("kind", choice(OutcomeKind), nullable=False),
    Column("why", Text, nullable=False),
    Column("watchlists", TEXTS, nullable=False),
)
