"""How fast each destination may be spoken to, and when it last was.

Edge: the time that passes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from monitor.alerts.defuse import is_paced
from monitor.alerts.pace import allowed_at
from monitor.model.alert import Destination


@dataclass(slots=True)
class Paces:
    """What was sent where, as far as it matters for the next message; each destination has one lane that asks."""

    between: timedelta
    """Between two messages to one chat service."""
    _sent: dict[str, deque[datetime]] = field(default_factory=dict, repr=False)
    _spoken: dict[str, float] = field(default_factory=dict, repr=False)
    """When each destination got its latest message, in seconds of a clock that only runs forward."""

    def recalls(self, destination: Destination) -> bool:
        """Whether it is known what the destination got lately."""
        return destination.name in self._sent

    def recall(self, destination: Destination, sent: Iterable[datetime]) -> None:
        """Take in when the destination was spoken to before the program's start, oldest first."""
        self._sent[destination.name] = deque(sent)

    def allowed_at(self, destination: Destination, now: datetime) -> datetime:
        """When the destination may be spoken to next, by its own rate."""
        return allowed_at(destination.rate, self._sent.get(destination.name, ()), now)

    def rest_s(self, destination: Destination) -> float:
        """Seconds until a chat service takes the next message."""
        spoken = self._spoken.get(destination.name)
        if spoken is None or not is_paced(destination.url):
            return 0.0
        return max(0.0, spoken + self.between.total_seconds() - perf_counter())

    def note_sent(self, destination: Destination, now: datetime) -> None:
        """Note that the destination was spoken to."""
        self._spoken[destination.name] = perf_counter()
        if destination.rate is not None:
            before = self._sent.get(destination.name, ())
            self._sent[destination.name] = deque((*before, now), maxlen=destination.rate.count)
