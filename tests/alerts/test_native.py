from __future__ import annotations

import resource
from contextlib import contextmanager

import pytest

from monitor.alerts.native import append_message, as_text
from monitor.model.alert import Message, Verdict


@contextmanager
def room_for(size: int):
    """No file may grow beyond this size: what a disk without room does, in one process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def message():
    return Message(id="m1", subject="A story", text="x" * 4_000, topic="t", thread="t")


def test_a_message_that_fits_only_in_part_was_not_sent_and_leaves_no_part(tmp_path, message):
    file = tmp_path / "alerts.txt"
    file.write_text("before\n")
    with room_for(1_000):
        receipt = append_message(file.as_uri(), message)
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "the file cannot be written: File too large")
    assert file.read_text() == "before\n"
    assert append_message(file.as_uri(), message).verdict is Verdict.SENT
    assert file.read_text() == "before\n" + as_text(message)
