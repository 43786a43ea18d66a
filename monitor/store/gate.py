"""One write at a time, over all threads and processes on one state folder.

SQLite 3.7 to 3.51.2 can damage a database when one process starts a checkpoint while another commits; every write, with
the checkpoint that may follow it, therefore happens while this gate is held.

Edge: flock.

Source: https://sqlite.org/wal.html (The WAL-Reset Bug).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import perf_counter, sleep

from monitor.errors import StateError

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.002
_CLOSED = -1


class Gate:
    """Held by whoever writes; given back by the kernel when its process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Waits for the gate and holds it.

        Raises:
            StateError: Another process held it for ten seconds, or it is closed.
        """
        with self._lock:
            if self._file == _CLOSED:
                raise StateError(f"database: {self._path.parent}: it was closed meanwhile; nothing was written")
            self._wait()
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Waits for the write under way and closes the file; who comes later is refused."""
        with self._lock:
            os.close(self._file)
            self._file = _CLOSED

    def _wait(self) -> None:
        deadline = perf_counter() + PATIENCE_SECONDS
        while not self._taken():
            if perf_counter() > deadline:
                raise StateError(f"database: {self._path.parent}: another process writes to it for too long; try again")
            sleep(PAUSE_SECONDS)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
