"""The running program: one store, the two flows over it, and what it does between them.

Flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.contact import Standing, first_contact
from monitor.alerts.decide import headline
from monitor.alerts.retry import LONGEST_ASKED
from monitor.config.configuration import Configuration
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.corpus.following import SEEDS
from monitor.corpus.keeping import Corpora
from monitor.deliver.deliveries import Deliveries
from monitor.errors import ConfigError
from monitor.in_force import changes, rules_of, size
from monitor.ingest import Ingest
from monitor.model.alert import Notice
from monitor.model.entry import Entry, OutcomeKind
from monitor.model.ids import NoticeId, digest
from monitor.model.plan import Plan
from monitor.pages import Pages
from monitor.rules import Rules
from monitor.store.room import Room
from monitor.store.store import Store
from monitor.telemetry import REDACTOR, log
from monitor.timing import EPOCH, Clock

LATEST_DUE = timedelta(hours=25)
"""No feed is due later."""
KEPT_BACKUPS = 7
COPIES = "????-??-??.db"
ON_TIME = timedelta(days=32)
"""What is old is forgotten only where a copy was made in this time: a clock that leapt ahead would forget too much."""
KEEP_TEXTS = timedelta(days=180)
KEEP_IDS = timedelta(days=5 * 365)


@dataclass(slots=True, kw_only=True)
class App:
    """The running program: one store, the two flows over it, and the configuration they follow."""

    settings: Settings
    environment: Mapping[str, str]
    """For `${VAR}` in the configuration, also when it is loaded again."""
    store: Store
    ingest: Ingest
    deliveries: Deliveries
    configuration: Configuration
    clock: Clock
    corpora: Corpora
    room: Room
    pages: Pages
    told_short: bool = False
    """Whether the latest that was told of the disk is that it is nearly full."""
    first_contact: bool = True
    """Whether feeds may have had their first poll without anybody being told what stood in them."""
    refused: ConfigError | None = None
    """The last edit, while it is refused and the rules before it go on."""

    def once(self) -> int:
        """One round of whatever is due, deliveries included; returns how many feeds were polled."""
        polled = self.poll()
        if self.read_pages():
            self.pages.settle()
        self.tell_first_contact()
        self.deliveries.run_until_idle()
        if polled:
            self.ingest.keep()
        return polled

    def read_pages(self) -> int:
        """Read the articles of new entries whose feeds ask for it; returns how many were asked for."""
        return 0 if self.room.is_short else self.pages.read_due()

    def poll(self) -> int:
        """Poll what is due, unless the disk is nearly full; returns how many feeds were polled."""
        is_short = self.room.look()
        if is_short != self.told_short:
            self.tell("disk", self.room.subject, self.room.detail)
            self.told_short = is_short
            log().warning(self.room.subject)
        if is_short:
            return 0
        polled = self.ingest.poll_due()
        self.pages.settle()
        return polled

    def reload(self) -> bool:
        """Take over the edited configuration, or keep the old one and say why; returns whether it was taken."""
        self.corpora.due_at = EPOCH
        try:
            configuration = load(self.settings.watchlists, self.environment)
            rules = rules_of(self.settings, configuration, self.ingest.rules)
        except ConfigError as error:
            self._refuse(error)
            return False
        if configuration.fingerprint != self.configuration.fingerprint or self.refused:
            self._adopt(configuration, rules)
        return True

    def _adopt(self, configuration: Configuration, rules: Rules) -> None:
        """Every step can be done again: what the database refuses is tried once more by the next reload."""
        REDACTOR.learn(configuration.secrets)
        changed = changes(self.ingest.rules, rules)
        self.ingest.rules = rules
        self.store.feeds.sync(configuration.feeds, self.clock())
        self.first_contact = True
        self.deliveries.follow(rules.destinations, rules.on_error)
        log().info("configuration reloaded", size=size(rules), **changed)
        if self.refused is not None:
            self.tell("edit accepted", "the edited configuration is in force", size(rules))
        self.configuration, self.refused = configuration, None

    def _refuse(self, error: ConfigError) -> None:
        if self.refused is not None and self.refused.problems == error.problems:
            return
        log().error(f"configuration refused; the rules before the edit stay in force\n{error}")
        detail = f"The rules before the edit stay in force.\n\n{error}"
        self.tell("edit refused", "an edit of the configuration is refused", detail)
        self.refused = error

    def tell(self, kind: str, subject: str, detail: str) -> None:
        """Queue a notice of the service's own trouble to the destinations of `on_error`."""
        now, rules = self.clock(), self.ingest.rules
        notice = Notice(
            id=NoticeId(digest("notice", kind, now.isoformat())), kind=kind, subject=subject, detail=detail, at=now
        )
        self.store.outbox.add_notice(notice, outbox_rows(notice, rules.on_error, rules.destinations, now))
        self.deliveries.tick()

    def after_commit(self, committed: Plan) -> None:
        """What a poll brings about once it is written."""
        self.first_contact = self.first_contact or OutcomeKind.BASELINE in committed.poll.counts
        self.tell_first_contact()
        if committed.deliveries:
            self.deliveries.tick()

    def tell_first_contact(self) -> None:
        """Once every feed was asked, one summary to each destination of what matched in first polls."""
        if not self.first_contact or self.store.baseline.unpolled():
            return
        untold = self.store.baseline.untold()
        if untold:
            self._summarise(untold)
        self.first_contact = False

    def _summarise(self, untold: Sequence[tuple[Entry, tuple[str, ...], datetime]]) -> None:
        rules, until = self.ingest.rules, untold[-1][2]
        found = [Standing(title=headline(e), outlet=e.source, watchlists=names) for e, names, _ in untold]
        told = first_contact(found, rules.watchlists, until)
        rows = [row for name, n in told for row in outbox_rows(n, (name,), rules.destinations, self.clock())]
        self.store.baseline.tell([notice for _, notice in told], rows, until)
        self.deliveries.tick()

    def upkeep(self) -> None:
        """What is done every half minute: the sign of life, rows whose holder vanished, corpora, and daily chores."""
        now = self.clock()
        self.store.admin.heartbeat(now)
        self.store.outbox.release_expired(now)
        self._notice_corpora()
        self._daily(now)

    def follow_corpora(self) -> None:
        """Read the configured corpora whose files have changed; every five minutes, and at once after a reload."""
        now = self.clock()
        if now < self.corpora.due_at:
            return
        for subject, detail in self.corpora.follow(self.configuration.corpora, now, lambda _: not self._is_stopping()):
            self.tell("corpus", subject, detail)
        self._notice_corpora()

    def _is_stopping(self) -> bool:
        return self.ingest.stopping.is_set()

    def _notice_corpora(self) -> None:
        """Take notice of articles that came or went, also by a command."""
        index = self.corpora.changed()
        if index is not None:
            self.ingest.corpora = index

    def _daily(self, now: datetime) -> None:
        """Once a day: a verified copy of the database, of which the last seven are kept, and retention.

        Corpora grow large and change seldom: the newest copy alone has them all, the others have the seeds.
        """
        folder = self.settings.state / "backups"
        today = folder / f"{now:%Y-%m-%d}.db"
        if today.exists() or self.room.is_short:
            return
        folder.mkdir(exist_ok=True)
        self.store.admin.backup(today)
        of_the_future = [copy for copy in folder.glob(COPIES) if copy.name > today.name]
        copies = [*of_the_future, *sorted(copy for copy in folder.glob(COPIES) if copy.name <= today.name)]
        for old in copies[:-KEPT_BACKUPS]:
            old.unlink()
        log().info("daily backup written", file=today.name, texts_removed=self._forget(copies, now))
        for older in copies[-KEPT_BACKUPS:-1]:
            self.store.admin.lighten(older, (SEEDS,))

    def _forget(self, copies: Sequence[Path], now: datetime) -> int:
        """Forget what is old, unless the clock leapt since the last copy; how many texts went."""
        if len(copies) > 1 and copies[-2].name < f"{now - ON_TIME:%Y-%m-%d}.db":
            return 0
        return self.store.admin.retention(now, KEEP_TEXTS, KEEP_IDS).texts

    def after_clock_jump(self) -> None:
        """Do now what a clock that was ahead put off."""
        catch_up(self.store, self.clock())
        self.corpora.due_at = EPOCH


def catch_up(store: Store, now: datetime) -> None:
    """Make due what was put off for longer than can be, as by a clock that was ahead; no destination is paused."""
    store.feeds.catch_up(now, now + LATEST_DUE)
    store.outbox.catch_up(now, now + LONGEST_ASKED)
