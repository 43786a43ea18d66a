"""Templates of messages: `{field}` with fixed names, nothing else; they can read what a message says, and no more.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

FIELDS: Mapping[str, str] = MappingProxyType({
    "title": "the watchlist's title",
    "watchlist": "the watchlist's name",
    "headline": "the entry's headline",
    "story": "the story's first headline: the same in every message of one story",
    "previous_headline": "the headline that a revision replaced",
    "outlet": "who published the entry",
    "link": "the entry's address",
    "published": "when it was published, or seen",
    "snippet": "the passage that matched",
    "words": "the words that matched",
    "strength": "passing, prominent or headline",
    "priority": "low, normal, high or urgent",
    "why": "why it rings now",
    "update": "what is new in a follow-up; empty the first time",
    "outlets": "how many outlets carry the story",
    "independent": "how many of them are independent",
    "carried": "the outlets by name",
    "entry": "the entry's id, for `monitor explain`",
})  # fmt: skip
"""What a template may name, and what stands there."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def placeholders(template: str) -> Iterator[tuple[int, str | None]]:
    """Each field that a template names, with its offset; None for a brace that is no part of one.

    `{{` and `}}` stand for a brace in the message.
    """
    for piece in _PIECE.finditer(template):
        if piece[0] not in {"{{", "}}"}:
            yield piece.start(), piece[1]


def fill(template: str, value_of: Callable[[str], str]) -> str:
    """The template with its fields replaced; what a value holds is never read as a template."""
    return _PIECE.sub(lambda piece: value_of(piece[1]) if piece[1] is not None else piece[0][0], template)
