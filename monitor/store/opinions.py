"""What people said of alerts.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from monitor.model.alert import Alert
from monitor.model.archive import Opinion
from monitor.store.alert_schema import alerts, opinions
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.rows import alert_of, row_of, value_of


@dataclass(frozen=True, slots=True)
class Opinions:
    """The opinions of one database."""

    database: Database

    def add(self, opinion: Opinion) -> None:
        """Writes an opinion, or replaces the one on the same alert."""
        with self.database.write() as connection:
            connection.execute(upsert(opinions), row_of(opinion))

    def of(self, watchlist: str) -> list[Opinion]:
        """Every opinion on a watchlist's alerts, newest first."""
        statement = select(opinions).where(opinions.c.watchlist == watchlist)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(opinions.c.at.desc(), opinions.c.alert_id))
            return [value_of(Opinion, row) for row in rows]

    def alert(self, alert_id: str) -> Alert:
        """The alert of an id that is known to exist."""
        with self.database.read() as connection:
            return alert_of(connection.scalars(select(alerts.c.content).where(alerts.c.id == alert_id)).one())
