"""What a disk holds after the power went out, and what the program had promised by then.

What was synced is there. Of what was written since, anything may be there: nothing, all, some of it in any order, a
write cut off at a sector. Creating and deleting files counts as done when it is done; SQLite syncs the folder itself.
A new name is safe from the next of these, or the next sync of whatever file, on.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.recent import FILE
from tests.crash.disk import Call

SECTOR = 512
UNSETTLED = ("waiting", "sending")
UNFINISHED = f"{FILE}.unfinished"
FILES = ("monitor.db", "monitor.db-wal", "monitor.db-journal", FILE, UNFINISHED)


@dataclass(slots=True)
class Drive:
    """The files of the state folder, and what of them is not yet safe."""

    safe: dict[str, bytes] = field(default_factory=dict)
    pending: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> None:
        if call.kind == "rename":
            self.pending.append(call)
            return
        if call.kind in ("sync", "create", "delete"):
            self._settle_names()
        name = Path(call.path).name
        match call.kind:
            case "sync":
                self.safe[name] = applied(self.safe.get(name, b""), self._forget(call.path))
            case "create":
                self._forget(call.path)
                self.safe[name] = b""
            case "delete":
                self._forget(call.path)
                self.safe.pop(name, None)
            case _:
                self.pending.append(call)

    def _forget(self, path: str) -> list[Call]:
        """The unsafe writes to a file, which are none any more."""
        mine = [each for each in self.pending if each.path == path]
        self.pending = [each for each in self.pending if each.path != path]
        return mine

    def _settle_names(self) -> None:
        """Every file has its new name for good; what was written to it is as unsafe as before."""
        for call in [each for each in self.pending if each.kind == "rename"]:
            self.pending.remove(call)
            new = os.fsdecode(call.data)
            _rename(self.safe, call)
            self._forget(new)
            self.pending = [replace(each, path=new) if each.path == call.path else each for each in self.pending]

    def is_unsure_of(self, name: str) -> bool:
        return any(Path(os.fsdecode(c.data) if c.kind == "rename" else c.path).name == name for c in self.pending)

    def after(self, survived: Sequence[Call]) -> dict[str, bytes]:
        """The files when of the unsafe writes only these came through."""
        files = dict(self.safe)
        for call in survived:
            name = Path(call.path).name
            if call.kind == "rename":
                _rename(files, call)
            else:
                files[name] = applied(files.get(name, b""), [call])
        return files


def _rename(files: dict[str, bytes], call: Call) -> None:
    files[Path(os.fsdecode(call.data)).name] = files.pop(Path(call.path).name, b"")


def applied(content: bytes, calls: Sequence[Call]) -> bytes:
    grown = bytearray(content)
    for call in calls:
        if call.kind == "truncate":
            del grown[call.offset :]
            continue
        grown.extend(bytes(max(0, call.offset - len(grown))))
        grown[call.offset : call.offset + len(call.data)] = call.data
    return bytes(grown)


@dataclass(slots=True)
class Promises:
    """What the store had reported as done."""

    entries: set[str] = field(default_factory=set)
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    """State and attempts last reported of each row of the outbox."""
    tried: list[tuple[str, str, str]] = field(default_factory=list)
    step: int = 0

    def note(self, event: tuple) -> None:
        match event:
            case ("step", step):
                self.step = step
            case ("committed", entries, deliveries):
                self.entries |= set(entries)
                for delivery in deliveries:
                    self.rows.setdefault(delivery, ("waiting", 0))
            case ("claimed", rows):
                self.rows.update({id_: ("sending", attempts) for id_, attempts in rows})
            case ("settling", ids):
                self.rows.update(dict.fromkeys(ids, ("waiting", 0)))
            case ("settled", rows):
                self.rows.update({id_: (state, 0) for id_, state in rows})
            case ("forgetting",):
                self.entries.clear()
                self.rows = {id_: row for id_, row in self.rows.items() if row[0] in UNSETTLED}
            case ("tried", to, message, verdict):
                self.tried.append((to, message, verdict))

    def broken(self, database: sqlite3.Connection) -> list[str]:
        """The promises that this database does not keep."""
        entries = {row[0] for row in database.execute("select id from entries")}
        found = {row[0]: row[1:] for row in database.execute("select id, state, attempts from deliveries")}
        wrong = [f"entry {id_} forgotten" for id_ in self.entries - entries]
        for id_, (state, attempts) in self.rows.items():
            if id_ not in found:
                wrong.append(f"delivery {id_} forgotten")
            elif state in ("sent", "dead") and found[id_][0] != state:
                wrong.append(f"delivery {id_} was {state} and is {found[id_][0]}")
            elif state == "sending" and found[id_][1] < attempts:
                wrong.append(f"the begin of delivery {id_} is forgotten")
        return wrong


@dataclass(frozen=True, slots=True)
class Cut:
    """One moment at which the power went out, and one way in which the disk took it."""

    at: int
    way: str
    files: dict[str, bytes]
    promises: Promises

    def put(self, folder: Path) -> Path:
        for name in (*FILES, "monitor.db-shm"):
            (folder / name).unlink(missing_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder / "monitor.db"

    def wrong(self, folder: Path) -> list[str]:
        """What is wrong with the database that is found after this cut."""
        path = self.put(folder)
        with closing(sqlite3.connect(path)) as database:
            if not self.promises.rows and not self.promises.entries:
                return _unsound(database)
            try:
                return _unsound(database) or self.promises.broken(database)
            except sqlite3.OperationalError as error:
                return [str(error)]


def _unsound(database: sqlite3.Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in database.execute("pragma quick_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def cuts(history: list, every: int, *, seed: int = 1, draws: int = 1, amid: str = "") -> Iterator[Cut]:
    """A cut before every n-th sync and after every n-th promise, in as many ways as leave different files behind.

    Args:
        history: Calls on the disk, and promises, in order.
        every: 1: before each sync and after each promise.
        seed: Of the choices that are drawn.
        draws: How often each choice is drawn for one moment.
        amid: Only while it depends on the disk what lies under this name.
    """
    drive, promises, draw, moment = Drive(), Promises(), random.Random(seed), 0
    for at, each in enumerate(history):
        is_call = isinstance(each, Call)
        if is_call and Path(each.path).name not in FILES:
            continue
        is_sync = is_call and each.kind == "sync"
        if not is_call:
            promises.note(each)
        if is_sync or not is_call:
            moment += 1
            if moment % every == 0 and (not amid or drive.is_unsure_of(amid)):
                yield from _different(at, drive, promises, _ways(drive.pending, draw, draws))
        if is_call:
            drive.take(each)


def _different(at: int, drive: Drive, promises: Promises, ways: Iterable[tuple[str, list[Call]]]) -> Iterator[Cut]:
    kept = Promises(set(promises.entries), dict(promises.rows), list(promises.tried), promises.step)
    found: list[dict[str, bytes]] = []
    for way, survived in ways:
        files = drive.after(survived)
        if files not in found:
            found.append(files)
            yield Cut(at, way, files, kept)


def _ways(pending: list[Call], draw: random.Random, draws: int) -> Iterator[tuple[str, list[Call]]]:
    """Which of the unsafe writes come through."""
    yield "nothing", []
    yield "everything", pending
    for _ in range(draws if pending else 0):
        some = [call for call in pending if draw.random() < 0.5]
        missed = draw.choice(pending)
        yield "some", some
        yield "some, torn", [_torn(call, draw) for call in some]
        yield "all but one", [call for call in pending if call is not missed]
        yield "the last", pending[-1:]


def _torn(call: Call, draw: random.Random) -> Call:
    sectors = draw.randint(0, max(0, len(call.data) // SECTOR - 1))
    if call.kind != "write" or not sectors:
        return call
    return Call(call.kind, call.path, call.offset, call.data[: sectors * SECTOR])
