"""Story grouping beside what others use, on the labelled files beside the project, in one run.

python -m bench.stories.compare            prints the table
python -m bench.stories.compare --write    puts it into docs/reference/stories.md too, and draws it beside it
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass

from bench.stories.methods import PEERS, Missing
from bench.stories.page import PICTURE, ROOT, keep_table
from bench.stories.picture import drawn
from monitor.evaluate import Replay, arrivals
from monitor.labelled import LabelledEntry, read_labelled
from monitor.model.story import Relation
from monitor.stories.metrics import Grouping, grouping

DATA = ROOT.parent / "shared" / "data" / "stories"
FILES = ("lede_5h", "uci_headlines", "ecbplus", "basil")
OURS = "monitor"
ROUNDS = 3
"""Each method is timed so often, and the quickest counts."""
STEPS = [n / 100 for n in range(6, 101, 2)]


@dataclass
class Run:
    """One method over all files: figures by file, seconds of processor time, bytes kept after the largest."""

    name: str
    threshold: float | None
    figures: list[Grouping]
    seconds: float
    kept: int


def rows_of(name: str) -> Sequence[LabelledEntry]:
    return read_labelled(DATA / f"{name}.jsonl").entries


def ours(rows: Sequence[LabelledEntry]) -> tuple[object, list, list, list]:
    """The labels, the stories as they stand at the end, and which entries opened one when they came."""
    replay, labels, entries, opened = Replay(), [], [], []
    for row, feed, entry, now in arrivals(rows):
        made = replay.take(feed, entry, now)
        if not made.entries or made.entries[0].kinship is None:
            continue
        kin = made.entries[0].kinship
        labels.append(row.cluster)
        entries.append(made.entries[0].entry.id)
        opened.append(kin.relation is Relation.FIRST)
    return replay, labels, [replay.story_of[entry] for entry in entries], opened


def nearest(make, rows: Sequence[LabelledEntry]) -> tuple[object, list, list]:
    """The labels, and for each entry the nearest earlier one."""
    method, labels, found = make(), [], []
    for row, _, entry, _ in arrivals(rows):
        labels.append(row.cluster)
        found.append(method.take(entry.title, entry.body or entry.summary))
    return method, labels, found


def joined(labels: list, found: list, threshold: float) -> Grouping:
    stories: list[int] = []
    for at, (near, score) in enumerate(found):
        stories.append(stories[near] if near is not None and score >= threshold else at)
    return grouping(labels, stories, [story == at for at, story in enumerate(stories)])


def measured(work) -> tuple[list, float]:
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        found = [work(rows_of(name)) for name in FILES]
        taken.append(time.process_time() - start)
    return found, min(taken)


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


def run_peer(name: str) -> Run | str:
    """The peer at the threshold whose mean pair F1 over these very files is best; or why it cannot be asked."""
    try:
        PEERS[name]()
    except Missing as why:
        return str(why)
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
        if isinstance(run, str):
            lines.append([name, run, *["–"] * (len(head) - 2)])
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
        keep_table(found)
        PICTURE.write_text(drawn(found), "utf-8")


if __name__ == "__main__":
    main()
