"""Time as a value: the clock's type, back-off, and jitter that is the same every time.

Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC. The only real one is built in `app`."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def steady_fraction(key: str) -> float:
    """A number in [0, 1) that depends on the key alone: jitter that survives restarts and tests."""
    raw = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "big") / 2**64


def jittered(span: timedelta, key: str, share: float = 0.1) -> timedelta:
    """`span` made longer or shorter by at most `share` of itself, always the same for one key."""
    return span * (1 + share * (2 * steady_fraction(key) - 1))


def backoff(attempt: int, first: timedelta, longest: timedelta, key: str) -> timedelta:
    """How long to wait after the `attempt`-th failure in a row (from 1): doubling, bounded, jittered by ±20 %."""
    doubled = first * 2 ** min(max(attempt, 1) - 1, 30)
    return min(jittered(min(doubled, longest), f"{key}:{attempt}", 0.2), longest)


def clamp(value: timedelta, shortest: timedelta, longest: timedelta) -> timedelta:
    """`value`, but not below `shortest` nor above `longest`."""
    return max(shortest, min(value, longest))


def ago(span: timedelta) -> str:
    """A span for people, in its largest unit: `45 s`, `12 min`, `3 h`, `5 d`."""
    seconds = int(abs(span).total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or (unit == "min" and seconds >= 120):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
