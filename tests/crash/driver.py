"""The daemon with its feeds always due: what the random kill test starts and kills.

Usage: python driver.py STATE WATCHLISTS SPEED BEGAN   (a clock SPEED times as fast since the POSIX time BEGAN)
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from monitor.app import opened
from monitor.config.settings import Settings
from monitor.daemon import Daemon
from monitor.telemetry import configure

ASK_EVERY_SECONDS = 0.1
BEHIND = timedelta(hours=2)
"""APScheduler starts by the clock on the wall: ours must never be ahead of it."""


def main() -> None:
    configure("error")
    speed, began = float(sys.argv[3]), float(sys.argv[4])

    def clock() -> datetime:
        return datetime.fromtimestamp(began + (time.time() - began) * speed, UTC) - BEHIND

    settings = Settings.from_environment({}, state=Path(sys.argv[1]), watchlists=Path(sys.argv[2]))
    with opened(settings, os.environ, clock=clock) as app:
        daemon = Daemon(app, tick=timedelta(seconds=ASK_EVERY_SECONDS))

        def hurry() -> None:
            while not daemon.stopping.wait(ASK_EVERY_SECONDS):
                app.store.feeds.make_due(list(app.ingest.rules.feeds), app.clock())

        Thread(target=hurry, daemon=True).start()
        print("up", flush=True)
        daemon.run()


if __name__ == "__main__":
    main()
