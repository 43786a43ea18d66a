"""The composition root: the only place that builds things, and the owner of the clock.

Flow.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.contact import Standing, first_contact
from monitor.alerts.decide import headline
from monitor.alerts.notify import Sender
from monitor.config.configuration import Configuration
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.corpus.following import Difference, add_seeds, differences, follow, open_index
from monitor.corpus.importing import Imported, Progress
from monitor.deliver import Deliveries
from monitor.errors import ConfigError, StateLocked
from monitor.feeds.fetch import Fetcher
from monitor.feeds.worker import PAGES, ParseWorker
from monitor.ingest import Ingest
from monitor.model.alert import Destination, Notice
from monitor.model.entry import Entry, OutcomeKind
from monitor.model.ids import NoticeId, digest
from monitor.model.plan import Plan
from monitor.pages import Pages, missing_extra
from monitor.rules import Rules, compile_rules
from monitor.store.lock import lock_state
from monitor.store.room import Room
from monitor.store.store import Store
from monitor.store.views import CorpusSummary
from monitor.telemetry import REDACTOR, log
from monitor.timing import EPOCH, Clock

LATEST_DUE = timedelta(hours=25)
FETCH_DEADLINE = timedelta(seconds=20)
LOOK_AT_CORPORA = timedelta(minutes=5)
"""Between two looks whether the files of a configured corpus have changed."""
KEPT_BACKUPS = 7
KEEP_TEXTS = timedelta(days=180)
KEEP_IDS = timedelta(days=5 * 365)


def clock() -> datetime:
    """The present instant; the only place in the program where the wall clock is read."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class App:
    """The running program: one store, the two flows over it, and the configuration they follow."""

    settings: Settings
    store: Store
    ingest: Ingest
    deliveries: Deliveries
    configuration: Configuration
    clock: Clock
    corpora: list[CorpusSummary]
    room: Room
    pages: Pages
    told_short: bool = False
    """Whether the latest that was told of the disk is that it is nearly full."""
    first_contact: bool = True
    """Whether feeds may have had their first poll without anybody being told what stood in them."""
    complaints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What could not be read of each configured corpus when it was told last."""
    corpora_due: datetime = EPOCH
    """When to look next whether the files of configured corpora have changed."""
    refused: ConfigError | None = None
    """The last edit, while it is refused and the rules before it go on."""

    def once(self) -> int:
        """One round of whatever is due, deliveries included; returns how many feeds were polled."""
        polled = self.poll()
        if self.read_pages():
            self.pages.settle()
        self.tell_first_contact()
        self.deliveries.run_until_idle()
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
        self.corpora_due = EPOCH
        try:
            configuration = load(self.settings.watchlists, os.environ)
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
        self.ingest.rules = rules
        self.store.feeds.sync(configuration.feeds, self.clock())
        self.first_contact = True
        self.deliveries.follow(rules.destinations, rules.on_error)
        log().info("configuration reloaded", size=size(rules))
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
        self._follow_corpora()
        self._daily(now)

    def _follow_corpora(self) -> None:
        """Take notice of articles that a command imported or removed meanwhile."""
        present = self.store.corpora.list()
        if present != self.corpora:
            self.ingest.corpora, self.corpora = open_index(self.store), present
            log().info("corpora read", articles=sum(corpus.articles for corpus in present))

    def follow_corpora(self) -> None:
        """Read the configured corpora whose files have changed; every five minutes, and at once after a reload."""
        now = self.clock()
        if now < self.corpora_due:
            return
        self.corpora_due = now + LOOK_AT_CORPORA
        for different in differences(self.store, self.configuration.corpora):
            log().info(str(different))
            try:
                done = follow(self.store, different, lambda _: not self.ingest.stopping.is_set())
            except StateLocked:
                return  # a command imports now: in five minutes, then
            self._tell_import(different, done)
        self._follow_corpora()

    def _tell_import(self, different: Difference, done: Imported) -> None:
        log().info("corpus imported", corpus=different.name, articles=done.new, unread=done.unread)
        if done.finished and done.unread and done.complaints != self.complaints.get(different.name):
            self.complaints[different.name] = done.complaints
            detail = "\n".join((f"{done.new} articles were read, {done.unread} places were not:", *done.complaints))
            self.tell("corpus", f"not all of the corpus {different.name} could be read", detail)

    def _daily(self, now: datetime) -> None:
        """Once a day: a verified copy of the database, of which the last seven are kept, and retention."""
        folder = self.settings.state / "backups"
        today = folder / f"{now:%Y-%m-%d}.db"
        if today.exists() or self.room.is_short:
            return
        folder.mkdir(exist_ok=True)
        self.store.admin.backup(today)
        for old in sorted(folder.glob("????-??-??.db"))[:-KEPT_BACKUPS]:
            old.unlink()
        removed = self.store.admin.retention(now, KEEP_TEXTS, KEEP_IDS)
        log().info("daily backup written", file=today.name, texts_removed=removed.texts)

    def after_clock_jump(self) -> None:
        """Pull due times that a wrong clock put into the far future back to what is possible."""
        self.store.feeds.clamp_due(self.clock() + LATEST_DUE)


@contextmanager
def opened(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    clock: Clock = clock,
    console: TextIO = sys.stdout,
    deadline: timedelta = FETCH_DEADLINE,
) -> Iterator[App]:
    """The whole program, built on its state folder, which nobody else may use meanwhile.

    Args:
        settings: Where the folders lie.
        environment: For `${VAR}` in the configuration.
        clock: Gives the present instant.
        console: Where the destination `console://` prints.
        deadline: For one whole request: name, redirects, body.

    Raises:
        ConfigError: The configuration is refused.
        StateError: The state folder is in use, damaged, lost, or written by a newer program.
    """
    configuration = load(settings.watchlists, environment)
    rules = rules_of(settings, configuration)
    REDACTOR.learn(configuration.secrets)
    with ExitStack() as stack:
        stack.enter_context(lock_state(settings.state))
        store = stack.enter_context(Store.open(settings.state, daemon=True))
        _wake(store, configuration, clock())
        outbound = sender(console)
        deliveries = Deliveries(
            store=store,
            send=outbound.send,
            capacity=outbound.capacity,
            clock=clock,
            destinations=rules.destinations,
            on_error=rules.on_error,
        )
        ingest = Ingest(
            store=store,
            submit=stack.enter_context(Fetcher(contact=settings.contact, deadline=deadline)).submit,
            parse=stack.enter_context(ParseWorker()).parse,
            clock=clock,
            rules=rules,
            corpora=open_index(store),
        )
        remembered = ingest.remember()
        gc.freeze()  # what is remembered stays for days: the collector need not look at it again and again
        log().info("ready", remembered=remembered, size=size(rules))
        app = App(
            settings=settings,
            store=store,
            ingest=ingest,
            deliveries=deliveries,
            configuration=configuration,
            clock=clock,
            corpora=store.corpora.list(),
            room=Room(settings.state),
            pages=Pages(ingest=ingest, read=stack.enter_context(ParseWorker(child=PAGES)).parse),
        )
        ingest.after_commit = app.after_commit
        yield app


def sender(stream: TextIO = sys.stdout) -> Sender:
    """What speaks to the services; `console://` prints to `stream`."""
    return Sender(stream=stream)


def rules_of(settings: Settings, configuration: Configuration, before: Rules | None = None) -> Rules:
    """The configuration compiled, with file destinations placed in the state folder; see `compile_rules`."""
    if missing := missing_extra(configuration):
        raise ConfigError(missing)
    rules = compile_rules(configuration, before)
    placed = {name: _placed(destination, settings.state) for name, destination in rules.destinations.items()}
    return replace(rules, destinations=placed)


def _placed(destination: Destination, folder: Path) -> Destination:
    """A destination `file://name`, without a folder of its own, lies in the state folder."""
    if not is_in_state(destination):
        return destination
    return replace(destination, url=(folder.resolve() / destination.url.partition("://")[2]).as_uri())


def is_in_state(destination: Destination) -> bool:
    """Whether a destination is a file named without a folder: `file://alerts.txt`."""
    scheme, _, path = destination.url.partition("://")
    return scheme.lower() == "file" and not path.startswith("/")


def _wake(store: Store, configuration: Configuration, now: datetime) -> None:
    """Bring the state to where a process that has just started may go on."""
    store.release_all()
    for lane in store.outbox.destination_states().values():
        store.outbox.save_destination_state(replace(lane, paused_until=None))
    store.feeds.clamp_due(now + LATEST_DUE)
    _fill_corpora(store, configuration)
    store.feeds.sync(configuration.feeds, now)


def _fill_corpora(store: Store, configuration: Configuration) -> None:
    """Add the corpora that are not there yet, before the feeds end the first start."""
    if not store.feeds.states():
        add_seeds(store)
    for different in [each for each in differences(store, configuration.corpora) if each.is_new]:
        log().info(str(different))
        done = follow(store, different, _logged)
        log().info("corpus imported", corpus=different.name, articles=done.new, unread=done.unread)


def _logged(at: Progress) -> bool:
    """Say in the log how far an import is, every ten thousand articles."""
    if at.articles and at.articles % 10_000 == 0:
        log().info("importing", articles=at.articles, file=f"{at.files} of {at.of}")
    return True


def size(rules: Rules) -> str:
    """How much is configured, for an activity line."""
    return f"{len(rules.feeds)} feeds, {len(rules.watchlists)} watchlists, {len(rules.destinations)} destinations"
