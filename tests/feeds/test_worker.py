from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep

import pytest

from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.feeds.worker import ParseWorker
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHORT = timedelta(seconds=0.5)


def document(text: str) -> Document:
    return Document(body=text.encode(), headers={}, url="https://feeds.example/rss.xml")


def rss(item: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title><item><title>One</title><guid>1</guid>{item}</item></channel></rss>'


GOOD = document(rss(""))

ATTACKS = {
    "repeated encoding": "<?xml " + "encoding='" * 100_000 + "?>" + rss(""),
    "entity declarations": "<!DOCTYPE r [" + "<!ENTITY \n" * 100_000 + "]>" + rss(""),
    "newlines before the root": "\n" * 1_000_000 + rss(""),
    "url( in a style": rss(f'<description>&lt;p style="{"url(" * 250_000}"&gt;x&lt;/p&gt;</description>'),
    "a long word in a style": rss(f'<description>&lt;p style="{"a" * 1_000_000}"&gt;x&lt;/p&gt;</description>'),
    "an author of dots": rss("<author>a@" + "a." * 500_000 + "!</author>"),
    "an author of one word": rss(f"<author>{'a' * 1_000_000}</author>"),
    "comments never closed": rss("<!--" * 250_000),
    "many attributes": rss("<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
    "many categories": rss("".join(f"<category>{n}</category>" for n in range(60_000))),
    "many names of categories": rss("<a>" + "".join(f'<category term="{n}">' for n in range(60_000))),
    "one big entity many times": f"<!DOCTYPE r [<!ENTITY a '{'x' * 10_000}'>]>"
    + rss("<title>" + "&a;" * 10_000 + "</title>"),
    "elements in elements": rss("<a>" * 500_000),
    "brackets": rss("<" * 500_000),
    "arrays in arrays": "[" * 1_000_000,
}


@pytest.fixture(scope="module")
def worker():
    with ParseWorker(deadline=SHORT) as worker:
        yield worker


def child_of(worker: ParseWorker) -> int:
    assert worker._child is not None
    return worker._child._process.pid


def test_the_worker_reads_what_parse_reads(worker):
    assert worker.parse(GOOD, NOW) == parse(GOOD, NOW)
    assert worker.parse(document("<html>"), NOW) == parse(document("<html>"), NOW)


def test_documents_larger_than_any_pipe_pass(worker):
    large = document(rss("".join(f"<p{n}>{'word ' * 200}</p{n}>" for n in range(500))))
    assert worker.parse(large, NOW) == parse(large, NOW)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_outlives_the_deadline_nor_spoils_the_next_feed(worker, attack):
    worker.parse(GOOD, NOW)
    started = perf_counter()
    result = worker.parse(document(ATTACKS[attack]), NOW)
    assert perf_counter() - started < 4
    if isinstance(result, Failed):
        assert result.fault is Fault.UNREADABLE
        assert result.detail
    assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)


def test_a_child_that_overruns_is_killed_and_said_so(worker):
    worker.parse(GOOD, NOW)
    child = child_of(worker)
    os.kill(child, signal.SIGSTOP)
    assert worker.parse(GOOD, NOW) == Failed(fault=Fault.UNREADABLE, detail="it takes more than 0.5 s to read")
    assert not Path(f"/proc/{child}").exists()
    assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)


def test_a_child_that_died_is_replaced(worker):
    worker.parse(GOOD, NOW)
    child = child_of(worker)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)
    assert child_of(worker) != child


def test_a_document_that_needs_too_much_memory_is_refused():
    with ParseWorker(memory_bytes=100_000_000) as worker:
        assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)
        result = worker.parse(document(rss("<title>" + "é&lt;b>" * 600_000 + "</title>")), NOW)
        assert isinstance(result, Failed)
        assert result.fault is Fault.UNREADABLE
        assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)


def test_a_child_is_retired_after_its_share():
    with ParseWorker(retired_after=2) as worker:
        worker.parse(GOOD, NOW)
        first = child_of(worker)
        assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)
        worker.parse(GOOD, NOW)
        assert child_of(worker) != first


def test_the_child_knows_none_of_the_services_secrets(monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", "s3cret")
    with ParseWorker() as worker:
        worker.parse(GOOD, NOW)
        assert b"s3cret" not in Path(f"/proc/{child_of(worker)}/environ").read_bytes()


@pytest.mark.parametrize(
    ("program", "why"), [("/nowhere/python", "No such file"), (shutil.which("false"), "no reason is known")]
)
def test_a_child_that_cannot_start_says_why(monkeypatch, program, why):
    monkeypatch.setattr(sys, "executable", program)
    with ParseWorker() as worker, pytest.raises(MonitorError, match=f"parse worker: cannot start: .*{why}"):
        worker.parse(GOOD, NOW)


def test_closing_ends_the_child_and_parsing_starts_another():
    worker = ParseWorker()
    worker.close()
    worker.parse(GOOD, NOW)
    child = child_of(worker)
    worker.close()
    assert not Path(f"/proc/{child}").exists()
    assert isinstance(worker.parse(GOOD, NOW), ParsedFeed)
    worker.close()


def ends_within(seconds: float, pid: int) -> bool:
    """Whether a process that is not our child is gone, or only waits to be buried."""
    until = perf_counter() + seconds
    while perf_counter() < until:
        status = Path(f"/proc/{pid}/stat")
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        sleep(0.01)
    return False


PARENT = """
import sys, time
from datetime import datetime, UTC
from monitor.feeds.worker import ParseWorker
from monitor.model.feed import Document
worker = ParseWorker()
worker.parse(Document(body=b"x", headers={}, url="https://x.example/"), datetime(2026, 3, 2, tzinfo=UTC))
print(worker._child._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.crash
def test_the_child_dies_with_a_parent_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=Path.cwd()) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    assert ends_within(5, child)


def test_the_child_ends_when_nobody_can_ask_it_any_more():
    command = [sys.executable, "-m", "monitor.feeds.child", str(os.getpid()), str(512 * 1024 * 1024)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_the_child_of_a_parent_that_is_gone_never_starts():
    command = [sys.executable, "-m", "monitor.feeds.child", "1", str(512 * 1024 * 1024)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.read() == b""
        assert process.wait(timeout=10) == 0
