"""Story grouping beside what others use, on the labelled files beside the project, in one run.

python -m bench.stories.compare            prints the table
python -m bench.stories.compare --write    puts it into docs/reference/stories.md too
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

from bench.stories.methods import PEERS
from monitor.evaluate import Replay, _arrivals
from monitor.model.story import Relation
from monitor.stories.metrics import Grouping, grouping

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "stories"
PAGE = ROOT / "docs" / "reference" / "stories.md"
FILES = ("lede_5h", "uci_headlines", "ecbplus", "basil")
OURS = "monitor"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
STEPS = [n / 100 for n in range(6, 101, 2)]


@dataclass
class Run:
    """One method over all files: figures by file, seconds of processor time, bytes kept after the largest."""

    name: str
    threshold: float | None
    figures: list[Grouping]
    seconds: float
    kept: int


def rows_of(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def ours(rows: list[dict]) -> tuple[object, list, list, list]:
    replay, labels, stories, opened = Replay(), [], [], []
    for row, feed, entry, now in _arrivals(rows):
        made = replay.take(feed, entry, now)
        if not made.entries or made.entries[0].kinship is None:
            continue
        kin = made.entries[0].kinship
        labels.append(row["cluster"])
        stories.append(kin.story_id)
        opened.append(kin.relation is Relation.FIRST)
    return replay, labels, stories, opened


def nearest(make, rows: list[dict]) -> tuple[object, list, list]:
    """The labels, and for each entry the nearest earlier one."""
    method, labels, found = make(), [], []
    for row, _, entry, _ in _arrivals(rows):
        labels.append(row["cluster"])
        found.append(method.take(entry.title, entry.body or entry.summary))
    return method, labels, found


def joined(labels: list, found: list, threshold: float) -> Grouping:
    stories: list[int] = []
    for at, (near, score) in enumerate(found):
        stories.append(stories[near] if near is not None and score >= threshold else at)
    return grouping(labels, stories, [story == at for at, story in enumerate(stories)])


def measured(work) -> tuple[list, float]:
    start = time.process_time()
    found = [work(rows_of(name)) for name in FILES]
    return found, time.process_time() - start


def kept(work) -> int:
    """Bytes that the method holds after the largest file."""
    rows = rows_of("uci_headlines")
    gc.collect()
    tracemalloc.start()
    held = work(rows)[0]
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del held
    return size


def run_ours() -> Run:
    found, seconds = measured(ours)
    return Run(OURS, None, [grouping(*rest) for _, *rest in found], seconds, kept(ours))


def run_peer(name: str) -> Run | None:
    """The peer at the threshold whose mean pair F1 over these very files is best; None where it is not installed."""
    try:
        PEERS[name]()
    except ImportError:
        return None
    found, seconds = measured(lambda rows: nearest(PEERS[name], rows))
    by_step = {step: [joined(labels, near, step) for _, labels, near in found] for step in STEPS}
    best = max(STEPS, key=lambda step: sum(each.f1 for each in by_step[step]))
    return Run(name, best, by_step[best], seconds, kept(lambda rows: nearest(PEERS[name], rows)))


def table() -> str:
    mine = run_ours()
    runs = {OURS: mine, **{name: run_peer(name) for name in PEERS}}
    head = ["method", "threshold", *FILES, "speed", "kept"]
    lines = [head, ["---"] * len(head)]
    for name, run in runs.items():
        if run is None:
            lines.append([name, "not installed", *["–"] * (len(head) - 2)])
            continue
        cells = [f"{f.f1:.2f} · {f.b3:.2f} · {f.swallowed:.0%} · {f.repeats:.0%}" for f in run.figures]
        speed = f"× {mine.seconds / run.seconds:.1f}"
        lines.append(
            [
                name,
                _threshold(run),
                *cells,
                speed,
                f"{run.kept / 1e6:.1f} MB",
            ]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _threshold(run: Run) -> str:
    if run.threshold is None:
        return "built in"
    return "–" if run.name == "exact title" else f"{run.threshold:.2f}"


def main() -> None:
    found = table()
    print(found)
    if "--write" in sys.argv:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{found}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
