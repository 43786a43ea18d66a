"""`monitor check` and `monitor schema`: whether the configuration is right before it is used.

Door: click.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from monitor.alerts.native import has_no_folder
from monitor.app import clock
from monitor.archive import Library
from monitor.cli.show import document, json_option, plural
from monitor.cli.subjects import progress
from monitor.config.configuration import Configuration
from monitor.config.load import load
from monitor.config.schema import monitor_schema, watchlists_schema
from monitor.config.settings import Settings
from monitor.corpus.review import review
from monitor.doubts import doubts
from monitor.errors import ConfigError, Problem, StateError
from monitor.hindsight import Hindsight, hindsight
from monitor.in_force import unusable
from monitor.pages import missing_extra
from monitor.query.aliases import Aliases
from monitor.rules import Rules, compile_rules, failing_examples
from monitor.store.database import FILE_NAME
from monitor.store.store import Store


@click.command(epilog="Example: monitor --watchlists desk check")
@click.option("--archive/--no-archive", default=True, help="Whether to ask the archive too, where there is one.")
@json_option
@click.pass_context
def check(ctx: click.Context, *, archive: bool, as_json: bool) -> None:
    """Validate every file, compile every query, run the watchlists' own examples, lint the queries.

    Where there is an archive, say also which words never occurred in it, what exclusions removed, and how many alerts
    a day to expect. Exit code 0 when nothing is wrong (warnings allowed), 78 otherwise. Nothing is fetched or sent.
    """
    settings: Settings = ctx.obj
    seen, summary = None, ""
    try:
        configuration = load(settings.watchlists, os.environ)
        rules = compile_rules(configuration)
        seen = _looked_back(settings, rules) if archive else None
        problems = [*configuration.warnings, *_beyond_the_files(configuration, rules), *_doubted(configuration, seen)]
        problems += [*_unused(configuration), *_known(settings, configuration)]
        summary = _summary(configuration, warnings=len(problems))
    except ConfigError as refused:
        problems = refused.problems
    errors = [p for p in problems if p.severity == "error"]
    if as_json:
        document({"ok": not errors, "problems": problems, "expected": seen.expected if seen else ()})
    else:
        for problem in sorted(problems):
            click.echo(problem, err=True)
        for line in (summary, *_expectations(seen)) if not errors else ():
            click.echo(line)
    ctx.exit(ConfigError.exit_code if errors else 0)


@click.command(epilog="Example: monitor schema watchlists --output watchlists.schema.json")
@click.argument("which", type=click.Choice(["monitor", "watchlists"]), default="watchlists")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def schema(which: str, output: Path | None) -> None:
    """Print the JSON Schema of monitor.yaml or of watchlist files, for completion in editors."""
    value = monitor_schema() if which == "monitor" else watchlists_schema()
    if output is None:
        document(value)
    else:
        import json

        output.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _beyond_the_files(configuration: Configuration, rules: Rules) -> list[Problem]:
    return [
        *missing_extra(configuration),
        *unusable(configuration),
        *_without_folder(configuration),
        *failing_examples(rules, configuration.watchlists, clock()),
        *doubts(rules, configuration.watchlists),
    ]


def _without_folder(configuration: Configuration) -> Iterator[Problem]:
    """The file destinations that could not be written now."""
    for each in configuration.destinations:
        if has_no_folder(each.url):
            mark = configuration.addressed[each.name]
            yield mark.problem(f"the destination {each.name} cannot be used: the folder of the file does not exist")


def _unused(configuration: Configuration) -> Iterator[Problem]:
    """What is wrong with alias groups that no watchlist names: in those that are named it is an error."""
    groups = {id(each): each for each in (configuration.aliases, *(s.aliases for s in configuration.watchlists))}
    found = (problem for each in groups.values() for problem in Aliases(each).problems())
    return (replace(problem, severity="warning") for problem in dict.fromkeys(found))


def _looked_back(settings: Settings, rules: Rules) -> Hindsight | None:
    """What the archive says; None where there is none, or it cannot be read now."""
    if not (settings.state / FILE_NAME).exists():
        return None
    try:
        with Store.open(settings.state) as store, progress() as report:
            return hindsight(Library(store, report), rules, clock())
    except StateError as error:
        click.echo(f"the archive was not asked: {error}", err=True)
        return None


def _known(settings: Settings, configuration: Configuration) -> list[Problem]:
    """What is the matter with the corpora, by the state folder where there is one."""
    with ExitStack() as stack:
        has_state = (settings.state / FILE_NAME).exists()
        try:
            store = stack.enter_context(Store.open(settings.state)) if has_state else None
        except StateError:
            store = None
        return list(review(configuration, store))


def _doubted(configuration: Configuration, seen: Hindsight | None) -> list[Problem]:
    doubts = seen.doubts if seen else {}
    return [
        replace(source.mark.problem(f"{source.watchlist.name}: {sentence}"), severity="warning")
        for source in configuration.watchlists
        for sentence in doubts.get(source.watchlist.name, ())
    ]


def _expectations(seen: Hindsight | None) -> Iterator[str]:
    """How many alerts a day each watchlist would have given, for the busiest first."""
    if seen is None or not seen.entries or not seen.expected:
        return
    yield f"alerts a day, by the newest {plural(seen.entries, 'entry')} of the archive:"
    for one in sorted(seen.expected, key=lambda one: -one.alerts_a_day):
        yield f"  {one.alerts_a_day:6.1f}  {one.watchlist}"


def _summary(configuration: Configuration, *, warnings: int) -> str:
    examples = sum(len(s.examples_match) + len(s.examples_no_match) for s in configuration.watchlists)
    counted = (
        (len(configuration.feeds), "feed"),
        (len(configuration.watchlists), "watchlist"),
        (examples, "example"),
        (len(configuration.destinations), "destination"),
        (warnings, "warning"),
    )
    return "ok: " + ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counted)
