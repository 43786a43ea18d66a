"""`examples:` of a watchlist: texts that it must match, and texts that it must not.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.config.fields import Field, Reading, Record
from monitor.config.kinds import TEXTS
from monitor.located import Located, Text

NO_TEXTS: tuple[Text, ...] = ()

MATCH = Field(
    name="match",
    kind=TEXTS,
    default=NO_TEXTS,
    meaning="Texts that must match.",
    also=("matches", "yes", "positive"),
)
NO_MATCH = Field(
    name="no_match",
    kind=TEXTS,
    default=NO_TEXTS,
    meaning="Texts that must not match.",
    also=("no_matches", "not_match", "nomatch", "no", "negative"),
)
EXAMPLES = Record(
    name="examples",
    meaning="The watchlist's own tests: `monitor check` runs them.",
    fields=(MATCH, NO_MATCH),
    example="match: and no_match: below examples:, each with a list",
)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts a watchlist is tested with."""

    match: tuple[Text, ...] = ()
    no_match: tuple[Text, ...] = ()


def read_examples(value: Located) -> Examples:
    """A watchlist's own tests, as they are written."""
    reading = Reading(value, EXAMPLES)
    examples = Examples(reading.take(MATCH), reading.take(NO_MATCH))
    reading.done()
    return examples
