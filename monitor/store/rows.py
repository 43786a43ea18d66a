"""From values to rows and back: a column bears the name of the field it holds.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC
from functools import cache
from itertools import islice
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Row

from monitor.model.alert import Alert, Delivery, Notice
from monitor.model.entry import OutcomeKind
from monitor.model.ids import digest
from monitor.model.plan import Poll
from monitor.model.watch import Match

BATCH = 500
"""Ids in one statement."""


class Value(Protocol):
    """Any of the model's dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T")
V = TypeVar("V", bound=Value)

ALERT = TypeAdapter(Alert)
NOTICE = TypeAdapter(Notice)
MATCH = TypeAdapter(Match)


@cache
def names_of(kind: type[Value]) -> tuple[str, ...]:
    """The names of a dataclass's fields, in order."""
    return tuple(f.name for f in fields(kind))


def row_of(value: Value) -> dict[str, Any]:
    """A value's fields by name."""
    return {name: getattr(value, name) for name in names_of(type(value))}


def value_of(kind: type[V], row: Row[Any]) -> V:
    """The value whose fields stand in a row's columns of the same names; further columns are ignored."""
    columns = row._mapping  # noqa: SLF001  the documented way to a row's columns by name
    return kind(**{name: columns[name] for name in names_of(kind)})


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    remaining = iter(values)
    while batch := list(islice(remaining, size)):
        yield batch


def seal(content: str) -> str:
    """The checksum that is stored beside a content."""
    return digest("content", content)


def alert_row(alert: Alert) -> dict[str, Any]:
    """An alert's row: all of it as sealed JSON, and what it is looked up by."""
    content = ALERT.dump_json(alert).decode()
    looked_up = {name: getattr(alert, name) for name in ("id", "watchlist", "story_id", "entry_id", "at")}
    return {**looked_up, "content": content, "checksum": seal(content)}


def alert_of(content: str) -> Alert:
    """The alert of a stored content, its instants in plain UTC."""
    alert = ALERT.validate_json(content)
    published_at = alert.published_at and alert.published_at.astimezone(UTC)
    return replace(alert, at=alert.at.astimezone(UTC), published_at=published_at)


def notice_row(notice: Notice) -> dict[str, Any]:
    """A notice's row: all of it as sealed JSON."""
    content = NOTICE.dump_json(notice).decode()
    return {"id": notice.id, "at": notice.at, "content": content, "checksum": seal(content)}


def notice_of(content: str) -> Notice:
    """The notice of a stored content, its instant in plain UTC."""
    notice = NOTICE.validate_json(content)
    return replace(notice, at=notice.at.astimezone(UTC))


def match_row(entry_id: str, match: Match) -> dict[str, Any]:
    """A match's row: all of it as JSON, and what it is looked up by."""
    content = MATCH.dump_json(match).decode()
    return {"entry_id": entry_id, "watchlist": match.watchlist, "strength": match.strength, "content": content}


def match_of(content: str) -> Match:
    """The match of a stored content."""
    return MATCH.validate_json(content)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery's row, sealed, not leased."""
    return {**row_of(delivery), "leased_until": None, "settled_at": None, "checksum": delivery_seal(delivery)}


def delivery_seal(delivery: Delivery) -> str:
    """The checksum over what a delivery tells, and to whom."""
    return digest("delivery", delivery.id, delivery.destination, delivery.alert_id or "", delivery.notice_id or "")


def poll_row(poll: Poll) -> dict[str, Any]:
    """A poll's row, its counts as a JSON object."""
    return {**row_of(poll), "counts": json.dumps({kind.value: number for kind, number in poll.counts.items()})}


def poll_of(row: Row[Any]) -> Poll:
    """The poll of a row."""
    columns = row._mapping  # noqa: SLF001  the documented way to a row's columns by name
    counts = {OutcomeKind(kind): number for kind, number in json.loads(columns["counts"]).items()}
    return Poll(**{**{name: columns[name] for name in names_of(Poll)}, "counts": counts})
