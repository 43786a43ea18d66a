"""`monitor suggest`: spellings and names in the archive that a watchlist does not know, as YAML to take over.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import click

from monitor.app import clock
from monitor.archive import Library
from monitor.cli.show import document, json_option, plural
from monitor.cli.subjects import chosen_name, progress, since_option
from monitor.config.settings import Settings
from monitor.model.watch import Watchlist
from monitor.spellings import Companion, Spelling, companions, spellings
from monitor.store.store import Store


@click.command(epilog="Example: monitor suggest membership-invitation --since 90d")
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def suggest(settings: Settings, name: str, since: timedelta, *, as_json: bool) -> None:
    """Find spellings in the archive that the watchlist NAME does not know, and names that often stand beside its own.

    Printed as YAML: copy the lines that are right into the watchlist's file. Nothing is changed.
    """
    subject, _ = chosen_name(settings, name)
    with Store.visit(settings.state) as store, progress() as report:
        library = Library(store, report)
        alike, beside = spellings(library, subject), companions(library, subject, clock() - since)
    if as_json:
        document({"spellings": alike, "companions": beside})
        return
    for line in _patch(subject.watchlist, alike, beside):
        click.echo(line)


def _patch(watchlist: Watchlist, alike: Sequence[Spelling], beside: Sequence[Companion]) -> Iterator[str]:
    yield f"# {watchlist.name}, {watchlist.file}:{watchlist.line}"
    grouped = sorted((one for one in alike if one.group), key=lambda one: str(one.group))
    if grouped:
        yield "# spellings that the archive has and the watchlist does not"
        yield "aliases:"
    for group, members in groupby(grouped, key=lambda one: one.group):
        yield f"  {group}:"
        yield from (f"    - {_item(one)}" for one in members)
    alone = [one for one in alike if not one.group]
    if alone:
        yield "# beside words that stand in no alias of yours"
        yield "any:"
        yield from (f"  - {_item(one)}" for one in alone)
    if not alike:
        yield "# no spelling in the archive is near one of its names and unknown to it"
    if beside:
        yield "# often where its words stand, rarely elsewhere; take what belongs to the topic"
        yield from (f"#   - {one.text}   # {one.matches} of {plural(one.entries, 'entry')} with it" for one in beside)


def _item(one: Spelling) -> str:
    beside = f", {one.beside} of the newest beside its other words" if one.beside else ""
    return f"{one.text}   # like {one.like}: {plural(one.entries, 'entry')}{beside}; “{one.headline[:80]}”"
