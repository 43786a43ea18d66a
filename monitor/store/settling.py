"""What came of tries, written to the rows of the outbox.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Update, bindparam, case, func, or_, update

from monitor.model.alert import DeliveryState, Settlement
from monitor.store.alert_schema import chat_threads, deliveries
from monitor.store.dialect import upsert
from monitor.store.rows import row_of


def write_settlements(connection: Connection, settlements: Sequence[Settlement], now: datetime) -> None:
    """Writes what became of rows, and the threads that their messages began, inside the caller's transaction.

    A row stays as it is once it is sent, or claimed since; see `Outbox.settle`.
    """
    if settlements:
        connection.execute(_SETTLE, [_settled(settlement, now) for settlement in settlements])
    begun = [row_of(settlement.thread) for settlement in settlements if settlement.thread]
    if begun:
        connection.execute(upsert(chat_threads), begun)


def _settled(settlement: Settlement, now: datetime) -> dict[str, Any]:
    return {
        "row": settlement.delivery_id,
        "of_claim": settlement.claim,
        "had_cut_off": settlement.cut_off,
        "to_state": settlement.state,
        "is_sent": settlement.state is DeliveryState.SENT,
        "due": settlement.due_at,
        "said": settlement.fault,
        "unsure": settlement.maybe_twice,
        "over_at": None if settlement.state is DeliveryState.WAITING else now,
        "taken_at": now if settlement.state is DeliveryState.SENT else None,
        "waits_for": settlement.held,
    }


def _settling() -> Update:
    """What `settle` writes to one row; written out once, since putting a statement together takes longer than it."""
    row = deliveries.c
    was_tried = row.state == DeliveryState.SENDING
    came_late = row.cut_off != func.coalesce(bindparam("had_cut_off", type_=row.cut_off.type), row.cut_off)
    allowed = or_(bindparam("is_sent", type_=Boolean), was_tried, row.state == DeliveryState.WAITING)
    same_claim = row.claims == func.coalesce(bindparam("of_claim", type_=row.claims.type), row.claims)
    return (
        update(deliveries)
        .where(row.id == bindparam("row"), same_claim, row.state != DeliveryState.SENT, allowed)
        .values(
            state=bindparam("to_state"),
            due_at=bindparam("due"),
            fault=bindparam("said"),
            maybe_twice=or_(row.maybe_twice, bindparam("unsure", type_=Boolean)),
            leased_until=None,
            settled_at=bindparam("over_at"),
            sent_at=bindparam("taken_at"),
            held=func.coalesce(bindparam("waits_for", type_=row.held.type), row.held),
            cut_off=case((or_(was_tried, came_late), 0), else_=row.cut_off),
        )
    )


_SETTLE = _settling()
