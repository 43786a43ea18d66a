"""Room on the disk of the state folder: whether there is enough, and a ballast to throw off when there is none.

What polls bring grows without end, what is still to be told does not: when room gets short, nothing new is taken in
while there is still enough to deliver what waits. Should others fill the disk to the last byte meanwhile, the ballast
makes place for the last settlements.

Edge: files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LEAST_BYTES = 200_000_000
"""Less than this is too little."""
SHARE = 10
"""Of a small disk, a tenth is enough."""
BALLAST_SHARE = 12
"""Of what is too little, the ballast is the twelfth part: 16 MB."""


def free_and_total(folder: Path) -> tuple[int, int]:
    """Bytes free for this user on the disk of a folder, and its size."""
    found = shutil.disk_usage(folder)
    return found.free, found.total


@dataclass(slots=True)
class Room:
    """What is left on the disk of one state folder."""

    folder: Path
    measure: Callable[[Path], tuple[int, int]] = free_and_total
    is_short: bool = False
    """As it was found at the last look."""
    free_bytes: int = 0
    """The same."""
    least_bytes: int = LEAST_BYTES
    """Below this it is short."""

    @property
    def ballast(self) -> Path:
        """A file that only takes up room."""
        return self.folder / "ballast"

    @property
    def ballast_bytes(self) -> int:
        """Its size."""
        return self.least_bytes // BALLAST_SHARE

    @property
    def subject(self) -> str:
        """How it stands, in one line for people."""
        if self.is_short:
            return "the disk is nearly full: feeds are not asked until there is room"
        return "there is room on the disk again: feeds are asked"

    @property
    def detail(self) -> str:
        """What is left, what is done about it, and what to do."""
        left = f"{self.free_bytes / 1e6:.0f} MB are free on the disk of {self.folder}"
        if not self.is_short:
            return f"{left}. Entries that left their feeds meanwhile were not seen."
        return (
            f"{left}; with less than {self.least_bytes / 1e6:.0f} MB nothing new is taken in, and what waits is still "
            "delivered.\nFree some room; polling then goes on by itself."
        )

    def look(self) -> bool:
        """Measure again; returns whether room is short, which it is until there is a quarter more than needed."""
        self.free_bytes, total_bytes = self.measure(self.folder)
        self.least_bytes = min(LEAST_BYTES, total_bytes // SHARE)
        self.is_short = self.free_bytes < self.least_bytes * (1.25 if self.is_short else 1.0)
        if self.free_bytes < self.ballast_bytes:
            self.ballast.unlink(missing_ok=True)
        return self.is_short

    def take_ballast(self) -> None:
        """Take up the ballast's room while there is plenty."""
        if self.is_short or self.ballast.exists() or self.free_bytes < self.least_bytes * 2:
            return
        descriptor = os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with suppress(OSError):
                os.posix_fallocate(descriptor, 0, self.ballast_bytes)
        finally:
            os.close(descriptor)
