"""How model values stand in columns: instants, spans, enums, tuples.

Pure.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from ipaddress import ip_network
from math import exp, log
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, SmallInteger, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.model.feed import Network
from monitor.timing import EPOCH

MICROSECOND = timedelta(microseconds=1)


class Stored(TypeDecorator[Any]):
    """A value that stands in its column as something plainer; None stays None."""

    impl: Any = Text
    cache_ok = True

    def __init__(self, plain: TypeEngine[Any], pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> None:
        super().__init__()
        self.impl = plain
        self.pack, self.unpack = pack, unpack

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy calls it
        """What the column holds for a value."""
        return None if value is None else self.pack(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy calls it
        """The value for what the column holds."""
        return None if value is None else self.unpack(value)


def choice(kind: type[StrEnum]) -> Stored:
    """A member of a StrEnum, as its text."""
    return Stored(String(32), str, kind)


def degree(kind: type[IntEnum]) -> Stored:
    """A member of an IntEnum, as its number."""
    return Stored(SmallInteger(), int, kind)


def _pack_instant(value: datetime) -> int:
    if value.tzinfo is None:
        raise ValueError(f"instant without a time zone: {value!r}")
    return (value - EPOCH) // MICROSECOND


def _unpack_instant(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


def _pack_span(value: timedelta) -> int:
    return value // MICROSECOND


def _unpack_span(value: int) -> timedelta:
    return timedelta(microseconds=value)


def _pack_texts(value: Sequence[str]) -> str:
    return json.dumps(list(value), ensure_ascii=False)


def _unpack_texts(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value))


def _pack_set(value: frozenset[str]) -> str:
    return json.dumps(sorted(value), ensure_ascii=False)


def _unpack_set(value: str) -> frozenset[str]:
    return frozenset(json.loads(value))


def _pack_networks(value: Sequence[Network]) -> str:
    return json.dumps([str(network) for network in value])


def _unpack_networks(value: str) -> tuple[Network, ...]:
    return tuple(ip_network(network) for network in json.loads(value))


def _pack_hashes(value: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(value)}Q", *value)


def _unpack_hashes(value: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(value) // 8}Q", value)


def _pack_halves(value: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(value)}I", *value)


def _unpack_halves(value: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(value) // 4}I", value)


def _pack_numbers(value: array[int]) -> bytes:
    return _little(array("I", value)).tobytes()


def _unpack_numbers(value: bytes) -> array[int]:
    return _little(array("I", value))


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _pack_weights(value: Sequence[tuple[int, float]]) -> bytes:
    return b"".join(struct.pack("<IH", term, round(exp(weight - 1))) for term, weight in value)


def _unpack_weights(value: bytes) -> tuple[tuple[int, float], ...]:
    return tuple((term, 1 + log(count)) for term, count in struct.iter_unpack("<IH", value))


INSTANT = Stored(BigInteger(), _pack_instant, _unpack_instant)
"""An aware datetime as whole microseconds since 1970 UTC: exact, and ordered as time is; comes back in UTC."""

SPAN = Stored(BigInteger(), _pack_span, _unpack_span)
"""A timedelta as whole microseconds."""

TEXTS = Stored(Text(), _pack_texts, _unpack_texts)
"""A tuple of texts as a JSON list."""

TEXT_SET = Stored(Text(), _pack_set, _unpack_set)
"""A frozenset of texts as a sorted JSON list."""

NETWORKS = Stored(Text(), _pack_networks, _unpack_networks)
"""A tuple of IP networks as a JSON list."""

HASHES = Stored(LargeBinary(), _pack_hashes, _unpack_hashes)
"""A tuple of unsigned 64-bit numbers, packed little-endian."""

HALVES = Stored(LargeBinary(), _pack_halves, _unpack_halves)
"""A tuple of unsigned 32-bit numbers, packed little-endian."""

NUMBERS = Stored(LargeBinary(), _pack_numbers, _unpack_numbers)
"""An array of unsigned 32-bit numbers, packed little-endian."""

WEIGHTS = Stored(LargeBinary(), _pack_weights, _unpack_weights)
"""A tuple of (unsigned 32-bit number, 1 + ln of a count below 2**16), packed little-endian as number and count."""
