"""How commands print: tables for people, one JSON document for machines.

Edge: rich.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
from pydantic_core import to_jsonable_python

from monitor.alerts.phrases import how_many
from monitor.model.story import Story
from monitor.timing import ago

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading and what it shows of a row."""

    heading: str
    show: Callable[[Any], str]
    style: str = ""
    ratio: int | None = None
    """Share of the width left over; None: as wide as its contents."""


def json_option(command: F) -> F:
    """The `--json` switch that every listing has."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command)


def limit_option(command: F) -> F:
    """The `--limit` switch that every long listing has."""
    return click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="Rows.")(
        command
    )


def listing(rows: Sequence[Any], columns: Sequence[Column], *, as_json: bool, empty: str) -> None:
    """Print rows as a table, as JSON, or the sentence that says why there are none."""
    if as_json:
        document(rows)
    elif not rows:
        click.echo(empty, err=True)
    else:
        _table(rows, columns)


def document(value: object) -> None:
    """Print a value as one JSON document."""
    click.echo(
        json.dumps(to_jsonable_python(value, serialize_unknown=True, inf_nan_mode="null"), ensure_ascii=False, indent=2)
    )


def when(instant: datetime | None, now: datetime) -> str:
    """An instant for a column: how long ago, or in how long."""
    if instant is None:
        return "never"
    return f"{ago(now - instant)} ago" if instant <= now else f"in {ago(instant - now)}"


def short(identifier: str) -> str:
    """An id as listings show it; commands take any unambiguous beginning."""
    return identifier[:10]


def plural(count: int, noun: str) -> str:
    """A number with its noun: `1 entry`, `2,000 entries`."""
    ending = "es" if noun.endswith("s") else "s"
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + ending
    return f"{count:,} {noun if count == 1 else many}"


def spread(story: Story) -> str:
    """How far a story went: `6 entries, 3 outlets, 2 independent`."""
    return f"{plural(story.entries, 'entry')}, {how_many(len(story.outlets), len(story.owners))}"


def marked(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """A passage with its matched words in bold, or between asterisks where there is no terminal."""
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    parts, at = [], 0
    for start, end in marks:
        word = text[start:end]
        parts += [text[at:start], click.style(word, bold=True) if bold else f"*{word}*"]
        at = end
    return "".join(parts) + text[at:]


def heading(text: str) -> None:
    """A line that opens a part of a screen."""
    click.secho(text, bold=True, color=_colour())


def _colour() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None


def _table(rows: Iterable[Any], columns: Sequence[Column]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(no_color=bool(os.environ.get("NO_COLOR")), width=None if sys.stdout.isatty() else 160)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column.heading, style=column.style, ratio=column.ratio, overflow="fold", no_wrap=False)
    for row in rows:
        table.add_row(*(Text(column.show(row)) for column in columns))
    console.print(table)
