"""Daemons with feeds that are always due: what the random kill tests start and kill.

Usage: python -m tests.crash.driver   (on stdin a line of JSON for each daemon; on stdout `pid N`, `up`, `ended STATUS`)

Everything is imported once, and each daemon is a fork of that; its parse worker is a process of its own, as always.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import monitor.app
from monitor.app import opened
from monitor.config.settings import Settings
from monitor.daemon import Daemon
from monitor.telemetry import configure

ROOT = Path(__file__).absolute().parents[2]
ASK_EVERY_SECONDS = 0.1
SET_PARENT_DEATH_SIGNAL = 1


class Garage:
    """The forking process, seen from the test."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        """What was said since the last start, up to the end that was heard of."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=ROOT,
            text=True,
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def start(self, folder: Path, speed: float, began: float) -> int:
        """Start a daemon; its process id. Its clock goes `speed` times as fast since the POSIX time `began`."""
        given = {"folder": str(folder), "speed": speed, "began": began}
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        self.passed = []
        return int(self.heard("pid"))

    def heard(self, *words: str) -> str:
        """What follows the first of these words that is said; what is said before it counts for nothing."""
        for line in self.process.stdout:
            said, _, rest = line.strip().partition(" ")
            self.passed.append(said)
            if said in words:
                return rest
        raise AssertionError("the process that forks has ended")


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that started it is gone."""
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def drive(folder: Path, speed: float, began: float) -> None:
    configure("error")

    def clock() -> datetime:
        return datetime.fromtimestamp(began + (time.time() - began) * speed, UTC)

    settings = Settings.from_environment({}, state=folder / "state", watchlists=folder / "watchlists")
    with opened(settings, os.environ, clock=clock) as app:
        app.clock = monitor.app.clock  # APScheduler goes by the clock on the wall; polls and deliveries by ours
        daemon = Daemon(app, tick=timedelta(seconds=ASK_EVERY_SECONDS))

        def hurry() -> None:
            while not daemon.stopping.wait(ASK_EVERY_SECONDS):
                app.store.feeds.make_due(list(app.ingest.rules.feeds), app.clock())

        Thread(target=hurry, daemon=True).start()
        say("up")
        daemon.run()


def child(given: dict) -> None:
    end = 1
    try:
        folder = Path(given["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(folder / "stderr.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        drive(folder, given["speed"], given["began"])
        end = 0
    except BaseException:  # noqa: BLE001  whatever it is, the parent reads it in the log
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(end)


def main() -> None:
    for line in sys.stdin:
        given = json.loads(line)
        ready, go = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(go)
            end_with_parent()
            os.read(ready, 1)
            child(given)
        say(f"pid {pid}")
        os.close(ready)
        os.close(go)
        _, status = os.waitpid(pid, 0)
        say(f"ended {status}")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    main()
