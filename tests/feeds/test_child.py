"""The parse worker's own process, spoken to as the service speaks to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.feeds.child import READY, _answer
from monitor.feeds.transfer import packed_request, read_frame, unpacked_answer, write_frame
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RSS = '<rss version="2.0"><channel><title>{}</title><item><guid>1</guid><title>One</title></item></channel></rss>'
MEMORY = 512 * 1024 * 1024


def document(text: str) -> Document:
    return Document(body=text.encode(), headers={}, url="https://feeds.example/rss.xml")


def started(parent: int, memory_bytes: int = MEMORY, module: str = "monitor.feeds.child") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, str(parent), str(memory_bytes)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def child() -> Iterator[subprocess.Popen[bytes]]:
    process = started(os.getpid())
    assert read_frame(process.stdout, 100) == READY
    yield process
    process.kill()
    process.communicate()


def ask(process: subprocess.Popen[bytes], request: bytes, body: bytes) -> ParsedFeed | Failed:
    for frame in (request, body):
        write_frame(process.stdin, frame)
    answer, memory_bytes = unpacked_answer(read_frame(process.stdout, 1_000_000) or b"")
    assert 0 < memory_bytes < MEMORY
    return answer


def test_it_reads_one_document_after_another(child) -> None:
    for title in ("Gazette", "京都", "a" * 900):
        given = document(RSS.format(title))
        answer = ask(child, packed_request(given, NOW), given.body)
        assert isinstance(answer, ParsedFeed)
        assert (answer.title, len(answer.entries)) == (title, 1)


@pytest.mark.parametrize(
    "request_", [b"", b"{", b"[]", b'{"headers": {}}', b'{"headers": {}, "url": "x", "now": "never"}', b"\xff"]
)
def test_a_request_that_is_none_is_answered_and_the_next_one_too(child, request_: bytes) -> None:
    answer = ask(child, request_, b"<rss/>")
    assert isinstance(answer, Failed)
    assert answer.detail.startswith("it breaks the parser (")
    given = document(RSS.format("Gazette"))
    assert isinstance(ask(child, packed_request(given, NOW), given.body), ParsedFeed)


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 100, b"<" * 10_000, b"{" * 10_000, RSS.encode()[:-20]])
def test_any_body_is_answered(child, body: bytes) -> None:
    assert ask(child, packed_request(document(""), NOW), body) is not None


def test_it_ends_when_nothing_more_can_come(child) -> None:
    process = started(os.getpid())
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, len(READY).to_bytes(8, "big") + READY, b"")


def test_it_ends_at_once_when_its_parent_is_gone_before_it_began() -> None:
    process = started(parent=2**30)
    assert process.communicate(timeout=20)[0] == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="the system does not show a process's limits")
def test_it_may_write_no_file_and_holds_no_more_memory_than_it_is_given(child) -> None:
    rows = Path(f"/proc/{child.pid}/limits").read_text("ascii").splitlines()
    limits = {row[:25].strip(): row[25:].split()[:2] for row in rows}
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(MEMORY)] * 2
    assert limits["Max core file size"] == ["0", "0"]


def breaks_with(error: Exception):
    def read(_document: Document, _now: datetime) -> ParsedFeed:
        raise error

    return read


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (MemoryError(), "it takes more memory to read than is allowed"),
        (RecursionError("deep"), "it breaks the parser (RecursionError)"),
        (KeyError("secret"), "it breaks the parser (KeyError)"),
        (UnicodeDecodeError("x", b"", 0, 1, "secret"), "it breaks the parser (UnicodeDecodeError)"),
    ],
)
def test_whatever_a_reader_raises_is_an_answer_that_names_it_and_nothing_more(error: Exception, detail: str) -> None:
    answer = _answer(packed_request(document(""), NOW), b"", breaks_with(error))
    assert answer == Failed(fault=Fault.UNREADABLE, detail=detail)
