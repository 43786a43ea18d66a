"""`monitor near`: what a watchlist nearly matched, by the clause that failed.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click

from monitor.app import clock
from monitor.archive import Library
from monitor.cli.show import document, heading, json_option, marked, plural, short
from monitor.cli.subjects import chosen_name, progress, since_option
from monitor.config.settings import Settings
from monitor.misses import Lacking, near_misses
from monitor.store.store import Store

CLAUSES = 8
ENTRIES = 3


@click.command(epilog="Example: monitor near membership-invitation --since 8w")
@click.argument("name")
@since_option
@click.option("--all", "everything", is_flag=True, help="Every clause, and every entry of each.")
@json_option
@click.pass_obj
def near(settings: Settings, name: str, since: timedelta, *, everything: bool, as_json: bool) -> None:
    """List what the watchlist NAME nearly matched: all of its clauses but one hold, or two words stand too far apart.

    Grouped by the clause that failed, with the words that stood there instead, most frequent first.
    """
    subject, rules = chosen_name(settings, name)
    with Store.visit(settings.state) as store, progress() as report:
        shown = None if everything else ENTRIES
        found = near_misses(Library(store, report), subject, rules, clock() - since, shown)
    if as_json:
        document(found)
        return
    missed, broad = [one for one in found if not one.broad], [one for one in found if one.broad]
    heading(f"{name}: {plural(sum(one.count for one in missed), 'near miss')}")
    for one in missed if everything else missed[:CLAUSES]:
        for line in _lines(one):
            click.echo(f"  {line}")
    if len(missed) > CLAUSES and not everything:
        click.echo(f"  and {plural(len(missed) - CLAUSES, 'more clause')}; --all shows them")
    for one in broad:
        click.echo(
            f"  {one.clause}: this is what it is about; more than {plural(one.count, 'entry')} may hold the rest"
        )


def _lines(one: Lacking) -> Iterator[str]:
    yield f"{one.clause}: {plural(one.count, 'entry')}"
    if one.instead:
        words = ", ".join(f"{word} {count}" for word, count in one.instead)
        yield f"  there stood: {words}"
    for miss in one.newest:
        yield f"  {short(miss.entry_id)}  {miss.at:%Y-%m-%d %H:%M}  {miss.headline}  ({miss.outlet})"
        if miss.passage != miss.headline:
            yield f"      {marked(miss.passage, miss.marks)}"
        if not miss.note.endswith("never occurs"):
            yield f"      {miss.note}"
    if one.count > len(one.newest):
        yield f"  and {one.count - len(one.newest):,} more"
