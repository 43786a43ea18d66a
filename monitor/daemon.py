"""The daemon: APScheduler's ticks, signals, hot reload, and an orderly end.

Door: APScheduler.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event
from time import perf_counter
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.config.edits import Edits
from monitor.errors import StateError
from monitor.program import App
from monitor.telemetry import log

UPKEEP = timedelta(seconds=30)
LOOK_SECONDS = 0.5
"""Between two looks for an edit of the configuration."""
STUCK_SECONDS = 10
DRAIN_SECONDS = 8
COMPLAINT_SECONDS = 30
"""Between two lines of the log on a state folder that cannot be used."""


@dataclass(slots=True)
class Daemon:
    """Runs an App until it is told to stop.

    Due times live in the database: a tick only asks what is due. APScheduler follows the wall clock, so the main
    thread watches the ticks by a monotonic clock and sets them going again after the wall clock was moved back.
    """

    app: App
    tick: timedelta = timedelta(seconds=1)
    """Between two looks for what is due."""
    stopping: Event = field(default_factory=Event)
    reloading: Event = field(default_factory=Event)
    _edits: Edits = field(init=False)
    _ticked_at: float = 0.0
    _complained_at: float | None = None
    _scheduler: BackgroundScheduler = field(init=False)

    def __post_init__(self) -> None:
        self._edits = Edits(self.app.settings.watchlists)
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(6)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )

    def run(self) -> None:
        """Poll, match and deliver until SIGTERM or SIGINT; then drain and return within ten seconds."""
        self._listen_to_signals()
        for name, work, every in self._ticks():
            seconds = every.total_seconds()
            job = partial(self._patiently, work)
            self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=self.app.clock())
        self._ticked_at = perf_counter()
        self._scheduler.start()
        try:
            self._wait()
        finally:
            self._stop()

    def _ticks(self) -> tuple[tuple[str, Callable[[], object], timedelta], ...]:
        return (
            ("poll", self.app.poll, self.tick),
            ("deliver", self.app.deliveries.tick, self.tick),
            ("pulse", self._pulse, self.tick),
            ("upkeep", self.app.upkeep, UPKEEP),
            ("ballast", self.app.room.take_ballast, UPKEEP),
            ("corpora", self.app.follow_corpora, self.tick),
            ("pages", self.app.read_pages, self.tick),
        )

    def _patiently(self, work: Callable[[], object]) -> bool:
        """Do a piece of work; whether the state folder let it. What a full or failing disk prevents is done later."""
        try:
            work()
        except StateError as error:
            if self._complained_at is None or perf_counter() - self._complained_at > COMPLAINT_SECONDS:
                self._complained_at = perf_counter()
                log().error("the state folder cannot be used now; it is tried again", why=str(error))
            return False
        return True

    def _pulse(self) -> None:
        self._ticked_at = perf_counter()

    def _wait(self) -> None:
        while not self.stopping.wait(LOOK_SECONDS):
            if self._edits.settled(self.app.configuration.files):
                self.reloading.set()
            if self.reloading.is_set():
                self.reloading.clear()
                if not self._patiently(self.app.reload):
                    self.reloading.set()
            if perf_counter() - self._ticked_at > STUCK_SECONDS:
                self._set_going_again()

    def _set_going_again(self) -> None:
        log().warning("the ticks had stopped, as they do when the clock is moved back; they are set going again")
        self._patiently(self.app.after_clock_jump)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=self.app.clock())
        self._ticked_at = perf_counter()

    def _stop(self) -> None:
        log().info("stopping: what is being sent is finished, what is being fetched is asked again at the next start")
        self.stopping.set()
        self.app.ingest.stopping.set()
        self._scheduler.shutdown(wait=True)
        self.app.deliveries.drain(DRAIN_SECONDS)
        self._patiently(self.app.ingest.keep)

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping.is_set():
            raise SystemExit(1)
        self.stopping.set()

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        self.reloading.set()
