"""What is told, to whom, and what came of each try.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from monitor.model.feed import Network
from monitor.model.ids import AlertId, DeliveryId, EntryId, NoticeId, StoryId
from monitor.model.watch import OURS, Priority, Rate, Strength, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nothing below urgent is sent; may cross midnight."""

    start: time
    end: time
    timezone: str = "UTC"
    """An IANA name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Times of day at which held alerts go out together."""

    at: tuple[time, ...]
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where alerts go: one named apprise URL, one recipient."""

    name: str
    url: str = field(repr=False)
    """A secret: never logged, shown or stored."""
    quiet: Quiet | None = None
    digest: Slots | None = None
    rate: Rate | None = None
    """Most messages that it is sent in a time."""
    fallback: str = ""
    """Name of the destination that is told instead while this one is dead, and of what could not be delivered."""
    wording: Wording = OURS
    """Comes before a watchlist's own: the form of a message is a matter of where it is read."""
    allow_private: tuple[Network, ...] = ()
    """Networks off the public Internet that the name in its URL may lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one watchlist was already told of one story."""

    watchlist: str
    story_id: StoryId
    times: int
    last_at: datetime
    outlets: int
    """Outlets carrying the story when it was last told."""
    strength: Strength = Strength.PASSING
    strands: tuple[EntryId, ...] = ()
    """Those strands of the story that it was told of, see `Kinship`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The decision to tell: one watchlist, one story, the n-th time. Holds all that a message needs."""

    id: AlertId
    watchlist: str
    watchlist_title: str
    story_id: StoryId
    entry_id: EntryId
    number: int
    """1 for the first time this watchlist hears of this story."""
    at: datetime
    why_now: str
    """`new story`, `5 more outlets`, `headline revised`."""
    headline: str
    previous_headline: str | None = None
    previous_strength: Strength | None = None
    """In a follow-up to a weaker match: how strong the strongest was when it was last told."""
    link: str | None = None
    outlet: str = ""
    published_at: datetime | None = None
    language: str | None = None
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    lead: str = ""
    """How the text begins, for a message to show instead of a snippet that is the headline again."""
    words: tuple[str, ...] = ()
    strength: Strength = Strength.PASSING
    priority: Priority = Priority.NORMAL
    outlets: tuple[str, ...] = ()
    """Outlets that carry the story at the moment of the decision."""
    new_outlets: tuple[str, ...] = ()
    """In a follow-up: those that came since it was last told."""
    independent: int = 0
    """How many owners carry it in a text of their own; 0: not counted."""
    entries: int = 1
    related: str = ""
    """A corpus article that is related but not repeated, for people."""
    story_title: str = ""
    """The story's first headline: subject of all its messages, so that mail programs keep one thread."""
    wording: Wording = OURS
    """The watchlist's templates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The service speaks of its own trouble: a feed fails, a destination is dead, a bad edit."""

    id: NoticeId
    kind: str
    """`feed failing`, `feed recovered`, `feed stale`, `feed gone`, `destination dead`, …"""
    subject: str
    detail: str
    at: datetime


class DeliveryState(StrEnum):
    """Where a row of the outbox stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox: one alert or notice to one destination."""

    id: DeliveryId
    destination: str
    alert_id: AlertId | None = None
    notice_id: NoticeId | None = None
    state: DeliveryState = DeliveryState.WAITING
    due_at: datetime
    held: str = ""
    """Why it waits: `quiet hours`, `digest 17:00`; empty when it goes at once."""
    attempts: int = 0
    """Tries, the one under way included; one that was cut off does not count."""
    claims: int = 0
    """How often it was ever claimed: what came of a try is only written for the latest claim."""
    cut_off: int = 0
    """Tries in a row that ended without a word of what came of them: the process was killed, or hung."""
    created_at: datetime
    sent_at: datetime | None = None
    fault: str = ""
    """Class and one redacted line of the last failure."""
    maybe_twice: bool = False
    """An earlier try has an unknown outcome: the recipient may have it twice, with the same id."""
    instead_of: str = ""
    """The destination that could not be reached, where this row is its fallback."""

    @property
    def told_id(self) -> str:
        """Id of the alert or the notice."""
        return self.alert_id or self.notice_id or ""


class Verdict(StrEnum):
    """What one try to send came to."""

    SENT = "sent"
    LATER = "later"
    DEAD_MESSAGE = "dead message"
    DEAD_DESTINATION = "dead destination"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of one try."""

    verdict: Verdict
    fault: str = ""
    """Class of the failure, redacted; empty when sent."""
    retry_after: timedelta | None = None
    took: timedelta = timedelta()
    root: str = ""
    """The id under which the service keeps the message, where it began a thread that can be answered in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatThread:
    """Where the follow-ups of one story belong at one destination."""

    destination: str
    story_id: StoryId
    place: str
    """A digest of the channel in the destination's URL: an id means nothing in another channel."""
    root: str
    """The id that the service gave the first message; as short and plain as that service's ids are."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a destination gets; plain text is complete by itself."""

    id: str
    """Stable over every try of the same delivery: Message-ID and idempotency key are made of it."""
    thread: str
    """Same for all messages of one story: References is made of it."""
    root: str = ""
    """The service's id of the message that it answers; empty: it begins a thread, or none is known."""
    subject: str
    """One line, at most 200 characters."""
    text: str
    html: str | None = None
    urgent: bool = False
    topic: str = ""
    """The watchlist's name, `digest` or `notices`: List-Id is made of it, so that mail can be filtered."""
    at: datetime | None = None
    """When it was written: the mail's Date."""
    alerts: tuple[Alert, ...] = ()
    """What it tells, for receivers that are programs."""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is sent in one message: one delivery, or the due rows of a digest, with all they tell of."""

    destination: str
    deliveries: tuple[Delivery, ...]
    alerts: tuple[Alert, ...] = ()
    notices: tuple[Notice, ...] = ()
    damaged: tuple[Delivery, ...] = ()
    """Claimed rows whose stored content fails its checksum; not among `deliveries`, to be settled as dead and told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What to write to one row of the outbox after a try."""

    delivery_id: DeliveryId
    state: DeliveryState
    due_at: datetime
    fault: str = ""
    maybe_twice: bool = False
    held: str | None = None
    """Why the row waits from now on; None keeps what it says."""
    claim: int | None = None
    """The row's `claims` when it was taken: nothing is written once somebody else has claimed it; None: whoever has."""
    cut_off: int | None = None
    """The row's `cut_off` when it was taken: where it grew since, the lease ran out, but the try ended after all."""
    thread: ChatThread | None = None
    """The thread that the message began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationState:
    """What sending learnt of a destination: the breaker that keeps a broken one from being hammered."""

    name: str
    failures: int = 0
    """Tries failed in a row."""
    paused_until: datetime | None = None
    """No try before this; the one after it is a probe."""
    fault: str = ""
    """Class and one redacted line of the last failure."""
    dead: bool = False
    """It refused us as such (401, 403, 404, 410): its queue is kept, its owner was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A mute with an end."""

    id: str
    watchlist: str
    """Name of the watchlist that is muted; `*`: all."""
    reason: str
    author: str
    starts_at: datetime
    ends_at: datetime
