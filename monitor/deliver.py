"""What waits in the outbox, sent: claim, render, send, settle; one lane for each destination.

A lane is a thread that works while its destination has something due. It shares nothing with other lanes but the
store, so that a destination which hangs delays no other.

Flow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from time import perf_counter
from traceback import format_tb

from monitor.alerts.bundles import bundles, crowded
from monitor.alerts.calendar import is_quiet, outbox_rows, quiet_end
from monitor.alerts.defuse import is_chat, is_paced
from monitor.alerts.fallback import fallback_rows
from monitor.alerts.notify import PLENTY, Send
from monitor.alerts.pace import allowed_at
from monitor.alerts.render import packs, part, render, simplify
from monitor.alerts.retry import after_try, buried, diverted, not_delivered, refusals, settle, untouched
from monitor.errors import MonitorError, StateError
from monitor.model.alert import (
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Notice,
    Parcel,
    Receipt,
    Settlement,
    Verdict,
)
from monitor.model.watch import Priority
from monitor.store.store import Store
from monitor.telemetry import delivery_line, log
from monitor.timing import Clock

LANES = 64
"""Most destinations that are served at the same time."""
CLAIM = 100
"""Most rows that one lane takes at a time."""
LEASE = timedelta(minutes=15)
PAUSE_S = 0.1
"""Before a settlement that the database refused is tried again; twice as long each further time."""
LONGEST_PAUSE_S = 10.0
INTERNAL = "internal error"
MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """The delivery flow over one store; its methods may be called from any thread."""

    store: Store
    send: Send
    clock: Clock
    destinations: Mapping[str, Destination]
    on_error: tuple[str, ...] = ()
    """Names of the destinations that hear of the service's own trouble."""
    capacity: Callable[[Destination], int] = lambda _: PLENTY
    """Characters that one message to a destination may have."""
    pace: timedelta = timedelta(seconds=1)
    """Between two messages to one chat service."""
    patience: timedelta = LEASE
    """How long a settlement is tried again that the database refuses; a lane sends nothing more meanwhile."""
    claimed: int = 0
    """Rows claimed since the start."""
    stopping: Event = field(default_factory=Event, repr=False)
    """Set by `drain`: nothing more is claimed or begun."""
    _lanes: dict[str, Thread] = field(default_factory=dict, repr=False)
    _sent: dict[str, deque[datetime]] = field(default_factory=dict, repr=False)
    _spoken: dict[str, float] = field(default_factory=dict, repr=False)
    """When each destination got its latest message, in seconds of a clock that only runs forward."""
    _lock: Lock = field(default_factory=Lock, repr=False)

    def follow(self, destinations: Mapping[str, Destination], on_error: tuple[str, ...]) -> None:
        """Serve the destinations of an edited configuration; one that was mended is tried at once."""
        before, self.destinations, self.on_error = self.destinations, destinations, on_error
        for name, state in self.store.outbox.destination_states().items():
            old, new = before.get(name), destinations.get(name)
            if state.paused_until and old and new and (old.url, old.allow_private) != (new.url, new.allow_private):
                self.store.outbox.save_destination_state(replace(state, paused_until=None))

    def tick(self) -> int:
        """Start a lane for each destination that has something due and no lane yet; returns how many were started.

        What came due meanwhile for a dead destination goes to its fallback first.
        """
        self._divert()
        with self._lock:
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.is_alive()}
            if self.stopping.is_set():
                return 0
            due = [name for name in self.store.outbox.destinations_due(self.clock()) if name not in self._lanes]
            started = due[: LANES - len(self._lanes)]
            for name in started:
                self._lanes[name] = Thread(target=self._lane, args=(name,), name=f"lane {name}", daemon=True)
                self._lanes[name].start()
            return len(started)

    def run_until_idle(self) -> None:
        """Send what is due now, and what that brings about, until nothing more can be claimed."""
        before = -1
        while before != self.claimed:
            before = self.claimed
            self.tick()
            for lane in self._busy():
                lane.join()

    def drain(self, seconds: float) -> bool:
        """Let every lane finish the message it is at and give back the rest; whether all did within `seconds`."""
        self.stopping.set()
        ends = perf_counter() + seconds
        for lane in self._busy():
            lane.join(max(0.0, ends - perf_counter()))
        return not self._busy()

    def count(self, claimed: int) -> None:
        """Note that a lane claimed so many rows."""
        with self._lock:
            self.claimed += claimed

    def idle(self) -> bool:
        """Whether nothing is being sent and nothing is due."""
        return not self._busy() and not self.store.outbox.destinations_due(self.clock())

    def allowed_at(self, destination: Destination, now: datetime) -> datetime:
        """When the destination may be spoken to next, by its own rate."""
        return allowed_at(destination.rate, self._sent.get(destination.name, ()), now)

    def rest_s(self, destination: Destination) -> float:
        """Seconds until a chat service takes the next message."""
        spoken = self._spoken.get(destination.name)
        if spoken is None or not is_paced(destination.url):
            return 0.0
        return max(0.0, spoken + self.pace.total_seconds() - perf_counter())

    def note_sent(self, destination: Destination, now: datetime) -> None:
        """Note that the destination was spoken to."""
        self._spoken[destination.name] = perf_counter()
        if destination.rate is not None:
            self._sent.setdefault(destination.name, deque(maxlen=destination.rate.count)).append(now)

    def _divert(self) -> None:
        if self.stopping.is_set() or not any(each.fallback for each in self.destinations.values()):
            return
        now = self.clock()
        for name, state in self.store.outbox.destination_states().items():
            destination = self.destinations.get(name)
            if destination and destination.fallback and state.dead and state.paused_until and now < state.paused_until:
                _Lane(self, name, state).divert(destination, state.paused_until)

    def _busy(self) -> list[Thread]:
        with self._lock:
            return [lane for lane in self._lanes.values() if lane.is_alive()]

    def _lane(self, name: str) -> None:
        try:
            state = self.store.outbox.destination_states().get(name, DestinationState(name=name))
            lane = _Lane(self, name, state)
            while not self.stopping.is_set() and lane.round():
                pass
        except MonitorError as error:
            log().error(f"{name}: its lane ends; what it held is taken up again later", why=str(error))


@dataclass(slots=True)
class _Lane:
    """The work on one destination, in one thread."""

    flow: Deliveries
    name: str
    state: DestinationState

    def round(self) -> bool:
        """Claim once and deal with every row claimed; returns whether to claim again."""
        now, outbox = self.flow.clock(), self.flow.store.outbox
        claimed = outbox.claim(self.name, now, LEASE, CLAIM)
        self.flow.count(len(claimed))
        if not claimed:
            return False
        destination = self.flow.destinations.get(self.name)
        if destination is None:
            self._bury(outbox.parcel(claimed), "no destination of this name is configured")
            return True
        together = crowded(claimed, now)
        if together:
            self._settle(together, now)
            return True
        return self._work(destination, claimed)

    def _work(self, destination: Destination, claimed: Sequence[Delivery]) -> bool:
        """Send the rows, bundle by bundle; what cannot be tried now is given back."""
        parcels = [parcel for rows in bundles(claimed) for parcel in self._parcels(destination, rows)]
        for index, parcel in enumerate(parcels):
            self.flow.stopping.wait(self.flow.rest_s(destination))
            if self.flow.stopping.is_set() or not self._is_open():
                self._give_back(parcels[index:])
                return False
            if self._is_too_soon(destination):
                self._put_off(parcels[index:], self.flow.allowed_at(destination, self.flow.clock()))
                return False
            self._deliver(destination, parcel)
        return self._is_open()

    def _is_too_soon(self, destination: Destination) -> bool:
        now = self.flow.clock()
        return self.flow.allowed_at(destination, now) > now

    def divert(self, destination: Destination, until: datetime) -> None:
        """Give what is due to the fallback; what is a fallback's row itself waits until then."""
        now, outbox = self.flow.clock(), self.flow.store.outbox
        claimed = outbox.claim(self.name, now, LEASE, CLAIM, paused_too=True)
        self.flow.count(len(claimed))
        if claimed:
            parcel = outbox.parcel(claimed)
            rows = fallback_rows(parcel, destination, self.flow.destinations, now)
            told = {row.told_id for row in rows}
            log().info(f"{self.name}: dead; {len(rows)} messages go to {destination.fallback}")
            outbox.settle(
                [
                    diverted(row, destination.fallback, self.state.fault, now)
                    if row.told_id in told
                    else untouched(row, until)
                    for row in claimed
                ],
                now,
                deliveries=rows,
            )

    def _parcels(self, destination: Destination, rows: Sequence[Delivery]) -> tuple[Parcel, ...]:
        """The rows with all they tell, in as many messages as the destination needs."""
        parcel = self.flow.store.outbox.parcel(rows)
        if parcel.damaged:
            self._bury(replace(parcel, deliveries=(), alerts=(), notices=()), "it was damaged in storage")
        if len(parcel.deliveries) <= 1:
            return (parcel,) if parcel.deliveries else ()
        return packs(parcel, self.flow.capacity(destination), destination.wording)

    def _deliver(self, destination: Destination, parcel: Parcel) -> None:
        now = self.flow.clock()
        quiet = destination.quiet
        if quiet is not None and is_quiet(quiet, now) and not _is_urgent(parcel):
            until = quiet_end(quiet, now)
            self._settle([untouched(row, until, held=_held_by_quiet(row)) for row in parcel.deliveries], now)
            return
        receipt = self._try(destination, parcel, now)
        self._take(destination, parcel, receipt, self.flow.clock())

    def _try(self, destination: Destination, parcel: Parcel, now: datetime) -> Receipt:
        """Render and send; whatever goes wrong with one message stays with that message."""
        try:
            message = render(parcel, now, chat=is_chat(destination.url), wording=destination.wording)
            refused = max(map(refusals, parcel.deliveries))
            self.flow.note_sent(destination, now)
            receipt = self.flow.send(destination, simplify(message, refused) if refused else message)
        except Exception as error:  # noqa: BLE001
            place = "".join(format_tb(error.__traceback__))
            log().error(f"{self.name}: our own mistake; tried again later", error=type(error).__name__, place=place)
            return Receipt(verdict=Verdict.LATER, fault=f"{INTERNAL}: {type(error).__name__}")
        delivery_line(self.name, message, receipt)
        return receipt

    def _take(self, destination: Destination, parcel: Parcel, receipt: Receipt, now: datetime) -> None:
        """Write what came of a try to its rows and to the destination, with the notices they give rise to."""
        key = parcel.deliveries[0].id
        settlements = [settle(row, receipt, now, key=key) for row in parcel.deliveries]
        is_ours = receipt.fault.startswith(INTERNAL)
        if len(settlements) > 1 and (is_ours or receipt.verdict is Verdict.DEAD_MESSAGE):
            settlements = [replace(each, held="") for each in settlements]
        state, notices = (
            (self.state, ()) if is_ours else after_try(self.state, receipt, now, fallback=destination.fallback)
        )
        dead = [n for n, each in enumerate(settlements) if each.state is DeliveryState.DEAD]
        elsewhere = part(parcel, list(range(len(settlements))) if state.dead else dead)
        rows = fallback_rows(elsewhere, destination, self.flow.destinations, now)
        instead = destination.fallback if rows else ""
        lost = not_delivered(part(parcel, dead), settlements[dead[0]].fault, now, fallback=instead) if dead else ()
        told = {row.told_id for row in rows}
        settlements = [
            diverted(row, instead, receipt.fault, now) if row.told_id in told and n not in dead else each
            for n, (row, each) in enumerate(zip(parcel.deliveries, settlements, strict=True))
        ]
        self._settle(settlements, now, (*notices, *lost), rows, None if state == self.state else state)
        self.state = state

    def _bury(self, parcel: Parcel, fault: str) -> None:
        now = self.flow.clock()
        rows = (*parcel.deliveries, *parcel.damaged)
        log().error(f"{self.name}: {len(rows)} deliveries given up", why=fault)
        self._settle([buried(row, fault, now) for row in rows], now, not_delivered(parcel, fault, now))

    def _give_back(self, parcels: Sequence[Parcel]) -> None:
        now = self.flow.clock()
        self._settle([untouched(row, row.due_at) for parcel in parcels for row in parcel.deliveries], now)

    def _put_off(self, parcels: Sequence[Parcel], until: datetime) -> None:
        """Give rows back for later, each parcel due at a moment of its own so that none is mixed with another."""
        moments = ((parcel, until + n * MICROSECOND) for n, parcel in enumerate(parcels))
        self._settle([untouched(row, at) for parcel, at in moments for row in parcel.deliveries], self.flow.clock())

    def _settle(
        self,
        settlements: Sequence[Settlement],
        now: datetime,
        notices: Sequence[Notice] = (),
        instead: Sequence[Delivery] = (),
        learnt: DestinationState | None = None,
    ) -> None:
        """One transaction; notices of this destination's trouble go to the others, if there are others."""
        flow = self.flow
        others = [name for name in flow.on_error if name != self.name]
        rows = [row for n in notices for row in outbox_rows(n, others or flow.on_error, flow.destinations, now)]
        self._insist(lambda: flow.store.outbox.settle(settlements, now, notices, (*rows, *instead), learnt))

    def _insist(self, write: Callable[[], None]) -> None:
        """Write, again and again while the state folder refuses: what was sent and is not noted is sent once more."""
        ends, pause = perf_counter() + self.flow.patience.total_seconds(), PAUSE_S
        while True:
            try:
                return write()
            except StateError as error:
                if self.flow.stopping.is_set() or perf_counter() >= ends:
                    raise
                if pause == PAUSE_S:
                    log().warning(f"{self.name}: what came of a try cannot be written; tried again", why=str(error))
            self.flow.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _is_open(self) -> bool:
        return self.state.paused_until is None or self.state.paused_until <= self.flow.clock()


def _held_by_quiet(row: Delivery) -> str | None:
    """Why a row waits from now on; one that may have gone out by itself stays by itself, to bear the same id."""
    return None if row.maybe_twice and not row.held else "quiet hours"


def _is_urgent(parcel: Parcel) -> bool:
    return any(alert.priority is Priority.URGENT for alert in parcel.alerts)
