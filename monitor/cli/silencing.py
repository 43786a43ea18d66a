"""`monitor silence`: mutes with an end.

Door: click.
"""

from __future__ import annotations

import getpass
import os
import re
from datetime import timedelta

import click

from monitor.alerts.decide import EVERY_WATCHLIST
from monitor.app import clock
from monitor.cli.show import Column, json_option, listing, short, when
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import ConfigError, NotFound
from monitor.model.alert import Silence
from monitor.model.ids import digest
from monitor.store.store import Store

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Span(click.ParamType[timedelta]):
    """A span of time on the command line: `90m`, `8h`, `3d`, `2w`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The span as a timedelta; fails with a hint."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,5})([mhdw])", str(value).strip().lower())
        if not found or not int(found[1]):
            self.fail(f"{value!r} is not a span of time; write 90m, 8h, 3d or 2w", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.group()
def silence() -> None:
    """Mute a watchlist for a while; what it matches meanwhile is stored as muted, with your reason."""


@silence.command(epilog="Example: monitor silence add membership-invitation --for 8h --reason summit")
@click.argument("watchlist")
@click.option("--for", "span", default="1d", show_default=True, type=Span(), help="How long: 90m, 8h, 3d, 2w.")
@click.option("--reason", default="", help="Shown wherever the mute shows.")
@click.pass_obj
def add(settings: Settings, watchlist: str, span: timedelta, reason: str) -> None:
    """Mute WATCHLIST (its name, or '*' for all) from now on."""
    _must_be_known(settings, watchlist)
    now = clock()
    mute = Silence(
        id=digest("silence", watchlist, now.isoformat()),
        watchlist=watchlist,
        reason=reason or "no reason given",
        author=_author(),
        starts_at=now,
        ends_at=now + span,
    )
    with Store.open(settings.state) as store:
        store.silences.add(mute)
    click.echo(
        f"{watchlist} is muted until {mute.ends_at:%Y-%m-%d %H:%M} UTC; undo: monitor silence expire {short(mute.id)}"
    )


def _author() -> str:
    """Who mutes: the user's name, or the number where it has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _must_be_known(settings: Settings, watchlist: str) -> None:
    """Refuse a name that no watchlist bears, as long as the configuration can be read."""
    try:
        names = [source.watchlist.name for source in load(settings.watchlists, os.environ).watchlists]
    except ConfigError:
        return
    if watchlist not in (*names, EVERY_WATCHLIST):
        raise NotFound(f"watchlist: {watchlist}: there is none of this name; there are {', '.join(sorted(names))}")


@silence.command("list", epilog="Example: monitor silence list --all")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@json_option
@click.pass_obj
def list_(settings: Settings, *, everything: bool, as_json: bool) -> None:
    """The mutes in force."""
    now = clock()
    with Store.visit(settings.state) as store:
        rows = store.silences.list(None if everything else now)
    columns = (
        Column("id", lambda s: short(s.id)),
        Column("watchlist", lambda s: s.watchlist, "bold"),
        Column("ends", lambda s: when(s.ends_at, now)),
        Column("by", lambda s: s.author),
        Column("reason", lambda s: s.reason, ratio=1),
    )
    listing(rows, columns, as_json=as_json, empty="nothing is muted")


@silence.command(epilog="Example: monitor silence expire 5758e7fe5d")
@click.argument("silence_id")
@click.pass_obj
def expire(settings: Settings, silence_id: str) -> None:
    """End a mute now."""
    with Store.visit(settings.state) as store:
        ended = store.silences.expire(store.listings.resolve("silence", silence_id), clock())
    click.echo(f"{ended.watchlist} speaks again")
