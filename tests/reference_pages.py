"""The generated parts of the reference: from the program to Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator

import click

from monitor import errors
from monitor.cli.root import cli
from monitor.config.again import AGAIN
from monitor.config.destinations import DESTINATION, DIGEST, QUIET
from monitor.config.examples import EXAMPLES
from monitor.config.expressions import EXPRESSION
from monitor.config.fields import Field, Record
from monitor.config.service import CORPUS, SERVICE
from monitor.config.settings import SETTINGS
from monitor.config.subscriptions import FEED
from monitor.config.watchlists import FILE, WATCHLIST_RECORD
from monitor.errors import MonitorError, QueryError
from monitor.query.packs import packs
from monitor.query.parser import parse

RECORDS = (SERVICE, FEED, DESTINATION, QUIET, DIGEST, CORPUS, FILE, WATCHLIST_RECORD, AGAIN, EXAMPLES)
HELP_WIDTH = 110
SLIPS = (
    "(ukraine AND nato",
    "ukraine AND nato)",
    "()",
    "ukraine AND",
    "AND ukraine",
    "ukraine OR nato AND invite",
    "ukraine and nato",
    "ukraine near/3 nato",
    "NEAR nato",
    "ukraine NEAR/x invite",
    "ukraine NEAR/99 invite",
    "ukraine W/5 nato",
    "ukraine && nato",
    "ukraine -nato",
    "+ukraine",
    "/ukrain.*/",
    "NOT ukraine",
    "(ukraine AND nato) NEAR/5 invite",
    "titel:ukraine",
    "$ukrain",
    '"ukraine',
    '""',
    '"invit*"',
    "inv*",
    "*vite",
    "military alliance*",
    "like:Kim",
    "case:",
    "ATLEAST/2 summit",
    "ATLEAST summit",
    "(ukraine) (nato)",
    "!!",
)
"""Queries as people mistype them; `ukraine` is the only alias."""


def commands() -> str:
    """The help of every command and subcommand."""
    return "\n".join(_section(name, text) for name, text in helps())


def helps() -> Iterator[tuple[str, str]]:
    """Each command by its full name, the program itself first, with its help."""
    yield from _helps(
        cli, click.Context(cli, info_name="monitor", **{**cli.context_settings, "terminal_width": HELP_WIDTH})
    )


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _helps(below, click.Context(below, info_name=name, parent=context, terminal_width=HELP_WIDTH))


def _section(name: str, text: str) -> str:
    return f"{'#' * min(1 + len(name.split()), 3)} `{name}`\n\n```text\n{text.rstrip()}\n```\n"


def settings() -> str:
    """Every variable of the environment."""
    return "\n".join(
        f"## `{setting.variable}`\n\n{setting.meaning}\n\nDefault: {_code(setting.default) or 'empty'}.\n"
        + (f"Values: {', '.join(map(_code, setting.options))}.\n" if setting.options else "")
        for setting in SETTINGS
    )


def record(of: Record) -> str:
    """The keys of a mapping in a configuration file."""
    rows = [(_code(f.name), f.kind.says, _default(f), f.meaning) for f in of.fields]
    return _table(("key", "value", "without it", "meaning"), rows)


def _default(of: Field[object]) -> str:
    return "*required*" if of.required else of.otherwise


def keys(schemas: dict[str, dict[str, object]]) -> str:
    """The keys of an expression, by their schemas."""
    shapes = {"near": "1 to 50", "onear": "1 to 50", "within": "1 to 50", "atleast": "1 to 1,000", "query": "text"}
    shapes |= {"where": "a mapping", "not_near": "a mapping"}
    rows = [
        (_code(key), shapes.get(key, "a term or a list"), str(schema.get("description", "")))
        for key, schema in schemas.items()
    ]
    return _table(("key", "value", "meaning"), rows)


def not_near() -> str:
    """The keys of `not_near`."""
    described = {"within": "How near is too near, in words.", "of": "What must not stand so near."}
    properties = EXPRESSION["not_near"]["properties"]
    return keys({key: {"description": described[key]} for key in properties})


def error_classes() -> dict[str, type[MonitorError]]:
    """Every class of error, in the order of the tree."""
    found = inspect.getmembers(errors, lambda each: inspect.isclass(each) and issubclass(each, MonitorError))
    return dict(sorted(found, key=lambda pair: inspect.getsourcelines(pair[1])[1]))


def error_table() -> str:
    """Every class of error, with its exit code."""
    rows = [
        (_code(name), str(of.exit_code), _code(of.__bases__[0].__name__), str(of.__doc__).splitlines()[0])
        for name, of in error_classes().items()
    ]
    return _table(("error", "exit code", "is a", "meaning"), [row for row in rows if row[0] != "`MonitorError`"])


def pack_names() -> str:
    """The alias groups that come with the program."""
    return f"All of them: {', '.join(_code(f'${name}') for name in packs())}.\n"


def query_messages() -> str:
    """What a slip in a query is met with."""
    return _table(("written", "message", "hint"), [(_code(text), *_refusal(text)) for text in SLIPS])


def _refusal(text: str) -> tuple[str, str]:
    try:
        parse(text, {"ukraine"})
    except QueryError as refused:
        return f"{refused.message} (column {refused.column})", refused.hint
    raise AssertionError(f"no slip: {text}")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


GENERATED: dict[str, Callable[[], str]] = {
    "commands": commands,
    "settings": settings,
    **{of.name: lambda of=of: record(of) for of in RECORDS},  # type: ignore[misc]
    "expression": lambda: keys(EXPRESSION),
    "not_near": not_near,
    "errors": error_table,
    "packs": pack_names,
    "query messages": query_messages,
}
"""By the name that stands in the page."""
