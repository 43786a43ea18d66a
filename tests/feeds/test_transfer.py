from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from monitor.feeds.transfer import (
    packed_answer,
    packed_request,
    read_frame,
    unpacked_answer,
    unpacked_request,
    write_frame,
)
from monitor.model.feed import Document, Failed, Fault, ParsedEntry, ParsedFeed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENTRY = ParsedEntry(guid="1", link="https://x.example/", title="T", summary="S", body="B", tail="R", authors=("A", "B"), categories=("C",), language="en",
                    source="W", published_at=NOON, updated_at=None, cut=True)  # fmt: skip
FEED = ParsedFeed(
    title="F",
    language=None,
    site_url="https://x.example/",
    ttl=timedelta(minutes=5),
    entries=(ENTRY, ParsedEntry()),
    lost=1,
    dropped=2,
    note="n",
)


@pytest.mark.parametrize("answer", [FEED, ParsedFeed(), Failed(fault=Fault.NOT_A_FEED, detail="“x”")])
def test_an_answer_arrives_as_it_was_sent(answer):
    assert unpacked_answer(packed_answer(answer, 17)) == (answer, 17)


def test_a_request_arrives_as_it_was_sent():
    document = Document(body=b"\x00\xff", headers={"content-type": "text/xml", "x": "\udcff"}, url="https://x.example/")
    assert unpacked_request(packed_request(document, NOON), document.body) == (document, NOON)


def changed(**values: object) -> bytes:
    answer = json.loads(packed_answer(replace(FEED, entries=(ENTRY,)), 1))
    answer["feed"]["entries"][0] |= values
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"memory_bytes": 1}',
        b'{"memory_bytes": -1, "failed": {"fault": "gone", "detail": ""}}',
        b'{"memory_bytes": 1, "failed": {"fault": "fine", "detail": ""}}',
        b'{"memory_bytes": 1, "failed": {"fault": "gone", "detail": 1}}',
        b'{"memory_bytes": 1, "feed": {}}',
        changed(title=1),
        changed(title=None),
        changed(authors=[1]),
        changed(authors=None),
        changed(published_at="yesterday"),
        changed(published_at="2026-03-02"),
        changed(link=["x"]),
    ],
)
def test_what_is_no_answer_is_not_believed(payload):
    with pytest.raises(ValueError, match=r".*"):
        unpacked_answer(payload)


def test_frames_are_read_one_by_one():
    stream = BytesIO()
    write_frame(stream, b"one")
    write_frame(stream, b"")
    stream.seek(0)
    assert [read_frame(stream, 10) for _ in range(3)] == [b"one", b"", None]


@pytest.mark.parametrize("data", [b"\x00", b"\x00" * 7 + b"\x05abc", b"\xff" * 8 + b"abc"])
def test_a_frame_that_is_broken_off_or_too_long_is_refused(data):
    with pytest.raises(ValueError, match="frame"):
        read_frame(BytesIO(data), 10)
