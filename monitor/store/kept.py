"""Files beside the database that can be made again from it; the database knows the bytes that were written last.

For each file the table `meta` has one row, whose key is its name, its size and the digest of its bytes. A file that is
not just that, as one that is damaged, forged, or of another database, is taken for none, and made again.

Edge: files, SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import ColumnElement, delete, insert, select

from monitor.store.database import Database
from monitor.store.files import read_whole, write_whole
from monitor.store.schema import meta

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """Such files of one database."""

    database: Database

    def write(self, name: str, pieces: Iterable[bytes], at: datetime) -> None:
        """Writes a file of the state folder; it appears whole or not at all.

        Args:
            name: Of the file, without a space.
            pieces: Its bytes, in turn.
            at: Now.

        Raises:
            StateError: It cannot be written.
        """
        counted = _Counted(pieces)
        write_whole(self.database.folder / name, counted)
        with self.database.write() as connection:
            connection.execute(delete(meta).where(_about(name)))
            connection.execute(insert(meta), {"key": f"{name} {counted.size} {counted.digest.hexdigest()}", "at": at})

    def read(self, name: str) -> bytes | None:
        """What was written last, empty where nothing was; None where other bytes, or none, are there by now."""
        with self.database.read() as connection:
            known = connection.scalar(select(meta.c.key).where(_about(name)))
        if known is None:
            return b""
        _, size, digest = known.split()
        content = read_whole(self.database.folder / name, int(size))
        return content if blake2b(content, digest_size=DIGEST_BYTES).hexdigest() == digest else None


@dataclass(slots=True)
class _Counted:
    """Pieces that are passed on; once they are through, how many bytes they had, and their digest."""

    pieces: Iterable[bytes]
    size: int = 0
    digest: blake2b = field(default_factory=lambda: blake2b(digest_size=DIGEST_BYTES))

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.size += len(piece)
            self.digest.update(piece)
            yield piece


def _about(name: str) -> ColumnElement[bool]:
    return meta.c.key.startswith(f"{name} ", autoescape=True)
