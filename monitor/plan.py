"""What arrived + what we knew + the rules + now = what to write.

Backtest, explain, seed import and the daemon all run this same function; there is no second engine.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.decide import Case, Decision, decide
from monitor.alerts.limits import hold, is_flood
from monitor.feeds.health import after_poll
from monitor.feeds.novelty import Judged, Novelty, judge
from monitor.model.alert import Alert, Delivery, Notice, Told
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Failed, Fetched, NotModified, ParsedFeed
from monitor.model.ids import StoryId, story_id
from monitor.model.plan import Arrival, Memory, Plan, PlannedEntry, Poll, Vicinity
from monitor.model.story import CorpusHit, Kinship, Neighbour, Relation, Story
from monitor.model.watch import Match
from monitor.rules import Rules
from monitor.stories.cluster import kinship
from monitor.stories.owners import owner_of, voices
from monitor.stories.window import Window

TOO_OLD = timedelta(days=30)
"""What claims to be older than this when it first appears is an archive being republished."""


def plan(arrival: Arrival, memory: Memory, rules: Rules, now: datetime) -> Plan:
    """Everything to write after one poll: entries, stories, alerts, outbox rows, and the feed's next state.

    Args:
        arrival: The poll.
        memory: What was known of the feed's entries, of texts near the new ones, and of their stories.
        rules: What the user configured.
        now: The one instant that every row of the plan carries.

    Returns:
        A plan with exactly one outcome for every entry fetched.
    """
    draft = _Draft(arrival, memory, rules, now)
    judged = judge(arrival.identified, memory.seen) if arrival.identified else ()
    for each in reversed(judged):
        draft.take(each)
    return draft.plan()


@dataclass(slots=True)
class _Draft:
    """A plan being written: what earlier entries of the same document changed is known to the later ones."""

    arrival: Arrival
    memory: Memory
    rules: Rules
    now: datetime
    stories: dict[StoryId, Story] = field(init=False)
    told: dict[tuple[str, StoryId], Told] = field(init=False)
    changed: dict[StoryId, Story] = field(default_factory=dict)
    retold: dict[tuple[str, StoryId], Told] = field(default_factory=dict)
    batch: Window = field(default_factory=Window)
    arrived: list[Neighbour] = field(default_factory=list)
    entries: list[PlannedEntry] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    rung: dict[str, list[datetime]] = field(init=False)
    new: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self.stories = dict(self.memory.stories)
        self.told = dict(self.memory.told)
        self.rung = {name: list(instants) for name, instants in self.memory.rung.items()}

    def take(self, judged: Judged) -> None:
        """Decide on one entry of the document, oldest first."""
        match judged.novelty:
            case Novelty.SEEN:
                self.seen += 1
            case Novelty.NEW:
                self.new += 1
                vicinity = self.memory.vicinities[judged.entry.content_hash]
                self._settle(judged, vicinity, self._place(judged.entry, vicinity))
            case Novelty.REVISED:
                vicinity = self.memory.vicinities[judged.entry.content_hash]
                self._settle(judged, vicinity, None)

    def _place(self, entry: Entry, vicinity: Vicinity) -> Kinship:
        """The story the entry opens or joins."""
        near = (*self.batch.near(vicinity.fingerprint), *vicinity.near)
        kin = kinship(entry.id, vicinity.fingerprint, near, self.now, stream=vicinity.stream, stories=self.stories)
        if kin.story_id in self.stories or kin.relation is Relation.FIRST:
            return kin
        return replace(kin, relation=Relation.FIRST, why=f"{kin.why}; that story is no longer kept")

    def _settle(self, judged: Judged, vicinity: Vicinity, kin: Kinship | None) -> None:
        entry = judged.entry
        host = vicinity.fingerprint.host
        story = self._revised_story(entry, host) if kin is None else self._joined(entry, kin, host)
        self.changed[story.id] = self.stories[story.id] = story
        matches = self.rules.matches(self.arrival.feed, entry)
        self.entries.append(
            PlannedEntry(
                entry=entry, fingerprint=vicinity.fingerprint, kinship=kin, corpus=vicinity.corpus, matches=matches
            )
        )
        self._remember(_neighbour(entry, story, vicinity, self.now))
        self._decide(judged, story, kin, vicinity.corpus, matches)

    def _remember(self, neighbour: Neighbour) -> None:
        self.batch.add(neighbour)
        self.arrived.append(neighbour)

    def _decide(
        self,
        judged: Judged,
        story: Story,
        kin: Kinship | None,
        corpus: CorpusHit | None,
        matches: tuple[Match, ...],
    ) -> None:
        entry = judged.entry
        quiet = self._not_news(judged, corpus)
        if quiet is not None:
            names = tuple(m.watchlist for m in matches)
            self.outcomes.append(Outcome(entry_id=entry.id, kind=quiet[0], why=quiet[1], watchlists=names))
            return
        case = Case(
            entry=entry,
            story=story,
            kinship=kin or Kinship(relation=Relation.FIRST, story_id=story.id),
            matches=matches,
            told=self.told,
            silenced=self.memory.silenced,
            corpus=corpus,
            revised=kin is None,
            headline_changed=judged.previous is not None and judged.previous.title != entry.title,
            rung=self.rung,
        )
        self._adopt(decide(case, self.rules.watchlists, self.rules.destinations, self.now))

    def _adopt(self, decision: Decision) -> None:
        self.outcomes.append(decision.outcome)
        self.alerts += decision.alerts
        self.deliveries += decision.deliveries
        for alert in decision.alerts:
            self.rung.setdefault(alert.watchlist, []).append(alert.at)
        for told in decision.told:
            self.told[told.watchlist, told.story_id] = self.retold[told.watchlist, told.story_id] = told

    def _not_news(self, judged: Judged, corpus: CorpusHit | None) -> tuple[OutcomeKind, str] | None:
        """The outcome of an entry that rings for nobody, whatever it matches; None when it may ring."""
        if corpus is not None and corpus.known:
            since = f" of {corpus.published}" if corpus.published else ""
            return OutcomeKind.KNOWN, f"repeats “{corpus.title}”{since} in corpus {corpus.corpus}: {corpus.why}"
        if not self.arrival.state.baselined:
            return OutcomeKind.BASELINE, "it stood in the feed when the feed was first read"
        published = judged.entry.published_at
        if judged.novelty is Novelty.NEW and published is not None and self.now - published > TOO_OLD:
            return OutcomeKind.TOO_OLD, f"it is dated {published:%Y-%m-%d}, more than {TOO_OLD.days} days ago"
        return None

    def _joined(self, entry: Entry, kin: Kinship, host: str) -> Story:
        owner = owner_of(entry.source, host)
        story = self.stories.get(kin.story_id)
        if story is None:
            return Story(
                id=kin.story_id,
                title=entry.title,
                first_entry_id=entry.id,
                first_at=self.now,
                last_at=self.now,
                outlets=(entry.source,),
                owners=(owner,),
            )
        outlets = story.outlets if entry.source in story.outlets else (*story.outlets, entry.source)
        owners = voices(story, kin, owner)
        return replace(story, last_at=self.now, entries=story.entries + 1, outlets=outlets, owners=owners)

    def _revised_story(self, entry: Entry, host: str) -> Story:
        """The story it is in; a new one of its own where retention removed the old."""
        known = self.stories.get(self.memory.story_of.get(entry.id, story_id(entry.id)))
        return known or self._joined(entry, Kinship(relation=Relation.FIRST, story_id=story_id(entry.id)), host)

    def _held_back(self) -> tuple[Notice, ...]:
        """Hold every alert of this poll where they would be a flood; the notice of it, the first time."""
        limit = self.rules.flood
        if limit is None or not is_flood(limit, self.memory.rung, len(self.alerts), self.now):
            return ()
        held = hold(self.alerts, self.deliveries, self.outcomes, limit, self.now)
        self.deliveries, self.outcomes = list(held.deliveries), list(held.outcomes)
        return () if self.memory.flooded else held.notices

    def plan(self) -> Plan:
        """The finished plan."""
        held = self._held_back()
        state, notices = after_poll(self.arrival, self.new if self.arrival.state.baselined else 0, self.now)
        notices = (*notices, *held)
        rows = [outbox_rows(n, self.rules.on_error, self.rules.destinations, self.now) for n in notices]
        return Plan(
            poll=self._poll(notices),
            state=state,
            entries=tuple(self.entries),
            stories=tuple(self.changed.values()),
            outcomes=tuple(self.outcomes),
            alerts=tuple(self.alerts),
            notices=notices,
            deliveries=(*self.deliveries, *(row for some in rows for row in some)),
            told=tuple(self.retold.values()),
            neighbours=tuple(self.arrived),
        )

    def _poll(self, notices: tuple[Notice, ...]) -> Poll:
        parsed, identified = self.arrival.parsed, self.arrival.identified
        counts = Counter(outcome.kind for outcome in self.outcomes)
        counts[OutcomeKind.SEEN] += self.seen + (identified.repeated if identified else 0)
        counts[OutcomeKind.LOST] += parsed.lost if parsed else 0
        counts[OutcomeKind.DROPPED] += parsed.dropped if parsed else 0
        return Poll(
            feed_id=self.arrival.feed.id,
            at=self.now,
            result=_result(self.arrival),
            fetched=_fetched(parsed),
            counts=_nonzero(counts),
            note="; ".join(filter(None, [parsed.note if parsed else "", *(n.subject for n in notices)])),
        )


def _neighbour(entry: Entry, story: Story, vicinity: Vicinity, now: datetime) -> Neighbour:
    return Neighbour(
        entry_id=entry.id, feed_id=entry.feed_id, story_id=story.id, fingerprint=vicinity.fingerprint, seen_at=now
    )


def _nonzero(counts: Mapping[OutcomeKind, int]) -> dict[OutcomeKind, int]:
    return {kind: n for kind, n in counts.items() if n}


def _fetched(parsed: ParsedFeed | None) -> int:
    return len(parsed.entries) + parsed.lost + parsed.dropped if parsed else 0


def _result(arrival: Arrival) -> str:
    match arrival.outcome:
        case Fetched(document):
            return str(document.status)
        case NotModified(why=why):
            return why
        case Failed(fault=fault, detail=detail):
            return f"{fault}: {detail}" if detail else str(fault)
