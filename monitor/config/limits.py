"""Rates such as `20/h`: so many in such a time.

Pure.
"""

from __future__ import annotations

import re
from datetime import timedelta

from monitor.config.fields import Kind
from monitor.config.kinds import refuse, scalar
from monitor.config.suggest import named
from monitor.located import Located
from monitor.model.watch import UNITS, Rate

LONGEST_SPAN = timedelta(days=1)
"""The longest time a rate may speak of."""

_RATE = re.compile(r"(\d{1,6}) ?/ ?(\d{1,6})?(s|m|h|d)", re.ASCII)


def rate(longest: timedelta) -> Kind[Rate]:
    """So many in a time, `longest` at most: `20/m`, `100/6h`."""
    says = "a rate such as 20/m, 100/h or 5/10m"

    def read(value: Located) -> Rate:
        text = scalar(value)
        found = _RATE.fullmatch(text.value)
        if not found:
            refuse(text, f"{named(text)} is not {says}", "write 20/h for 20 an hour; units: s, m, h, d")
        span = timedelta(seconds=int(found[2] or 1) * UNITS[found[3]])
        if not int(found[1]) or not timedelta() < span <= longest:
            refuse(text, f"{named(text)} is out of range", "at least 1, in a time from 1s to 1d")
        return Rate(count=int(found[1]), per=span)

    return Kind(read, {"type": "string", "pattern": "^[0-9]{1,6} ?/ ?[0-9]{0,6}[smhd]$"}, says)
