"""What is to be written after a try: of its rows, of its destination, and of whom else to tell.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.fallback import fallback_rows
from monitor.alerts.render import part
from monitor.alerts.retry import after_try, diverted, not_delivered, settle, untouched
from monitor.alerts.threads import begun
from monitor.model.alert import (
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Notice,
    Parcel,
    Receipt,
    Settlement,
    Verdict,
)

INTERNAL = "internal error"
"""How the fault of a try begins that failed by a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What one try, or the decision to make none, brings about."""

    settlements: Sequence[Settlement]
    notices: Sequence[Notice] = ()
    instead: Sequence[Delivery] = ()
    """Rows for the fallback."""
    state: DestinationState | None = None
    """What is known of the destination from now on; None: as before."""


def after(
    parcel: Parcel,
    receipt: Receipt,
    state: DestinationState,
    destinations: Mapping[str, Destination],
    now: datetime,
) -> Aftermath:
    """What follows from a try to send this parcel to one of the destinations.

    Rows that went out together share their wait. Where the message as such was refused, or the mistake is ours, they
    go out one by one from then on, so that one bad alert does not take the others with it.
    """
    destination = destinations[parcel.destination]
    is_ours = receipt.fault.startswith(INTERNAL)
    settlements = _settled(parcel, receipt, now, apart=is_ours or receipt.verdict is Verdict.DEAD_MESSAGE)
    if thread := begun(destination, parcel, receipt, now):
        settlements[0] = replace(settlements[0], thread=thread)
    new, notices = (state, ()) if is_ours else after_try(state, receipt, now, fallback=destination.fallback)
    dead = [n for n, each in enumerate(settlements) if each.state is DeliveryState.DEAD]
    elsewhere = part(parcel, list(range(len(settlements))) if new.dead else dead)
    rows = fallback_rows(elsewhere, destination, destinations, now)
    instead = destination.fallback if rows else ""
    lost = not_delivered(part(parcel, dead), settlements[dead[0]].fault, now, fallback=instead) if dead else ()
    told = {row.told_id for row in rows}
    settlements = [
        diverted(row, instead, receipt.fault, now) if row.told_id in told and n not in dead else each
        for n, (row, each) in enumerate(zip(parcel.deliveries, settlements, strict=True))
    ]
    changed = None if new == state else new
    return Aftermath(settlements=settlements, notices=(*notices, *lost), instead=rows, state=changed)


def _settled(parcel: Parcel, receipt: Receipt, now: datetime, *, apart: bool) -> list[Settlement]:
    settlements = [settle(row, receipt, now, key=parcel.deliveries[0].id) for row in parcel.deliveries]
    if apart and len(settlements) > 1:
        return [replace(each, held="") for each in settlements]
    return settlements


def diversion(
    parcel: Parcel, state: DestinationState, destinations: Mapping[str, Destination], now: datetime
) -> Aftermath:
    """Everything due goes to the fallback; what is a fallback's row itself waits until the destination is probed."""
    destination = destinations[parcel.destination]
    rows = fallback_rows(parcel, destination, destinations, now)
    told = {row.told_id for row in rows}
    settlements = [
        diverted(row, destination.fallback, state.fault, now)
        if row.told_id in told
        else untouched(row, state.paused_until or now)
        for row in (*parcel.deliveries, *parcel.damaged)
    ]
    return Aftermath(settlements=settlements, instead=rows)
