"""The lanes: a thread for each destination that has something due.

A lane works while its destination has something due. It shares nothing with other lanes but the store, so that a
destination which hangs delays no other.

Flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Lock, Thread
from time import perf_counter

from monitor.alerts.notify import PLENTY, Send
from monitor.deliver.lane import LEASE, Lane
from monitor.deliver.paces import Paces
from monitor.errors import MonitorError
from monitor.model.alert import Destination, DestinationState
from monitor.store.store import Store
from monitor.telemetry import log
from monitor.timing import Clock

LANES = 64
"""Most destinations that are served at the same time."""


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
    handled: int = 0
    """Rows dealt with since the start."""
    stopping: Event = field(default_factory=Event, repr=False)
    """Set by `drain`: nothing more is claimed or begun."""
    paces: Paces = field(init=False, repr=False)
    _lanes: dict[str, Thread] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self.paces = Paces(self.pace)

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
        """Send what is due now, and what that brings about, until nothing more can be done."""
        before = -1
        while before != self.handled:
            before = self.handled
            self.tick()
            for lane in self._busy():
                lane.join()

    def drain(self, seconds: float) -> bool:
        """Let every lane finish the message it is at; whether all did within `seconds`."""
        self.stopping.set()
        ends = perf_counter() + seconds
        for lane in self._busy():
            lane.join(max(0.0, ends - perf_counter()))
        return not self._busy()

    def count(self, rows: int) -> None:
        """Note that a lane dealt with so many rows."""
        with self._lock:
            self.handled += rows

    def idle(self) -> bool:
        """Whether nothing is being sent and nothing is due."""
        return not self._busy() and not self.store.outbox.destinations_due(self.clock())

    def _divert(self) -> None:
        if self.stopping.is_set() or not any(each.fallback for each in self.destinations.values()):
            return
        now = self.clock()
        for name, state in self.store.outbox.destination_states().items():
            destination = self.destinations.get(name)
            if destination and destination.fallback and state.dead and state.paused_until and now < state.paused_until:
                Lane(self, name, state).divert(destination)

    def _busy(self) -> list[Thread]:
        with self._lock:
            return [lane for lane in self._lanes.values() if lane.is_alive()]

    def _lane(self, name: str) -> None:
        try:
            state = self.store.outbox.destination_states().get(name, DestinationState(name=name))
            lane = Lane(self, name, state)
            while not self.stopping.is_set() and lane.round():
                pass
        except MonitorError as error:
            log().error(f"{name}: its lane ends; what it held is taken up again later", why=str(error))
