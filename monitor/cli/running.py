"""`monitor run`: the daemon, or one round of it.

Door: click.
"""

from __future__ import annotations

import os

import click

from monitor.app import clock, opened
from monitor.cli.show import when
from monitor.config.settings import Settings
from monitor.telemetry import configure, log


@click.command(epilog="Example: monitor --watchlists desk run --once")
@click.option("--once", is_flag=True, help="Poll what is due, deliver what is due, then exit.")
@click.pass_obj
def run(settings: Settings, *, once: bool) -> None:
    """Poll, match and deliver until stopped.

    SIGTERM and Ctrl-C finish what is being sent and end within ten seconds. SIGHUP, or an edited file, reloads the
    configuration; a bad edit keeps the old rules and is shown in the log and to the destinations of `on_error:`.
    """
    from monitor.daemon import Daemon

    configure(settings.log_level, settings.log_format)
    with opened(settings, os.environ) as app:
        if once:
            due_at = app.store.feeds.next_due()
            if not app.once() and due_at is not None and due_at > (now := clock()):
                log().info("no feed is due", next=when(due_at, now))
        else:
            Daemon(app).run()
