"""The outbox with many rows in it, and the way from a match to its provider.

    python bench/delivery.py outbox [--queued N]       claim and settle, memory, against a plain table
    python bench/delivery.py providers [--seconds N]   five destinations, then three of them hang

`outbox` claims and settles 100 rows at a time, each a transaction that is on the disk. Its peer is the queue that
programs of this kind mostly have: one table, rows looked up by state and put in order, one transaction for each row
that is settled. How long the disk takes for one synced write stands beside, since each claim and settlement waits for
one.

`providers` runs the real daemon in a process of its own between papers, a mail server and webhooks on loopback; each
alert's time is counted from the instant it was decided to the instant its provider had all of it. Its peer gives the
same number of messages to one Apprise object that holds all five addresses.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.providers import measure_providers  # noqa: E402  the script's own folder is on the path, its parent is not
from monitor.model.alert import DeliveryState, Settlement  # noqa: E402
from monitor.model.ids import EntryId, story_id  # noqa: E402
from monitor.store.store import Store  # noqa: E402
from tests.store.samples import FEED, NOW, a_delivery, a_plan, an_alert, an_entry  # noqa: E402

AT_ONCE = 2_000
CLAIM = 100
ROUNDS = 200
PEER_ROUNDS = 10
LEASE = timedelta(minutes=15)
LATER = NOW + timedelta(days=1)


@contextmanager
def a_folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="monitor-delivery-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def figures(what: str, taken: list[float]) -> str:
    ordered = sorted(taken)
    middle, high = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return f"{what} p50 {middle * 1e3:.1f} p99 {high * 1e3:.1f} max {ordered[-1] * 1e3:.1f} ms"


def timed(work: Callable[[], object], taken: list[float]) -> object:
    begun = perf_counter()
    done = work()
    taken.append(perf_counter() - begun)
    return done


def synced_writes(folder: Path) -> list[float]:
    taken: list[float] = []
    with (folder / "synced").open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(4096))
            timed(lambda: os.fdatasync(file.fileno()), taken)
    return taken


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def queue_up(folder: Path, queued: int) -> None:
    with Store.open(folder, daemon=True) as store:
        store.feeds.sync([FEED], NOW)
        for start in range(0, queued, AT_ONCE):
            alerts, rows = [], []
            for number in range(start, min(start + AT_ONCE, queued)):
                at = NOW + timedelta(milliseconds=number)
                alert = an_alert(story_id(EntryId(f"e{number}")), an_entry(str(number)), at=at)
                alerts.append(alert)
                rows.append(a_delivery(alert.id, due_at=at, created_at=at))
            store.commit(a_plan(alerts=tuple(alerts), deliveries=tuple(rows), stories=()))


def drain(folder: Path) -> None:
    """What one lane does with the outbox, in this process alone; prints its figures."""
    with Store.open(folder, daemon=True) as store:
        claims: list[float] = []
        reads: list[float] = []
        settles: list[float] = []
        before = 0.0
        for number in range(ROUNDS):
            claimed = timed(lambda: store.outbox.claim("desk", LATER, LEASE, CLAIM), claims)
            if not claimed:
                break
            timed(lambda rows=claimed: store.outbox.parcel(rows), reads)
            sent = [Settlement(delivery_id=d.id, state=DeliveryState.SENT, due_at=d.due_at) for d in claimed]
            timed(lambda rows=sent: store.outbox.settle(rows, LATER), settles)
            before = before or (resident_mb() if number == 4 else 0.0)
        print(f"  {figures('claim of 100', claims)}; {figures('settle of 100', settles)}; {figures('read', reads)}")
        print(f"  memory {before:.0f} MB after five claims, {resident_mb():.0f} MB after {len(claims)}")
        store.outbox.claim("desk", LATER, LEASE, 1)
        one = [timed(lambda: store.outbox.claim("desk", LATER, LEASE, 1), claims) for _ in range(50)]
        print(f"  {figures('claim of 1', claims[-len(one) :])}")


def drain_peer(folder: Path, queued: int) -> None:
    """The same, by a plain table."""
    with closing(sqlite3.connect(folder / "peer.db", isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE queue (id INTEGER PRIMARY KEY, name TEXT, body TEXT, state TEXT, due REAL)")
        rows = (("desk", json.dumps({"headline": f"Story {n}" * 30}), "waiting", float(n)) for n in range(queued))
        database.execute("BEGIN")
        database.executemany("INSERT INTO queue (name, body, state, due) VALUES (?, ?, ?, ?)", rows)
        database.execute("COMMIT")
        claims: list[float] = []
        settles: list[float] = []
        for _ in range(PEER_ROUNDS):
            rows = timed(lambda: _take(database), claims)
            timed(lambda taken=rows: _settle(database, taken), settles)
        print(f"  {figures('claim of 100', claims)}; {figures('settle of 100', settles)}")


def _take(database: sqlite3.Connection) -> list[int]:
    found = database.execute("SELECT id, body FROM queue WHERE state = 'waiting' ORDER BY due LIMIT 100").fetchall()
    database.execute("BEGIN IMMEDIATE")
    database.executemany("UPDATE queue SET state = 'sending' WHERE id = ?", [(row[0],) for row in found])
    database.execute("COMMIT")
    return [row[0] for row in found]


def _settle(database: sqlite3.Connection, rows: list[int]) -> None:
    for row in rows:
        database.execute("UPDATE queue SET state = 'sent' WHERE id = ?", (row,))


def measure_outbox(queued: int) -> None:
    for many in (1_000, queued):
        with a_folder() as folder:
            queue_up(folder / "state", many)
            print(f"{many:,} queued:", flush=True)
            subprocess.run([sys.executable, __file__, "drain", str(folder / "state")], check=True)
    with a_folder() as folder:
        print(f"{queued:,} in a plain table; {figures('one synced write', synced_writes(folder))}:")
        drain_peer(folder, queued)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("outbox", "providers", "drain"))
    parser.add_argument("folder", nargs="?", type=Path, help="for drain")
    parser.add_argument("--queued", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=60, help="of each play")
    given = parser.parse_args()
    match given.part:
        case "outbox":
            measure_outbox(given.queued)
        case "providers":
            measure_providers(given.seconds)
        case "drain":
            drain(given.folder)


if __name__ == "__main__":
    main()
