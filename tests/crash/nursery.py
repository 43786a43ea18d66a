"""Brings up processes quickly: everything is imported once, and each life is a fork of that.

Usage: python -m tests.crash.nursery   (one part as JSON a line on stdin; one line with its end on stdout)

The process that forks opens no database and starts no thread.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import traceback
from dataclasses import asdict, replace
from pathlib import Path

import monitor.app
import monitor.pages
from monitor.store import dialect
from monitor.telemetry import configure
from tests.crash.actor import Life, Parser, main
from tests.crash.points import Part, Points
from tests.crash.script import NOON

ROOT = Path(__file__).absolute().parents[2]
WARM = "warm"


class LifeFailed(AssertionError):
    """A life ended by itself before its end."""


class Nursery:
    """The forking process, seen from the test."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def __enter__(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                cwd=ROOT,
                text=True,
            )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def warm(self, part: Part) -> None:
        """Have the script played once in the forking process, before the first life."""
        assert self.send(replace(part, act=WARM)) == 0, self.log.read_text()[-6000:]

    def send(self, part: Part) -> int:
        self.process.stdin.write(json.dumps(asdict(part)) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline() or 1)

    def play(self, part: Part) -> dict | None:
        """The report of a life that reached its end; None when it was killed where it should be."""
        report = Path(part.folder) / "report"
        report.unlink(missing_ok=True)
        status = self.send(part)
        if os.WIFSIGNALED(status) and part.act == "kill" and os.WTERMSIG(status) == 9:
            return None
        if status:
            raise LifeFailed(f"{part} ended with {status}\n{self.log.read_text()[-6000:]}")
        return json.loads(report.read_text())


def share_compiled_statements() -> None:
    """Let every engine of this process and its forks know the statements that one of them compiled."""
    plain, first = dialect.create_engine, []

    def create_engine(*arguments, **options):
        engine = plain(*arguments, **options)
        first.append(engine)
        engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    dialect.create_engine = create_engine


def play_once(part: Part) -> None:
    """Play the script to its end in this process, which is as before then, but knows all it needs."""
    Life(part, Points(part), NOON).play()
    assert threading.active_count() == 1


def serve() -> None:
    share_compiled_statements()
    monitor.app.ParseWorker = Parser
    monitor.pages.find_spec = lambda _name: True  # pages are read without the extra here
    configure("error")
    for line in sys.stdin:
        part = Part(**json.loads(line))
        if part.act == WARM:
            play_once(replace(part, act=""))
            gc.collect()
            gc.freeze()
            print(0, flush=True)
            continue
        child = os.fork()
        if child == 0:
            end = 1
            try:
                main(part)
                end = 0
            except BaseException:  # noqa: BLE001  whatever it is, the parent reads it in the log
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(end)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


if __name__ == "__main__":
    serve()
