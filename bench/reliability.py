"""Long runs of the crash tests: every kill point, every failing call, every power cut, days of random kills.

Usage: python bench/reliability.py PART ... [--scripts NAME,...] [--most N] [--every-call] [--cuts EVERY] [--draws N]
                                     [--acts ACT,...] [--days FIRST-LAST]

PART is kills, failures, cuts or random. Scripts are news, chores, flood, trouble, stories, and `drawn N` for any number
N. An ACT is how a call fails: io, locked, full, send, raise, fetch.
Each line is printed as soon as it is known; the status is 1 where a promise did not hold.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.conftest import MEMORY
from tests.crash.day import Tally, day_in, kill_at_random
from tests.crash.driver import Garage
from tests.crash.nursery import Nursery
from tests.crash.picks import CODE_POINTS, Point, kill_points, telling
from tests.crash.powercut import cuts
from tests.crash.scripts import SCRIPTS, script_of
from tests.crash.stage import Stage
from tests.crash.world import World

ACTS = {
    "io": ("statement", "write wal", "sync wal", "write db", "sync db", "create recent", "write recent", "sync recent"),
    "locked": ("statement",),
    "full": ("write wal",),
    "send": ("deliver",),
    "raise": ("deliver",),
    "fetch": ("submit",),
}
SHOWN_EVERY = 200
KILLS_A_DAY = 40
SHARE = 0.3
"""Of the tries that receivers fail in days of random kills, half of them after they took the message."""
SPEED = 20


@contextmanager
def room() -> Iterator[Path]:
    root = Path(mkdtemp(prefix="monitor-reliability-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    try:
        yield root
    finally:
        shutil.rmtree(root)


@contextmanager
def staged(script: str) -> Iterator[Stage]:
    with room() as root:
        (root / "life").mkdir()
        with Nursery(root / "log") as nursery, World(root / "life", script_of(script)) as world:
            stage = Stage(root, script, nursery, world)
            stage.rehearse()
            yield stage


def report(what: str, begun: float, wrong: Sequence[str]) -> None:
    print(f"{what}; {perf_counter() - begun:.0f} s, {len(wrong)} wrong", flush=True)
    for line in wrong[:20]:
        print(f"  {line}", flush=True)


def kills(stage: Stage, points: Sequence[Point]) -> list[str]:
    begun, wrong = perf_counter(), []
    for number, point in enumerate(points, 1):
        wrong += stage.kill(point)
        if number % SHOWN_EVERY == 0:
            report(f"{stage.name}: {number} points so far, {stage.kills} killed", begun, wrong)
    labels = ", ".join(f"{label} {n}" for label, n in Counter(point[1] for point in points).most_common())
    done = f"{len(points)} points, {stage.kills} killed, {stage.played_out} played to the end"
    report(f"{stage.name}: kill -9: {done} ({labels})", begun, wrong)
    return wrong


def failures(stage: Stage, act: str, points: Sequence[Point]) -> list[str]:
    begun, wrong, stage.played_out, stage.fired = perf_counter(), list[str](), 0, 0
    for number, point in enumerate(points, 1):
        wrong += stage.fail(act, point)
        if number % SHOWN_EVERY == 0:
            report(f"{stage.name}: {number} of {len(points)} failures so far ({act})", begun, wrong)
    done = f"{len(points)}, of which {stage.fired} came, {stage.played_out} played to the end"
    report(f"{stage.name}: one call fails ({act}): {done}", begun, wrong)
    return wrong


def power_cuts(stage: Stage, every: int, draws: int, mutant: str = "") -> list[str]:
    begun, history, folder = perf_counter(), stage.record(mutant), stage.root / "cut"
    folder.mkdir(exist_ok=True)
    found = [(cut.at, cut.way, cut.wrong(folder)) for cut in cuts(history, every, draws=draws)]
    wrong = [f"{at}, {way}: {lines[0]}" for at, way, lines in found if lines]
    report(f"{stage.name}: power cuts {mutant and f'({mutant}: must be wrong)'}: {len(found)}", begun, wrong)
    return [] if mutant else wrong


def random_day(garage: Garage, seed: int) -> Tally | str:
    """What came of one day of the real daemon, or what was wrong with it."""
    with room() as root, day_in(root, garage, share=SHARE, speed=SPEED, seed=seed) as day:
        try:
            return kill_at_random(day, KILLS_A_DAY, seed=seed)
        except AssertionError as error:
            return str(error)


def random_kills(days: range) -> list[str]:
    begun, tallies, wrong = perf_counter(), [], []
    with Garage() as garage:
        for seed in days:
            found = random_day(garage, seed)
            print(f"day {seed}: {found}", flush=True)
            if isinstance(found, Tally):
                tallies.append(found)
            else:
                wrong.append(f"day {seed}: {found}")
    killed, stories = sum(each.kills for each in tallies), sum(each.stories for each in tallies)
    repeats = sum((Counter(each.repeats) for each in tallies), Counter())
    lies = sum((Counter(each.lies) for each in tallies), Counter())
    what = f"{killed} kills, {stories} stories to 2 destinations, once more: {dict(repeats)}, lies: {dict(lies)}"
    report(f"random kills: {what}", begun, wrong)
    return wrong


def played(stage: Stage, given: argparse.Namespace) -> list[str]:
    wrong: list[str] = []
    if "kills" in given.part:
        points = kill_points(stage.points)
        wrong += kills(stage, points if given.every_call else telling(points, given.most))
    for act in given.acts.split(",") if "failures" in given.part else ():
        points = stage.failing(ACTS[act], for_long=act == "full")
        whole = CODE_POINTS if given.every_call else ()
        wrong += failures(stage, act, telling(points, given.most, seed=9, whole=whole))
    if "cuts" in given.part:
        wrong += power_cuts(stage, given.cuts, given.draws)
        power_cuts(stage, given.cuts * 20, 1, "syncs now and then")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="+", choices=("kills", "failures", "cuts", "random"))
    parser.add_argument(
        "--scripts", default=",".join(SCRIPTS), help="which scripts are played; default: all but drawn ones"
    )
    parser.add_argument("--most", type=int, default=100_000, help="points of each kind in each script, at most")
    parser.add_argument("--cuts", type=int, default=1, help="a cut before every n-th sync and after every n-th promise")
    parser.add_argument("--draws", type=int, default=4, help="how often what survives a cut is drawn by lot")
    parser.add_argument(
        "--every-call",
        action="store_true",
        help="take every call; of failing writes of one commit still the first, the last, one between",
    )
    parser.add_argument("--acts", default=",".join(ACTS), help="what fails")
    parser.add_argument("--days", default="0-50", help="seeds of the days of random kills, the last left out")
    given = parser.parse_args()
    wrong: list[str] = []
    for script in given.scripts.split(",") if set(given.part) - {"random"} else ():
        with staged(script) as stage:
            wrong += played(stage, given)
    if "random" in given.part:
        wrong += random_kills(range(*map(int, given.days.split("-"))))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
