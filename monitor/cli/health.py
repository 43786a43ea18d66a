"""`monitor status` and `monitor backup`.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.app import clock
from monitor.cli.show import document, heading, json_option, plural, when
from monitor.config.settings import Settings
from monitor.corpus.review import trouble
from monitor.model.alert import DeliveryState, DestinationState
from monitor.store.database import FILE_NAME
from monitor.store.lock import holder
from monitor.store.room import Room
from monitor.store.store import Store
from monitor.store.views import CorpusSummary, Counts, FeedRow, ImportState

ALIVE_WITHIN = timedelta(minutes=2)
MOST_NAMED = 10


@click.command(epilog="Example: monitor status --json")
@click.option("--check", is_flag=True, help="Say nothing; exit 0 when the daemon is alive, 1 when not.")
@json_option
@click.pass_context
def status(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    """Health in one screen: the daemon, the feeds, the outbox, the corpora, the size of the archive."""
    settings: Settings = ctx.obj
    now = clock()
    with Store.visit(settings.state) as store:
        beat = store.admin.last_heartbeat()
        alive = beat is not None and now - beat < ALIVE_WITHIN
        if check:
            ctx.exit(0 if alive else 1)
        counts, rows = store.listings.counts(), [row for row in store.listings.feeds() if row.active]
        lanes = store.outbox.destination_states()
        corpora, unfinished = store.corpora.list(), store.corpora.unfinished()
    room = Room(settings.state)
    room.look()
    if as_json:
        failing = [row for row in rows if row.state.fault]
        value = {"alive": alive, "heartbeat": beat, "feeds": len(rows), "failing": failing, "counts": counts}
        value |= {"free_bytes": room.free_bytes, "disk_short": room.is_short}
        document({**value, "destinations": lanes, "corpora": corpora, "imports": unfinished})
        return
    _print("daemon", (_life(holder(settings.state), beat, now), *_disk(room)))
    _print("feeds", _feeds(rows))
    _print("outbox", _outbox(counts, lanes.values(), now))
    _print("corpora", _corpora(corpora, unfinished))
    _print("archive", (_archive(counts.rows), f"{settings.state.resolve()}, {_megabytes(settings.state / FILE_NAME)}"))


def _print(title: str, lines: Iterable[str]) -> None:
    heading(title)
    for line in lines:
        click.echo(f"  {line}")


def _life(pid: int | None, beat: datetime | None, now: datetime) -> str:
    running = f"running as process {pid}" if pid else "not running"
    return f"{running}; {f'last sign of life {when(beat, now)}' if beat else 'no sign of life yet'}"


def _disk(room: Room) -> Iterator[str]:
    if room.is_short:
        yield f"! {room.subject}; {room.free_bytes / 1e6:.0f} MB are free"


def _feeds(rows: Sequence[FeedRow]) -> Iterator[str]:
    failing = [row for row in rows if row.state.fault]
    yield f"{len(rows)} active, {len(failing)} failing"
    for row in failing[:MOST_NAMED]:
        yield f"! {row.shown}: {row.state.fault}: {row.state.fault_detail}"
    if len(failing) > MOST_NAMED:
        yield "… monitor feeds --failing lists them all"


def _outbox(counts: Counts, lanes: Iterable[DestinationState], now: datetime) -> Iterator[str]:
    yield ", ".join(f"{counts.outbox[state]} {state}" for state in DeliveryState)
    if counts.oldest_waiting:
        yield f"the oldest waits since {when(counts.oldest_waiting, now)}"
    for lane in lanes:
        if lane.fault:
            yield f"! {lane.name}: {lane.fault}; tried again {when(lane.paused_until, now)}"


def _corpora(corpora: Sequence[CorpusSummary], unfinished: Iterable[ImportState]) -> Iterator[str]:
    yield ", ".join(f"{plural(c.articles, 'article')} in {c.name}" for c in corpora) or "none"
    for state in unfinished:
        yield f"… {state.corpus}: {plural(state.articles, 'article')} of an import that is not finished"
    for line in trouble(corpora):
        yield f"! {line}"


def _archive(rows: Mapping[str, int]) -> str:
    counted = {"entry": "entries", "story": "stories", "alert": "alerts", "poll": "polls"}
    return ", ".join(plural(rows[table], noun) for noun, table in counted.items())


def _megabytes(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB"


@click.command(epilog="Example: monitor backup monitor-copy.db")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write a verified copy of the database to FILE, corpora and all, also while the daemon runs."""
    with Store.visit(settings.state) as store:
        store.admin.backup(file)
    click.echo(f"{file}: written and verified, {_megabytes(file)}")
