"""Labelled files through the real pipeline: how well stories are told apart, pairs are judged, watchlists match.

Flow.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.errors import CorpusError
from monitor.feeds.formulas import without_formulas
from monitor.feeds.novelty import identify
from monitor.model.entry import Entry
from monitor.model.feed import Document, Feed, FeedState, Fetched, ParsedEntry, ParsedFeed
from monitor.model.ids import EntryId, FeedId, StoryId, feed_id
from monitor.model.plan import Arrival, Memory, Plan, Vicinity
from monitor.model.story import Fingerprint, Kinship, Regroup, Regrouping, Relation, Story
from monitor.plan import plan
from monitor.query.percolator import Percolator
from monitor.rules import Rules, draft
from monitor.stories.cluster import likeness
from monitor.stories.copies import fingerprint
from monitor.stories.metrics import Detection, Grouping, best_threshold, correlation, detection, grouping, recall_at
from monitor.stories.vectors import vectors_of
from monitor.stories.window import Window, nearest_stories

Row = Mapping[str, Any]

WINDOW = timedelta(hours=72)
SAME_ARTICLE = 2.0
"""In pairs scored 1 (same) to 4, what is at most this is the same news."""
SIMILAR = 3.0
"""In pairs scored 0 to 5 (same), what is at least this is the same news."""
SURE = 0.99
"""Precision at which `sure` is measured."""
SWALLOWED, RANG_AGAIN = "swallowed", "rang again"
NO_RULES = Rules(feeds={}, watchlists={}, destinations={}, on_error=(), percolator=Percolator([]), fingerprint="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One decision that the labels contradict, with its evidence."""

    kind: str
    """`swallowed`, `rang again`, `missed`, `false alarm`, `too alike`, `too different`."""
    id: str
    """Of its row in the file."""
    title: str
    other: str = ""
    """The story that it went to, or should have gone to; the other text of a pair."""
    why: str = ""
    score: float | None = None
    """How alike the two are, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a labelled file says of this configuration."""

    file: str
    form: str
    """`stories`, `pairs` or `watchlist`."""
    figures: Grouping | Detection
    threshold: float | None = None
    sure: float | None = None
    """Of pairs: the recall where at most one in a hundred that are found is wrong, 0..1."""
    correlation: float | None = None
    mistakes: tuple[Mistake, ...] = ()
    """Worst first."""


def evaluate(path: Path, rules: Rules | None = None) -> Evaluation:
    """The figures of one labelled file, of whichever of the three forms it is.

    Args:
        path: JSONL with `cluster` (stories), with `a` and `b` (pairs), or with `watchlist` and `label`.
        rules: The configured watchlists; needed for the third form only.

    Raises:
        CorpusError: The file cannot be read or is of no known form.
    """
    rows = _rows(path)
    first = rows[0]
    if "cluster" in first:
        return _stories(path, rows)
    if "a" in first and "b" in first:
        return _pairs(path, rows)
    if "watchlist" in first and "label" in first and rules is not None:
        return _matches(path, rows, rules)
    raise CorpusError(f"labelled file: {path}: needs `cluster`, or `a` and `b`, or `watchlist` and `label` in its rows")


@dataclass(slots=True)
class Replay:
    """Entries decided one by one as they arrive, with what was known before each; nothing is stored."""

    window: Window = field(default_factory=Window)
    stories: dict[StoryId, Story] = field(default_factory=dict)
    story_of: dict[EntryId, StoryId] = field(default_factory=dict)
    """The story each entry is in by now."""
    beside: int = 20
    """Earlier entries of its outlet that an entry's document shows too."""
    shown: dict[FeedId, deque[Entry]] = field(default_factory=dict)

    def take(self, feed: Feed, entry: ParsedEntry, now: datetime) -> Plan:
        """The plan of a poll that brought just this entry; remembered for the next."""
        self.window.expire(now - WINDOW)
        state = FeedState(feed_id=feed.id, due_at=now, baselined=True)
        parsed = ParsedFeed(entries=(entry,))
        identified = identify(parsed, feed, state, now)
        identified = replace(identified, entries=tuple(self._lean(e) for e in identified.entries))
        outcome = Fetched(Document(body=b"", headers={}, url=feed.url))
        arrival = Arrival(feed=feed, state=state, outcome=outcome, parsed=parsed, identified=identified)
        made = plan(arrival, self._memory(arrival), NO_RULES, now)
        self.window.take(made.neighbours, made.regroupings)
        self.stories |= {story.id: story for story in made.stories}
        for regrouping in made.regroupings:
            self._regroup(regrouping)
        self.story_of |= {p.entry.id: p.kinship.story_id for p in made.entries if p.kinship}
        return made

    def _lean(self, entry: Entry) -> Entry:
        """An entry as its outlet's document would give it, with the entries that came before it below."""
        shown = self.shown.setdefault(entry.feed_id, deque(maxlen=self.beside))
        lean = without_formulas((entry, *shown))[0]
        shown.appendleft(entry)
        return lean

    def _regroup(self, regrouping: Regrouping) -> None:
        match regrouping.kind:
            case Regroup.MERGED:
                moved = [entry for entry, story in self.story_of.items() if story == regrouping.other_id]
                self.story_of |= dict.fromkeys(moved, regrouping.story_id)
            case Regroup.SPLIT:
                self.story_of |= dict.fromkeys(regrouping.moved, regrouping.other_id)

    def _memory(self, arrival: Arrival) -> Memory:
        assert arrival.identified is not None
        vicinities = {}
        rarity = self.window.rarity()
        for entry in arrival.identified.entries:
            print_ = fingerprint(entry.title, entry.body or entry.summary, entry.link)
            near = self.window.nearest(vectors_of(print_, rarity))
            members = self.window.members(nearest_stories(near))
            vicinities[entry.content_hash] = Vicinity(fingerprint=print_, near=near, members=members)
        near_stories = {n.story_id for v in vicinities.values() for n in v.near}
        return Memory(
            vicinities=vicinities,
            stream=self.window.stream(
                (text for v in vicinities.values() for text in v.texts),
                (n for v in vicinities.values() for n in v.near),
            ),
            stories={i: self.stories[i] for i in near_stories if i in self.stories},
        )


def _rows(path: Path) -> list[Row]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CorpusError(f"labelled file: {path}: {error}") from error
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise CorpusError(f"labelled file: {path}: holds no JSON objects, one a line")
    return rows


def arrivals(rows: Sequence[Row]) -> Iterator[tuple[Row, Feed, ParsedEntry, datetime]]:
    """The rows in time order, each as an entry of its own of its outlet's feed; without times, a minute apart."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = [_time(row.get("ts")) for row in rows]
    if None in times:
        times = [start + timedelta(minutes=place) for place in range(len(rows))]
    used = Counter[str]()
    for now, row in sorted(zip(times, rows, strict=True), key=lambda each: each[0] or start):
        assert now is not None
        name = str(row["id"])
        used[name] += 1
        outlet = str(row.get("source") or "outlet")
        url = f"https://{outlet}.example/feed"
        text = str(row.get("text") or "")
        entry = ParsedEntry(
            guid=name if used[name] == 1 else f"{name} {used[name]}",
            link=row.get("url"),
            title=str(row.get("title") or ""),
            summary=str(row.get("summary") or ""),
            body=text if text != row.get("summary") else "",
        )
        yield row, Feed(id=feed_id(url), url=url, name=outlet), entry, now


def _time(value: object) -> datetime | None:
    """An instant given in milliseconds since 1970, or in ISO 8601."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000, UTC)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Decided:
    """One row of stories, and the decision on its entry when it came."""

    id: str
    label: str
    entry: Entry
    kinship: Kinship

    @property
    def rang(self) -> bool:
        """Whether it opened a story."""
        return self.kinship.relation is Relation.FIRST


def _stories(path: Path, rows: Sequence[Row]) -> Evaluation:
    replay = Replay()
    decided = list(_decided(replay, rows))
    figures = grouping(
        [each.label for each in decided],
        [replay.story_of[each.entry.id] for each in decided],
        [each.rang for each in decided],
    )
    worst = sorted(_misplaced(decided), key=lambda m: (m.kind != SWALLOWED, -(m.score or 0)))
    return Evaluation(file=path.name, form="stories", figures=figures, mistakes=tuple(worst))


def _decided(replay: Replay, rows: Sequence[Row]) -> Iterator[_Decided]:
    for row, feed, entry, now in arrivals(rows):
        for planned in replay.take(feed, entry, now).entries:
            if planned.kinship is not None:
                yield _Decided(str(row["id"]), str(row["cluster"]), planned.entry, planned.kinship)


def _misplaced(decided: Sequence[_Decided]) -> Iterator[Mistake]:
    """The entries that opened no story and should have, and those that should not have, with the nearest of theirs."""
    titles = {each.entry.id: each.entry.title for each in decided}
    told: dict[str, list[Entry]] = {}
    for each in decided:
        entry, kin, before = each.entry, each.kinship, told.setdefault(each.label, [])
        if each.rang and before:
            score, other = max((likeness(_text(entry), _text(earlier)), earlier.title) for earlier in before)
            yield Mistake(kind=RANG_AGAIN, id=each.id, title=entry.title, other=other, why=kin.why, score=score)
        elif not each.rang and not before:
            other = titles[kin.of] if kin.of else ""
            yield Mistake(kind=SWALLOWED, id=each.id, title=entry.title, other=other, why=kin.why, score=kin.score)
        before.append(entry)


def _pairs(path: Path, rows: Sequence[Row]) -> Evaluation:
    scores = [likeness(_print(row["a"]), _print(row["b"])) for row in rows]
    given = [float(row["overall"] if "overall" in row else row["score"]) for row in rows]
    falls = "overall" in rows[0]
    labels = [value <= SAME_ARTICLE if falls else value >= SIMILAR for value in given]
    threshold, figures = best_threshold(labels, scores)
    wrong = [
        Mistake(
            kind="too alike" if score >= threshold else "too different",
            id=str(row.get("id", place)),
            title=_title(row["a"]),
            other=_title(row["b"]),
            score=score,
            why=f"{score:.2f} alike, and {threshold:.2f} counts as the same; labelled {value:g}",
        )
        for place, (row, score, label, value) in enumerate(zip(rows, scores, labels, given, strict=True), 1)
        if (score >= threshold) is not label
    ]
    return Evaluation(
        file=path.name,
        form="pairs",
        figures=figures,
        threshold=threshold,
        sure=recall_at(SURE, labels, scores),
        correlation=correlation(scores, [-value if falls else value for value in given]),
        mistakes=tuple(sorted(wrong, key=lambda m: -abs((m.score or 0) - threshold))),
    )


def _matches(path: Path, rows: Sequence[Row], rules: Rules) -> Evaluation:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    labels, answers, mistakes = [], [], []
    for place, row in enumerate(rows, 1):
        name = str(row["watchlist"])
        if name not in rules.watchlists:
            raise CorpusError(f"labelled file: {path}: line {place}: there is no watchlist {name}")
        entry = draft(str(row["title"]), str(row.get("summary") or row.get("text") or ""), now, row.get("lang"))
        match = rules.percolator.matches(entry).get(name)
        labels.append(bool(row["label"]))
        answers.append(match is not None)
        if answers[-1] is not labels[-1]:
            why = f"matched by {', '.join(match.words)}" if match else rules.percolator.explain(name, entry).note
            kind = "false alarm" if match else "missed"
            mistakes.append(Mistake(kind=kind, id=str(row.get("id", place)), title=entry.title, why=why))
    return Evaluation(file=path.name, form="watchlist", figures=detection(labels, answers), mistakes=tuple(mistakes))


def _text(entry: Entry) -> Fingerprint:
    return fingerprint(entry.title, entry.body or entry.summary, entry.link)


def _print(side: str | Row) -> Fingerprint:
    if isinstance(side, str):
        return fingerprint(side, "", None)
    return fingerprint(str(side.get("title") or ""), str(side.get("text") or ""), None)


def _title(side: str | Row) -> str:
    return side if isinstance(side, str) else str(side.get("title") or "") or str(side.get("text") or "")[:80]
