"""Where a life can be cut off: every call on disk and wire, every statement, delivery and fetch, counted as it passes."""

from __future__ import annotations

import errno
import io
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from monitor.store import files
from tests.crash.disk import FULL, IO_ERROR, OK, Call, Observer

NUMBERS = {IO_ERROR: errno.EIO, FULL: errno.ENOSPC}
"""What the system says where SQLite says this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one child is to play."""

    folder: str
    """Holds `state`, `watchlists`, `step`, and what is asked for beside them."""
    script: str
    first: int = 0
    last: int | None = None
    """Steps, both included; None: to the end."""
    late: float = 0.0
    """Seconds by which the clock is ahead in the first step: a restart takes time."""
    act: str = ""
    """`kill`, `io`, `full`, `locked`, `send`, `fetch`: what happens at the point; empty: nothing does."""
    at: tuple[int, str, int] = (0, "", 0)
    """Step, label, and which one of that label in that step, from 1."""
    mutant: str = ""
    record: bool = False
    """Write every call on the disk, with what had been promised by then, to `record`."""
    fill: int | None = None
    """Step in which the disk of the state folder has no room left."""
    edited: str = ""
    """monitor.yaml after the edit of the step `reload`."""
    until: str = ""
    """A file with what decides the future after each step of a life without faults; where that is so again, a step
    after the fault at the earliest, the life ends."""


@dataclass(slots=True)
class Points:
    """Counts what passes by, and does what is asked for at the chosen point."""

    part: Part
    step: int = 0
    seen: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    fired: bool = False

    def passes(self, label: str) -> bool:
        """Note a point; whether the fault is due at it."""
        with self.lock:
            self.seen.append((self.step, label))
            self.counts[self.step, label] += 1
            due = bool(self.part.act) and (self.step, label, self.counts[self.step, label]) == tuple(self.part.at)
            self.fired |= due
        if due and self.part.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return due

    def on_disk(self, call: Call) -> int:
        due = self.passes(call.label)
        if self.part.act == "full" and self.fired and self.step == self.part.at[0] and call.kind == "write":
            return FULL
        return IO_ERROR if due and self.part.act == "io" else OK

    def on_statement(self, *_) -> None:
        if self.passes("statement"):
            error = sqlite3.OperationalError("database is locked" if self.part.act == "locked" else "disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY if self.part.act == "locked" else sqlite3.SQLITE_IOERR
            raise error

    def on_audit(self, name: str, arguments: tuple) -> None:
        if name in ("os.rename", "os.remove", "os.mkdir") or (name == "open" and _writes(arguments)):
            self.passes(name.rpartition(".")[2])


def _writes(arguments: tuple) -> bool:
    return isinstance(arguments[0], str) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def watch_wire(points: Points) -> None:
    """Make a point of everything this process sends."""
    for name in ("send", "sendall"):
        plain = getattr(socket.socket, name)

        def sending(self, *arguments, plain=plain):
            if self.family == socket.AF_INET:
                points.passes("wire")
            return plain(self, *arguments)

        setattr(socket.socket, name, sending)


def watch_files(observer: Observer) -> None:
    """Have the observer asked before each write and sync of the files that the store keeps beside the database."""
    plain = os.fsync

    def ask(call: Call) -> None:
        if refused := observer(call):
            raise OSError(NUMBERS[refused], os.strerror(NUMBERS[refused]))

    class Watched(io.FileIO):
        def write(self, data):
            ask(Call("write", str(self.name), self.tell(), bytes(data)))
            return super().write(data)

    def opened(path, mode, opener=None):
        ask(Call("create", str(path)))
        return Watched(path, mode, opener=opener)

    def fsync(handle):
        ask(Call("sync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        plain(handle)

    files.open, os.fsync = opened, fsync


def watch_renames(observer: Observer) -> None:
    """Have the observer told of each file that gets another name."""

    def on_audit(name: str, arguments: tuple) -> None:
        if name == "os.rename":
            observer(Call("rename", str(arguments[0]), data=os.fsencode(arguments[1])))

    sys.addaudithook(on_audit)
