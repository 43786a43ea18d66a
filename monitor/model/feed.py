"""What is subscribed, what polling learnt of it, and what one request brought.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from monitor.model.ids import FeedId

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as the user subscribed it."""

    id: FeedId
    url: str
    """As written; http or https."""
    name: str | None = None
    """Shown in alerts; None: the feed's own title."""
    tags: frozenset[str] = frozenset()
    every: timedelta | None = None
    """Fixed distance between polls; None: learn the feed's rhythm."""
    allow_private: tuple[Network, ...] = ()
    """Networks outside the public Internet this feed may be fetched from."""
    full_text: bool = False
    """Whether the page of each new entry is read for its whole text."""


class Identity(StrEnum):
    """How the entries of one feed are told apart, from best to last resort (the FreshRSS rule)."""

    GUID = "guid"
    LINK = "link"
    LINK_DATE = "link+date"
    LINK_DATE_TITLE = "link+date+title"
    CONTENT = "content"


class Fault(StrEnum):
    """Why a poll brought nothing: the class that is counted, shown and told."""

    DNS = "name not found"
    CONNECT = "connection failed"
    TLS = "TLS failed"
    TIMEOUT = "timed out"
    BLOCKED = "address not allowed"
    REDIRECT = "bad redirect"
    STATUS = "HTTP status"
    RATE_LIMITED = "rate limited"
    GONE = "gone"
    TOO_BIG = "too big"
    BROKEN = "broken transfer"
    NOT_A_FEED = "not a feed"
    UNREADABLE = "unreadable feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling learnt of a feed; replaced as a whole by each commit."""

    feed_id: FeedId
    title: str | None = None
    """The feed's own title. RSS 2.0 channel/title, RFC 4287 4.2.14."""
    site_url: str | None = None
    etag: str | None = None
    """RFC 9110 8.8.3; at most 1 KB, stored in the same transaction as the entries it vouches for."""
    last_modified: str | None = None
    """RFC 9110 8.8.2; sent back byte for byte."""
    body_hash: str | None = None
    """Digest of the last body that was parsed: a 200 with the same body is *unchanged*."""
    due_at: datetime
    due_reason: str = ""
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    changed_at: datetime | None = None
    """When a poll last brought a new entry."""
    gap: timedelta | None = None
    """The usual time between new entries, smoothed."""
    failures: int = 0
    """Polls failed in a row."""
    failing_since: datetime | None = None
    fault: Fault | None = None
    fault_detail: str = ""
    told_failing: bool = False
    told_stale: bool = False
    baselined: bool = False
    """False until the first successful poll, whose entries alert nobody."""
    identity: Identity = Identity.GUID
    identity_note: str = ""
    moved_to: str | None = None
    """Permanent redirect target seen lately; used for fetching after 3 polls over 24 h or more."""
    moved_since: datetime | None = None
    moved_polls: int = 0
    gone: bool = False
    """The server answered 410: no longer asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One response body that was received whole."""

    body: bytes
    """Decoded of its content coding; at most 10 MB."""
    headers: Mapping[str, str]
    """Names in lower case; the first value of each."""
    url: str
    """Where it was found after redirects."""
    permanent_url: str | None = None
    """The URL at the end of an unbroken chain of 301 and 308, when it differs from the one asked."""
    status: int = 200
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """The server gave a document."""

    document: Document


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server said 304, or gave the same bytes as last time."""

    why: str = "304"
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent_url: str | None = None
    """As in Document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing usable came."""

    fault: Fault
    detail: str = ""
    """One line for people; never a secret, never a stack trace."""
    status: int | None = None
    retry_after: timedelta | None = None
    """What the server asked for, as given (RFC 9110 10.2.3); clamped by whoever uses it."""


FetchOutcome = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """All that one polite request needs to know."""

    feed_id: FeedId
    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_private: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One item as a parser found it; plain text, cleaned, capped, not yet identified."""

    guid: str | None = None
    """RSS 2.0 item/guid, RFC 4287 4.2.6 atom:id, RSS 1.0 rdf:about, JSON Feed id."""
    link: str | None = None
    """Absolute http or https URL, else None. RSS item/link, Atom link rel=alternate."""
    title: str = ""
    summary: str = ""
    """RSS item/description, Atom summary: HTML already turned into text."""
    body: str = ""
    """RSS content:encoded, Atom content: text of the article itself, paragraphs on lines of their own."""
    tail: str = ""
    """What stands around the article: related headlines, newsletter boxes, notes on the writer."""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    """BCP 47 tag in lower case, from xml:lang or the feed's language."""
    source: str | None = None
    """RSS item/source, Atom source/title: where an aggregator has it from."""
    published_at: datetime | None = None
    """UTC; None when missing or outside 1990..now + 1 day."""
    updated_at: datetime | None = None
    cut: bool = False
    """A field was longer than its cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document turned into values, entries newest first as the feed orders them."""

    title: str | None = None
    language: str | None = None
    site_url: str | None = None
    ttl: timedelta | None = None
    """RSS 2.0 channel/ttl (minutes), sy:updatePeriod; how long the publisher says it stays fresh."""
    entries: tuple[ParsedEntry, ...] = ()
    lost: int = 0
    """Items that could not be read."""
    dropped: int = 0
    """Items past the cap of 2,000."""
    note: str = ""
    """What was repaired, for people."""
