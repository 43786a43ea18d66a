"""`monitor shadow`: what a watchlist in shadow would have sent.

Door: click.
"""

from __future__ import annotations

from datetime import timedelta

import click

from monitor.app import clock
from monitor.archive import Library
from monitor.backtest import rehearse
from monitor.cli.show import document, heading, json_option, marked, plural
from monitor.cli.subjects import chosen_name, progress, since_option
from monitor.config.settings import Settings
from monitor.errors import NotFound
from monitor.store.store import Store


@click.command(epilog="Example: monitor shadow membership-invitation --since 8w")
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def shadow(settings: Settings, name: str, since: timedelta, *, as_json: bool) -> None:
    """List what the watchlist NAME, marked `shadow: true`, would have sent: what it matched while it told nobody.

    From the matches that were stored when the entries came, so of the rule as it stood then; `monitor backtest` tries
    the rule as it stands now.
    """
    subject, _ = chosen_name(settings, name)
    watchlist = subject.watchlist
    if not watchlist.shadow:
        raise NotFound(f"watchlist: {name}: is not in shadow; `monitor alerts --watchlist {name}` lists what it told")
    with Store.visit(settings.state) as store, progress() as report:
        matched = store.archive.matched(name, clock() - since)
        alerts, quiet = rehearse(Library(store, report), watchlist, matched)
    if as_json:
        document({"watchlist": name, "matches": len(matched), "alerts": alerts[::-1], "quiet": quiet})
        return
    aside = "".join(f", {count:,} {kind}" for kind, count in quiet.items())
    whom = ", ".join(watchlist.to) or "nobody"
    heading(f"{name}: would have told {whom} of {plural(len(alerts), 'alert')}; {len(matched):,} matched{aside}")
    for alert in alerts[::-1]:
        click.echo(f"  {alert.at:%Y-%m-%d %H:%M}  {alert.headline}  ({alert.outlet}; {alert.why_now})")
        click.echo(f"      {marked(alert.snippet, alert.marks)}")
