"""Reading one file of the operator's: regular files only, never more than a bound, never blocking.

Edge: files.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from monitor.model.ids import digest


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file held at one moment."""

    data: bytes
    mode: int
    """Permission bits."""


def contents(path: Path, limit: int) -> Contents:
    """At most `limit` + 1 bytes of a file, so that one that is too long can be told from one that just fits.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe or a device.
        ValueError: its name holds a NUL.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a regular file", str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return Contents(file.read(limit + 1), stat.S_IMODE(status.st_mode))
    finally:
        os.close(descriptor)


def is_there(path: Path) -> bool:
    """Whether a file or folder of this name exists and can be reached."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def stamp(path: Path) -> str:
    """A digest that changes when a file is replaced, written or gone; of its times and size, not of what it holds."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return digest(str(status.st_mtime_ns), str(status.st_size), str(status.st_ino))


def others_may_read(mode: int) -> bool:
    """Whether anybody but the owner may read a file of this mode."""
    return bool(mode & (stat.S_IRGRP | stat.S_IROTH))


def why(error: OSError) -> str:
    """The reason of a failed reading, in the words of the system."""
    return (error.strerror or str(error)).lower()
