"""The sample played by the real daemon: act by act, with what is told shown as it is told.

Door.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter
from typing import TextIO

from monitor.app import clock, opened
from monitor.config.settings import Settings
from monitor.corpus.articles import article_of
from monitor.daemon import Daemon
from monitor.demo.mailbox import Mailbox
from monitor.demo.outlets import SampleOutlets
from monitor.demo.sample import ACTS, EVENING, KNOWN_TEXT, KNOWN_TITLE
from monitor.demo.setting import write_configuration
from monitor.program import App
from monitor.store.store import Store
from monitor.store.views import DeliveryRow, EntryRow, FeedRow, Page
from monitor.stories.segments import segment_of
from monitor.text.article import ArticleText

Say = Callable[[str], None]

LONGEST_ACT_SECONDS = 30.0
TO_EVENING = timedelta(hours=3)


@dataclass(slots=True)
class StageClock:
    """The real clock, put forward so that evening comes within seconds."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """The present instant of the sample."""
        return clock() + self.ahead


@dataclass(slots=True)
class Played:
    """What the sample came to."""

    entries: list[EntryRow] = field(default_factory=list)
    """Every entry with its outcome, oldest first."""
    mails: list[EmailMessage] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    """The outbox, oldest first."""
    feeds: list[FeedRow] = field(default_factory=list)
    seconds_to_first_alert: float | None = None


def play(say: Say, *, once: bool, console: TextIO = sys.stdout) -> Played:
    """Run the daemon on the sample outlets; returns at the sample's end (`once`) or when the daemon is stopped.

    Args:
        say: Takes each line meant for the person who watches.
        once: End after the last act.
        console: Where the destination `console` prints.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="monitor-demo-")))
        outlets = stack.enter_context(SampleOutlets())
        mailbox = stack.enter_context(Mailbox(say))
        now = StageClock()
        write_configuration(folder / "watchlists", outlets.origin, mailbox.port, now() + TO_EVENING / 2)
        settings = Settings.from_environment({}, state=folder / "state", watchlists=folder / "watchlists")
        _learn_sample_archive(settings)
        app = stack.enter_context(opened(settings, {}, console=console, clock=now))
        daemon = Daemon(app)
        director = Director(app, outlets, mailbox, now, say)
        thread = Thread(target=director.direct, args=(daemon, once), name="director", daemon=True)
        thread.start()
        daemon.run()
        return Played(
            entries=director.entries(),
            mails=mailbox.mails,
            deliveries=list(reversed(app.store.listings.deliveries(Page(limit=1000)))),
            feeds=app.store.listings.feeds(),
            seconds_to_first_alert=director.seconds_to_first_alert,
        )


@dataclass(slots=True)
class Director:
    """Raises the curtain on each act and waits until all of it has been told."""

    app: App
    outlets: SampleOutlets
    mailbox: Mailbox
    clock: StageClock
    say: Say
    started: float = field(default_factory=perf_counter)
    seconds_to_first_alert: float | None = None

    def direct(self, daemon: Daemon, once: bool) -> None:
        """Play every act; then stop the daemon, or leave it polling feeds that have nothing new."""
        for act, title in enumerate(ACTS):
            self.say(f"\n── {title}")
            self.outlets.act = act
            if act == EVENING:
                self.clock.ahead = TO_EVENING
            self._ask_every_feed()
            self._await_silence(daemon)
            if daemon.stopping.wait(0 if once else 1.0):
                return
        if once:
            daemon.stopping.set()
        else:
            self.say("\nThe sample is over; the daemon goes on polling feeds that have nothing new. Ctrl-C ends it.")

    def entries(self) -> list[EntryRow]:
        """Every entry with its outcome, oldest first."""
        return list(reversed(self.app.store.listings.entries(Page(limit=1000))))

    def _ask_every_feed(self) -> None:
        self.app.store.feeds.make_due(list(self.app.ingest.rules.feeds), self.app.clock())

    def _await_silence(self, daemon: Daemon) -> None:
        """Until every feed was asked in this act and nothing waits to be sent."""
        begun, now = perf_counter(), self.app.clock()
        while perf_counter() - begun < LONGEST_ACT_SECONDS and not daemon.stopping.wait(0.1):
            if self.seconds_to_first_alert is None and self.mailbox.has_alert():
                self.seconds_to_first_alert = perf_counter() - self.started
            states = self.app.store.feeds.states().values()
            asked = all(s.checked_at is not None and s.checked_at >= now for s in states)
            if asked and self.app.deliveries.idle():
                return


def _learn_sample_archive(settings: Settings) -> None:
    """Give the sample's corpus its one known article."""
    text = ArticleText(title=KNOWN_TITLE, outlet="Strait Observer", published="2025-11-03", body=KNOWN_TEXT, tail="")
    with Store.open(settings.state) as store:
        store.corpora.add([article_of("sample-archive", text)], segment_of)
