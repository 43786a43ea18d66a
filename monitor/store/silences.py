"""Mutes with an end: made, ended early, listed.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, literal, select, update

from monitor.errors import NotFound
from monitor.model.alert import Silence
from monitor.store.alert_schema import silences
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.rows import row_of, value_of


@dataclass(frozen=True, slots=True)
class Silences:
    """The silences of one database."""

    database: Database

    def add(self, silence: Silence) -> None:
        """Writes a silence, or replaces the one with its id."""
        with self.database.write() as connection:
            connection.execute(upsert(silences), row_of(silence))

    def expire(self, silence_id: str, now: datetime) -> Silence:
        """Ends a silence now, unless it is over already, and gives it as it is then.

        Raises:
            NotFound: No silence has this id.
        """
        this = silences.c.id == silence_id
        ends_at = case((silences.c.ends_at < now, silences.c.ends_at), else_=literal(now, silences.c.ends_at.type))
        with self.database.write() as connection:
            connection.execute(update(silences).where(this).values(ends_at=ends_at))
            row = connection.execute(select(silences).where(this)).one_or_none()
        if row is None:
            raise NotFound(f"silence: {silence_id}: there is none with this id; `monitor silence list` shows them")
        return value_of(Silence, row)

    def list(self, now: datetime | None = None) -> list[Silence]:
        """Every silence, or those not yet over at `now`; the one that ends last first."""
        statement = select(silences).order_by(silences.c.ends_at.desc(), silences.c.id)
        if now is not None:
            statement = statement.where(silences.c.ends_at > now)
        with self.database.read() as connection:
            return [value_of(Silence, row) for row in connection.execute(statement)]
