"""The composition root: the only place that builds things, and the owner of the clock.

Flow.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TextIO

from monitor.alerts.notify import Sender
from monitor.config.configuration import Configuration
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.corpus.following import open_index
from monitor.corpus.keeping import Corpora, fill
from monitor.deliver.deliveries import Deliveries
from monitor.feeds.fetch import Fetcher
from monitor.feeds.worker import PAGES, ParseWorker
from monitor.in_force import rules_of, size
from monitor.ingest import Ingest
from monitor.pages import Pages
from monitor.program import App, catch_up
from monitor.store.lock import lock_state
from monitor.store.room import Room
from monitor.store.store import Store
from monitor.telemetry import REDACTOR, log
from monitor.timing import Clock

FETCH_DEADLINE = timedelta(seconds=20)


def clock() -> datetime:
    """The present instant; the only place in the program where the wall clock is read."""
    return datetime.now(UTC)


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
        collect_seldom()
        log().info("ready", remembered=remembered, size=size(rules))
        app = App(
            settings=settings,
            environment=environment,
            store=store,
            ingest=ingest,
            deliveries=deliveries,
            configuration=configuration,
            clock=clock,
            corpora=Corpora(store=store, present=store.corpora.list()),
            room=Room(settings.state),
            pages=Pages(ingest=ingest, read=stack.enter_context(ParseWorker(child=PAGES)).parse),
        )
        ingest.after_commit = app.after_commit
        yield app


def collect_seldom() -> None:
    """Let the collector of cycles look seldom, and never again at what is in memory by now: that stays for days."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def sender(stream: TextIO = sys.stdout) -> Sender:
    """What speaks to the services; `console://` prints to `stream`."""
    return Sender(stream=stream)


def _wake(store: Store, configuration: Configuration, now: datetime) -> None:
    """Bring the state to where a process that has just started may go on."""
    store.release_all(now)
    catch_up(store, now)
    fill(store, configuration.corpora)
    store.feeds.sync(configuration.feeds, now)
