"""`monitor evaluate`: figures on labelled files.

Door: click.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from monitor.cli.show import document, heading, json_option, short
from monitor.cli.subjects import progress
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.evaluate import Evaluation, Mistake
from monitor.evaluate import evaluate as evaluated
from monitor.labelled import read_labelled
from monitor.method import method_of
from monitor.model.ids import digest
from monitor.rules import Rules, compile_rules

MOST_MISTAKES = 10
MEANINGS = {
    "stories": {
        "stories": "were made",
        "labelled": "stories in the labels",
        "precision": "of the pairs put together, the share that belongs together",
        "recall": "of the pairs that belong together, the share put together",
        "ari": "adjusted Rand index; chance gives 0",
        "b3": "B³ F1: the same, counted by entry",
        "swallowed": "of the new stories, the share that joined another: nobody is told",
        "repeats": "of the later entries, the share that opened a story: rings again",
    },
    "pairs": {
        "precision": "of the pairs found the same, the share that is",
        "recall": "of the pairs that are the same, the share found",
        "threshold": "likeness that counts as the same, chosen on this file",
        "sure": "the recall where at most one in a hundred found is wrong",
        "correlation": "of likeness and labels",
    },
    "watchlist": {
        "precision": "of the entries that match, the share that should",
        "recall": "of the entries that should match, the share that does",
    },
}
F1 = "harmonic mean of these two"
BESIDE = {"swallowed": "went to", "rang again": "belongs to"}


@click.command(epilog="Example: monitor evaluate labelled.jsonl --mistakes 20")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--mistakes",
    default=MOST_MISTAKES,
    show_default=True,
    type=click.IntRange(min=0),
    help="How many of the worst errors of a kind are listed.",
)
@json_option
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], mistakes: int, *, as_json: bool) -> None:
    """Score the real pipeline on labelled FILES (JSONL, also compressed by gzip), replayed in time order.

    Rows with `cluster` are stories to be told apart; rows with `a`, `b` and a score are pairs; rows with `watchlist`
    and `label` are entries that a configured watchlist should, or should not, match.

    Two runs with the same `configuration` were judged alike: it changes with the program's method and with the
    watchlists.
    """
    rules = _rules(settings)
    method, watchlists = method_of(), rules.fingerprint if rules else None
    configuration = digest(method, watchlists or "")
    labelled = [read_labelled(file) for file in files]
    with progress() as report:
        found = [evaluated(each, rules, report) for each in labelled]
    if as_json:
        judged_by = {"configuration": configuration, "method": method, "watchlists": watchlists}
        document({**judged_by, "evaluations": found})
        return
    asked = short(watchlists) if watchlists else "none"
    click.echo(f"configuration {short(configuration)}: method {short(method)}, watchlists {asked}")
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


def _show(each: Evaluation, most: int) -> None:
    heading(f"{each.file} ({each.form})")
    more = {"threshold": each.threshold, "sure": each.sure, "correlation": each.correlation}
    for name, value in (asdict(each.figures) | more).items():
        if value is not None:
            shown = f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
            meaning = MEANINGS[each.form].get(name, F1 if name == "f1" else "")
            click.echo(f"  {name:<11} {shown:<6} {meaning}".rstrip())
    for kind in dict.fromkeys(mistake.kind for mistake in each.mistakes):
        _show_mistakes(kind, [mistake for mistake in each.mistakes if mistake.kind == kind], most)


def _show_mistakes(kind: str, mistakes: Sequence[Mistake], most: int) -> None:
    shown = f", the worst {most}" if 0 < most < len(mistakes) else ""
    click.echo(f"  {kind}: {len(mistakes):,}{shown}")
    for mistake in mistakes[:most]:
        click.echo(f"    {mistake.id}: “{mistake.title}”")
        if mistake.other:
            click.echo(f"        {BESIDE.get(kind, 'beside')} “{mistake.other}”")
        if mistake.why:
            click.echo(f"        {mistake.why}")
