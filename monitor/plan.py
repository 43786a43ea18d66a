"""What arrived + what we knew + the rules + now = what to write.

The service, the demo and `monitor evaluate` all run this same function; backtests share its `decide`.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.decide import Case, Decision, decide
from monitor.alerts.limits import hold, is_flood
from monitor.feeds.health import after_poll
from monitor.feeds.novelty import Judged, Novelty, judge
from monitor.model.alert import Alert, Delivery, Notice
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Failed, Fetched, NotModified, ParsedFeed
from monitor.model.plan import Arrival, Memory, Plan, PlannedEntry, Poll, Vicinity
from monitor.model.story import CorpusHit, Kinship, Relation, Story
from monitor.model.watch import Match
from monitor.places import Places
from monitor.rules import Rules, heeds
from monitor.stories.headline import is_another_headline

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
    places: Places = field(init=False)
    entries: list[PlannedEntry] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    rung: dict[str, list[datetime]] = field(init=False)
    new: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self.places = Places(self.memory, self.now)
        self.rung = {name: list(instants) for name, instants in self.memory.rung.items()}

    def take(self, judged: Judged) -> None:
        """Decide on one entry of the document, oldest first."""
        match judged.novelty:
            case Novelty.SEEN:
                self.seen += 1
            case Novelty.NEW:
                self.new += 1
                vicinity = self.memory.vicinities[judged.entry.id]
                self._settle(judged, vicinity, self.places.place(judged.entry, vicinity))
            case Novelty.REVISED:
                vicinity = self.memory.vicinities[judged.entry.id]
                self._settle(judged, vicinity, None)

    def _settle(self, judged: Judged, vicinity: Vicinity, kin: Kinship | None) -> None:
        entry = judged.entry
        story = self.places.settle(entry, kin, vicinity)
        matches = self.rules.matches(self.arrival.feed, entry)
        self.entries.append(
            PlannedEntry(
                entry=entry, fingerprint=vicinity.fingerprint, kinship=kin, corpora=vicinity.corpora, matches=matches
            )
        )
        self._decide(judged, story, kin, vicinity.corpora, matches)

    def _decide(
        self,
        judged: Judged,
        story: Story,
        kin: Kinship | None,
        corpora: tuple[CorpusHit, ...],
        matches: tuple[Match, ...],
    ) -> None:
        entry = judged.entry
        known = {hit.corpus for hit in corpora if hit.known}
        ringing = tuple(m for m in matches if not heeds(self.rules.watchlists[m.watchlist], known))
        quiet = self._not_news(judged, None if ringing else next((hit for hit in corpora if hit.known), None))
        if quiet is not None:
            names = tuple(m.watchlist for m in matches)
            self.outcomes.append(Outcome(entry_id=entry.id, kind=quiet[0], why=quiet[1], watchlists=names))
            return
        case = Case(
            entry=entry,
            story=story,
            kinship=kin or Kinship(relation=Relation.FIRST, story_id=story.id, strand=self.places.strand_of(entry.id)),
            matches=ringing,
            told=self.places.told.all,
            silenced=self.memory.silenced,
            corpus=corpora[0] if corpora else None,
            revised=kin is None,
            headline_changed=judged.previous is not None and is_another_headline(judged.previous.title, entry.title),
            matched_before=self._matched(judged.previous),
            rung=self.rung,
        )
        self._adopt(decide(case, self.rules.watchlists, self.rules.destinations, self.now))

    def _matched(self, previous: Entry | None) -> frozenset[str]:
        """The watchlists that an entry matched before its publisher changed it, unless it was known to them then."""
        if previous is None:
            return frozenset()
        names, known = self.rules.watchlists, self.memory.known_to.get(previous.id, frozenset())
        matches = self.rules.matches(self.arrival.feed, previous)
        return frozenset(m.watchlist for m in matches if not heeds(names[m.watchlist], known))

    def _adopt(self, decision: Decision) -> None:
        self.outcomes.append(decision.outcome)
        self.alerts += decision.alerts
        self.deliveries += decision.deliveries
        for alert in decision.alerts:
            self.rung.setdefault(alert.watchlist, []).append(alert.at)
        self.places.tell(decision.told)

    def _not_news(self, judged: Judged, known: CorpusHit | None) -> tuple[OutcomeKind, str] | None:
        """The outcome of an entry that rings for nobody, whatever it matches; None when it may ring."""
        if known is not None:
            return OutcomeKind.KNOWN, known.sentence
        if not self.arrival.state.baselined:
            return OutcomeKind.BASELINE, "it stood in the feed when the feed was first read"
        published = judged.entry.published_at
        if judged.novelty is Novelty.NEW and published is not None and self.now - published > TOO_OLD:
            return OutcomeKind.TOO_OLD, f"it is dated {published:%Y-%m-%d}, more than {TOO_OLD.days} days ago"
        return None

    def _placed(self) -> Iterable[PlannedEntry]:
        """The entries, each with the story that it is in at the end."""
        for planned in self.entries:
            kin = planned.kinship
            if kin is not None:
                kin = replace(kin, story_id=self.places.story_of(planned.entry.id))
            yield replace(planned, kinship=kin)

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
            entries=tuple(self._placed()),
            stories=tuple(self.places.stories.changed.values()),
            regroupings=tuple(self.places.regroupings),
            outcomes=tuple(self.outcomes),
            alerts=tuple(self.alerts),
            notices=notices,
            deliveries=(*self.deliveries, *(row for some in rows for row in some)),
            told=tuple(self.places.told.changed.values()),
            neighbours=tuple(self.places.members.arrived.values()),
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
