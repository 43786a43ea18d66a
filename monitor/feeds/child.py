"""The parse worker's own process: reads documents from stdin, writes answers to stdout, ends with its parent.

Edge: a process of its own, started by `worker`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.feeds.parse import parse
from monitor.feeds.transfer import packed_answer, read_frame, unpacked_request, write_frame
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

Read = Callable[[Document, datetime], ParsedFeed | Failed]

READY = b"ready"
_LONGEST_BYTES = 64_000_000
_SET_PARENT_DEATH_SIGNAL = 1


def main(parent: int, memory_bytes: int, read: Read = parse) -> None:
    """Serves until stdin ends. Whatever a document does to the parser, the answer is an answer or this process's end.

    Args:
        parent: Process id of the service; this process dies with it.
        memory_bytes: Address space it may use.
        read: What is done with a document.
    """
    _end_with(parent)
    documents, answers = sys.stdin.buffer, _private_stdout()
    _limit(memory_bytes)
    write_frame(answers, READY)
    while (request := read_frame(documents, _LONGEST_BYTES)) is not None:
        body = read_frame(documents, _LONGEST_BYTES)
        answer = _answer(request, body or b"", read)
        write_frame(answers, packed_answer(answer, _resident_bytes()))


def _answer(request: bytes, body: bytes, read: Read) -> ParsedFeed | Failed:
    try:
        return read(*unpacked_request(request, body))
    except MemoryError:
        return Failed(fault=Fault.UNREADABLE, detail="it takes more memory to read than is allowed")
    except Exception as error:  # noqa: BLE001 the parser has bugs, and the feeds find them
        return Failed(fault=Fault.UNREADABLE, detail=f"it breaks the parser ({type(error).__name__})")


def _end_with(parent: int) -> None:
    """Asks the kernel to kill this process when its parent dies, and ends it when that has happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def _private_stdout() -> BinaryIO:
    """The stream to the parent, out of reach of anything that prints."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _limit(memory_bytes: int) -> None:
    for kind, wanted in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, allowed = resource.getrlimit(kind)
        most = wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed)
        resource.setrlimit(kind, (most, most))


def _resident_bytes() -> int:
    """Memory in use now; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text("ascii").split()[1]) * resource.getpagesize() if statm.exists() else 0


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
