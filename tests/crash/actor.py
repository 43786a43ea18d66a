"""One life of the program, played by the script, with a fault at a chosen point: what a forked child does.

Everything is the program's own but three things: the clock stands where the script says, documents are parsed in this
process (starting the parse worker would cost most of the time), and what goes to disk and wire passes by `Points`.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import Engine, event

import monitor.app
import monitor.cli.alerts
from monitor.app import opened
from monitor.config.settings import Settings
from monitor.corpus.importing import import_files
from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.feeds.worker import FEEDS
from monitor.model.alert import Receipt, Verdict
from monitor.model.feed import Document, Failed, Fault, ParsedEntry, ParsedFeed
from monitor.pages import PAUSE
from monitor.program import App
from monitor.store import migrate
from monitor.store.admin import Admin
from monitor.store.store import Store
from monitor.telemetry import configure
from tests.crash.disk import OK, Call, Disk
from tests.crash.findings import essence, findings
from tests.crash.mutants import MUTANTS
from tests.crash.points import Part, Points, watch_files, watch_renames, watch_wire
from tests.crash.script import Step
from tests.crash.scripts import script_of

LONGEST_SECONDS = 60
STARTS = 3
"""Starts that fail before the supervisor waits until the next step."""


class Parser:
    """Stands where the parse workers stand; of a page it takes what is between the marks."""

    def __init__(self, *, child: str = FEEDS) -> None:
        self.parse = parse if child == FEEDS else article

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def article(document: Document, _now: datetime) -> ParsedFeed:
    return ParsedFeed(entries=(ParsedEntry(body=re.sub("<.*?>", "", document.body.decode())),))


@dataclass(slots=True)
class Life:
    """One process, from its start to its end."""

    part: Part
    points: Points
    now: datetime
    history: list = field(default_factory=list)
    """Calls on the disk, and promises made, in order."""
    escaped: list[str] = field(default_factory=list)
    app: App | None = None
    recovered_in: int | None = None
    """The step in which all was again as it is without faults, where that ended this life."""

    def play(self) -> None:
        steps = list(enumerate(script_of(self.part.script).steps))[self.part.first :]
        steps = [(n, step) for n, step in steps if self.part.last is None or n <= self.part.last]
        while steps:
            self._begin(*steps[0])
            try:
                self._run(steps)
            except MonitorError as error:
                if not self.tolerant:
                    raise
                self.escaped.append(type(error).__name__)
                if len(self.escaped) % STARTS == 0 and steps.pop(0)[1].action == "reload":
                    self._edit()

    def _run(self, steps: list[tuple[int, Step]]) -> None:
        """One process: from the step at hand up to one that asks for a new process."""
        if steps[0][1].is_command:
            self._command(steps[0][1].action.removeprefix("command "))
            steps.pop(0)  # where it fails, its user gives it again
            return
        with self._program():
            self._go_on(steps)
            while steps and not (steps[0][1].opens or steps[0][1].is_command):
                self._begin(*steps[0])
                self._go_on(steps)
            self._tick(self.app.ingest.keep)

    def _go_on(self, steps: list[tuple[int, Step]]) -> None:
        """Do the step at hand; where all is as without faults then, there are no more."""
        number, step = steps.pop(0)
        self._act(step)
        if self._has_recovered(number):
            self.recovered_in = number
            steps.clear()

    def _has_recovered(self, number: int) -> bool:
        """Whether a step after the fault all is as without it; or the fault does not come any more."""
        if not self.part.until or number <= self.part.at[0]:
            return False
        if self.part.act and not self.points.fired:
            return True
        return essence(self.database) == json.loads(Path(self.part.until).read_text())[number]

    @property
    def database(self) -> Path:
        return Path(self.part.folder) / "state" / "monitor.db"

    def note(self, call: Call) -> int:
        """Write down a call on the disk."""
        self.history.append(call)
        return OK

    @property
    def tolerant(self) -> bool:
        """Whether what fails is done again later, as the daemon does it."""
        return self.part.act not in ("", "kill") or self.part.fill is not None

    def _fill(self, number: int) -> None:
        """Take all room in the state folder during one step, and give it back at the next."""
        filler = Path(self.part.folder) / "state" / "filler"
        if number != self.part.fill:
            filler.unlink(missing_ok=True)
            return
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def _begin(self, number: int, step: Step) -> None:
        self.points.step = number
        late = self.part.late if number == self.part.first else 0.0
        self.now = step.at + timedelta(seconds=late)
        clock = os.open(Path(self.part.folder) / "step", os.O_RDWR)
        os.pwrite(clock, number.to_bytes(1), 0)
        os.close(clock)
        is_next_version = any(each.name == "migration" for each in script_of(self.part.script).steps[: number + 1])
        steps = Path(self.part.folder) / "steps" if is_next_version else migrate.STEPS
        migrate.is_current.__defaults__ = migrate.migrate.__defaults__ = (steps,)
        self.history.append(("step", number))
        if self.part.fill is not None:
            self._fill(number)

    @property
    def _settings(self) -> Settings:
        folder = Path(self.part.folder)
        return Settings.from_environment({}, state=folder / "state", watchlists=folder / "watchlists")

    def _command(self, name: str) -> None:
        """`monitor alerts NAME`, as its user has it run."""
        monitor.cli.alerts.clock = lambda: self.now
        result = CliRunner().invoke(monitor.cli.alerts.alerts, [name], obj=self._settings)
        if result.exception:
            raise result.exception

    @contextmanager
    def _program(self) -> Iterator[None]:
        with opened(self._settings, {}, clock=lambda: self.now) as self.app:
            self._wrap(self.app)
            yield

    def _wrap(self, app: App) -> None:
        send, submit, mutant = app.deliveries.send, app.ingest.submit, MUTANTS.get(self.part.mutant)

        def sending(destination, message):
            if self.points.passes("deliver"):
                if self.part.act == "send":
                    return Receipt(verdict=Verdict.LATER, fault="made to fail")
                raise RuntimeError("made to fail")
            receipt = send(destination, message)
            self.history.append(("tried", destination.name, message.id, str(receipt.verdict)))
            return receipt

        def submitting(request):
            if self.points.passes("submit"):
                failed: Future = Future()
                failed.set_result(Failed(fault=Fault.CONNECT, detail="made to fail"))
                return failed
            return submit(request)

        app.deliveries.send, app.ingest.submit = sending, submitting
        app.deliveries.patience = timedelta(seconds=0.2)
        if mutant and mutant.on_app:
            mutant.on_app(app)

    def _act(self, step: Step) -> None:
        app, folder = self.app, Path(self.part.folder)
        match step.action:
            case "reload":
                self._edit()
                self._tick(app.reload) or self._tick(app.reload)
            case "upkeep":
                self._tick(app.upkeep)
            case "backup":
                self._tick(lambda: app.store.admin.backup(folder / "copy.db"))
            case "import":
                add = partial(import_files, app.store, "mine", [folder / "articles"])
                self._tick(add) or self._tick(add)
            case "release" | "drop":
                command = partial(self._command, step.action)
                self._tick(command) or self._tick(command)
            case "retention":
                hour = timedelta(hours=1)
                self._tick(lambda: app.store.admin.retention(self.now, hour, hour, hour))
        if self.tolerant:
            self._tick(lambda: app.store.outbox.release_expired(self.now))
        self._tick(app.ingest.poll_due)
        self._read(app)
        self._tick(app.deliveries.run_until_idle)

    def _read(self, app: App) -> None:
        """Read articles in full, one after the other, as the daemon does beside its polls."""
        asked = list(script_of(self.part.script).in_full)
        while asked:
            asked.clear()
            self._tick(app.pages.settle)
            self._tick(lambda: asked.extend(["a page"] * app.read_pages()))
            self.now += PAUSE * len(asked)

    def _edit(self) -> None:
        """What the user does, whatever the program is about."""
        file = Path(self.part.folder) / "watchlists" / "monitor.yaml"
        file.with_name("edited").write_text(self.part.edited)
        file.with_name("edited").replace(file)

    def _tick(self, work) -> bool:
        """As the daemon does it: what fails is done again later; whether it did not."""
        if not self.tolerant:
            work()
            return True
        try:
            work()
        except MonitorError as error:
            self.escaped.append(type(error).__name__)
            return False
        return True


def report(life: Life) -> dict:
    """What became of a life, and what is found in the state folder at its end."""
    return {
        "points": life.points.seen,
        "fired": life.points.fired,
        "escaped": life.escaped,
        "recovered in": life.recovered_in,
        **findings(life.database),
    }


def main(part: Part) -> None:
    """Play a part to its end; a report stands in the file `report` then."""
    signal.alarm(LONGEST_SECONDS)
    configure("error")
    life = Life(part, Points(part), script_of(part.script).steps[part.first].at)
    points = life.points
    points.step = part.first
    monitor.app.ParseWorker = Parser
    threading.excepthook = lambda args: life.escaped.append(f"thread: {args.exc_type.__name__}: {args.exc_value}")
    if part.record:
        Disk(life.note)
        watch_files(life.note)
        watch_renames(life.note)
        promises(life)
    else:
        Disk(points.on_disk)
        sys.addaudithook(points.on_audit)
        watch_wire(points)
        watch_files(points.on_disk)
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(Engine, name, points.on_statement)
    if mutant := MUTANTS.get(part.mutant):
        mutant.on_start()
    life.play()
    Path(part.folder, "report").write_text(json.dumps(report(life)))
    if part.record:
        Path(part.folder, "record").write_bytes(pickle.dumps(life.history))


def promises(life: Life) -> None:
    """Note what the store has reported as done, when it reports it."""
    from monitor.store.outbox import Outbox

    commit, claim, settle, forget = Store.commit, Outbox.claim, Outbox.settle, Admin.retention

    def committing(self, plan):
        commit(self, plan)
        life.history.append(("committed", [p.entry.id for p in plan.entries], [d.id for d in plan.deliveries]))

    def claiming(self, *arguments, **options):
        rows = claim(self, *arguments, **options)
        life.history.append(("claimed", [(row.id, row.attempts) for row in rows]))
        return rows

    def settling(self, settlements, *arguments, **options):
        life.history.append(("settling", [s.delivery_id for s in settlements]))
        settle(self, settlements, *arguments, **options)
        life.history.append(("settled", [(s.delivery_id, str(s.state)) for s in settlements]))

    def forgetting(self, *arguments, **options):
        life.history.append(("forgetting",))
        return forget(self, *arguments, **options)

    Store.commit, Outbox.claim, Outbox.settle, Admin.retention = committing, claiming, settling, forgetting
