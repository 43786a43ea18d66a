"""Long runs of the crash tests: every kill point, every failing call, every power cut; prints one line of figures for each.

Usage: python bench/reliability.py [--every-call] [--kills N] [--failures N] [--cuts EVERY]   (0 leaves a part out)
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.nursery import Nursery
from tests.crash.powercut import cuts
from tests.crash.stage import Stage, kill_points, telling
from tests.crash.world import World

MEMORY = Path("/dev/shm")
ACTS = {
    "io": ("statement", "write wal", "sync wal", "write db", "sync db"),
    "locked": ("statement",),
    "full": ("write wal",),
    "send": ("deliver",),
    "raise": ("deliver",),
    "fetch": ("submit",),
}


@contextmanager
def staged(script: str) -> Iterator[Stage]:
    root = Path(mkdtemp(prefix="monitor-reliability-", dir=MEMORY if MEMORY.is_dir() else None))
    (root / "life").mkdir()
    try:
        with Nursery(root / "log") as nursery, World(root / "life", script) as world:
            stage = Stage(root, script, nursery, world)
            stage.rehearse()
            yield stage
    finally:
        shutil.rmtree(root)


def report(what: str, begun: float, done: int, wrong: list[str]) -> None:
    print(f"{what}: {done} in {perf_counter() - begun:.0f} s, {len(wrong)} wrong", flush=True)
    for line in wrong[:20]:
        print(f"  {line}", flush=True)


def kills(stage: Stage, most: int, *, every_call: bool) -> list[str]:
    begun, points = perf_counter(), kill_points(stage.points)
    if not every_call:
        points = telling(points, most)
    wrong = [line for point in points for line in stage.kill(point)]
    labels = ", ".join(f"{label} {n}" for label, n in Counter(point[1] for point in points).most_common())
    report(f"{stage.script}: kill -9 ({labels}), {stage.played_out} played to the end", begun, len(points), wrong)
    return wrong


def failures(stage: Stage, act: str, most: int) -> list[str]:
    begun = perf_counter()
    points = telling(stage.failing(ACTS[act], for_long=act == "full"), most, seed=9)
    wrong = [line for point in points for line in stage.fail(act, point)]
    report(f"{stage.script}: one call fails ({act})", begun, len(points), wrong)
    return wrong


def power_cuts(stage: Stage, every: int, mutant: str = "") -> list[str]:
    begun, history, folder = perf_counter(), stage.record(mutant), stage.root / "cut"
    folder.mkdir(exist_ok=True)
    found = [(cut.at, cut.way, cut.wrong(folder)) for cut in cuts(history, every)]
    wrong = [f"{at}, {way}: {lines[0]}" for at, way, lines in found if lines]
    report(f"{stage.script}: power cuts {mutant and f'({mutant}: must be wrong)'}", begun, len(found), wrong)
    return [] if mutant else wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=2_000, help="kill points of each script, at most")
    parser.add_argument("--failures", type=int, default=150, help="failing calls of each kind, at most")
    parser.add_argument("--cuts", type=int, default=1, help="a cut before every n-th sync and after every n-th promise")
    parser.add_argument("--every-call", action="store_true", help="kill at every call, not only at the telling ones")
    given = parser.parse_args()
    wrong: list[str] = []
    for script in ("news", "chores"):
        with staged(script) as stage:
            wrong += kills(stage, given.kills, every_call=given.every_call) if given.kills else []
            for act in ACTS if given.failures else ():
                wrong += failures(stage, act, given.failures)
            if given.cuts and script == "news":
                wrong += power_cuts(stage, given.cuts)
                power_cuts(stage, given.cuts * 20, "syncs now and then")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
