"""What the commands that try watchlists are given: names, files, and how far back to look.

Door: click.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from monitor.archive import Progress, Report, Subject
from monitor.cli.show import F
from monitor.cli.silencing import Span
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import NotFound
from monitor.rules import Rules, compile_rules


@dataclass(frozen=True, slots=True)
class Chosen:
    """The watchlists that a command is about, and those that are in force."""

    subjects: tuple[Subject, ...]
    rules: Rules
    """That `subjects` are part of."""
    saved: Mapping[str, Subject]


def since_option(command: F) -> F:
    """The `--since` switch."""
    return click.option(
        "--since", default="30d", show_default=True, type=Span(), help="How far back, such as 12h, 30d or 8w."
    )(command)


def choose(settings: Settings, given: str | None) -> Chosen:
    """The watchlists that one argument means: a name, a file, or one watchlist of a file as FILE:NAME; none: all.

    Raises:
        NotFound: It is neither.
        ConfigError: What is configured, or the file, is refused.
    """
    rules = compile_rules(load(settings.watchlists, os.environ))
    saved = {subject.watchlist.name: subject for subject in subjects_of(rules)}
    if given is None:
        return Chosen(tuple(saved.values()), rules, saved)
    if given in saved:
        return Chosen((saved[given],), rules, saved)
    path, name = _file(given)
    if path is None:
        known = ", ".join(saved) or "none"
        raise NotFound(f"watchlist: {given}: there is none of this name, and no such file; there are {known}")
    edited = compile_rules(load(settings.watchlists, os.environ, only=path))
    found = tuple(subject for subject in subjects_of(edited) if name in (None, subject.watchlist.name))
    if not found:
        raise NotFound(f"watchlist: {given}: the file has {', '.join(edited.watchlists) or 'none'}")
    return Chosen(found, edited, saved)


def chosen_name(settings: Settings, name: str) -> tuple[Subject, Rules]:
    """The watchlist in force of this name.

    Raises:
        NotFound: There is none.
    """
    rules = compile_rules(load(settings.watchlists, os.environ))
    for subject in subjects_of(rules):
        if subject.watchlist.name == name:
            return subject, rules
    known = ", ".join(sorted(rules.watchlists)) or "none"
    raise NotFound(f"watchlist: {name}: there is none of this name; there are {known}")


def subjects_of(rules: Rules) -> Iterator[Subject]:
    """Every watchlist with its rule, by name."""
    return (Subject(rule=rule, watchlist=rules.watchlists[rule.name]) for rule in rules.percolator.rules)


def _file(given: str) -> tuple[Path | None, str | None]:
    if Path(given).is_file():
        return Path(given), None
    path, _, name = given.rpartition(":")
    return (Path(path), name) if path and Path(path).is_file() else (None, None)


@contextmanager
def progress() -> Iterator[Report]:
    """Counts on the terminal's last line, which is cleared at the end; silent elsewhere."""
    shown = sys.stderr.isatty()

    def show(at: Progress) -> None:
        if shown:
            click.echo(f"\r\x1b[K{at.what} {at.done:,}/{at.of:,} ", nl=False, err=True)

    yield show
    if shown:
        click.echo("\r\x1b[K", nl=False, err=True)
