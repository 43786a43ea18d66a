from __future__ import annotations

import struct
from array import array
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_network
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, select
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import NullPool

from monitor.model.feed import Fault
from monitor.model.watch import Strength
from monitor.store.types import (
    HALVES,
    HASHES,
    INSTANT,
    NETWORKS,
    NUMBERS,
    SPAN,
    TEXT_SET,
    TEXTS,
    WEIGHTS,
    choice,
    degree,
)

INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones() | st.just(UTC))  # noqa: DTZ001  bounds are naive
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)


def through(kind, *values):
    """The values after a round trip through a column, in the order in which the database sorts them."""
    table = Table("t", MetaData(), Column("v", kind))
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"v": value} for value in values])
        found = list(connection.scalars(select(table.c.v).order_by(table.c.v)))
    engine.dispose()
    return found


@given(st.lists(INSTANTS, min_size=1, max_size=4))
def test_instants_of_any_zone_come_back_in_utc_and_sorted_as_time_is(instants):
    found = through(INSTANT, *instants)
    assert found == sorted(instant.astimezone(UTC) for instant in instants)
    assert {instant.tzinfo for instant in found} == {UTC}


def test_the_hour_that_happens_twice_keeps_its_two_instants():
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    winter = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
    assert through(INSTANT, winter, summer) == [summer, winter]


def test_a_microsecond_is_kept_in_the_far_future_and_past():
    edges = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    assert through(INSTANT, *edges) == edges


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(StatementError, match="without a time zone"):
        through(INSTANT, datetime(2026, 3, 1))  # noqa: DTZ001  the point of the test


@given(st.lists(U64))
def test_hashes_come_back_as_they_were(numbers):
    assert through(HASHES, tuple(numbers)) == [tuple(numbers)]


def test_hashes_are_packed_little_endian_whatever_the_machine():
    packed = HASHES.pack((1, 2**64 - 1))
    assert packed == struct.pack("<Q", 1) + b"\xff" * 8


@given(st.lists(U32))
def test_halves_and_numbers_come_back_as_they_were(numbers):
    assert through(HALVES, tuple(numbers)) == [tuple(numbers)]
    assert through(NUMBERS, array("I", numbers)) == [array("I", numbers)]


@given(st.lists(st.tuples(U32, st.integers(1, 2**16 - 1))))
def test_weights_come_back_as_they_were(counted):
    pairs = tuple((term, 1 + log(count)) for term, count in counted)
    assert through(WEIGHTS, pairs) == [pairs]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SPAN, timedelta(days=-3, microseconds=1)),
        (TEXTS, ("b", "a", "Ünï–“quoted”", "")),
        (TEXTS, ()),
        (TEXT_SET, frozenset({"x", "y"})),
        (NETWORKS, (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))),
        (choice(Fault), Fault.TIMEOUT),
        (degree(Strength), Strength.PROMINENT),
        (INSTANT, None),
        (HASHES, None),
    ],
)
def test_every_other_kind_comes_back_as_it_was(kind, value):
    (found,) = through(kind, value)
    assert found == value
    assert type(found) is type(value)
