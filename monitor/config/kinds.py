"""The kinds of values that configuration files hold: text, names, durations, times, addresses, lists.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from functools import cache
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import regex

from monitor.config.fields import Kind, each, mapping
from monitor.config.suggest import did_you_mean, named, shown
from monitor.errors import ConfigError
from monitor.located import Items, Located, Mark, Text

T = TypeVar("T")

NOTHING = Text("", Mark("", 0, 0))
"""Stands in for required text that is missing; the record is refused anyway."""

_LONGEST_LINE = 500
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(?:\d{1,6}\s*[smhdw]\s*)+", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SCALAR = ["string", "number", "boolean"]


def refuse(value: Located, message: str, hint: str = "") -> NoReturn:
    """Says what is wrong with a value, at its place.

    Raises:
        ConfigError: always.
    """
    raise ConfigError([value.mark.problem(message, hint)])


def scalar(value: Located) -> Text:
    """The value, which must be text that is not empty.

    Raises:
        ConfigError: it is a list, a mapping or empty.
    """
    if not isinstance(value, Text):
        kind = "a list" if isinstance(value, Items) else "a mapping"
        refuse(value, f"one value is wanted here, not {kind}")
    if not value.value.strip():
        hint = (
            "# begins a comment; put the text in quotes"
            if "#" in value.mark.source
            else "write a value, or delete the key"
        )
        refuse(value, "there is no value here", hint)
    return value


def _line(value: Located) -> Text:
    text = scalar(value)
    if "\n" in text.value:
        refuse(text, "this must fit on one line", "write >- instead of |, or remove the empty line")
    if len(text.value) > _LONGEST_LINE:
        refuse(text, f"this is longer than {_LONGEST_LINE} characters")
    return text


def optional(kind: Kind[T]) -> Kind[T | None]:
    """The same kind, for a field whose default is None."""
    return Kind(kind.read, kind.schema, kind.says)


def pattern(says: str, expression: str, hint: str, simpler: str = "", *, small: str = "") -> Kind[Text]:
    """Text that a regular expression must match as a whole.

    Args:
        says: what it is.
        expression: in the language of the package regex, whose letters bear their marks, as in हिन्दी.
        hint: what to write.
        simpler: for the schema, whose language knows no letters beyond ASCII.
        small: what stands for every character that a name in small letters may not hold; empty: nothing is proposed.
    """
    compiled = regex.compile(expression)

    def read(value: Located) -> Text:
        text = scalar(value)
        if not compiled.fullmatch(text.value):
            meant = re.sub(r"[^a-z0-9_]+", small, text.value.lower()).strip("-_") if small and shown(text) else ""
            proposed = f"; write {meant}" if compiled.fullmatch(meant) else ""
            refuse(text, f"{named(text)} is not {says}", f"{hint}{proposed}")
        return text

    return Kind(read, {"type": _SCALAR, "pattern": f"^(?:{simpler or expression})$"}, says)


def choice(says: str, options: Mapping[str, T], also: Mapping[str, str] | None = None) -> Kind[T]:
    """One of a few words, all of which `says` names; `also`: what people write for them."""

    def read(value: Located) -> T:
        text = scalar(value)
        if text.value not in options:
            meant = did_you_mean(text.value, options, also)
            refuse(text, f"{named(text)} is not {says}", "" if meant.startswith("known:") else meant)
        return options[text.value]

    return Kind(read, {"enum": list(options)}, says)


def whole_number(low: int, high: int) -> Kind[int]:
    """A number without a fraction, from `low` to `high`."""
    says = f"a whole number from {low} to {high}"

    def read(value: Located) -> int:
        text = scalar(value)
        if not re.fullmatch(r"\d{1,9}", text.value, re.ASCII) or not low <= int(text.value) <= high:
            refuse(text, f"{named(text)} is not {says}")
        return int(text.value)

    return Kind(read, {"type": "integer", "minimum": low, "maximum": high}, says)


def duration(low: timedelta, high: timedelta) -> Kind[timedelta]:
    """A length of time such as `5m` or `1h30m`."""
    says = "a duration such as 30s, 5m, 1h or 2d"

    def read(value: Located) -> timedelta:
        text = scalar(value)
        if not _SPAN.fullmatch(text.value):
            hint = (
                f"write {text.value}m for minutes, {text.value}h for hours"
                if text.value.isdecimal() and shown(text)
                else "units: s, m, h, d, w"
            )
            refuse(text, f"{named(text)} is not {says}", hint)
        seconds = sum(int(n) * _UNITS[u] for n, u in re.findall(r"(\d+)\s*([smhdw])", text.value))
        if not low.total_seconds() <= seconds <= high.total_seconds():
            refuse(text, f"{named(text)} is out of range", f"from {_short(low)} to {_short(high)}")
        return timedelta(seconds=seconds)

    return Kind(read, {"type": "string", "pattern": r"^(?:[0-9]{1,6}\s*[smhdw]\s*)+$"}, says)


def _short(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    unit = next(u for u in "wdhms" if seconds % _UNITS[u] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def one_or_more(kind: Kind[T], says: str, *, empty: str = "list something, or delete the key") -> Kind[tuple[T, ...]]:
    """A list of one kind, or a single value of it; never empty, and `empty` says what to write instead."""

    def read(value: Located) -> tuple[T, ...]:
        if not isinstance(value, Items):
            return (kind.read(value),)
        if not value.values:
            refuse(value, "the list is empty", empty)
        return tuple(each(value, kind.read))

    items = {"type": "array", "items": kind.schema, "minItems": 1}
    return Kind(read, {"anyOf": [kind.schema, items]}, says)


def list_of(read_item: Callable[[Located], T], schema: Mapping[str, object], says: str) -> Kind[tuple[T, ...]]:
    """A list of larger things; may be empty."""

    def read(value: Located) -> tuple[T, ...]:
        if not isinstance(value, Items):
            empty = isinstance(value, Text) and value.plain and not value.value
            message = "there is nothing in this list" if empty else "a list is wanted here"
            refuse(value, message, "begin each item with a dash; write [] for none")
        return tuple(each(value, read_item))

    return Kind(read, {"type": "array", "items": schema}, says)


def by_name(
    what: str, key: Kind[Text], read_pair: Callable[[tuple[Text, Located]], T], schema: Mapping[str, object], says: str
) -> Kind[tuple[T, ...]]:
    """A mapping whose keys are names that the user gives; `what` is its own key."""

    def read(value: Located) -> tuple[T, ...]:
        return tuple(each(mapping(value, what), read_pair))

    names = {"pattern": key.schema["pattern"]}
    return Kind(read, {"type": "object", "additionalProperties": schema, "propertyNames": names}, says)


def _time(value: Located) -> time:
    text = scalar(value)
    found = _CLOCK.fullmatch(text.value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        refuse(text, f"{named(text)} is not a time of day", 'write it as "07:30"; midnight is "00:00"')
    return time(int(found[1]), int(found[2]))


def _timezone(value: Located) -> str:
    text = scalar(value)
    if not _is_zone(text.value):
        hint = did_you_mean(text.value, available_timezones()) or "write an IANA name such as Europe/Berlin"
        refuse(text, f"{named(text)} is not a time zone", hint)
    return text.value


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


NAME = pattern("a name", r"[a-z0-9_-]{1,60}", "small letters, digits, - and _", small="-")
CORPUS_NAME = pattern(
    "a corpus's name", r"(?!none$)[a-z0-9_-]{1,60}", "small letters, digits, - and _, and not none", small="-"
)
LINE = Kind(_line, {"type": _SCALAR, "minLength": 1}, "one line of text")
TEXT = Kind(scalar, {"type": _SCALAR, "minLength": 1}, "text")
LINES = one_or_more(LINE, "a text or a list of texts")
TEXTS = one_or_more(TEXT, "a text or a list of texts")
TAG = pattern("a tag", r"[\w-]{1,40}", "letters, digits, - and _, without blanks", r"[^\s,:]{1,40}")
ALIAS_NAME = pattern(
    "a name", r"[\p{L}_][\w-]{0,59}", "a letter, then letters, digits, - and _; without $", r"[^\s\d$:][^\s$:]{0,59}"
)
TAGS = one_or_more(TAG, "a tag or a list of tags")
_YES = dict.fromkeys(("yes", "on", "y", "1"), "true") | dict.fromkeys(("no", "off", "n", "0", "none"), "false")
YES_NO = replace(choice("true or false", {"true": True, "false": False}, _YES), schema={"type": "boolean"})
TIME = Kind(_time, {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}, "a time of day such as 07:30")
TIMES = one_or_more(TIME, "a time of day or a list of them")
TIMEZONE = Kind(_timezone, {"type": "string"}, "an IANA time zone such as Europe/Berlin")
