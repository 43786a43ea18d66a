"""Lives of the program on a stage: a reference without faults, then lives that are cut off, and what each must come to."""

from __future__ import annotations

import pickle
import random
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from monitor.store import migrate
from tests.crash.nursery import Nursery
from tests.crash.points import Part
from tests.crash.powercut import Cut
from tests.crash.script import SWALLOW, Script
from tests.crash.scripts import script_of
from tests.crash.world import Taken, World, counted, ids_of, tellings

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
    name: str
    nursery: Nursery
    world: World
    snapshots: list[Snapshot] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    expected: list[Taken] = field(default_factory=list)
    essences: list[list[str]] = field(default_factory=list)
    """What decides the future, after each step."""
    kills: int = 0
    expected_after: list[list[Taken]] = field(default_factory=list)
    whole: bool = False
    """Play every life to the end of the script, also where after the step all is as in the reference."""
    played_out: int = 0

    @property
    def script(self) -> Script:
        return script_of(self.name)

    @property
    def folder(self) -> Path:
        return self.root / "life"

    def part(self, first: int, **options) -> Part:
        edited = self.world.configuration(edited=True)
        return Part(folder=str(self.folder), script=self.name, first=first, edited=edited, **options)

    def rehearse(self) -> None:
        """Play the script without a fault, step by step, each a process of its own; keep what stood before each."""
        self.prepare()
        self.nursery.warm(self.part(0))
        self.prepare()
        self.world.restore([])
        for step in range(len(self.script.steps)):
            self.snapshots.append(self._snapshot(step))
            report = self.nursery.play(self.part(step, last=step))
            self.essences.append(report["essence"])
            self.points += numbered(report["points"])
            self.world.settle()
            self.expected_after.append(list(self.world.taken))
        self.expected = self.expected_after[-1]
        wrong = verdict(self, report, self.expected, kills=0) + untold(self)
        assert not wrong, wrong

    def prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "step").write_bytes(b"\0")
        self.world.configure(self.folder / "watchlists")
        if self.script.imports:
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
            if step + 1 < len(self.script.steps):
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
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        (self.folder / "state").mkdir()
        cut.put(self.folder / "state")
        self.world.restore([])
        report = self.nursery.play(self.part(step, late=LATE_SECONDS))
        mail = {
            (to, f"<{id_}@localhost>" if to == "mail" else id_)
            for to, id_, verdict in cut.promises.tried
            if verdict == "sent"
        }
        told = {given[id_] for _, id_ in mail if id_ in given} | set(counted(self.world.arrived()))
        lost = [key for key in counted(self.expected) if key not in told]
        return [f"{cut.at}, {cut.way}: lost: {key}" for key in lost] + unsettled(self, report)

    def failing(self, labels: Iterable[str], *, for_long: bool = False) -> list[Point]:
        """Points at which a failure must cost nothing: after it the script has a step in which to try again.

        Not in the first read of a feed, since what stands in it at the first read that succeeds is not told. A failure
        that lasts for the whole step must not hit what is done in that step alone.
        """
        steps = self.script.steps
        barred = {0, len(steps) - 1} | {n for n, s in enumerate(steps) if for_long and s.action in ("reload", "import")}
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


def verdict(stage: Stage, report: dict, expected: list[Taken], *, kills: int) -> list[str]:
    """What is wrong after a life that was killed and one that came to its end; nothing, when the promises hold."""
    taken, is_end = stage.world.arrived(), expected is stage.expected
    wrong = _by_alert(taken, expected, kills) if stage.script.regroups else _by_message(stage, report, expected, kills)
    wrong += [f"under several ids: {key}" for key, ids in ids_of(taken).items() if len(ids) > 1]
    return wrong + (unsettled(stage, report) if is_end else report["unsound"])


def _by_message(stage: Stage, report: dict, expected: list[Taken], kills: int) -> list[str]:
    """What is wrong where every message must come as it is expected."""
    taken, due = counted(stage.world.taken), counted(expected)
    extra = taken - due
    spare = Counter(to for to, _ in extra.elements())
    wrong = [f"lost: {key}" for key in due if key not in taken]
    wrong += [f"under an id of its own: {key}" for key in taken if key not in due]
    wrong += [f"{n} messages too many for {to}" for to, n in spare.items() if n > kills]
    unsure = {(to, id_) for id_, to, _, maybe in report["rows"] if maybe}
    together = [to for to, text in stage.script.destinations.items() if "digest" in text or "quiet" in text]
    return wrong + [f"sent twice without a word: {key}" for key in extra if not _is_owned(key, unsure, together)]


def _is_owned(key: tuple[str, str], unsure: set[tuple[str, str]], together: Collection[str]) -> bool:
    """Whether a row of the outbox says that this message may have come twice; a digest has no row of its own."""
    to, id_ = key
    mine = [each for destination, each in unsure if destination == to]
    return any(each in id_ for each in mine) or (to in together and bool(mine)) or " " in id_


def _by_alert(taken: list[Taken], expected: list[Taken], kills: int) -> list[str]:
    """What is wrong where only what is told must be as expected, not which message tells it."""
    due = tellings(expected)
    told: Counter[tuple[str, str]] = Counter()
    spare: Counter[str] = Counter()
    for message in taken:
        keys = [(message.to, each) for each in message.tells]
        spare[message.to] += any(told[key] >= due[key] for key in keys)
        told.update(keys)
    wrong = [f"lost: {key}" for key in due if key not in told]
    wrong += [f"not expected: {key}" for key in told if key not in due]
    return wrong + [f"{n} messages too many for {to}" for to, n in spare.items() if n > kills]


def unsettled(stage: Stage, report: dict) -> list[str]:
    stuck = [f"stuck: {row}" for row in report["rows"] if row[2] in UNSETTLED]
    wrong = stuck + [f"unbalanced: {poll}" for poll in report["unbalanced"]] + report["unsound"]
    if stage.script.imports and report["corpora"].get("mine") != ARTICLES:
        wrong.append(f"articles: {report['corpora']}")
    if not report["corpora"].get("seeds"):
        wrong.append("the shipped corpus is missing")
    return wrong


def aftermath(stage: Stage, report: dict) -> list[str]:
    """What is wrong after a life in which one call failed: everything told, nothing stuck, no foreign exception."""
    wrong = unsettled(stage, report) + untold(stage)
    told, due = tellings(stage.world.taken), tellings(stage.expected)
    lost_answers = Counter(
        to for step in stage.script.steps for to, answer in step.answers.items() if answer == SWALLOW
    )
    most = {key: due.get(key, 1) + 1 + lost_answers[key[0]] for key in told}
    wrong += [f"{n} times: {key}" for key, n in told.items() if n > most[key]]
    return wrong + [f"escaped: {error}" for error in report["escaped"] if not error.startswith("State")]


def untold(stage: Stage) -> list[str]:
    """The stories that a destination was neither told, nor its fallback instead, nor named as lost in a notice."""
    taken, wrong = stage.world.arrived(), []
    texts = {
        to: " ".join(f"{message.subject} {message.text}" for message in taken if message.to == to)
        for to in stage.script.destinations
    }
    for to, text in stage.script.destinations.items():
        told = texts[to] + (texts["mail"] if "fallback" in text else "")
        missing = [token for token in must_be_told(stage) if token not in told]
        wrong += [f"{token} is not told to {to}" for token in missing if not _told_lost(taken, to, token)]
    return wrong


def _told_lost(taken: list[Taken], to: str, token: str) -> bool:
    """Whether a notice names what did not arrive."""
    return any(m.is_notice and f"did not reach {to}" in m.subject and token in m.text for m in taken)


def must_be_told(stage: Stage) -> Iterator[str]:
    for step in stage.script.steps:
        for _, _, title in step.prints:
            token = title.replace(":", "").split()[0]
            if token.startswith(("Story", "Poison")):
                yield token
