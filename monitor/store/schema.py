"""The tables, and what each row is; columns bear the names of the model's fields.

Pure.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

from monitor.model.alert import DeliveryState
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Fault, Identity
from monitor.model.story import Regroup, Relation
from monitor.model.watch import Strength
from monitor.store.types import HASHES, INSTANT, NETWORKS, SPAN, TEXT_SET, TEXTS, choice, degree

metadata = MetaData()


def _id(*more: ForeignKey, primary_key: bool = True) -> Column[str]:
    return Column("id", String(32), *more, primary_key=primary_key)


def _entry_id() -> Column[str]:
    return Column("entry_id", String(32), ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("at", INSTANT, nullable=False))
"""Instants of the program itself: `heartbeat`."""

feeds = Table(
    "feeds",
    metadata,
    _id(),
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
    _id(),
    Column("feed_id", String(32), nullable=False),
    Column("key", Text, nullable=False),
    Column("second_key", Text, nullable=False),
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
    Index("entries_second_key", "feed_id", "second_key"),
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
    _entry_id(),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("until_at", INSTANT, nullable=False),
)
"""What an entry was before its publisher changed it."""

fingerprints = Table(
    "fingerprints",
    metadata,
    _entry_id(),
    Column("title", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("shingles", HASHES, nullable=False),
    Column("terms", HASHES, nullable=False),
    Column("page", BigInteger, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    _id(),
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
    _entry_id(),
    Column("story_id", String(32), ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("relation", choice(Relation), nullable=False),
    Column("of", String(32)),
    Column("score", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("also", TEXTS, nullable=False),
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
    _entry_id(),
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

matches = Table(
    "matches",
    metadata,
    _entry_id(),
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

told = Table(
    "told",
    metadata,
    Column("watchlist", Text, primary_key=True),
    Column("story_id", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", INSTANT, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("strength", degree(Strength), nullable=False),
    Index("told_story", "story_id"),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
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
    _id(),
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
    _id(),
    Column("destination", String(255), ForeignKey("destinations.name"), nullable=False),
    Column("alert_id", String(32), ForeignKey("alerts.id")),
    Column("notice_id", String(32), ForeignKey("notices.id")),
    Column("state", choice(DeliveryState), nullable=False),
    Column("due_at", INSTANT, nullable=False),
    Column("held", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
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

silences = Table(
    "silences",
    metadata,
    _id(),
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
