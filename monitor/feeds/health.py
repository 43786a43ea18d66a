"""What one poll teaches of a feed: its next state, and what its owner should be told.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TypedDict

from monitor.feeds.schedule import freshness, learnt_gap, next_poll
from monitor.model.alert import Notice
from monitor.model.feed import Document, Failed, Fault, Feed, FeedState, Fetched, NotModified
from monitor.model.ids import NoticeId, digest
from monitor.model.plan import Arrival
from monitor.text.urls import host_of
from monitor.timing import ago

FAILING_AFTER_POLLS = 5
FAILING_AFTER = timedelta(hours=1)
STALE_GAPS = 10
STALE_AFTER = timedelta(hours=24)
MOVED_AFTER_POLLS = 3
MOVED_AFTER = timedelta(hours=24)
VALIDATOR_BYTES = 1_024
USERINFO = re.compile(r"//[^/@]*@")


def after_poll(arrival: Arrival, new_entries: int, now: datetime) -> tuple[FeedState, tuple[Notice, ...]]:
    """The state to store after a poll, and the notices that its change asks for, each told once.

    Args:
        arrival: The poll.
        new_entries: How many entries were new to the feed; 0 for a baseline.
        now: The instant of the poll.
    """
    before = arrival.state
    match arrival.outcome:
        case Failed() as failed:
            after = _failed(before, failed, now)
        case Fetched(document):
            after = _fetched(arrival, document, new_entries, now)
        case NotModified(permanent_url=moved):
            after = _answered(before, now, _move(arrival.feed, before, moved, now))
    poll = next_poll(arrival.feed, after, arrival.outcome, _asked(arrival), now)
    after = replace(after, due_at=poll.due_at, due_reason=poll.reason)
    return _told(arrival.feed, before, after, now)


def url_to_ask(feed: Feed, state: FeedState) -> str:
    """Where to fetch a feed: its configured URL, or where it has moved for good within the same site.

    A permanent redirect is believed after 3 polls over at least 24 hours, and never to another site: whoever takes
    over a domain must not take over the subscription.
    """
    if state.moved_to is None or state.moved_since is None or state.checked_at is None:
        return feed.url
    settled = state.moved_polls >= MOVED_AFTER_POLLS and state.checked_at - state.moved_since >= MOVED_AFTER
    return state.moved_to if settled and same_site(feed.url, state.moved_to) else feed.url


def same_site(one: str, other: str) -> bool:
    """Whether two URLs belong to one registrable domain, as nearly as can be told without a list of suffixes."""
    return _site(host_of(one)) == _site(host_of(other)) != ""


def _site(host: str) -> str:
    labels = host.split(".")
    if len(labels) >= 3 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def _answered(state: FeedState, now: datetime, move: Move) -> FeedState:
    well = replace(state, checked_at=now, succeeded_at=now, failures=0, failing_since=None, fault=None, fault_detail="")
    return replace(well, **move)


def _failed(state: FeedState, failed: Failed, now: datetime) -> FeedState:
    drop = failed.fault in (Fault.UNREADABLE, Fault.NOT_A_FEED)
    return replace(
        state,
        checked_at=now,
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        fault=failed.fault,
        fault_detail=failed.detail,
        gone=state.gone or failed.fault is Fault.GONE,
        etag=None if drop else state.etag,
        last_modified=None if drop else state.last_modified,
        body_hash=None if drop else state.body_hash,
    )


def _fetched(arrival: Arrival, document: Document, new_entries: int, now: datetime) -> FeedState:
    state, parsed, identified = arrival.state, arrival.parsed, arrival.identified
    assert parsed is not None
    assert identified is not None
    since = now - state.changed_at if state.changed_at else None
    first = state.changed_at is None and bool(identified.entries)
    return replace(
        _answered(state, now, _move(arrival.feed, state, document.permanent_url, now)),
        title=parsed.title or state.title,
        site_url=parsed.site_url or state.site_url,
        etag=_validator(document, "etag"),
        last_modified=_validator(document, "last-modified"),
        body_hash=body_hash(document.body),
        changed_at=now if new_entries or first else state.changed_at,
        gap=learnt_gap(state.gap, since, new_entries),
        baselined=True,
        identity=identified.identity,
        identity_note=identified.note,
    )


def body_hash(body: bytes) -> str:
    """Digest of a document's bytes: the same bytes again are not parsed again."""
    return blake2b(body, digest_size=16).hexdigest()


class Move(TypedDict):
    """The three fields of a feed's state that follow a permanent redirect."""

    moved_to: str | None
    moved_since: datetime | None
    moved_polls: int


def _move(feed: Feed, state: FeedState, permanent_url: str | None, now: datetime) -> Move:
    settled = state.moved_to is not None and url_to_ask(feed, state) == state.moved_to
    if permanent_url in (None, state.moved_to) and (settled or permanent_url):
        return Move(moved_to=state.moved_to, moved_since=state.moved_since, moved_polls=state.moved_polls + 1)
    if permanent_url is None:
        return Move(moved_to=None, moved_since=None, moved_polls=0)
    return Move(moved_to=permanent_url, moved_since=now, moved_polls=1)


def _validator(document: Document, name: str) -> str | None:
    """A validator worth sending back: present, printable, at most 1 KB."""
    value = document.headers.get(name)
    if not value or len(value.encode("utf-8", "surrogatepass")) > VALIDATOR_BYTES or not value.isprintable():
        return None
    return value


def _asked(arrival: Arrival) -> timedelta | None:
    match arrival.outcome:
        case Fetched(document):
            return freshness(arrival.parsed, document.headers)
        case NotModified(headers=headers):
            return freshness(None, headers)
        case _:
            return None


def _told(feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[FeedState, tuple[Notice, ...]]:
    """The notices that the step from one state to the next asks for, and the state that remembers they were told."""
    name = feed.name or after.title or feed.url
    if after.gone and not before.gone:
        return replace(after, told_failing=True), (
            _notice(feed, "feed gone", f"{name} is gone", "Its server answers 410; it is no longer asked.", now),
        )
    if _is_failing(after, now) and not before.told_failing:
        since = ago(now - (after.failing_since or now))
        detail = f"{after.failures} polls in a row failed for {since}: {after.fault}: {after.fault_detail}"
        return replace(after, told_failing=True), (_notice(feed, "feed failing", f"{name} is failing", detail, now),)
    if after.failures == 0 and before.told_failing:
        detail = "It answers again; what it published since is being read."
        return replace(after, told_failing=False, gone=False), (
            _notice(feed, "feed recovered", f"{name} has recovered", detail, now),
        )
    return _told_quiet(feed, name, before, after, now)


def _told_quiet(
    feed: Feed, name: str, before: FeedState, after: FeedState, now: datetime
) -> tuple[FeedState, tuple[Notice, ...]]:
    if _is_stale(after, now) and not before.told_stale:
        quiet = ago(now - (after.changed_at or now))
        usual = ago(after.gap or timedelta())
        detail = f"No new entry for {quiet}; usually one comes every {usual}. It answers, but has nothing new."
        return replace(after, told_stale=True), (_notice(feed, "feed stale", f"{name} has gone quiet", detail, now),)
    if before.told_stale and after.changed_at == now:
        return replace(after, told_stale=False), (
            _notice(feed, "feed recovered", f"{name} publishes again", "A new entry came after a long quiet.", now),
        )
    return after, ()


def _is_failing(state: FeedState, now: datetime) -> bool:
    since = state.failing_since
    return state.failures >= FAILING_AFTER_POLLS and since is not None and now - since >= FAILING_AFTER


def _is_stale(state: FeedState, now: datetime) -> bool:
    if state.gap is None or state.changed_at is None or state.failures:
        return False
    return now - state.changed_at >= max(state.gap * STALE_GAPS, STALE_AFTER)


def _notice(feed: Feed, kind: str, subject: str, detail: str, now: datetime) -> Notice:
    return Notice(
        id=NoticeId(digest("notice", kind, feed.id, now.isoformat())),
        kind=kind,
        subject=subject,
        detail=f"{detail}\n{USERINFO.sub('//', feed.url)}",
        at=now,
    )
