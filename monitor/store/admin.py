"""Care of the database: copies, checks, forgetting, the sign of life.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from monitor.errors import StateError
from monitor.store import dialect
from monitor.store.database import Database
from monitor.store.files import save
from monitor.store.retention import POLLS, forget
from monitor.store.schema import meta
from monitor.store.views import Removed

HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Admin:
    """The care of one database."""

    database: Database

    def backup(self, target: Path) -> None:
        """Writes a checked copy as one file while everything else goes on; an older file of that name is replaced.

        Raises:
            StateError: The folder of the target is missing or not writable, or the target is the database itself.
            StateDamaged: The copy fails its check; the target is as it was.
        """
        if not target.parent.is_dir():
            raise StateError(f"backup: {target}: its folder does not exist; make it first")
        if target.exists() and target.samefile(self.database.path):
            raise StateError(f"backup: {target}: is the database itself; name another file")
        save(self.database.path, target)

    def lighten(self, copy: Path, corpora: Collection[str]) -> bool:
        """Takes the corpora out of a copy, but for these; whether there was any. It is as it was until all is done.

        Raises:
            StateError: The copy cannot be read or written, or fails its check.
        """
        with dialect.clean_errors(copy):
            if dialect.corpora_in(copy) <= set(corpora):
                return False
        save(copy, copy, corpora)
        return True

    def retention(
        self, now: datetime, keep_texts: timedelta, keep_ids: timedelta, keep_polls: timedelta = POLLS
    ) -> Removed:
        """Deletes what is older than its time, and says how much; see `retention.forget`."""
        return forget(self.database, now - keep_texts, now - keep_ids, now - keep_polls)

    def integrity_check(self) -> list[str]:
        """What a thorough look finds wrong, one line each; empty when sound. Slow on a large database."""
        with self.database.read() as connection:
            return dialect.integrity_check(connection)

    def heartbeat(self, now: datetime) -> None:
        """Writes that the service lives; that this succeeds shows that it can write."""
        with self.database.write() as connection:
            connection.execute(dialect.upsert(meta), {"key": HEARTBEAT, "at": now})

    def last_heartbeat(self) -> datetime | None:
        """When the service last said that it lives."""
        with self.database.read() as connection:
            at: datetime | None = connection.scalar(select(meta.c.at).where(meta.c.key == HEARTBEAT))
        return at
