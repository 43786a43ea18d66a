"""Lives of the program on a stage: a reference without faults, then lives that are cut off, and what each must come to."""

from __future__ import annotations

import pickle
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from monitor.store import migrate
from tests.crash.nursery import Nursery
from tests.crash.points import Part
from tests.crash.powercut import Cut
from tests.crash.script import SCRIPTS
from tests.crash.world import Taken, World

Point = tuple[int, str, int]
"""Step, label, and which one of that label in that step, from 1."""
LATE_SECONDS = 2.0
UNSETTLED = ("waiting", "sending")
ARTICLES = 1200
V2 = '''"""One column more."""
import sqlalchemy
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", {head!r}, None, None
def upgrade():
    op.add_column("alerts", sqlalchemy.Column("mood", sqlalchemy.Text))
    op.execute("create table moods (name text primary key)")
    op.execute("insert into moods select id from alerts")
    op.create_index("moods_by_name", "moods", ["name"])
'''


@dataclass(slots=True)
class Snapshot:
    """The state folder and what receivers have, before a step."""

    folder: Path
    taken: list[Taken]


@dataclass(slots=True)
class Stage:
    """One script, played over and over in one folder."""

    root: Path
    script: str
    nursery: Nursery
    world: World
    snapshots: list[Snapshot] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)
    essences: list[list[str]] = field(default_factory=list)
    """What decides the future, after each step."""
    kills: int = 0
    expected_after: list[Counter[tuple[str, str]]] = field(default_factory=list)
    whole: bool = False
    """Play every life to the end of the script, also where after the step all is as in the reference."""
    played_out: int = 0

    @property
    def folder(self) -> Path:
        return self.root / "life"

    def part(self, first: int, **options) -> Part:
        edited = self.world.configuration(edited=True)
        return Part(folder=str(self.folder), script=self.script, first=first, edited=edited, **options)

    def rehearse(self) -> None:
        """Play the script without a fault, step by step, each a process of its own; keep what stood before each."""
        self.prepare()
        self.nursery.warm(self.part(0))
        self.prepare()
        self.world.restore([])
        for step in range(len(SCRIPTS[self.script])):
            self.snapshots.append(self._snapshot(step))
            report = self.nursery.play(self.part(step, last=step))
            self.essences.append(report["essence"])
            self.points += numbered(report["points"])
            self.expected_after.append(self.world.counted())
        self.expected = self.world.counted()
        assert verdict(self, report, self.expected, kills=0) == []

    def prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "step").write_bytes(b"\0")
        self.world.configure(self.folder / "watchlists")
        if self.script == "chores":
            prepare_chores(self.folder)

    def _snapshot(self, step: int) -> Snapshot:
        self.world.settle()
        copy = self.root / f"before-{step}"
        shutil.copytree(self.folder, copy)
        return Snapshot(copy, list(self.world.taken))

    def restore(self, step: int) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.snapshots[step].folder, self.folder)
        self.world.restore(self.snapshots[step].taken)

    def kill(self, *points: Point, mutant: str = "") -> list[str]:
        """Kill a life at a point, the next one at the next point of the same step; let the last come to its end.

        Returns:
            What is wrong then.
        """
        step, kills = points[0][0], 0
        self.restore(step)
        for number, point in enumerate(points):
            part = self.part(step, last=step, act="kill", at=point, late=LATE_SECONDS * number, mutant=mutant)
            kills += self.nursery.play(part) is None
        self.kills += kills
        report = self.nursery.play(self.part(step, last=step, late=LATE_SECONDS * len(points), mutant=mutant))
        expected = self.expected
        if self.whole or report["essence"] != self.essences[step]:
            if step + 1 < len(SCRIPTS[self.script]):
                report = self.nursery.play(self.part(step + 1, mutant=mutant))
            self.played_out += 1
        else:
            expected = self.expected_after[step]
        return [f"{points}: {wrong}" for wrong in verdict(self, report, expected, kills=kills)]

    def record(self, mutant: str = "") -> list:
        """The calls on the disk and the promises of one whole life."""
        self.restore(0)
        report = self.nursery.play(self.part(0, record=True, mutant=mutant))
        assert unsettled(self, report) == []
        return pickle.loads((self.folder / "record").read_bytes())

    def cut(self, cut: Cut, given: dict[str, tuple[str, str]]) -> list[str]:
        """Go on from what a power cut left; what is never told then, before and after it."""
        step = cut.promises.step
        self.restore(step)
        shutil.rmtree(self.folder / "state")
        (self.folder / "state").mkdir()
        cut.put(self.folder / "state")
        self.world.restore([])
        report = self.nursery.play(self.part(step, late=LATE_SECONDS))
        mail = {
            (to, f"<{id_}@localhost>" if to == "mail" else id_)
            for to, id_, verdict in cut.promises.tried
            if verdict == "sent"
        }
        told = {given[id_] for _, id_ in mail if id_ in given} | set(self.world.counted())
        return [f"{cut.at}, {cut.way}: lost: {key}" for key in self.expected if key not in told] + unsettled(
            self, report
        )

    def failing(self, labels: Iterable[str], *, for_long: bool = False) -> list[Point]:
        """Points at which a failure must cost nothing: after it the script has a step in which to try again.

        Not in the first read of a feed, since what stands in it at the first read that succeeds is not told. A failure
        that lasts for the whole step must not hit what is done in that step alone.
        """
        script = SCRIPTS[self.script]
        barred = {0, len(script) - 1} | {
            n for n, s in enumerate(script) if for_long and s.action in ("reload", "import")
        }
        return [point for point in self.points if point[1] in labels and point[0] not in barred]

    def fail(self, act: str, point: Point) -> list[str]:
        """Let one call fail in a life, and let that life go on to its end; what is wrong then."""
        self.restore(point[0])
        report = self.nursery.play(self.part(point[0], act=act, at=point))
        return [f"{act} at {point}: {wrong}" for wrong in aftermath(self, report)]


def prepare_chores(folder: Path) -> None:
    articles = folder / "articles"
    articles.mkdir()
    lines = (f'{{"title": "Known article {n}", "text": "Text of article {n}."}}\n' for n in range(ARTICLES))
    (articles / "known.jsonl").write_text("".join(lines))
    first = migrate.STEPS
    shutil.copytree(first, folder / "steps", ignore=shutil.ignore_patterns("__pycache__"))
    versions = folder / "steps" / "versions"
    last = max(file.name for file in versions.glob("v*.py"))
    head = next(line for line in (versions / last).read_text().splitlines() if line.startswith("revision"))
    (versions / "v9999_next.py").write_text(V2.format(head=head.split('"')[1]))


def numbered(seen: Iterable[tuple[int, str]]) -> list[Point]:
    counts: Counter[tuple[int, str]] = Counter()
    points = []
    for step, label in seen:
        counts[step, label] += 1
        points.append((step, label, counts[step, label]))
    return points


CODE_POINTS = ("statement", "deliver", "submit")
"""Points that leave nothing behind outside the process: a kill there is a kill at the next call that does."""


def kill_points(points: Iterable[Point]) -> list[Point]:
    """Points at which a kill can make a difference, in order."""
    return [point for point in points if point[1] not in CODE_POINTS]


def telling(points: list[Point], most: int, seed: int = 1) -> list[Point]:
    """At most so many points: of each run of like calls the first, the last and one between; then evenly thinned."""
    draw, chosen = random.Random(seed), []
    for _, run in groupby(points, key=lambda point: point[:2]):
        alike = list(run)
        chosen += alike if len(alike) <= 2 else [alike[0], draw.choice(alike[1:-1]), alike[-1]]
    if len(chosen) > most:
        chosen = [chosen[n * len(chosen) // most] for n in range(most)]
    return chosen


def rows_of(points: Iterable[Point], length: int) -> Iterator[list[Point]]:
    """Points in rows of at most this length, each of one step and spread over it, in order."""
    for _, group in groupby(points, key=lambda point: point[0]):
        alike = list(group)
        rows = -(-len(alike) // length)
        yield from (alike[first::rows] for first in range(rows))


def verdict(stage: Stage, report: dict, expected: Counter[tuple[str, str]], *, kills: int) -> list[str]:
    """What is wrong after a life that was killed and one that came to its end; nothing, when the promises hold."""
    taken, is_end = stage.world.counted(), expected == stage.expected
    lost = [key for key in expected if key not in taken]
    alien = [key for key in taken if key not in expected]
    extra = taken - expected
    spare = Counter(to for to, _ in extra.elements())
    wrong = [f"lost: {key}" for key in lost] + [f"under an id of its own: {key}" for key in alien]
    wrong += [f"{n} messages too many for {to}" for to, n in spare.items() if n > kills]
    wrong += [f"under several ids: {key}" for key, ids in stage.world.ids().items() if len(ids) > 1]
    unsure = {(to, id_) for id_, to, _, maybe in report["rows"] if maybe}
    wrong += [f"sent twice without a word: {key}" for key in extra if not _is_owned(key, unsure)]
    return wrong + (unsettled(stage, report) if is_end else report["unsound"])


def _is_owned(key: tuple[str, str], unsure: set[tuple[str, str]]) -> bool:
    """Whether a row of the outbox says that this message may have come twice; a digest has no row of its own."""
    to, id_ = key
    mine = [each for destination, each in unsure if destination == to]
    return any(each in id_ for each in mine) or (to == "evening" and bool(mine)) or " " in id_


def unsettled(stage: Stage, report: dict) -> list[str]:
    stuck = [f"stuck: {row}" for row in report["rows"] if row[2] in UNSETTLED]
    wrong = stuck + [f"unbalanced: {poll}" for poll in report["unbalanced"]] + report["unsound"]
    if stage.script == "chores" and report["corpora"].get("mine") != ARTICLES:
        wrong.append(f"articles: {report['corpora']}")
    if not report["corpora"].get("seeds"):
        wrong.append("the shipped corpus is missing")
    return wrong


def aftermath(stage: Stage, report: dict) -> list[str]:
    """What is wrong after a life in which one call failed: everything told, nothing stuck, no foreign exception."""
    stage.world.settle()
    wrong = unsettled(stage, report)
    for to in ("mail", "hook", "evening"):
        told = " ".join(f"{message.subject} {message.text}" for message in stage.world.taken if message.to == to)
        wrong += [
            f"{token} is not told to {to}"
            for token in must_be_told(stage)
            if token not in told and not _told_lost(stage, to, token)
        ]
    taken = stage.world.counted()
    lost_answers = {"hook": 1}
    most = {key: stage.expected.get(key, 1) + 1 + lost_answers.get(key[0], 0) for key in taken}
    wrong += [f"{n} times: {key}" for key, n in taken.items() if n > most[key]]
    return wrong + [f"escaped: {error}" for error in report["escaped"] if not error.startswith("State")]


def _told_lost(stage: Stage, to: str, token: str) -> bool:
    """Whether a notice names what did not arrive."""
    return any(m.is_notice and f"did not reach {to}" in m.subject and token in m.text for m in stage.world.taken)


def must_be_told(stage: Stage) -> Iterator[str]:
    for step in SCRIPTS[stage.script]:
        for _, _, title in step.prints:
            token = title.replace(":", "").split()[0]
            if token.startswith(("Story", "Poison")):
                yield token
