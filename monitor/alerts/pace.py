"""How often a destination may be spoken to.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model.watch import Rate


def allowed_at(rate: Rate | None, sent: Sequence[datetime], now: datetime) -> datetime:
    """When the next message may go: `now`, or when the rate's time has passed since the message that fills it.

    Args:
        rate: Of the destination; None: no limit.
        sent: When messages went to it, oldest first; those before the rate's time may be left out.
        now: When the next one would go.
    """
    if rate is None or len(sent) < rate.count:
        return now
    return max(now, sent[-rate.count] + rate.per)
