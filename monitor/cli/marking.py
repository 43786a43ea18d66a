"""`monitor mark` and `monitor marks`: what people say of alerts, and what follows from it.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby

import click

from monitor.app import clock
from monitor.archive import Library
from monitor.backtest import sent
from monitor.cli.show import document, heading, json_option, plural, short
from monitor.cli.subjects import chosen_name, progress, since_option
from monitor.config.settings import Settings
from monitor.model.archive import Opinion
from monitor.model.entry import Entry
from monitor.model.ids import EntryId
from monitor.proposals import Proposal, proposals
from monitor.store.store import Store


@click.command(epilog="Example: monitor mark 2f1c9e02d4 bad")
@click.argument("alert")
@click.argument("verdict", type=click.Choice(["good", "bad"]))
@click.pass_obj
def mark(settings: Settings, alert: str, verdict: str) -> None:
    """Say of ALERT (its id, or the beginning of it) that it was good or bad; `monitor marks` learns from it."""
    with Store.visit(settings.state) as store:
        told = store.opinions.alert(store.listings.resolve("alert", alert))
        good = verdict == "good"
        store.opinions.add(
            Opinion(alert_id=told.id, watchlist=told.watchlist, entry_id=told.entry_id, good=good, at=clock())
        )
    click.echo(f"{verdict}: {told.watchlist}: {told.headline}")


@click.command(epilog="Example: monitor marks membership-invitation --since 90d")
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def marks(settings: Settings, name: str, since: timedelta, *, as_json: bool) -> None:
    """Count the marks on the alerts of the watchlist NAME, and propose what would spare the bad ones.

    A word or phrase to exclude, a NEAR drawn tighter, fewer zones, a stronger match: whatever removes bad ones and no
    good one. Printed as YAML to copy into the watchlist, with what each line would have removed and lost.
    """
    subject, rules = chosen_name(settings, name)
    with Store.visit(settings.state) as store, progress() as report:
        opinions = store.opinions.of(name)
        told = sent(Library(store, report), subject, rules, clock() - since)
        bad, good = (_entries(store, [one for one in opinions if one.good is said]) for said in (False, True))
        rang = [each.entry for each in store.archive.entries([alert.entry_id for alert in told])]
        found = proposals(subject.rule, bad, good, rang)
    if as_json:
        document({"marks": opinions, "proposals": found})
        return
    heading(f"{name}: {len(opinions) - len(bad)} good, {len(bad)} bad")
    titles = {entry.id: entry.title for entry in (*bad, *good)}
    for line in (*_list(opinions, titles), *_patch(found, bad=len(bad), rang=len(rang))):
        click.echo(line)


def _entries(store: Store, opinions: Sequence[Opinion]) -> list[Entry]:
    return [archived.entry for archived in store.archive.entries([one.entry_id for one in opinions])]


def _list(opinions: Sequence[Opinion], titles: Mapping[EntryId, str]) -> Iterator[str]:
    for one in opinions:
        verdict = "good" if one.good else "bad "
        yield f"#   {verdict} {short(one.alert_id)}  {titles.get(one.entry_id, '(its text is no longer kept)')}"


def _patch(found: Sequence[Proposal], *, bad: int, rang: int) -> Iterator[str]:
    if not found:
        yield "# nothing that is proposed here would spare a bad one and no good one" if bad else "# none is marked bad"
        return
    yield f"# tried on the marks, and on {plural(rang, 'alert')} that it would have sent; take what makes sense"
    if bad < ENOUGH:
        yield f"# {plural(bad, 'bad mark')} {'says' if bad == 1 else 'say'} little: the words may be chance"
    for key, group in groupby(sorted(found, key=lambda one: _KEYS.index(one.key)), key=lambda one: one.key):
        if key == "none":
            yield "none:"
        for one in group:
            yield f"{_LINES[key].format(one.value)}   # {_effect(one)}"
            yield from (f"      # lost: {title}" for title in one.loses[:3])


def _effect(one: Proposal) -> str:
    loses = plural(len(one.loses), "other alert") if one.loses else "nothing"
    return f"removes {plural(len(one.removes), 'bad alert')}, loses {loses}"


ENOUGH = 3
"""Bad marks from which on a word that they share may be no chance."""
_KEYS = ("none", "where", "query")
_LINES = {"none": "  - {}", "where": "where: {}", "query": "# within the query: {}"}
