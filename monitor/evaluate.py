"""Labelled files through the real pipeline: how well stories are told apart, pairs are judged, watchlists match.

Flow.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TypeVar

from monitor.archive import TOLD_EACH, Progress, Report, silent
from monitor.errors import CorpusError
from monitor.feeds.formulas import without_formulas
from monitor.feeds.identity import identify
from monitor.labelled import Labelled, LabelledEntry, Side
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
from monitor.stories.window import Window, nearest_stories, telling

T = TypeVar("T")

WINDOW = timedelta(hours=72)
START = datetime(2026, 1, 1, tzinfo=UTC)
"""When entries without times come, and what watchlists match."""
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


def evaluate(labelled: Labelled, rules: Rules | None = None, report: Report = silent) -> Evaluation:
    """The figures of one labelled file, of whichever of the three forms it is.

    Args:
        labelled: The file.
        rules: The configured watchlists; needed for the third form only.
        report: Is told how far it is.

    Raises:
        CorpusError: It judges a watchlist that is not configured.
    """
    if labelled.entries:
        return _stories(labelled, report)
    if labelled.pairs:
        return _pairs(labelled, report)
    return _matches(labelled, rules or NO_RULES)


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
            near = self.window.near_weighed(vectors_of(print_, rarity))
            members = self.window.members(nearest_stories(near))
            vicinities[entry.id] = Vicinity(fingerprint=print_, near=near, members=members)
        near_stories = {n.story_id for v in vicinities.values() for n in v.near}
        return Memory(
            vicinities=vicinities,
            stream=self.window.stream(
                (text for v in vicinities.values() for text in v.texts),
                (n for v in vicinities.values() for n in v.near),
            ),
            stories={i: self.stories[i] for i in near_stories if i in self.stories},
        )


def arrivals(
    entries: Sequence[LabelledEntry],
) -> Iterator[tuple[LabelledEntry, Feed, ParsedEntry, datetime]]:
    """The entries in time order, each as one of its outlet's feed; without times, a second apart.

    So little that no entry is taken for late, of which nothing is known.
    """
    times = (START + timedelta(seconds=place) for place in range(len(entries)))
    dated = [(each.at or at, each) for at, each in zip(times, entries, strict=True)]
    used = Counter[str]()
    for now, each in sorted(dated, key=itemgetter(0)):
        used[each.id] += 1
        outlet = each.source or "outlet"
        url = f"https://{outlet}.example/feed"
        entry = ParsedEntry(
            guid=each.id if used[each.id] == 1 else f"{each.id}\n{used[each.id]}",
            link=each.url,
            title=each.title,
            summary=each.summary,
            body=each.text if each.text != each.summary else "",
        )
        yield each, Feed(id=feed_id(url), url=url, name=outlet), entry, now


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


def _stories(labelled: Labelled, report: Report) -> Evaluation:
    replay = Replay()
    decided = list(_decided(replay, labelled, report))
    figures = grouping(
        [each.label for each in decided],
        [replay.story_of[each.entry.id] for each in decided],
        [each.rang for each in decided],
    )
    worst = sorted(_misplaced(decided), key=lambda m: (m.kind != SWALLOWED, -(m.score or 0)))
    return Evaluation(file=labelled.path.name, form="stories", figures=figures, mistakes=tuple(worst))


def _decided(replay: Replay, labelled: Labelled, report: Report) -> Iterator[_Decided]:
    rows = list(arrivals(labelled.entries))
    for row, feed, entry, now in _counted(rows, labelled, report):
        for planned in replay.take(feed, entry, now).entries:
            if planned.kinship is not None:
                yield _Decided(row.id, row.cluster, planned.entry, planned.kinship)


def _counted(rows: Sequence[T], labelled: Labelled, report: Report) -> Iterator[T]:
    """The rows, with progress."""
    for done, row in enumerate(rows):
        if done % TOLD_EACH == 0:
            report(Progress(labelled.path.name, done, len(rows)))
        yield row


def _misplaced(decided: Sequence[_Decided]) -> Iterator[Mistake]:
    """The entries that opened no story and should have, and those that should not have, with the nearest of theirs.

    Of a story with many entries the first few and the latest are looked at.
    """
    titles = {each.entry.id: each.entry.title for each in decided}
    told: dict[str, list[tuple[Fingerprint, str]]] = {}
    for each in decided:
        entry, kin, before = each.entry, each.kinship, told.setdefault(each.label, [])
        text = fingerprint(entry.title, entry.body or entry.summary, entry.link)
        if each.rang and before:
            score, other = max((likeness(text, earlier), title) for earlier, title in telling(before))
            yield Mistake(kind=RANG_AGAIN, id=each.id, title=entry.title, other=other, why=kin.why, score=score)
        elif not each.rang and not before:
            other = titles[kin.of] if kin.of else ""
            yield Mistake(kind=SWALLOWED, id=each.id, title=entry.title, other=other, why=kin.why, score=kin.score)
        before.append((text, entry.title))


def _pairs(labelled: Labelled, report: Report) -> Evaluation:
    pairs = labelled.pairs
    scores = [likeness(_print(pair.a), _print(pair.b)) for pair in _counted(pairs, labelled, report)]
    labels = [pair.value <= SAME_ARTICLE if pair.falls else pair.value >= SIMILAR for pair in pairs]
    threshold, figures = best_threshold(labels, scores)
    wrong = [
        Mistake(
            kind="too alike" if score >= threshold else "too different",
            id=pair.id,
            title=_title(pair.a),
            other=_title(pair.b),
            score=score,
            why=f"{score:.2f} alike, and {threshold:.2f} counts as the same; labelled {pair.value:g}",
        )
        for pair, score, label in zip(pairs, scores, labels, strict=True)
        if (score >= threshold) is not label
    ]
    return Evaluation(
        file=labelled.path.name,
        form="pairs",
        figures=figures,
        threshold=threshold,
        sure=recall_at(SURE, labels, scores),
        correlation=correlation(scores, [-pair.value if pair.falls else pair.value for pair in pairs]),
        mistakes=tuple(sorted(wrong, key=lambda m: -abs((m.score or 0) - threshold))),
    )


def _matches(labelled: Labelled, rules: Rules) -> Evaluation:
    answers, mistakes = [], []
    for case in labelled.cases:
        if case.watchlist not in rules.watchlists:
            known = ", ".join(sorted(rules.watchlists)) or "none"
            why = f"there is no watchlist {case.watchlist}; there are {known}"
            raise CorpusError(f"labelled file: {labelled.path}: line {case.line}: {why}")
        entry = draft(case.title, case.text, START, case.language)
        match = rules.percolator.matches(entry).get(case.watchlist)
        answers.append(match is not None)
        if answers[-1] is not case.label:
            why = f"matched by {', '.join(match.words)}" if match else _missed(rules, case.watchlist, entry)
            kind = "false alarm" if match else "missed"
            mistakes.append(Mistake(kind=kind, id=case.id, title=entry.title, why=why))
    figures = detection([case.label for case in labelled.cases], answers)
    return Evaluation(file=labelled.path.name, form="watchlist", figures=figures, mistakes=tuple(mistakes))


def _missed(rules: Rules, watchlist: str, entry: Entry) -> str:
    return rules.percolator.explain(watchlist, entry).note


def _print(side: Side) -> Fingerprint:
    return fingerprint(side.title, side.text, None)


def _title(side: Side) -> str:
    return side.title or side.text[:80]
