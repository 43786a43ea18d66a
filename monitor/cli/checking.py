"""`monitor check` and `monitor schema`: whether the configuration is right before it is used.

Door: click.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from monitor.alerts.notify import check_url
from monitor.app import clock, is_in_state
from monitor.cli.show import document, json_option
from monitor.config.configuration import Configuration
from monitor.config.load import load
from monitor.config.schema import monitor_schema, watchlists_schema
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Problem
from monitor.rules import Rules, compile_rules, doubts, failing_examples


@click.command()
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Validate every file, compile every query, run the watchlists' own examples, lint the queries.

    Exit code 0 when nothing is wrong (warnings allowed), 78 otherwise. Nothing is fetched or sent.
    """
    settings: Settings = ctx.obj
    try:
        configuration = load(settings.watchlists, os.environ)
        rules = compile_rules(configuration)
        problems = [*configuration.warnings, *_beyond_the_files(configuration, rules)]
    except ConfigError as refused:
        problems = refused.problems
        configuration = None
    errors = [p for p in problems if p.severity == "error"]
    if as_json:
        document({"ok": not errors, "problems": problems})
    else:
        for problem in sorted(problems):
            click.echo(problem, err=True)
        if configuration is not None and not errors:
            click.echo(_summary(configuration, warnings=len(problems)))
    ctx.exit(ConfigError.exit_code if errors else 0)


@click.command()
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
    found = [*failing_examples(rules, configuration.watchlists, clock()), *doubts(rules, configuration.watchlists)]
    for destination in configuration.destinations:
        why = None if is_in_state(destination) else check_url(destination.url)
        if why:
            found.append(Problem("monitor.yaml", 0, 0, f"destination {destination.name}: {why}"))
    return found


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
