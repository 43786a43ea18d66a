"""The lock of the state folder: one daemon at a time.

Edge: flock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from monitor.errors import StateLocked

FILE_NAME = "lock"
IMPORT_FILE_NAME = "importing"
TRIES = 10
PAUSE_SECONDS = 0.02
"""A look by `holder` takes the lock for an instant; a daemon that starts just then tries again."""


@contextmanager
def lock_state(folder: Path) -> Iterator[None]:
    """Holds the state folder for this process, until the block or the process ends.

    The lock is on an open file that child processes do not inherit when they are spawned; a forked child would.

    Raises:
        StateLocked: Another process holds it; the message names its process id.
    """
    file = _open(folder)
    try:
        if not _waited_for(file):
            raise StateLocked(f"state folder: {folder}: in use by the process {_pid(file) or '?'}; stop that one first")
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


@contextmanager
def lock_import(folder: Path) -> Iterator[None]:
    """Holds the right to import into the corpora of a state folder, until the block or the process ends.

    Raises:
        StateLocked: Another process is importing.
    """
    file = _open(folder, IMPORT_FILE_NAME)
    try:
        if not _taken(file):
            raise StateLocked(f"state folder: {folder}: another import is under way; wait until it is done")
        yield
    finally:
        os.close(file)


def holder(folder: Path) -> int | None:
    """The process id of the daemon that holds the state folder now; None when nobody does."""
    if not (folder / FILE_NAME).exists():
        return None
    file = _open(folder)
    try:
        return None if _taken(file) else _pid(file)
    finally:
        os.close(file)


def _open(folder: Path, name: str = FILE_NAME) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _waited_for(file: int) -> bool:
    for _ in range(TRIES):
        if _taken(file):
            return True
        sleep(PAUSE_SECONDS)
    return False


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(file: int) -> int | None:
    written = os.pread(file, 32, 0).strip()
    return int(written) if written.isdigit() else None
