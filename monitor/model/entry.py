"""An entry, and the terminal answer to what became of it.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.ids import EntryId, FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as one feed published it; a revision is the same id with a higher number."""

    id: EntryId
    feed_id: FeedId
    key: str
    """What identifies it within its feed."""
    link_key: str = ""
    """Digest of the normalised link, by which an entry is found again when its guid has changed; of link and headline
    where other entries have the same link, or it is the first page of a site."""
    text_key: str = ""
    """Digest of texts and date, by which an entry is found again when guid and link have changed; empty for a mere
    headline."""
    guid: str | None = None
    link: str | None = None
    canonical_url: str | None = None
    """The link without tracking parameters, AMP and mobile forms."""
    title: str = ""
    summary: str = ""
    body: str = ""
    tail: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    source: str = ""
    """The outlet's name as shown to people."""
    country: str | None = None
    published_at: datetime | None = None
    """As claimed by the feed; for display only, it orders nothing."""
    first_seen_at: datetime
    content_hash: str = ""
    """Digest of title, summary and body: a change makes a revision."""
    revision: int = 0
    previous_title: str | None = None
    """The headline before the latest revision, when that changed it."""
    cut: bool = False


class OutcomeKind(StrEnum):
    """The terminal answers; each fetched entry gets exactly one."""

    SEEN = "seen"
    BASELINE = "baseline"
    KNOWN = "known"
    COPY = "copy"
    REVISION = "revision"
    NO_MATCH = "no match"
    ALERTED = "alerted"
    HELD = "held"
    TOLD = "already told"
    MUTED = "muted"
    TOO_OLD = "too old"
    LOST = "lost"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one entry at one poll, and why in one sentence."""

    entry_id: EntryId
    kind: OutcomeKind
    why: str
    watchlists: tuple[str, ...] = ()
    """Watchlists that matched, sorted."""
