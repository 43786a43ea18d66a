"""The program with one order turned wrong: each must be caught by the harness, or the harness is worth nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from monitor.model.alert import DeliveryState, Settlement
from monitor.places import Places
from monitor.program import App
from monitor.store import commit as commits
from monitor.store import dialect, files, kept
from monitor.store import outbox as boxes
from monitor.store import store as stores
from monitor.store.commit import write_plan
from monitor.store.outbox import Outbox, due_rows
from monitor.store.pages import Pages
from monitor.store.recall import Recall
from monitor.store.rows import value_of
from monitor.store.store import Store


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong order."""

    on_start: Callable[[], None] = lambda: None
    on_app: Callable[[App], None] | None = None
    points: tuple[str, ...] = ("sync wal", "wire")
    """Labels of the points that are tried; none: the power is cut instead."""
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
    stores.release_deliveries = lambda _connection, _now: 0


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


def told_forgotten_at_a_merger() -> None:
    """Who was told of the younger story alone is not known to have been told of both."""
    merge = Places._merge

    def merging(self, older, younger):
        for key in [key for key in self.told if key[1] == younger.id]:
            del self.told[key]
        merge(self, older, younger)

    Places._merge = merging


def told_of_the_old_part_only() -> None:
    """Of the part that a story leaves, nobody is known to have been told."""
    split = Places._split

    def splitting(self, regrouping, members):
        split(self, regrouping, members)
        for key in [key for key in self.told if key[1] == regrouping.other_id]:
            del self.told[key], self.retold[key]

    Places._split = splitting


def merger_before_what_was_told() -> None:
    """That two stories are one is written first, and then who was told of them."""

    def commit(self, plan):
        with self._database.write() as connection:
            commits._regroup(connection, plan)
        with self._database.write() as connection:
            write_plan(connection, plan)

    Store.commit = commit


def merger_after_its_mail() -> None:
    """What is to be told is written first, and then that two stories are one."""

    def commit(self, plan):
        with self._database.write() as connection:
            write_plan(connection, replace(plan, regroupings=()))
        with self._database.write() as connection:
            write_plan(connection, plan)

    Store.commit = commit


def page_settled_before_it_is_judged() -> None:
    """An article is put aside as read, and then it is written what it changed."""
    settle = Pages.settle

    def settling(self, entry_id, at, found, changed):
        settle(self, entry_id, at, found, None)
        settle(self, entry_id, at, found, changed)

    Pages.settle = settling


def believed_whatever_it_is() -> None:
    """What lies where the recent entries are kept is taken for them."""

    def read(self, name):
        path = self.database.folder / name
        return path.read_bytes() if path.exists() else b""

    kept.Kept.read = read


def kept_in_place() -> None:
    """The recent entries are written over those that were kept before, and believed."""

    def write_whole(path, pieces):
        with files.open(path, "wb", opener=files._for_the_owner) as file:
            file.writelines(pieces)
            os.fsync(file.fileno())

    kept.write_whole = write_whole
    believed_whatever_it_is()


def renamed_before_it_is_synced() -> None:
    """The recent entries get their name, and then they are put on the disk; and they are believed."""

    def write_whole(path, pieces):
        unfinished = path.with_name(path.name + ".unfinished")
        with files.open(unfinished, "wb", opener=files._for_the_owner) as file:
            file.writelines(pieces)
            unfinished.replace(path)
            os.fsync(file.fileno())

    kept.write_whole = write_whole
    believed_whatever_it_is()


def recalled_in_no_order() -> None:
    """What came after the recent entries were kept is remembered in another order after a restart."""
    neighbours = Recall.neighbours
    Recall.neighbours = lambda self, ids: iter(list(neighbours(self, ids))[::-1])


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
    "told forgotten at a merger": Mutant(
        on_start=told_forgotten_at_a_merger, points=("sync wal",), script="stories", step="merger"
    ),
    "told of the old part only": Mutant(
        on_start=told_of_the_old_part_only, points=("sync wal",), script="stories", step="split"
    ),
    "merger before what was told": Mutant(
        on_start=merger_before_what_was_told, points=("sync wal",), script="stories", step="merger"
    ),
    "merger after its mail": Mutant(
        on_start=merger_after_its_mail, points=("sync wal",), script="stories", step="merger"
    ),
    "page settled before it is judged": Mutant(
        on_start=page_settled_before_it_is_judged, points=("sync wal",), script="stories", step="page"
    ),
    "kept in place": Mutant(on_start=kept_in_place, points=("write recent",), script="stories", step="storm"),
    "renamed before it is synced": Mutant(on_start=renamed_before_it_is_synced, points=(), script="stories"),
    "recalled in no order": Mutant(on_start=recalled_in_no_order, points=("wire",), script="stories", step="storm"),
    "released row by row": Mutant(on_start=released_row_by_row, points=("sync wal",), script="flood", step="release"),
}
