"""The parse worker: `parse` in a process that can be killed, so that no document can stop or crash the service.

Edge: subprocess.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from threading import Event, Timer
from types import TracebackType
from typing import IO, Self

from monitor.errors import MonitorError
from monitor.feeds.transfer import packed_request, read_frame, unpacked_answer, write_frame
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

FEEDS, PAGES = "monitor.feeds.child", "monitor.feeds.page_child"
"""What the child reads: documents of feeds, or web pages (with the extra `[article]`)."""

DEADLINE = timedelta(seconds=5)
MEMORY_BYTES = 512 * 1024 * 1024
_START_SECONDS = 30.0
_LONGEST_ANSWER_BYTES = 64_000_000
_RETIRED_AT_BYTES = 256 * 1024 * 1024


class ParseWorker:
    """Parses documents one at a time, in a child process that is started when first needed.

    Use it as a context manager, from one thread that outlives it: the child is killed when the thread that started
    it ends.

    Args:
        deadline: For one document; a child that overruns it is killed.
        memory_bytes: Address space of the child.
        retired_after: Documents after which the child is replaced by a fresh one.
        child: The module that the process runs.
    """

    def __init__(
        self,
        *,
        deadline: timedelta = DEADLINE,
        memory_bytes: int = MEMORY_BYTES,
        retired_after: int = 1_000,
        child: str = FEEDS,
    ) -> None:
        self._deadline = deadline
        self._memory_bytes = memory_bytes
        self._retired_after = retired_after
        self._module = child
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child, if there is one; the next `parse` starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def parse(self, document: Document, now: datetime) -> ParsedFeed | Failed:
        """What `monitor.feeds.parse.parse` makes of the document, or that it took too long or broke the parser.

        Raises:
            MonitorError: The child cannot be started.
        """
        if self._child is None or not self._child.is_alive:
            self.close()
            self._child = _Child(self._memory_bytes, self._module)
        answer = self._child.ask(packed_request(document, now), document.body, self._deadline)
        if answer is None or self._child.memory_bytes > _RETIRED_AT_BYTES or self._child.asked >= self._retired_after:
            overran = self._child.overran
            self.close()
            return answer or self._failed(overran)
        return answer

    def _failed(self, overran: bool) -> Failed:
        seconds = f"{self._deadline.total_seconds():g}"
        why = f"it takes more than {seconds} s to read" if overran else "it crashes the parser"
        return Failed(fault=Fault.UNREADABLE, detail=why)


class _Child:
    """One process, from its start to its end."""

    def __init__(self, memory_bytes: int, module: str) -> None:
        self.asked = 0
        self.memory_bytes = 0
        self._overran = Event()
        with TemporaryFile() as complaints:
            self._process = _started(module, memory_bytes, complaints)
            if self._exchange((), _START_SECONDS) is None:
                self.end()
                raise MonitorError(f"parse worker: cannot start: {_last_line(complaints) or 'no reason is known'}")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def overran(self) -> bool:
        return self._overran.is_set()

    def ask(self, request: bytes, body: bytes, deadline: timedelta) -> ParsedFeed | Failed | None:
        """The child's answer; None when it gave none, after which it is of no more use."""
        self.asked += 1
        payload = self._exchange((request, body), deadline.total_seconds())
        try:
            answer, self.memory_bytes = unpacked_answer(payload or b"")
        except ValueError:
            return None
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _exchange(self, frames: tuple[bytes, ...], seconds: float) -> bytes | None:
        """Sends frames and waits for one; a child that lets wait too long is killed, which ends the waiting."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer, is_over = Timer(seconds, self._overrun), False
        timer.start()
        try:
            for frame in frames:
                write_frame(self._process.stdin, frame)
            answer = read_frame(self._process.stdout, _LONGEST_ANSWER_BYTES)
            is_over = True
        except (OSError, ValueError):
            return None
        else:
            return answer
        finally:
            timer.cancel()
            if not is_over:  # whatever it says later would answer another question
                self._process.kill()

    def _overrun(self) -> None:
        self._overran.set()
        self._process.kill()


def _started(module: str, memory_bytes: int, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """The process, with nothing of this one's environment: it may hold secrets."""
    command = [sys.executable, "-m", module, str(os.getpid()), str(memory_bytes)]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.Popen(  # noqa: S603 our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise MonitorError(f"parse worker: cannot start: {sys.executable}: {error.strerror}") from error


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read(100_000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
