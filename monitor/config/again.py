"""`again:` of a watchlist: when a story that already rang may ring again.

Pure.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.config.fields import Field, Reading, Record
from monitor.config.kinds import YES_NO, duration, whole_number
from monitor.located import Located
from monitor.model.watch import Again

NEVER = Again()

SOURCES = Field(
    name="sources",
    kind=whole_number(0, 1_000),
    default=NEVER.sources,
    meaning="Tell again after this many more outlets carry the story; 0: not for this reason.",
    otherwise="0",
    also=("outlets", "copies"),
)
REVISED = Field(
    name="revised",
    kind=YES_NO,
    default=NEVER.revised,
    meaning="Tell again when the headline of an entry that matched is revised.",
    otherwise="false",
    also=("revisions", "updated"),
)
STRONGER = Field(
    name="stronger",
    kind=YES_NO,
    default=NEVER.stronger,
    meaning="Tell again when a match is more prominent than any before: passing, prominent, headline.",
    otherwise="false",
    also=("strength", "rise", "escalation"),
)
AT_MOST_EVERY = Field(
    name="at_most_every",
    kind=duration(timedelta(seconds=1), timedelta(weeks=52)),
    default=NEVER.at_most_every,
    meaning="The least time between two alerts on one story.",
    otherwise="6h",
    also=("every", "interval", "cooldown", "at_most"),
)
AGAIN = Record(
    name="again",
    meaning="When a story that already rang may ring again; without it, never.",
    fields=(SOURCES, REVISED, STRONGER, AT_MOST_EVERY),
    example="again: {sources: 5, revised: true}",
)


def read_again(value: Located) -> Again:
    """When a story may ring again, as it is written."""
    reading = Reading(value, AGAIN)
    again = Again(
        sources=reading.take(SOURCES),
        revised=reading.take(REVISED),
        stronger=reading.take(STRONGER),
        at_most_every=reading.take(AT_MOST_EVERY),
    )
    reading.done()
    return again
