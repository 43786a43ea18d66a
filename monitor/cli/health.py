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
from monitor.corpus.review import trouble
from monitor.model.alert import DeliveryState
from monitor.store.lock import holder
from monitor.store.room import Room
from monitor.store.store import Store

ALIVE_WITHIN = timedelta(minutes=2)
MOST_NAMED = 10


@click.command()
@click.option("--check", is_flag=True, help="Say nothing; exit 0 when the daemon is alive, 1 when not.")
@json_option
@click.pass_context
def status(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    """Health in one screen: the daemon, the feeds, the outbox, the corpora, the size of the archive."""
    settings: Settings = ctx.obj
    now = clock()
    with Store.open(settings.state) as store:
        beat = store.admin.last_heartbeat()
        alive = beat is not None and now - beat < ALIVE_WITHIN
        if check:
            ctx.exit(0 if alive else 1)
        counts, rows = store.listings.counts(), [row for row in store.listings.feeds() if row.active]
        lanes = store.outbox.destination_states()
        corpora, unfinished = store.corpora.list(), store.corpora.unfinished()
    failing = [row for row in rows if row.state.fault]
    room = Room(settings.state)
    room.look()
    if as_json:
        value = {"alive": alive, "heartbeat": beat, "feeds": len(rows), "failing": failing, "counts": counts}
        value |= {"free_bytes": room.free_bytes, "disk_short": room.is_short}
        document({**value, "destinations": lanes, "corpora": corpora, "imports": unfinished})
        return
    pid = holder(settings.state)
    heading("daemon")
    click.echo(f"  {f'running as process {pid}' if pid else 'not running'}; last sign of life {when(beat, now)}")
    if room.is_short:
        click.echo(f"  ! {room.subject}; {room.free_bytes / 1e6:.0f} MB are free")
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
    heading("corpora")
    click.echo("  " + (", ".join(f"{c.articles:,} articles in {c.name}" for c in corpora) or "none"))
    for state in unfinished:
        click.echo(f"  … {state.corpus}: {state.articles:,} articles of an import that is not finished")
    for line in trouble(corpora):
        click.echo(f"  ! {line}")
    heading("archive")
    click.echo("  " + (", ".join(f"{n} {table}" for table, n in counts.rows.items() if n) or "empty"))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write a verified copy of the database to FILE, corpora and all, also while the daemon runs."""
    with Store.open(settings.state) as store:
        store.admin.backup(file)
    click.echo(f"{file}: written and verified, {file.stat().st_size / 1e6:.1f} MB")
