"""`aliases:`, names for groups of words; shared in monitor.yaml, local in a watchlist file.

Pure.
"""

from __future__ import annotations

from monitor.config.kinds import ALIAS_NAME, TEXTS, by_name
from monitor.located import Items, Located, Text

Alias = tuple[Text, Items | Text]
"""The name, and its phrases as they stand."""

NO_ALIASES: tuple[Alias, ...] = ()


def _alias(pair: tuple[Text, Located]) -> Alias:
    name, value = ALIAS_NAME.read(pair[0]), pair[1]
    TEXTS.read(value)
    assert isinstance(value, (Items, Text)), "TEXTS reads nothing else"
    return name, value


ALIASES = by_name("aliases", ALIAS_NAME, _alias, TEXTS.schema, "a mapping of names to lists of words and phrases")
