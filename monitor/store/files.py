"""The files beside the database: the sentinel that says it exists, and its copies.

Edge: files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from monitor.errors import StateDamaged, StateMissing
from monitor.store import dialect
from monitor.store.database import FILE_NAME

COPIES = "backups"
SENTINEL = "exists"
SENTENCE = f"""{FILE_NAME} in this folder is the memory of monitor.
While this file is here, monitor refuses to start without it: it would take old news for new, or new for old.
If {FILE_NAME} is lost, copy a backup to its place. To begin again from nothing, delete this file.
"""


def remembers(folder: Path) -> bool:
    """Whether the sentinel says that a database holds something here.

    Ask before looking at the database: the sentinel is written after it, so another process that makes both meanwhile
    is not taken for a loss.
    """
    return (folder / SENTINEL).exists()


def refuse_loss(folder: Path) -> None:
    """Checks that a database that once existed still does.

    Raises:
        StateMissing: The sentinel is here and the database is absent or empty.
    """
    path, remembered = folder / FILE_NAME, remembers(folder)
    if remembered and (not path.exists() or path.stat().st_size == 0):
        raise lost(folder)


def lost(folder: Path) -> StateMissing:
    """What to say, and do, about a database that is gone or holds nothing."""
    return StateMissing(
        f"database: {folder / FILE_NAME}: missing or empty, and it was not; copy a backup to its place "
        f"(see {folder / COPIES}), or delete {folder / SENTINEL} to begin again from nothing"
    )


def mark(folder: Path) -> None:
    """Writes the sentinel, unless it is there."""
    sentinel = folder / SENTINEL
    if not sentinel.exists():
        sentinel.write_text(SENTENCE, encoding="utf-8")
        _sync(folder)


def save(source: Path, target: Path, corpora: Collection[str] | None = None) -> None:
    """Writes a checked copy of a live database; `target` appears whole or not at all, and is on the disk then.

    Args:
        source: The database, or a copy of it.
        target: The copy; it may be the source, where that is a copy.
        corpora: Of the corpora only these go into the copy; None: all.

    Raises:
        StateDamaged: The copy fails its check; what stood at `target` is as it was.
        StateError: The copy cannot be written.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    with dialect.clean_errors(target):
        try:
            unfinished.unlink(missing_ok=True)
            unfinished.touch(mode=0o600)
            found = dialect.copy(source, unfinished, corpora)
            if found:
                raise StateDamaged(f"copy of {source}: fails its check: {found[0]}; older copies are as they were")
            unfinished.replace(target)
            _sync(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file that appears whole or not at all.

    Raises:
        StateError: It cannot be written; what stood there is as it was.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    with dialect.clean_errors(path):
        try:
            with open(unfinished, "wb", opener=_for_the_owner) as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def read_whole(path: Path, size: int) -> bytes:
    """The bytes of a file; none where it is absent, no regular file, not of this size, or cannot be read."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            return file.read(size) if stat.S_ISREG(status.st_mode) and status.st_size == size else b""
    except OSError:
        return b""


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
