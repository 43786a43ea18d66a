"""`monitor alerts`: what was told; and what the flood breaker holds, released or dropped.

Door: click.
"""

from __future__ import annotations

import click

from monitor.alerts.limits import FLOOD
from monitor.app import clock
from monitor.cli.show import Column, json_option, limit_option, listing, short, when
from monitor.config.settings import Settings
from monitor.store.store import Store
from monitor.store.views import Page


@click.group(invoke_without_command=True, epilog="Example: monitor alerts --watchlist membership-invitation --limit 10")
@click.option("--watchlist", help="Only of this watchlist.")
@limit_option
@json_option
@click.pass_context
def alerts(ctx: click.Context, watchlist: str | None, limit: int, *, as_json: bool) -> None:
    """What people were told, newest first; what the flood breaker holds: release or drop."""
    if ctx.invoked_subcommand:
        return
    now = clock()
    settings: Settings = ctx.obj
    with Store.visit(settings.state) as store:
        rows = store.listings.alerts(Page(limit=limit), watchlist=watchlist)
    columns = (
        Column("id", lambda a: short(a.id)),
        Column("when", lambda a: when(a.at, now)),
        Column("watchlist", lambda a: a.watchlist, "bold"),
        Column("headline", lambda a: a.headline, ratio=3),
        Column("outlet", lambda a: a.outlet, ratio=1),
        Column("why now", lambda a: a.why_now, ratio=1),
        Column("strength", lambda a: a.strength.label),
    )
    listing(rows, columns, as_json=as_json, empty=f"no alerts of {watchlist}" if watchlist else "no alerts yet")


@alerts.command(short_help="Send what the flood breaker holds.")
@click.pass_obj
def release(settings: Settings) -> None:
    """Send what the flood breaker holds, in as few messages as it fits into."""
    with Store.visit(settings.state) as store:
        count = store.outbox.release(FLOOD, clock())
    click.echo(f"{_deliveries(count)} will be sent by the running daemon, or by monitor run --once")


@alerts.command(short_help="Give up what the flood breaker holds.")
@click.pass_obj
def drop(settings: Settings) -> None:
    """Give up what the flood breaker holds; it stays listed as dropped, and monitor deliveries retry brings it back."""
    with Store.visit(settings.state) as store:
        count = store.outbox.give_up(FLOOD, clock())
    click.echo(f"{_deliveries(count)} dropped")


def _deliveries(count: int) -> str:
    return f"{count} held {'delivery' if count == 1 else 'deliveries'}"
