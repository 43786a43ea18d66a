"""The program with one order turned wrong: each must be caught by the harness, or the harness is worth nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from monitor.app import App
from monitor.model.alert import DeliveryState, Settlement
from monitor.store import commit as commits
from monitor.store import dialect
from monitor.store import outbox as boxes
from monitor.store import store as stores
from monitor.store.commit import write_plan
from monitor.store.outbox import Outbox, due_rows
from monitor.store.rows import value_of
from monitor.store.store import Store


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong order."""

    on_start: Callable[[], None] = lambda: None
    on_app: Callable[[App], None] | None = None
    points: tuple[str, ...] = ("sync wal", "wire")
    """Labels of the points that are tried."""
    step: str = "news"
    script: str = "news"


def validators_before_entries() -> None:
    """The feed's next state is stored first, what the feed said afterwards."""

    def commit(self, plan):
        with self._database.write() as connection:
            write_plan(
                connection, replace(plan, entries=(), stories=(), outcomes=(), alerts=(), deliveries=(), told=())
            )
        with self._database.write() as connection:
            write_plan(connection, plan)

    Store.commit = commit


def entry_before_its_outbox_row() -> None:
    """Entries are stored in one transaction, what is to be told of them in another."""

    def commit(self, plan):
        with self._database.write() as connection:
            write_plan(connection, replace(plan, deliveries=()))
        with self._database.write() as connection:
            commits.write_outbox(connection, plan.notices, plan.deliveries)

    Store.commit = commit


def sent_before_send(app: App) -> None:
    """Rows are marked as sent when they are claimed."""
    claim = Outbox.claim

    def claiming(self, destination, now, lease, limit, **options):
        rows = claim(self, destination, now, lease, limit, **options)
        done = [Settlement(delivery_id=row.id, state=DeliveryState.SENT, due_at=row.due_at) for row in rows]
        self.settle(done, now)
        return rows

    Outbox.claim = claiming


def send_before_claim(app: App) -> None:
    """Rows are read and sent; only what came of it is written."""

    def claim(self, destination, now, lease, limit, **_options):
        with self.database.read() as connection:
            found = [value_of(boxes.Delivery, row) for row in connection.execute(due_rows(destination, now, limit))]
        return [replace(row, state=DeliveryState.SENDING, attempts=row.attempts + 1) for row in found]

    def _settle(connection, settlements, now, plain=boxes._settle):
        ids = [settlement.delivery_id for settlement in settlements]
        sending = boxes.update(boxes.deliveries).where(boxes.deliveries.c.id.in_(ids))
        connection.execute(sending.values(state=DeliveryState.SENDING))
        plain(connection, settlements, now)

    Outbox.claim, boxes._settle = claim, _settle


def new_id_for_each_try(app: App) -> None:
    """A message gets its id when it is sent."""
    send = app.deliveries.send
    app.deliveries.send = lambda destination, message: send(destination, replace(message, id=uuid4().hex))


def leases_never_released() -> None:
    """What was being sent when the process died stays so."""
    stores.release_deliveries = lambda _connection: 0


def settled_at_the_end() -> None:
    """What came of the tries is written when all rows of a claim were tried."""
    settle, kept = Outbox.settle, []

    def settling(self, settlements, now, *arguments, **options):
        kept.extend(settlements)

    claim = Outbox.claim

    def claiming(self, destination, now, lease, limit, **options):
        done, kept[:] = list(kept), []
        settle(self, done, now)
        return claim(self, destination, now, lease, limit, **options)

    Outbox.settle, Outbox.claim = settling, claiming


def released_row_by_row() -> None:
    """What the flood breaker holds is released in as many transactions as there are rows."""

    def release(self, held, now):
        waits = boxes.select(boxes.deliveries.c.id).where(boxes.deliveries.c.held == held)
        with self.database.read() as connection:
            ids = list(connection.scalars(waits))
        for id_ in ids:
            with self.database.write() as connection:
                boxes._change(connection, [id_], {"due_at": now, "held": "released"})
        return len(ids)

    Outbox.release = release


def sync_now_and_then() -> None:
    """A commit is not on the disk when it is reported."""
    plain = dialect._engine

    def engine(path, pragmas, begin, **size):
        lazy = [pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in pragmas]
        return plain(path, lazy, begin, **size)

    dialect._engine = engine


MUTANTS = {
    "": Mutant(),
    "syncs now and then": Mutant(on_start=sync_now_and_then, points=()),
    "validators before entries": Mutant(on_start=validators_before_entries, points=("sync wal",), step="answer lost"),
    "entry before its outbox row": Mutant(on_start=entry_before_its_outbox_row, points=("sync wal",)),
    "sent before send": Mutant(on_app=sent_before_send, points=("wire",)),
    "send before claim": Mutant(on_app=send_before_claim, points=("sync wal",)),
    "a new id for each try": Mutant(on_app=new_id_for_each_try, points=("sync wal",)),
    "leases never released": Mutant(on_start=leases_never_released, points=("wire",)),
    "settled at the end": Mutant(on_start=settled_at_the_end, points=("wire",)),
    "released row by row": Mutant(on_start=released_row_by_row, points=("sync wal",), script="flood", step="release"),
}
