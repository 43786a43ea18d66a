"""`monitor status` and `monitor backup`.

Door: click.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from monitor.app import clock
from monitor.cli.show import document, heading, json_option, when
from monitor.config.settings import Settings
from monitor.model.alert import DeliveryState
from monitor.store.lock import holder
from monitor.store.store import Store

ALIVE_WITHIN = timedelta(minutes=2)
MOST_NAMED = 10


@click.command()
@click.option("--check", is_flag=True, help="Say nothing; exit 0 when the daemon is alive, 1 when not.")
@json_option
@click.pass_context
def status(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    """Health in one screen: the daemon, the feeds, the outbox, the size of the archive."""
    settings: Settings = ctx.obj
    now = clock()
    with Store.open(settings.state) as store:
        beat = store.admin.last_heartbeat()
        alive = beat is not None and now - beat < ALIVE_WITHIN
        if check:
            ctx.exit(0 if alive else 1)
        counts, rows = store.listings.counts(), [row for row in store.listings.feeds() if row.active]
        lanes = store.outbox.destination_states()
    failing = [row for row in rows if row.state.fault]
    if as_json:
        value = {"alive": alive, "heartbeat": beat, "feeds": len(rows), "failing": failing, "counts": counts}
        document({**value, "destinations": lanes})
        return
    pid = holder(settings.state)
    heading("daemon")
    click.echo(f"  {f'running as process {pid}' if pid else 'not running'}; last sign of life {when(beat, now)}")
    heading("feeds")
    click.echo(f"  {len(rows)} active, {len(failing)} failing")
    for row in failing[:MOST_NAMED]:
        click.echo(f"  ! {row.feed.name or row.feed.url}: {row.state.fault}: {row.state.fault_detail}")
    if len(failing) > MOST_NAMED:
        click.echo("  … monitor feeds --failing lists them all")
    heading("outbox")
    click.echo("  " + ", ".join(f"{counts.outbox[state]} {state}" for state in DeliveryState))
    if counts.oldest_waiting:
        click.echo(f"  the oldest waits since {when(counts.oldest_waiting, now)}")
    for lane in lanes.values():
        if lane.fault:
            click.echo(f"  ! {lane.name}: {lane.fault}; tried again {when(lane.paused_until, now)}")
    heading("archive")
    click.echo("  " + (", ".join(f"{n} {table}" for table, n in counts.rows.items() if n) or "empty"))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write a verified copy of the database to FILE, also while the daemon runs."""
    with Store.open(settings.state) as store:
        store.admin.backup(file)
    click.echo(f"{file}: written and verified, {file.stat().st_size / 1e6:.1f} MB")
