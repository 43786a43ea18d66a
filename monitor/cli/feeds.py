"""`monitor feeds`: the subscriptions and how they are.

Door: click.
"""

from __future__ import annotations

from datetime import datetime

import click

from monitor.app import clock
from monitor.cli.show import Column, json_option, listing, short, when
from monitor.config.settings import Settings
from monitor.store.store import Store
from monitor.store.views import FeedRow


@click.command(epilog="Example: monitor feeds --failing")
@click.option("--failing", is_flag=True, help="Only those whose last poll failed.")
@json_option
@click.pass_obj
def feeds(settings: Settings, *, failing: bool, as_json: bool) -> None:
    """List the feeds: whether they answer, what they brought, when each is asked next and why."""
    now = clock()
    with Store.visit(settings.state) as store:
        rows = [row for row in store.listings.feeds() if row.active and (row.state.fault or not failing)]
    columns = (
        Column("id", lambda r: short(r.feed.id)),
        Column("feed", lambda r: r.shown, "bold", ratio=2),
        Column("health", _health, ratio=3),
        Column("asked", lambda r: when(r.state.checked_at, now)),
        Column("entries", lambda r: str(r.entries)),
        Column("next", lambda r: _next(r, now), ratio=3),
    )
    empty = "no feed is failing" if failing else "no feeds; they come with the first monitor run"
    listing(rows, columns, as_json=as_json, empty=empty)


def _next(row: FeedRow, now: datetime) -> str:
    if row.state.gone:
        return "not asked again"
    if row.state.due_at <= now:
        return "as soon as the daemon runs"
    return f"{when(row.state.due_at, now)}: {row.state.due_reason}"


def _health(row: FeedRow) -> str:
    state = row.state
    if state.gone:
        return "gone: its server says for good"
    if state.fault:
        return f"failing ({state.failures}): {state.fault}: {state.fault_detail}"
    if state.checked_at is None:
        return "not asked yet"
    return "quiet for unusually long" if state.told_stale else state.identity_note or "ok"
