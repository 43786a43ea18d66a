"""Another way for what could not go the first: rows for a destination's fallback.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.alerts.calendar import outbox_rows
from monitor.model.alert import Delivery, Destination, Parcel


def fallback_rows(
    parcel: Parcel, destination: Destination | None, destinations: Mapping[str, Destination], now: datetime
) -> tuple[Delivery, ...]:
    """Rows that tell the parcel's alerts to the destination's fallback, each naming whom it was meant for.

    Empty without a fallback. Notices stay: the service speaks of its own trouble elsewhere. What already was on its
    way to a fallback goes no further. An alert that the fallback has anyway is not told twice: its row bears that id.
    """
    if destination is None or destination.fallback not in destinations:
        return ()
    alerts = {alert.id: alert for alert in parcel.alerts}
    wanted = [alerts[row.alert_id] for row in parcel.deliveries if row.alert_id in alerts and not row.instead_of]
    rows = (outbox_rows(alert, (destination.fallback,), destinations, now) for alert in wanted)
    return tuple(replace(row, instead_of=destination.name) for (row,) in rows)
