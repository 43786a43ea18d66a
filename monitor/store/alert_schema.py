"""The tables of what people are told: alerts, notices, the outbox, silences, and what people said of it.

Pure.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from monitor.model.alert import DeliveryState
from monitor.model.watch import Strength
from monitor.store.schema import id_column, metadata
from monitor.store.types import INSTANT, TEXTS, choice, degree

told = Table(
    "told",
    metadata,
    Column("watchlist", Text, primary_key=True),
    Column("story_id", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", INSTANT, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("strength", degree(Strength), nullable=False),
    Column("strands", TEXTS, nullable=False),
    Index("told_story", "story_id"),
)

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    Column("watchlist", Text, nullable=False),
    Column("story_id", String(32), nullable=False),
    Column("entry_id", String(32), nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("content", Text, nullable=False),
    Column("checksum", String(32), nullable=False),
    Index("alerts_at", "at", "id"),
    Index("alerts_watchlist", "watchlist", "at"),
    Index("alerts_entry", "entry_id"),
)
"""`content`: the whole Alert as JSON; `checksum`: a digest of it."""

notices = Table(
    "notices",
    metadata,
    id_column(),
    Column("at", INSTANT, nullable=False),
    Column("content", Text, nullable=False),
    Column("checksum", String(32), nullable=False),
    Index("notices_at", "at"),
)

destinations = Table(
    "destinations",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("paused_until", INSTANT),
    Column("fault", Text, nullable=False),
    Column("dead", Boolean, nullable=False),
)
"""Every destination that ever had a delivery."""

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    Column("destination", String(255), ForeignKey("destinations.name"), nullable=False),
    Column("alert_id", String(32), ForeignKey("alerts.id")),
    Column("notice_id", String(32), ForeignKey("notices.id")),
    Column("state", choice(DeliveryState), nullable=False),
    Column("due_at", INSTANT, nullable=False),
    Column("held", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("cut_off", Integer, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("sent_at", INSTANT),
    Column("fault", Text, nullable=False),
    Column("maybe_twice", Boolean, nullable=False),
    Column("instead_of", String(255), nullable=False),
    Column("leased_until", INSTANT),
    Column("settled_at", INSTANT),
    Column("checksum", String(32), nullable=False),
    Index("deliveries_due", "destination", "state", "due_at", "created_at", "id"),
    Index("deliveries_state", "state", "leased_until"),
    Index("deliveries_created", "created_at", "id"),
    Index("deliveries_alert", "alert_id"),
    Index("deliveries_notice", "notice_id"),
)
"""The outbox. `checksum`: a digest of what is told and to whom."""

chat_threads = Table(
    "chat_threads",
    metadata,
    Column("destination", String(255), primary_key=True),
    Column("story_id", String(32), primary_key=True),
    Column("place", String(32), nullable=False),
    Column("root", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Index("chat_threads_at", "at"),
)
"""The first message of each story in a chat that has threads."""

silences = Table(
    "silences",
    metadata,
    id_column(),
    Column("watchlist", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("starts_at", INSTANT, nullable=False),
    Column("ends_at", INSTANT, nullable=False),
)

opinions = Table(
    "opinions",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("watchlist", Text, nullable=False),
    Column("entry_id", String(32), nullable=False),
    Column("good", Boolean, nullable=False),
    Column("at", INSTANT, nullable=False),
    Index("opinions_watchlist", "watchlist", "at"),
)
"""What people said of alerts; outlives the alert."""
