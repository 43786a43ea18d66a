"""Lives of the program on a stage: a reference without faults, then lives that are cut off, and what each must come to."""

from __future__ import annotations

import json
import pickle
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.recent import FILE
from monitor.store.store import Store
from tests.crash.chores import ARTICLES, prepare_chores
from tests.crash.nursery import Nursery
from tests.crash.picks import AT_THE_END, Point, numbered
from tests.crash.points import Part
from tests.crash.powercut import Cut
from tests.crash.script import NOON, SWALLOW, Script
from tests.crash.scripts import script_of
from tests.crash.world import Taken, World, counted, ids_of, tellings

LATE_SECONDS = 2.0
UNSETTLED = ("waiting", "sending")
UNTIL = "essences.json"


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
    remembered: list[dict[str, list[str]]] = field(default_factory=list)
    """The recent entries of each feed, in order, after each step."""
    decided: list[str] = field(default_factory=list)
    """What became of entries and stories in the end."""
    kills: int = 0
    expected_after: list[list[Taken]] = field(default_factory=list)
    whole: bool = False
    """Play every life to the end of the script, also where after the step all is as in the reference."""
    played_out: int = 0
    fired: int = 0
    """Failures that came."""

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
            self.remembered.append(report["remembered"])
            self.points += numbered(report["points"])
            self.world.settle()
            self.expected_after.append(list(self.world.taken))
        (self.root / UNTIL).write_text(json.dumps(self.essences))
        self.expected = self.expected_after[-1]
        self.decided = report["decided"]
        wrong = verdict(self, report, self.expected, kills=0) + untold(self)
        assert not wrong, wrong
        assert tuple(report["regroupings"]) == self.script.regroupings, report["regroupings"]

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
        if self.whole or (report["essence"], report["remembered"]) != (self.essences[step], self.remembered[step]):
            if step + 1 < len(self.script.steps):
                report = self.nursery.play(self.part(step + 1, mutant=mutant))
            self.played_out += 1
        else:
            expected = self.expected_after[step]
        return [f"{points}: {wrong}" for wrong in verdict(self, report, expected, kills=kills)]

    def decided_with(self, step: int, kept: bytes | None, *, is_the_last: bool = False) -> list[str]:
        """What is decided in a step when these bytes lie where the recent entries are kept.

        Args:
            step: The step.
            kept: None: no file.
            is_the_last: The store takes them for what it kept last.
        """
        self.restore(step)
        file = self.folder / "state" / FILE
        file.unlink(missing_ok=True)
        if kept is not None:
            file.write_bytes(kept)
        if kept is not None and is_the_last:
            with Store.open(file.parent) as store:
                store.kept.write(FILE, [kept], NOON)
        return self.nursery.play(self.part(step, last=step))["decided"]

    def kept(self, step: int) -> bytes:
        """The recent entries as they are kept before a step."""
        return (self.snapshots[step].folder / "state" / FILE).read_bytes()

    def record(self, mutant: str = "") -> list:
        """The calls on the disk and the promises of one whole life."""
        self.restore(0)
        report = self.nursery.play(self.part(0, record=True, mutant=mutant))
        assert unsettled(self, report) == []
        return pickle.loads((self.folder / "record").read_bytes())

    def cut(self, cut: Cut, given: dict[str, tuple[str, str]], mutant: str = "") -> list[str]:
        """Go on from what a power cut left; what is never told then, before and after it, or decided otherwise."""
        step = cut.promises.step
        self.restore(step)
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        (self.folder / "state").mkdir()
        cut.put(self.folder / "state")
        self.world.restore([])
        report = self.nursery.play(self.part(step, late=LATE_SECONDS, mutant=mutant))
        mail = {
            (to, f"<{id_}@localhost>" if to == "mail" else id_)
            for to, id_, verdict in cut.promises.tried
            if verdict == "sent"
        }
        told = {given[id_] for _, id_ in mail if id_ in given} | set(counted(self.world.arrived()))
        lost = [key for key in counted(self.expected) if key not in told]
        return [f"{cut.at}, {cut.way}: lost: {key}" for key in lost] + unsettled(self, report) + misjudged(self, report)

    def failing(self, labels: Iterable[str], *, for_long: bool = False) -> list[Point]:
        """Points at which a failure must cost nothing: after it the script has a step in which to try again.

        Not in the first read of a feed, since what stands in it at the first read that succeeds is not told. Not before
        a flood is released or dropped, since that changes what is. A failure that lasts for the whole step must not hit
        what is done in that step alone.
        """
        steps = self.script.steps
        barred = {0, len(steps) - 1} | {n - 1 for n, s in enumerate(steps) if s.action.endswith(("release", "drop"))}
        if for_long:
            barred |= {n for n, s in enumerate(steps) if s.action not in ("round", "upkeep", "backup", "retention")}
        return [point for point in self.points if point[1] in labels and point[0] not in barred]

    def fail(self, act: str, point: Point) -> list[str]:
        """Let one call fail in a life, and let that life go on until all is as without it, or to its end.

        Returns:
            What is wrong then.
        """
        self.restore(point[0])
        options, escaped, first = {"at": point, "until": str(self.root / UNTIL)}, [], point[0]
        if point[1] in AT_THE_END:
            ended = self.nursery.play(self.part(first, last=first, act=act, **options))
            escaped, first = ended["escaped"], first + 1
            self.fired += ended["fired"]
        report = self.nursery.play(self.part(first, act=act if first == point[0] else "", **options))
        report["escaped"] += escaped
        self.fired += report["fired"]
        step = report["recovered in"]
        self.played_out += step is None
        wrong = aftermath(self, report) if step is None else late(self, report, self.expected_after[step])
        return [f"{act} at {point}: {each}" for each in wrong]


def verdict(stage: Stage, report: dict, expected: list[Taken], *, kills: int) -> list[str]:
    """What is wrong after a life that was killed and one that came to its end; nothing, when the promises hold."""
    taken, is_end = stage.world.arrived(), expected is stage.expected
    wrong = _by_alert(taken, expected, kills) if stage.script.regroups else _by_message(stage, report, expected, kills)
    wrong += [f"under several ids: {key}" for key, ids in ids_of(taken).items() if len(ids) > 1]
    return wrong + (unsettled(stage, report) + misjudged(stage, report) if is_end else report["unsound"])


def misjudged(stage: Stage, report: dict) -> list[str]:
    """What was decided in another way than in a life without faults."""
    decided, due = Counter(report["decided"]), Counter(stage.decided)
    return [f"decided: {row}" for row in decided - due] + [f"not decided: {row}" for row in due - decided]


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
    return unsettled(stage, report) + untold(stage) + _overdone(stage, report)


def late(stage: Stage, report: dict, expected: list[Taken]) -> list[str]:
    """The same where that life ended when its state was again as it is without faults."""
    lost = tellings(expected).keys() - tellings(stage.world.arrived()).keys()
    return [f"lost: {key}" for key in lost] + report["unsound"] + _overdone(stage, report)


def _overdone(stage: Stage, report: dict) -> list[str]:
    """What was told too often, and what escaped."""
    told, due = tellings(stage.world.arrived()), tellings(stage.expected)
    lost_answers = Counter(
        to for step in stage.script.steps for to, answer in step.answers.items() if answer == SWALLOW
    )
    most = {key: due.get(key, 1) + 1 + lost_answers[key[0]] for key in told}
    wrong = [f"{n} times: {key}" for key, n in told.items() if n > most[key]]
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
