"""`monitor deliveries`: the outbox, and what to do with what failed.

Door: click.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from monitor.alerts.limits import UNTIL_RELEASED
from monitor.app import clock
from monitor.cli.show import Column, json_option, limit_option, listing, short, when
from monitor.config.settings import Settings
from monitor.model.alert import DeliveryState
from monitor.model.ids import DeliveryId
from monitor.store.store import Store
from monitor.store.views import DeliveryRow, Page


@click.group(invoke_without_command=True, epilog="Example: monitor deliveries --state dead --to desk")
@click.option("--state", type=click.Choice([str(state) for state in DeliveryState]), help="Only in this state.")
@click.option("--to", "destination", help="Only to this destination.")
@limit_option
@json_option
@click.pass_context
def deliveries(ctx: click.Context, state: str | None, destination: str | None, limit: int, *, as_json: bool) -> None:
    """List the outbox, newest first: what waits, what went, what failed and why."""
    if ctx.invoked_subcommand:
        return
    now = clock()
    settings: Settings = ctx.obj
    with Store.visit(settings.state) as store:
        rows = store.listings.deliveries(
            Page(limit=limit), state=DeliveryState(state) if state else None, destination=destination
        )
    columns = (
        Column("id", lambda r: short(r.delivery.id)),
        Column("to", lambda r: r.delivery.destination, "bold"),
        Column("state", lambda r: str(r.delivery.state)),
        Column("due", lambda r: _due(r, now)),
        Column("tries", lambda r: str(r.delivery.attempts)),
        Column("tells", _subject, ratio=3),
        Column("note", _note, ratio=2),
    )
    listing(
        rows, columns, as_json=as_json, empty="no such deliveries" if state or destination else "the outbox is empty"
    )


@deliveries.command(short_help="Send again, now.", epilog="Example: monitor deliveries retry 8264eb74e4")
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def retry(settings: Settings, ids: tuple[str, ...]) -> None:
    """Send dead, dropped or waiting deliveries again, now; pauses of destinations end with it.

    Takes ids or their beginnings.
    """
    with Store.visit(settings.state) as store:
        count = store.outbox.retry(_resolved(store, ids), clock())
        for lane in store.outbox.destination_states().values():
            store.outbox.save_destination_state(replace(lane, paused_until=None))
    click.echo(f"{count} of {len(ids)} will be sent again by the running daemon, or by monitor run --once")
    if count < len(ids):
        click.echo("what was sent is not sent again, and what is being sent is left alone")


@deliveries.command(short_help="Give up deliveries.", epilog="Example: monitor deliveries drop 8264eb74e4 77ab01c3f2")
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def drop(settings: Settings, ids: tuple[str, ...]) -> None:
    """Give up deliveries; they stay listed as dropped, and retry brings them back."""
    with Store.visit(settings.state) as store:
        count = store.outbox.drop(_resolved(store, ids), clock())
    click.echo(f"{count} of {len(ids)} dropped; undo with: monitor deliveries retry")


def _resolved(store: Store, ids: tuple[str, ...]) -> list[DeliveryId]:
    return [DeliveryId(store.listings.resolve("delivery", beginning)) for beginning in ids]


def _due(row: DeliveryRow, now: datetime) -> str:
    if row.delivery.due_at == UNTIL_RELEASED:
        return "when released"
    return when(row.delivery.sent_at or row.delivery.due_at, now)


def _subject(row: DeliveryRow) -> str:
    if row.alert is not None:
        return f"{row.alert.watchlist}: {row.alert.headline}"
    return row.notice.subject if row.notice else ""


def _note(row: DeliveryRow) -> str:
    twice = "maybe sent twice" if row.delivery.maybe_twice else ""
    instead = f"instead of {row.delivery.instead_of}" if row.delivery.instead_of else ""
    return "; ".join(filter(None, (row.delivery.held, instead, row.delivery.fault, twice)))
