"""`monitor mark` and `monitor marks`: what people say of alerts, and what follows from it.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import click

from monitor.app import clock
from monitor.archive import Library
from monitor.backtest import sent
from monitor.cli.show import document, heading, json_option, plural, short
from monitor.cli.subjects import chosen_name, progress, since_option
from monitor.config.settings import Settings
from monitor.model.archive import Opinion
from monitor.model.entry import Entry
from monitor.proposals import Proposal, proposals
from monitor.store.store import Store


@click.command()
@click.argument("alert")
@click.argument("verdict", type=click.Choice(["good", "bad"]))
@click.pass_obj
def mark(settings: Settings, alert: str, verdict: str) -> None:
    """Say of ALERT (its id, or the beginning of it) that it was good or bad; `monitor marks` learns from it."""
    with Store.open(settings.state) as store:
        told = store.opinions.alert(store.listings.resolve("alert", alert))
        good = verdict == "good"
        store.opinions.add(
            Opinion(alert_id=told.id, watchlist=told.watchlist, entry_id=told.entry_id, good=good, at=clock())
        )
    click.echo(f"{verdict}: {told.watchlist}: {told.headline}")


@click.command()
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def marks(settings: Settings, name: str, since: timedelta, *, as_json: bool) -> None:
    """Count the marks on the alerts of the watchlist NAME, and propose what would spare the bad ones.

    Printed as YAML to copy into the watchlist, with what each line would have removed and lost on the archive.
    """
    subject, rules = chosen_name(settings, name)
    with Store.open(settings.state) as store, progress() as report:
        opinions = store.opinions.of(name)
        told = sent(Library(store, report), subject, rules, clock() - since)
        bad, good = (_entries(store, [one for one in opinions if one.good is said]) for said in (False, True))
        found = proposals(bad, good, [each.entry for each in store.archive.entries([a.entry_id for a in told])])
    if as_json:
        document({"marks": opinions, "proposals": found})
        return
    heading(f"{name}: {len(opinions) - len(bad)} good, {len(bad)} bad")
    for line in (*_list(opinions, {entry.id: entry.title for entry in (*bad, *good)}), *_patch(found)):
        click.echo(line)


def _entries(store: Store, opinions: Sequence[Opinion]) -> list[Entry]:
    return [archived.entry for archived in store.archive.entries([one.entry_id for one in opinions])]


def _list(opinions: Sequence[Opinion], titles: dict[str, str]) -> Iterator[str]:
    for one in opinions:
        verdict = "good" if one.good else "bad "
        yield f"#   {verdict} {short(one.alert_id)}  {titles.get(one.entry_id, '(its text is no longer kept)')}"


def _patch(found: Sequence[Proposal]) -> Iterator[str]:
    if not found:
        yield "# no word is in the bad ones and in none of the good ones"
        return
    yield "none:"
    for one in found:
        loses = f", loses {plural(len(one.loses), 'other alert')}" if one.loses else ", loses nothing"
        yield f"  - {one.word}   # removes {plural(len(one.removes), 'bad alert')}{loses}"
        yield from (f"      # lost: {title}" for title in one.loses[:3])
