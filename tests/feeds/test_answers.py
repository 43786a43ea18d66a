from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.answers import decoded, http_date, retry_after
from monitor.model.feed import Failed, Fault

DATE = "Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("-5", timedelta()),
        ("1000000000000", timedelta(seconds=10**10)),
        ("9" * 4_000, timedelta(seconds=10**10)),
        ("Mon, 02 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Monday, 02-Mar-26 13:00:00 GMT", timedelta(hours=1)),
        ("Mon Mar  2 13:00:00 2026", timedelta(hours=1)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        (
            "Fri, 31 Dec 9999 23:59:59 GMT",
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - datetime(2026, 3, 2, 12, tzinfo=UTC),
        ),
        ("", None),
        ("soon", None),
        ("9" * 5_000, None),
        ("Mon, 99 Mar 2026 13:00:00 GMT", None),
        ("Mon, 02 Mar 99999999999 13:00:00 GMT", None),
        ("١٢٠", None),
    ],
)
def test_what_a_server_asks_for(value, span):
    assert retry_after({"retry-after": value, "date": DATE}) == span


def test_a_date_without_the_servers_own_clock_says_nothing():
    assert retry_after({"retry-after": DATE}) is None
    assert retry_after({}) is None


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_date_raises(text):
    http_date(text)
    retry_after({"retry-after": text, "date": DATE})


def test_gzip_and_none_are_undone():
    assert decoded(gzip.compress(b"feed"), "gzip", 10) == b"feed"
    assert decoded(gzip.compress(b"feed"), " X-GZIP ", 10) == b"feed"
    assert decoded(b"feed", "", 10) == b"feed"
    assert decoded(b"feed", "identity", 10) == b"feed"


def test_gzip_in_two_pieces_and_with_a_tail_is_undone():
    assert decoded(gzip.compress(b"fe") + gzip.compress(b"ed"), "gzip", 10) == b"feed"
    assert decoded(gzip.compress(b"feed") + bytes(20), "gzip", 10) == b"feed"


@pytest.mark.parametrize("cut", range(1, 12))
def test_gzip_that_ends_too_early_is_broken(cut):
    whole = decoded(gzip.compress(b"<rss>" * 100)[:-cut], "gzip", 1_000)
    assert isinstance(whole, Failed)
    assert whole.fault is Fault.BROKEN


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"feed", "gzip"),
        (b"", "gzip"),
        (zlib.compress(b"feed"), "gzip"),
        (gzip.compress(gzip.compress(b"feed")), "gzip, gzip"),
        (b"feed", "br"),
        (b"feed", "deflate"),
        (b"feed", "zstd"),
        (gzip.compress(b"") * 100, "gzip"),
        (gzip.compress(b"feed")[:-8] + bytes(8), "gzip"),
    ],
)
def test_other_codings_and_damage_are_refused(body, coding):
    whole = decoded(body, coding, 1_000)
    assert isinstance(whole, Failed)
    assert whole.fault is Fault.BROKEN


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(50_000_000))
    for body, coding in ((bomb, "gzip"), (gzip.compress(bytes(600)) * 2, "gzip"), (bytes(1_001), "")):
        whole = decoded(body, coding, 1_000)
        assert isinstance(whole, Failed)
        assert whole.fault is Fault.TOO_BIG
