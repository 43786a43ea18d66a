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
        sent: When messages went to it, oldest first; those before the rate's time may be left out. What lies in the
            future was written before the clock was set back, and does not count.
        now: When the next one would go.
    """
    past = [at for at in sent if at <= now]
    if rate is None or len(past) < rate.count:
        return now
    return max(now, past[-rate.count] + rate.per)
