"""When to ask a feed again, and the sentence that says why.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.feed import Failed, Fault, Feed, FeedState, FetchOutcome, ParsedFeed
from monitor.timing import ago, backoff, clamp, jittered

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
UNKNOWN_RHYTHM = timedelta(minutes=15)
SLOWEST_ON_REQUEST = timedelta(hours=1)
"""A publisher's ttl or max-age of a day would make its news a day late; it is honoured up to here."""
LONGEST_BACKOFF = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(hours=24)
NEVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class NextPoll:
    """An instant and the reason for it."""

    due_at: datetime
    reason: str


def next_poll(feed: Feed, state: FeedState, outcome: FetchOutcome, asked: timedelta | None, now: datetime) -> NextPoll:
    """When to ask this feed again after the poll that `state` already counts.

    The feed's own rhythm, or the user's `every`, sets the pace; what the server asks for can only slow it.

    Args:
        feed: For `every`; None learns from `state.gap`.
        state: After this poll: failures and gap are up to date.
        outcome: What this poll came to.
        asked: What the publisher asked for by ttl or Cache-Control; see `freshness`.
        now: The instant of the poll.

    Returns:
        An instant in [now, now + 24 h], jittered by a hash of the feed, though not to before the end of a Retry-After;
        far away when the feed is gone.

    Source:
        RFC 9110 10.2.3 (Retry-After), RFC 9111 5.2.2.1 (max-age); RSS 2.0 ttl counts minutes.
    """
    pace, why = _pace(feed, state)
    if isinstance(outcome, Failed):
        pace, why = _after_failure(pace, state, outcome)
    elif asked is not None and feed.every is None and asked > pace:
        pace = min(asked, max(SLOWEST_ON_REQUEST, pace))
        why = f"the publisher asks for {ago(asked)} between polls"
    if pace == NEVER:
        return NextPoll(now + NEVER, why)
    span = jittered(pace, feed.id)
    if isinstance(outcome, Failed) and outcome.retry_after is not None:
        span = max(span, pace)
    return NextPoll(now + span, why)


def freshness(parsed: ParsedFeed | None, headers: Mapping[str, str]) -> timedelta | None:
    """How long the publisher says a document stays fresh; None when it says nothing usable."""
    asked = [parsed.ttl] if parsed and parsed.ttl else []
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('" ').isascii() and value.strip('" ').isdigit() and len(value) < 10:
            asked.append(timedelta(seconds=int(value.strip('" '))))
    return max(asked, default=None)


def learnt_gap(old: timedelta | None, since_last_new: timedelta | None, new_entries: int) -> timedelta | None:
    """The usual time between new entries, after a poll that brought `new_entries` of them.

    An exponential mean with weight 0.2, so that a quiet night does not undo a busy day.
    """
    if not new_entries or since_last_new is None:
        return old
    observed = clamp(since_last_new / new_entries, timedelta(seconds=30), timedelta(days=30))
    return observed if old is None else old * 0.8 + observed * 0.2


def _pace(feed: Feed, state: FeedState) -> tuple[timedelta, str]:
    if feed.every is not None:
        return feed.every, f"every {ago(feed.every)} as configured"
    if state.gap is None:
        return UNKNOWN_RHYTHM, "its rhythm is not known yet"
    return clamp(state.gap / 2, SHORTEST, LONGEST), f"a new entry comes about every {ago(state.gap)}"


def _after_failure(pace: timedelta, state: FeedState, outcome: Failed) -> tuple[timedelta, str]:
    if outcome.fault is Fault.GONE:
        return NEVER, "the server says it is gone for good"
    wait = backoff(state.failures, min(pace, SHORTEST), max(pace, LONGEST_BACKOFF), state.feed_id)
    why = f"{outcome.fault}, failure {state.failures} in a row"
    if outcome.retry_after is not None:
        wait = clamp(outcome.retry_after, min(wait, pace), LONGEST_RETRY_AFTER)
        why += f", the server asks to wait {ago(wait)}"
    return wait, why
