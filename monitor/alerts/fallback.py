"""Another way for what could not go the first: rows for a destination's fallback.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.alerts.calendar import outbox_rows
from monitor.model.alert import Alert, Delivery, Destination, Notice, Parcel


def fallback_rows(
    parcel: Parcel, destination: Destination | None, destinations: Mapping[str, Destination], now: datetime
) -> tuple[Delivery, ...]:
    """Rows that tell the parcel's alerts and notices to the destination's fallback, each naming whom it was meant for.

    Empty without a fallback. What already was on its way to a fallback goes no further. What the fallback has anyway
    is not told twice: its row bears that id.
    """
    if destination is None or destination.fallback not in destinations:
        return ()
    told: dict[str, Alert | Notice] = {alert.id: alert for alert in parcel.alerts}
    told |= {notice.id: notice for notice in parcel.notices}
    wanted = [told[row.told_id] for row in parcel.deliveries if row.told_id in told and not row.instead_of]
    rows = (outbox_rows(each, (destination.fallback,), destinations, now) for each in wanted)
    return tuple(replace(row, instead_of=destination.name) for (row,) in rows)
