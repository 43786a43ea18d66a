"""The work on one destination: look, claim, render, send, settle, message by message.

Rows are claimed when they are about to be sent and not before, so that a kill leaves in doubt only the message at hand;
what is put off or given up is settled without a claim.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from time import perf_counter
from traceback import format_tb
from typing import Protocol
from zlib import crc32

from monitor.alerts.bundles import bundles, crowded
from monitor.alerts.calendar import is_quiet, outbox_rows, quiet_end
from monitor.alerts.defuse import is_chat
from monitor.alerts.notify import Send
from monitor.alerts.render import packs, part, render, simplify
from monitor.alerts.retry import TOO_LATE, buried, is_deadly, not_delivered, refusals, untouched
from monitor.alerts.threads import place_of, story_of
from monitor.deliver.aftermath import INTERNAL, Aftermath, after, diversion
from monitor.deliver.paces import Paces
from monitor.errors import StateError
from monitor.model.alert import Delivery, Destination, DestinationState, Parcel, Receipt, Verdict
from monitor.model.watch import Priority
from monitor.store.store import Store
from monitor.telemetry import delivery_line, log
from monitor.timing import Clock

LOOK = 100
"""Most rows that are looked at together."""
LEASE = timedelta(minutes=15)
PAUSE_S = 0.1
"""Before a settlement that the database refused is tried again; twice as long each further time."""
LONGEST_PAUSE_S = 10.0
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000


class Means(Protocol):
    """What a lane needs of the flow it belongs to."""

    store: Store
    destinations: Mapping[str, Destination]
    on_error: tuple[str, ...]
    patience: timedelta
    stopping: Event
    paces: Paces

    @property
    def send(self) -> Send:
        """One try to send."""

    @property
    def clock(self) -> Clock:
        """Gives the present instant."""

    @property
    def capacity(self) -> Callable[[Destination], int]:
        """Characters that one message to a destination may have."""

    def count(self, rows: int) -> None:
        """Note that a lane dealt with so many rows."""


@dataclass(slots=True)
class Lane:
    """The work on one destination, in one thread."""

    means: Means
    name: str
    state: DestinationState

    def round(self) -> bool:
        """Look once and deal with every row that is due; returns whether to look again."""
        now, outbox = self.means.clock(), self.means.store.outbox
        due = outbox.due(self.name, now, LOOK)
        if not due:
            return False
        destination = self.means.destinations.get(self.name)
        if destination is None:
            self._bury(outbox.parcel(due), "no destination of this name is configured")
        elif deadly := [row for row in due if is_deadly(row, now)]:
            self._bury(outbox.parcel(deadly), f"{TOO_LATE}; its last tries ended with the program itself")
        elif together := crowded(due, now):
            self._write(Aftermath(settlements=together))
        else:
            return self._work(destination, due)
        return True

    def divert(self, destination: Destination) -> None:
        """Give what is due to the fallback, while the destination itself is paused."""
        now, outbox = self.means.clock(), self.means.store.outbox
        due = outbox.due(self.name, now, LOOK, paused_too=True)
        if due:
            done = diversion(outbox.parcel(due), self.state, {**self.means.destinations, self.name: destination}, now)
            log().info(f"{self.name}: dead; {len(done.instead)} messages go to {destination.fallback}")
            self._write(done)

    def _work(self, destination: Destination, due: Sequence[Delivery]) -> bool:
        """Send the rows, bundle by bundle, for as long as the destination may be spoken to."""
        parcels = [parcel for rows in bundles(due) for parcel in self._parcels(destination, rows)]
        for index, parcel in enumerate(parcels):
            self.means.stopping.wait(self.means.paces.rest_s(destination))
            if self.means.stopping.is_set() or not self._is_open():
                return False
            now = self.means.clock()
            allowed_at = self._allowed_at(destination, now)
            if allowed_at > now:
                self._put_off(parcels[index:], allowed_at)
                return False
            self._deliver(destination, parcel, now)
        return self._is_open()

    def _allowed_at(self, destination: Destination, now: datetime) -> datetime:
        """When the destination may be spoken to next, by its own rate; what it got before the start counts too."""
        paces, rate = self.means.paces, destination.rate
        if rate is not None and not paces.recalls(destination):
            paces.recall(destination, self.means.store.outbox.sent(self.name, now - rate.per, rate.count))
        return paces.allowed_at(destination, now)

    def _parcels(self, destination: Destination, rows: Sequence[Delivery]) -> tuple[Parcel, ...]:
        """The rows with all they tell, in as many messages as the destination needs."""
        parcel = self.means.store.outbox.parcel(rows)
        if parcel.damaged:
            self._bury(replace(parcel, deliveries=(), alerts=(), notices=()), "it was damaged in storage")
        if len(parcel.deliveries) <= 1:
            return (parcel,) if parcel.deliveries else ()
        return packs(parcel, self.means.capacity(destination), destination.wording)

    def _put_off(self, parcels: Sequence[Parcel], until: datetime) -> None:
        """Let rows wait, each parcel due at a moment of its own so that none is mixed with another."""
        moments = ((parcel, _by_itself(parcel, until + n * MICROSECOND)) for n, parcel in enumerate(parcels))
        waiting = [untouched(row, at) for parcel, at in moments for row in parcel.deliveries]
        self._write(Aftermath(settlements=waiting))

    def _deliver(self, destination: Destination, parcel: Parcel, now: datetime) -> None:
        quiet = destination.quiet
        if quiet is not None and is_quiet(quiet, now) and not _is_urgent(parcel):
            until = _by_itself(parcel, quiet_end(quiet, now))
            held = [untouched(row, until, held=_held_by_quiet(row)) for row in parcel.deliveries]
            self._write(Aftermath(settlements=held))
            return
        root = self._root(destination, parcel)
        claimed = self._claim(parcel, now)
        if claimed.deliveries:
            receipt = self._try(destination, claimed, root, now)
            known = {**self.means.destinations, self.name: destination}
            self._write(after(claimed, receipt, self.state, known, self.means.clock()))

    def _root(self, destination: Destination, parcel: Parcel) -> str:
        """The chat message that this one answers; empty where there is none."""
        story = story_of(parcel) if is_chat(destination.url) else None
        return self.means.store.outbox.root(self.name, story, place_of(destination.url)) if story else ""

    def _claim(self, parcel: Parcel, now: datetime) -> Parcel:
        """The parcel with those of its rows that are ours now; none that another has claimed or dropped meanwhile."""
        ids = [row.id for row in parcel.deliveries]
        claimed = {row.id: row for row in self.means.store.outbox.claim(self.name, now, LEASE, len(ids), only=ids)}
        ours = part(parcel, [n for n, id_ in enumerate(ids) if id_ in claimed])
        return replace(ours, deliveries=tuple(claimed[row.id] for row in ours.deliveries))

    def _try(self, destination: Destination, parcel: Parcel, root: str, now: datetime) -> Receipt:
        """Render and send; whatever goes wrong with one message stays with that message."""
        try:
            message = render(parcel, now, chat=is_chat(destination.url), wording=destination.wording)
            message = replace(message, root=root)
            refused = max(map(refusals, parcel.deliveries))
            self.means.paces.note_sent(destination, now)
            receipt = self.means.send(destination, simplify(message, refused) if refused else message)
        except Exception as error:  # noqa: BLE001
            place = "".join(format_tb(error.__traceback__))
            log().error(f"{self.name}: our own mistake; tried again later", error=type(error).__name__, place=place)
            return Receipt(verdict=Verdict.LATER, fault=f"{INTERNAL}: {type(error).__name__}")
        delivery_line(self.name, message, receipt)
        return receipt

    def _bury(self, parcel: Parcel, fault: str) -> None:
        now = self.means.clock()
        rows = (*parcel.deliveries, *parcel.damaged)
        log().error(f"{self.name}: {len(rows)} deliveries given up", why=fault)
        dead = [buried(row, fault, now) for row in rows]
        self._write(Aftermath(settlements=dead, notices=not_delivered(parcel, fault, now)))

    def _write(self, done: Aftermath) -> None:
        """One transaction; notices of this destination's trouble go to the others, if there are others."""
        means, now = self.means, self.means.clock()
        others = [name for name in means.on_error if name != self.name]
        told = [row for n in done.notices for row in outbox_rows(n, others or means.on_error, means.destinations, now)]
        rows = (*told, *done.instead)
        self._insist(lambda: means.store.outbox.settle(done.settlements, now, done.notices, rows, done.state))
        means.count(len(done.settlements))
        self.state = done.state or self.state

    def _insist(self, write: Callable[[], None]) -> None:
        """Write, again and again while the state folder refuses: what was sent and is not noted is sent once more."""
        ends, pause = perf_counter() + self.means.patience.total_seconds(), PAUSE_S
        while True:
            try:
                return write()
            except StateError as error:
                if self.means.stopping.is_set() or perf_counter() >= ends:
                    raise
                if pause == PAUSE_S:
                    log().warning(f"{self.name}: what came of a try cannot be written; tried again", why=str(error))
            self.means.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _is_open(self) -> bool:
        return self.state.paused_until is None or self.state.paused_until <= self.means.clock()


def _held_by_quiet(row: Delivery) -> str | None:
    """Why a row waits from now on; one that may have gone out by itself stays by itself, to bear the same id."""
    return None if row.maybe_twice and not row.held else "quiet hours"


def _by_itself(parcel: Parcel, until: datetime) -> datetime:
    """`until`; what may have gone out already gets a moment within the second after it that nothing else will have.

    So it is mixed with nothing that other looks put off until then, and a copy bears the same id.
    """
    if not any(row.maybe_twice for row in parcel.deliveries):
        return until
    return until + crc32(parcel.deliveries[0].id.encode()) % SECOND * MICROSECOND


def _is_urgent(parcel: Parcel) -> bool:
    return any(alert.priority is Priority.URGENT for alert in parcel.alerts)
