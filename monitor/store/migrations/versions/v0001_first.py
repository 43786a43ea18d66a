"""The first schema.

Edge: alembic.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.store.dialect import CREATE_SEARCH
from monitor.store.migrations.corpora import create_corpora
from monitor.store.migrations.pages import create_pages

revision = "0001"
down_revision = None

ID = sa.String(32)
TEXT = sa.Text()
BIG = sa.BigInteger()
INTEGER = sa.Integer()
FLAG = sa.Boolean()
BLOB = sa.LargeBinary()


def upgrade() -> None:
    """Makes every table, and the search index."""
    _feeds()
    _feed_states()
    _entries()
    _texts()
    _stories()
    _answers()
    _alerts()
    _deliveries()
    _rest()
    create_corpora()
    create_pages()
    for statement in CREATE_SEARCH:
        op.execute(statement)


def _columns(kind: Any, *names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _of_entry() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], ondelete="CASCADE")


def _feeds() -> None:
    op.create_table(
        "feeds",
        *_columns(ID, "id"),
        *_columns(TEXT, "url"),
        *_columns(TEXT, "name", null=True),
        *_columns(TEXT, "tags"),
        *_columns(BIG, "every", null=True),
        *_columns(TEXT, "allow_private", "host"),
        *_columns(FLAG, "full_text", "active"),
        *_columns(BIG, "inactive_since", null=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _feed_states() -> None:
    op.create_table(
        "feed_states",
        *_columns(ID, "feed_id"),
        *_columns(TEXT, "title", "site_url", "etag", "last_modified", "body_hash", null=True),
        *_columns(BIG, "due_at"),
        *_columns(TEXT, "due_reason"),
        *_columns(BIG, "checked_at", "succeeded_at", "changed_at", "gap", null=True),
        *_columns(INTEGER, "failures"),
        *_columns(BIG, "failing_since", null=True),
        *_columns(ID, "fault", null=True),
        *_columns(TEXT, "fault_detail"),
        *_columns(FLAG, "told_failing", "told_stale", "baselined"),
        *_columns(ID, "identity"),
        *_columns(TEXT, "identity_note"),
        *_columns(TEXT, "moved_to", null=True),
        *_columns(BIG, "moved_since", null=True),
        *_columns(INTEGER, "moved_polls"),
        *_columns(FLAG, "gone"),
        *_columns(BIG, "leased_until", null=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id"),
    )
    op.create_index("feed_states_due", "feed_states", ["due_at"])
    op.create_table(
        "polls",
        *_columns(ID, "feed_id"),
        *_columns(BIG, "at"),
        *_columns(TEXT, "result"),
        *_columns(INTEGER, "fetched"),
        *_columns(TEXT, "counts", "note"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", "at"),
    )
    op.create_index("polls_at", "polls", ["at"])


def _entries() -> None:
    op.create_table(
        "entries",
        *_columns(ID, "id", "feed_id"),
        *_columns(TEXT, "key", "link_key", "text_key"),
        *_columns(TEXT, "guid", "link", "canonical_url", null=True),
        *_columns(TEXT, "title", "authors", "categories"),
        *_columns(TEXT, "language", null=True),
        *_columns(TEXT, "source"),
        *_columns(TEXT, "country", null=True),
        *_columns(BIG, "published_at", null=True),
        *_columns(BIG, "first_seen_at"),
        *_columns(TEXT, "content_hash"),
        *_columns(INTEGER, "revision"),
        *_columns(TEXT, "previous_title", null=True),
        *_columns(FLAG, "cut"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("entries_canonical_url", "entries", ["canonical_url"])
    op.create_index("entries_key", "entries", ["feed_id", "key"])
    op.create_index("entries_link", "entries", ["link"])
    op.create_index("entries_link_key", "entries", ["feed_id", "link_key"])
    op.create_index("entries_text_key", "entries", ["feed_id", "text_key"])
    op.create_index("entries_seen", "entries", ["first_seen_at", "id"])


def _texts() -> None:
    op.create_table(
        "texts",
        *_columns(INTEGER, "row"),
        *_columns(ID, "entry_id"),
        *_columns(TEXT, "title", "summary", "body", "tail"),
        _of_entry(),
        sa.PrimaryKeyConstraint("row"),
        sa.UniqueConstraint("entry_id"),
    )
    op.create_table(
        "revisions",
        *_columns(ID, "entry_id"),
        *_columns(INTEGER, "revision"),
        *_columns(TEXT, "title", "content_hash"),
        *_columns(BIG, "until_at"),
        _of_entry(),
        sa.PrimaryKeyConstraint("entry_id", "revision"),
    )
    op.create_table(
        "fingerprints",
        *_columns(ID, "entry_id"),
        *_columns(TEXT, "title", "host"),
        *_columns(BLOB, "shingles", "terms"),
        *_columns(BIG, "page"),
        _of_entry(),
        sa.PrimaryKeyConstraint("entry_id"),
    )


def _stories() -> None:
    op.create_table(
        "stories",
        *_columns(ID, "id"),
        *_columns(TEXT, "title"),
        *_columns(ID, "first_entry_id"),
        *_columns(BIG, "first_at", "last_at"),
        *_columns(INTEGER, "entries"),
        *_columns(TEXT, "outlets", "owners"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stories_last", "stories", ["last_at", "id"])
    op.create_table(
        "kinships",
        *_columns(ID, "entry_id", "story_id", "relation"),
        *_columns(ID, "of", null=True),
        *_columns(sa.Float(), "score"),
        *_columns(TEXT, "method", "why", "also"),
        *_columns(ID, "strand", null=True),
        _of_entry(),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("kinships_story", "kinships", ["story_id"])
    op.create_table(
        "regroupings",
        *_columns(ID, "entry_id", "other_id", "kind", "story_id"),
        *_columns(TEXT, "moved"),
        *_columns(sa.Float(), "score"),
        *_columns(TEXT, "why"),
        *_columns(BIG, "at"),
        sa.PrimaryKeyConstraint("entry_id", "other_id"),
    )
    op.create_index("regroupings_other", "regroupings", ["other_id"])
    op.create_index("regroupings_story", "regroupings", ["story_id"])
    op.create_table(
        "corpus_hits",
        *_columns(ID, "entry_id"),
        *_columns(TEXT, "corpus"),
        *_columns(ID, "article_id"),
        *_columns(TEXT, "title", "outlet"),
        *_columns(TEXT, "published", null=True),
        *_columns(sa.Float(), "score"),
        *_columns(TEXT, "method"),
        *_columns(FLAG, "known"),
        *_columns(TEXT, "why"),
        _of_entry(),
        sa.PrimaryKeyConstraint("entry_id", "corpus"),
    )


def _answers() -> None:
    op.create_table(
        "matches",
        *_columns(ID, "entry_id"),
        *_columns(TEXT, "watchlist"),
        *_columns(sa.SmallInteger(), "strength"),
        *_columns(TEXT, "content"),
        _of_entry(),
        sa.PrimaryKeyConstraint("entry_id", "watchlist"),
    )
    op.create_index("matches_watchlist", "matches", ["watchlist"])
    op.create_table(
        "outcomes",
        *_columns(ID, "entry_id", "kind"),
        *_columns(TEXT, "why", "watchlists"),
        *_columns(BIG, "at"),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("outcomes_kind", "outcomes", ["kind", "at"])
    op.create_table(
        "outcome_history",
        *_columns(ID, "entry_id"),
        *_columns(BIG, "at"),
        *_columns(ID, "kind"),
        *_columns(TEXT, "why", "watchlists"),
        sa.PrimaryKeyConstraint("entry_id", "at"),
    )
    op.create_table(
        "told",
        *_columns(TEXT, "watchlist"),
        *_columns(ID, "story_id"),
        *_columns(INTEGER, "times"),
        *_columns(BIG, "last_at"),
        *_columns(INTEGER, "outlets"),
        *_columns(sa.SmallInteger(), "strength"),
        *_columns(TEXT, "strands"),
        sa.PrimaryKeyConstraint("watchlist", "story_id"),
    )
    op.create_index("told_story", "told", ["story_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        *_columns(ID, "id"),
        *_columns(TEXT, "watchlist"),
        *_columns(ID, "story_id", "entry_id"),
        *_columns(BIG, "at"),
        *_columns(TEXT, "content"),
        *_columns(ID, "checksum"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_at", "alerts", ["at", "id"])
    op.create_index("alerts_entry", "alerts", ["entry_id"])
    op.create_index("alerts_watchlist", "alerts", ["watchlist", "at"])
    op.create_table(
        "notices",
        *_columns(ID, "id"),
        *_columns(BIG, "at"),
        *_columns(TEXT, "content"),
        *_columns(ID, "checksum"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notices_at", "notices", ["at"])
    op.create_table(
        "destinations",
        *_columns(sa.String(length=255), "name"),
        *_columns(INTEGER, "failures"),
        *_columns(BIG, "paused_until", null=True),
        *_columns(TEXT, "fault"),
        *_columns(FLAG, "dead"),
        sa.PrimaryKeyConstraint("name"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *_columns(ID, "id"),
        *_columns(sa.String(length=255), "destination"),
        *_columns(ID, "alert_id", "notice_id", null=True),
        *_columns(ID, "state"),
        *_columns(BIG, "due_at"),
        *_columns(TEXT, "held"),
        *_columns(INTEGER, "attempts", "claims", "cut_off"),
        *_columns(BIG, "created_at"),
        *_columns(BIG, "sent_at", null=True),
        *_columns(TEXT, "fault"),
        *_columns(FLAG, "maybe_twice"),
        *_columns(sa.String(255), "instead_of"),
        *_columns(BIG, "leased_until", "settled_at", null=True),
        *_columns(ID, "checksum"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"]),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.ForeignKeyConstraint(["destination"], ["destinations.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deliveries_alert", "deliveries", ["alert_id"])
    op.create_index("deliveries_created", "deliveries", ["created_at", "id"])
    op.create_index("deliveries_due", "deliveries", ["destination", "state", "due_at", "created_at", "id"])
    op.create_index("deliveries_notice", "deliveries", ["notice_id"])
    op.create_index("deliveries_state", "deliveries", ["state", "leased_until"])


def _rest() -> None:
    op.create_table(
        "chat_threads",
        *_columns(sa.String(length=255), "destination"),
        *_columns(ID, "story_id", "place"),
        *_columns(TEXT, "root"),
        *_columns(BIG, "at"),
        sa.PrimaryKeyConstraint("destination", "story_id"),
    )
    op.create_index("chat_threads_at", "chat_threads", ["at"])
    op.create_table(
        "meta",
        *_columns(sa.String(length=64), "key"),
        *_columns(BIG, "at"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "silences",
        *_columns(ID, "id"),
        *_columns(TEXT, "watchlist", "reason", "author"),
        *_columns(BIG, "starts_at", "ends_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "opinions",
        *_columns(ID, "alert_id"),
        *_columns(TEXT, "watchlist"),
        *_columns(ID, "entry_id"),
        *_columns(FLAG, "good"),
        *_columns(BIG, "at"),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.create_index("opinions_watchlist", "opinions", ["watchlist", "at"])
