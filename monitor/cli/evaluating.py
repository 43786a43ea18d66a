"""`monitor evaluate`: figures on labelled files.

Door: click.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from monitor.cli.show import document, heading, json_option
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.evaluate import Evaluation, Mistake
from monitor.evaluate import evaluate as evaluated
from monitor.rules import Rules, compile_rules

MOST_MISTAKES = 10


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--mistakes", default=MOST_MISTAKES, show_default=True, help="How many of the worst errors are listed.")
@json_option
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], mistakes: int, *, as_json: bool) -> None:
    """Score the real pipeline on labelled FILES (JSONL), replayed in time order.

    Rows with `cluster` are stories to be told apart; rows with `a`, `b` and a score are pairs; rows with `watchlist`
    and `label` are entries that a configured watchlist should, or should not, match.
    """
    rules = _rules(settings)
    found = [evaluated(file, rules) for file in files]
    if as_json:
        configuration = rules.fingerprint if rules else None
        document({"configuration": configuration, "evaluations": found})
        return
    for each in found:
        _show(each, mistakes)


def _rules(settings: Settings) -> Rules | None:
    """The configured watchlists, where there are any."""
    try:
        return compile_rules(load(settings.watchlists, os.environ))
    except ConfigError:
        if (settings.watchlists / "monitor.yaml").exists():
            raise
        return None


def _show(each: Evaluation, mistakes: int) -> None:
    heading(f"{each.file} ({each.form})")
    for name, value in asdict(each.figures).items():
        click.echo(f"  {name:<10} {value:.3f}" if isinstance(value, float) else f"  {name:<10} {value:,}")
    if each.threshold is not None:
        click.echo(f"  threshold  {each.threshold:.3f}")
        click.echo(f"  correlates {each.correlation or 0.0:.3f}")
    for mistake in each.mistakes[:mistakes]:
        _show_mistake(mistake)


def _show_mistake(mistake: Mistake) -> None:
    beside = f" beside “{mistake.other}”" if mistake.other else ""
    click.echo(f"  {mistake.kind}: “{mistake.title}”{beside}")
    if mistake.why:
        click.echo(f"      {mistake.why}")
