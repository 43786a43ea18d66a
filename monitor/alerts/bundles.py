"""Which rows of the outbox go out together.

What was held for the same moment, by a digest or by quiet hours, is told in one message. Which rows those are can be
read from the rows alone, so that a try after a crash is made with the same ones, and bears the same id.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from monitor.alerts.retry import refusals, untouched
from monitor.model.alert import Delivery, Settlement

CROWD = 10
"""More rows than this are not sent one by one."""
BACKLOG = "backlog"
"""Why rows wait that came due one by one and are too many."""


def bundles(due: Sequence[Delivery]) -> tuple[tuple[Delivery, ...], ...]:
    """The due rows in groups that go out together, in the order of their first; what is not held goes alone.

    Rows that were tried before, and may have gone out, are not mixed with others that came due at the same moment.
    """
    grouped: dict[object, list[Delivery]] = {}
    for row in due:
        was_tried = row.attempts + row.cut_off > 0
        grouped.setdefault((row.due_at, was_tried) if row.held else row.id, []).append(row)
    return tuple(tuple(rows) for rows in grouped.values())


def crowded(due: Sequence[Delivery], now: datetime) -> tuple[Settlement, ...]:
    """How to bring rows together that would go out one by one and are more than ten; empty when they are not.

    Once this is written they are due again, at the same moment, as a backlog. Rows that were refused stay alone, and so
    do those that may have gone out: a copy bears the same id.
    """
    alone = [row for row in due if not (row.held or row.maybe_twice or refusals(row))]
    if len(alone) <= CROWD:
        return ()
    others = [row for row in due if row not in alone]
    together = (untouched(row, now, held=BACKLOG) for row in alone)
    return tuple(chain(together, (untouched(row, row.due_at) for row in others)))
