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
import traceback
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from alembic.script import ScriptDirectory

from monitor.alerts.notify import check_url
from monitor.config.load import load
from monitor.corpus import shipped_seeds
from monitor.feeds.parse import parse
from monitor.model.feed import Document
from monitor.rules import compile_rules, draft
from monitor.store import migrate
from monitor.stories.copies import fingerprint
from monitor.stories.known import CorpusIndex
from tests.crash.actor import Part, main
from tests.crash.script import NEWS, NOON, document, headline

ROOT = Path(__file__).absolute().parents[2]


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

    def play(self, part: Part) -> dict | None:
        """The report of a life that reached its end; None when it was killed where it should be."""
        report = Path(part.folder) / "report"
        report.unlink(missing_ok=True)
        self.process.stdin.write(json.dumps(asdict(part)) + "\n")
        self.process.stdin.flush()
        status = int(self.process.stdout.readline())
        if os.WIFSIGNALED(status) and part.act == "kill" and os.WTERMSIG(status) == 9:
            return None
        assert status == 0, f"{part} ended with {status}\n{self.log.read_text()[-6000:]}"
        return json.loads(report.read_text())


def warm(folder: Path) -> None:
    """Do once what is slow the first time."""
    rules = compile_rules(load(folder, {}))
    for destination in rules.destinations.values():
        check_url(destination.url)
    body = document(NEWS, "wire", 1)
    parse(Document(body=body, headers={}, url="http://wire.example/"), NOON + timedelta(minutes=1))
    rules.percolator.matches(draft(headline("Warm"), "text", NOON))
    CorpusIndex(shipped_seeds()).nearest(fingerprint(headline("Warm"), "text", None), headline("Warm"), "text")
    for steps in (migrate.STEPS, folder.parent / "steps"):
        if steps.exists():
            list(ScriptDirectory(str(steps)).walk_revisions())


def serve() -> None:
    warmed = False
    for line in sys.stdin:
        part = Part(**json.loads(line))
        if not warmed:
            warm(Path(part.folder) / "watchlists")
            gc.collect()
            gc.freeze()
            warmed = True
        child = os.fork()
        if child == 0:
            end = 1
            try:
                main(part)
                end = 0
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(end)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


if __name__ == "__main__":
    serve()
