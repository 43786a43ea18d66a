"""One feed's trip from due to committed: claim, fetch, parse, plan, commit.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from monitor.alerts.limits import FLOOD
from monitor.errors import StateError
from monitor.feeds.health import body_hash, url_to_ask
from monitor.feeds.identity import identify, keys_of
from monitor.feeds.novelty import Novelty, judge
from monitor.model.entry import Entry
from monitor.model.feed import (
    Document,
    Failed,
    Fault,
    Feed,
    FeedState,
    Fetched,
    FetchOutcome,
    FetchRequest,
    NotModified,
    ParsedFeed,
)
from monitor.model.plan import Arrival, Memory, Plan, Vicinity
from monitor.plan import plan
from monitor.recent import KEEP_EVERY, keep, recall
from monitor.rules import Rules
from monitor.store.store import Store
from monitor.stories.copies import fingerprint
from monitor.stories.known import CorpusIndex
from monitor.stories.rarity import Rarity
from monitor.stories.vectors import vectors_of
from monitor.stories.window import Window, nearest_stories
from monitor.telemetry import log, poll_line
from monitor.timing import Clock

IN_FLIGHT = 64
PER_HOST = 2
LEASE = timedelta(minutes=2)
WINDOW = timedelta(hours=72)

Submit = Callable[[FetchRequest], "Future[FetchOutcome]"]
Parse = Callable[[Document, datetime], ParsedFeed | Failed]


@dataclass(slots=True, kw_only=True)
class Ingest:
    """The polling flow over one store; one thread at a time."""

    store: Store
    submit: Submit
    parse: Parse
    clock: Clock
    rules: Rules
    """Replaced as a whole by a reload; one poll sees one set of rules."""
    corpora: CorpusIndex
    after_commit: Callable[[Plan], None] = lambda _: None
    window: Window = field(default_factory=Window)
    kept_at: datetime | None = None
    stopping: Event = field(default_factory=Event)
    """Set from another thread: nothing more is claimed, and what is in flight is asked again later."""

    def remember(self) -> int:
        """Fill the window of recent entries from the store; returns how many."""
        self.kept_at = self.clock()
        self.window = recall(self.store, self.kept_at)
        return len(self.window)

    def keep(self) -> None:
        """Write the window beside the store, for the next start."""
        self.kept_at = self.clock()
        keep(self.store, self.window, self.kept_at)

    def poll_due(self) -> int:
        """Poll every feed that is due, at most 64 at once and 2 a host, until none is; returns how many were polled."""
        in_flight: dict[Future[FetchOutcome], tuple[Feed, FeedState]] = {}
        polled = 0
        self.window.expire(self.clock() - WINDOW)
        while not self.stopping.is_set():
            for feed, state in self._claim(IN_FLIGHT - len(in_flight)):
                in_flight[self.submit(_request(feed, state))] = feed, state
            if not in_flight:
                self._keep_in_time()
                return polled
            done, _ = wait(in_flight, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(*in_flight.pop(future), future.result())
                polled += 1
        self.store.feeds.release([feed.id for feed, _ in in_flight.values()])
        return polled

    def _keep_in_time(self) -> None:
        """Keep the window once an hour, and at once when the clock was set back: what comes now is newer after all."""
        if self.kept_at is not None and not timedelta(0) <= self.clock() - self.kept_at < KEEP_EVERY:
            self.keep()

    def _claim(self, room: int) -> list[tuple[Feed, FeedState]]:
        if not room:
            return []
        states = self.store.feeds.claim(self.clock(), room, per_host=PER_HOST, lease=LEASE)
        return [(self.rules.feeds[s.feed_id], s) for s in states if s.feed_id in self.rules.feeds]

    def _take(self, feed: Feed, state: FeedState, outcome: FetchOutcome) -> None:
        """Finish one poll; whatever goes wrong with one feed stays with that feed."""
        try:
            committed = self._commit(feed, state, outcome)
        except StateError:
            raise  # no fault of the feed: it stays due, and is asked again once its lease is over
        except Exception:  # noqa: BLE001
            log().exception(f"{feed.name or feed.id}: our own mistake while taking it in; it is asked again later")
            mistake = Failed(fault=Fault.UNREADABLE, detail="an internal error, see the log")
            committed = self._commit(feed, state, mistake)
        self.after_commit(committed)

    def _commit(self, feed: Feed, state: FeedState, outcome: FetchOutcome) -> Plan:
        now = self.clock()
        arrival = self._arrival(feed, state, outcome, now)
        planned = plan(arrival, self._memory(arrival, now), self.rules, now)
        self.store.commit(planned)
        self.window.take(planned.neighbours, planned.regroupings)
        poll_line(feed, planned)
        return planned

    def _arrival(self, feed: Feed, state: FeedState, outcome: FetchOutcome, now: datetime) -> Arrival:
        if not isinstance(outcome, Fetched):
            return Arrival(feed=feed, state=state, outcome=outcome)
        document = outcome.document
        if state.baselined and state.body_hash == body_hash(document.body):
            why = f"{document.status}, the same bytes as last time"
            same = NotModified(why, document.headers, document.permanent_url)
            return Arrival(feed=feed, state=state, outcome=same)
        parsed = self.parse(document, now)
        if isinstance(parsed, Failed):
            return Arrival(feed=feed, state=state, outcome=parsed)
        identified = identify(parsed, feed, state, now)
        return Arrival(feed=feed, state=state, outcome=outcome, parsed=parsed, identified=identified)

    def _memory(self, arrival: Arrival, now: datetime) -> Memory:
        """What the store and the window know that bears on these entries."""
        if arrival.identified is None:
            return Memory()
        seen = self.store.recall.seen(arrival.feed.id, *keys_of(arrival.identified.entries))
        judged = judge(arrival.identified, seen)
        fresh = [each.entry for each in judged if each.novelty is not Novelty.SEEN]
        rarity = self.window.rarity()
        vicinities = {entry.id: self._vicinity(entry, rarity) for entry in fresh}
        revised = {each.entry.id for each in judged if each.novelty is Novelty.REVISED}
        kin_of = self.store.recall.kin_of(revised)
        stories = {n.story_id for v in vicinities.values() for n in v.near} | {k.story_id for k in kin_of.values()}
        return Memory(
            seen=seen,
            vicinities=vicinities,
            stream=self.window.stream(
                (text for v in vicinities.values() for text in v.texts),
                (n for v in vicinities.values() for n in v.near),
            ),
            stories=self.store.recall.stories(stories),
            kin_of=kin_of,
            known_to=self.store.recall.known_to(revised),
            strands=self.store.recall.strands_of({n.entry_id for v in vicinities.values() for n in v.near}),
            told=self.store.recall.told(stories),
            rung=self._rung(now) if fresh else {},
            flooded=bool(fresh and self.rules.flood) and self.store.recall.is_waiting(FLOOD),
            silenced={silence.watchlist: silence.reason for silence in self.store.recall.silences(now)},
        )

    def _rung(self, now: datetime) -> dict[str, list[datetime]]:
        """When each watchlist rang, as far back as any limit counts; empty without limits."""
        limits = (self.rules.flood, *(each.burst for each in self.rules.watchlists.values()))
        spans = [limit.per for limit in limits if limit is not None]
        return self.store.recall.rung(now - max(spans)) if spans else {}

    def _vicinity(self, entry: Entry, rarity: Rarity) -> Vicinity:
        text = entry.body or entry.summary
        print_ = fingerprint(entry.title, text, entry.link)
        near = self.window.near_weighed(vectors_of(print_, rarity))
        return Vicinity(
            fingerprint=print_,
            near=near,
            members=self.window.members(nearest_stories(near)),
            corpora=self.corpora.hits(print_, entry.title, text),
        )


def _request(feed: Feed, state: FeedState) -> FetchRequest:
    return FetchRequest(
        feed_id=feed.id,
        url=url_to_ask(feed, state),
        etag=state.etag,
        last_modified=state.last_modified,
        allow_private=feed.allow_private,
    )
