"""A query's text to its signs: words, quotes, operators, brackets, each with its column.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from monitor.errors import QueryError
from monitor.query.ast import FARTHEST, FIELDS, MODIFIERS, NEAREST

QUOTES = '"“”„‟«»'
OPERATORS = ("AND", "OR", "NOT", "NEAR", "ONEAR", "ATLEAST")
_MOST_AT_LEAST = 1_000

_BLANK = re.compile(r"\s+")
_RAW = re.compile(rf"(?:\\.|[^\s()\\{QUOTES}]|\\$)+", re.DOTALL)
_PREFIXED = re.compile(r"([^\W\d]+):")
_NAME = re.compile(r"[^\W\d][\w-]*(?::[\w-]+)?")
_COUNTED = re.compile(r"(O?NEAR|ATLEAST)/(\d{1,9})")
_MISCOUNTED = re.compile(r"(O?NEAR|ATLEAST)(?:/.*|:?\d.*|)")
_OTHER_NEAR = re.compile(r"(?:W|PRE|ADJ|WITHIN|N|P)/?(\d+)|~(\d+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BOUNDARY = re.compile(rf"([()\\{QUOTES}])")
_FOREIGN = {"&&": "AND", "||": "OR", "|": "OR", "!": "NOT"}


class Kind(StrEnum):
    """What a sign is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    ONEAR = "ONEAR"
    ATLEAST = "ATLEAST"
    WORD = "word"
    QUOTED = "quoted"
    PREFIX = "prefix"
    NAME = "$name"
    FIELD = "field:"
    MODIFIER = "modifier:"
    END = "end"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a query."""

    kind: Kind
    text: str
    """As far as it matters: a word without escapes, a name without `$`, a field without its colon."""
    column: int
    """From 1."""
    count: int = 0
    """The number behind NEAR/, ONEAR/ and ATLEAST/."""

    @property
    def shown(self) -> str:
        """The sign for an error message."""
        marks = {Kind.QUOTED: '"{}"', Kind.PREFIX: "{}*", Kind.NAME: "${}", Kind.FIELD: "{}:", Kind.MODIFIER: "{}:"}
        return marks.get(self.kind, "{}").format(self.text)


def signs(text: str, *, item: bool = False) -> list[Sign]:
    """The signs of a query, the last of kind END.

    Args:
        text: The query.
        item: It is an item of a YAML list, where `and`, `or` and `not` in small letters are plain words.

    Raises:
        QueryError: a quote that is not closed, a mistyped operator, an unknown field, a misplaced star.
    """
    found: list[Sign] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        sign, at = _next(text, at, item=item)
        found.append(sign)
    return [*found, Sign(Kind.END, "", len(text) + 1)]


def _next(text: str, at: int, *, item: bool) -> tuple[Sign, int]:
    char = text[at]
    if char in "()":
        return Sign(Kind(char), char, at + 1), at + 1
    if char in QUOTES:
        return _quoted(text, at)
    if prefixed := _PREFIXED.match(text, at):
        return _prefix(prefixed[1], at + 1), prefixed.end()
    raw = _RAW.match(text, at)
    assert raw is not None
    return _word(raw[0], at + 1, item=item), raw.end()


def _quoted(text: str, at: int) -> tuple[Sign, int]:
    end = text.find('"', at + 1) if text[at] == '"' else -1
    if end < 0:
        end = next((place for place in range(at + 1, len(text)) if text[place] in QUOTES), -1)
    if end < 0:
        raise QueryError(f"this {text[at]} is never closed", at + 1, "close the quotation")
    inner = " ".join(text[at + 1 : end].split())
    if not inner:
        raise QueryError("nothing between the quotes", at + 1)
    if "*" in inner:
        raise QueryError("* has no meaning between quotes", at + 1, "write a prefix without quotes: invit*")
    return Sign(Kind.QUOTED, inner, at + 1), end + 1


def _prefix(name: str, column: int) -> Sign:
    if name in FIELDS:
        return Sign(Kind.FIELD, name, column)
    if name in MODIFIERS:
        return Sign(Kind.MODIFIER, name, column)
    nearest = did_you_mean(name.lower(), (*FIELDS, *MODIFIERS))
    hint = f"did you mean {nearest}: ?" if nearest else "put words with a colon in quotes"
    raise QueryError(f"unknown field '{name}'", column, hint)


def did_you_mean(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that `name` most likely is a slip of, or None."""
    return next(iter(get_close_matches(name[:60], known, n=1, cutoff=0.6)), None)


def _word(raw: str, column: int, *, item: bool) -> Sign:
    if "\\" in raw:
        return Sign(Kind.WORD, _ESCAPED.sub(r"\1", raw), column)
    if raw in OPERATORS[:3]:
        return Sign(Kind(raw), raw, column)
    if counted := _COUNTED.fullmatch(raw):
        return _counted(counted[1], int(counted[2]), column)
    _refuse_slips(raw, column, item=item)
    if raw[0] == "$" and not raw[1:2].isdigit() and len(raw) > 1:
        return _name(raw, column)
    if "*" in raw:
        return _star(raw, column)
    return Sign(Kind.WORD, raw, column)


def _counted(operator: str, count: int, column: int) -> Sign:
    low, high = (1, _MOST_AT_LEAST) if operator == "ATLEAST" else (NEAREST, FARTHEST)
    if not low <= count <= high:
        raise QueryError(f"{operator}/{count} is out of range", column, f"write a number from {low} to {high}")
    return Sign(Kind(operator), f"{operator}/{count}", column, count)


def _name(raw: str, column: int) -> Sign:
    if not _NAME.fullmatch(raw, 1):
        raise QueryError(f"'{raw}' is not the name of an alias", column, "a name has letters, digits, - and _")
    return Sign(Kind.NAME, raw[1:], column)


def _star(raw: str, column: int) -> Sign:
    if raw.index("*") != len(raw) - 1 or len(raw) == 1:
        raise QueryError(
            f"* stands only at the end of a word: '{raw}'", column, "write the spellings with OR, or a prefix: invit*"
        )
    return Sign(Kind.PREFIX, raw[:-1], column)


def _refuse_slips(raw: str, column: int, *, item: bool) -> None:
    upper = raw.upper()
    if _MISCOUNTED.fullmatch(raw):
        operator = raw[: raw.index("R") + 1] if "NEAR" in raw else "ATLEAST"
        need, example = ("distance", 8) if "NEAR" in raw else ("count", 2)
        raise QueryError(f"{raw} needs a {need}", column, f"write {operator}/{example}")
    if _COUNTED.fullmatch(upper) or (upper in OPERATORS[:3] and not item):
        raise QueryError(f"'{raw}' in small letters is an ordinary word", column, f"write {upper}")
    if raw in _FOREIGN:
        raise QueryError(f"'{raw}' is not an operator", column, f"write {_FOREIGN[raw]}")
    if other := _OTHER_NEAR.fullmatch(raw) if "/" in raw or "~" in raw else None:
        raise QueryError(f"'{raw}' is not an operator", column, f"write NEAR/{other[1] or other[2]}")
    if len(raw) > 1 and raw[0] in "-!" and raw[1].isalpha():
        raise QueryError(f"'{raw[0]}' before a word is not an operator", column, f"write NOT {raw[1:]}")
    if len(raw) > 1 and raw[0] == "+" and raw[1].isalpha():
        raise QueryError("'+' before a word is not an operator", column, f"write AND {raw[1:]}")
    if len(raw) > 2 and raw[0] == raw[-1] == "/":
        raise QueryError(
            "there are no regular expressions here", column, "write the spellings with OR, or a prefix: invit*"
        )


@lru_cache(maxsize=20_000)
def escaped(word: str) -> str:
    """The word so that reading it gives the same word and nothing else, however it looks."""
    bounded = _BOUNDARY.sub(r"\\\1", word)
    return bounded if bounded != word or _reads_as_word(word) else f"\\{word}"


def _reads_as_word(word: str) -> bool:
    try:
        found = signs(word)
    except QueryError:
        return False
    return found[0] == Sign(Kind.WORD, word, 1) and len(found) == 2
