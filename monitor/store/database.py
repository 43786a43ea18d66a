"""One open database: reads from any thread, each a snapshot; writes one after another, each a transaction.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from monitor.store import dialect
from monitor.store.gate import Gate

FILE_NAME = "monitor.db"


class Database:
    """The connections to one file, and the order among them."""

    def __init__(self, folder: Path, *, checkpoint: bool) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self._gate = Gate(folder / "writing")
        self._writer = dialect.writer(self.path, checkpoint=checkpoint)
        self._reader = dialect.reader(self.path)
        self._open = True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and cannot write; keep it short, it holds the log back.

        Raises:
            StateError: As `dialect.clean_errors` says.
        """
        with dialect.clean_errors(self.path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside one transaction: committed and on the disk at the end, or undone by an exception.

        Raises:
            StateError: As `dialect.clean_errors` says.
        """
        with self._gate.held(), dialect.clean_errors(self.path), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes every connection, the writing one last; it folds the log into the file when nobody else is there."""
        if not self._open:
            return
        self._open = False
        self._reader.dispose()
        with self._gate.held():
            self._writer.dispose()
        self._gate.close()
