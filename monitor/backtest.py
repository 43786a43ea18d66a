"""What a rule would have sent: tried on the archive entry by entry, as the daemon would have; nothing is written.

An entry that its publisher revised is tried once for each version, when it came: with the headline of that version and
the latest text, since of earlier ones only the headline is kept. Stories are those that were formed then. Mutes, quiet
hours and bursts are left aside: they move an alert, or hide it for a while.

Flow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.alerts.decide import Case, decide
from monitor.archive import Library, Subject
from monitor.model.alert import Alert, Told
from monitor.model.archive import Appearance, Archived
from monitor.model.entry import OutcomeKind
from monitor.model.ids import EntryId, StoryId
from monitor.model.story import Kinship, Relation, Story
from monitor.model.watch import Match, Watchlist
from monitor.query.compile import Rule
from monitor.query.matches import Matches
from monitor.query.percolator import Percolator
from monitor.query.printer import show
from monitor.query.variants import Variant, exclusions, speaking_leaves, without_exclusions, without_leaf
from monitor.rules import Rules
from monitor.stories.headline import is_another_headline

MOST_TERMS = 300
"""Terms of one rule of which it is said what each contributed."""
SHOWN = 3
"""Headlines that are given for a thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What one word or phrase contributed."""

    term: str
    alerts: int
    """Alerts whose entry it speaks in."""
    alone: int
    """Alerts whose entry would not match without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What one exclusion removed: entries that would match without it."""

    exclusion: str
    removed: int
    share: float
    """0..1: of what would match without it."""
    headlines: tuple[str, ...]
    """The newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What one watchlist would have sent, and why."""

    watchlist: str
    query: str
    since: datetime
    until: datetime
    entries: int
    """In the archive in this time."""
    tried: int
    """Those of them that the index could not rule out."""
    matches: int
    alerts: tuple[Alert, ...]
    """Newest first."""
    quiet: Mapping[OutcomeKind, int]
    """Matches that are no news, by what became of them."""
    terms: tuple[Term, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    revised: int = 0
    """Matching later versions that were replayed under the headline they had."""
    removed: int = 0
    """Entries that match but for all exclusions together."""

    @property
    def days(self) -> float:
        """Length of the time looked at."""
        return max((self.until - self.since) / timedelta(days=1), 1.0)

    @property
    def alerts_a_day(self) -> float:
        """Over the whole time."""
        return len(self.alerts) / self.days

    @property
    def by_day(self) -> dict[date, int]:
        """Alerts of each day that has any, oldest first; days in UTC."""
        counted = Counter(alert.at.date() for alert in self.alerts)
        return dict(sorted(counted.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a changed rule would send otherwise, story by story."""

    gained: tuple[Alert, ...]
    lost: tuple[tuple[Alert, str], ...]
    """With why the new rule does not tell of it."""
    kept: int


@dataclass(slots=True)
class Rehearsal:
    """Decides on matches in the order of time as the daemon would, story by story."""

    watchlist: Watchlist
    timelines: Mapping[StoryId, Sequence[Appearance]]
    alerts: list[Alert] = field(default_factory=list)
    _told: dict[tuple[str, StoryId], Told] = field(default_factory=dict)

    def take(self, archived: Archived, match: Match) -> None:
        """Ring for an entry that matches, or not."""
        aloud = replace(self.watchlist, shadow=False, to=(), burst=None)
        decision = decide(self._case(archived, match), {aloud.name: aloud}, {}, archived.at)
        self.alerts += decision.alerts
        self._told.update({(told.watchlist, told.story_id): told for told in decision.told})

    def _case(self, archived: Archived, match: Match) -> Case:
        """What is known when this version came; under one headline the version before is taken to have matched too."""
        revised, before = archived.revised_at is not None, archived.entry.previous_title
        rewritten = revised and before is not None and is_another_headline(before, archived.entry.title)
        return Case(
            entry=archived.entry,
            story=self._story(archived),
            kinship=_kinship(archived),
            matches=(match,),
            told=self._told,
            silenced={},
            revised=revised,
            headline_changed=rewritten,
            matched_before=frozenset({match.watchlist} if revised and not rewritten else ()),
        )

    def _story(self, archived: Archived) -> Story:
        """The story as it stood when this version came."""
        entry = archived.entry
        before = [one for one in self.timelines.get(archived.story_id, ()) if one.at <= archived.at]
        outlets = tuple(dict.fromkeys([*(one.source for one in before), entry.source]))
        first = before[0] if before else Appearance(entry_id=entry.id, at=entry.first_seen_at, source=entry.source)
        return Story(
            id=archived.story_id,
            title=entry.title,
            first_entry_id=first.entry_id,
            first_at=first.at,
            last_at=archived.at,
            entries=max(len(before), 1),
            outlets=outlets,
        )


def _kinship(archived: Archived) -> Kinship:
    return Kinship(
        relation=archived.relation if archived.revised_at is None else Relation.FIRST,
        story_id=archived.story_id,
        score=archived.score,
        strand=archived.strand,
    )


def backtest(library: Library, subject: Subject, rules: Rules, since: datetime, now: datetime) -> Backtest:
    """What a watchlist would have sent since an instant, what each of its terms contributed, what exclusions removed.

    Args:
        library: The archive.
        subject: The watchlist.
        rules: What is configured: which feeds it listens to.
        since: The archive is looked at from here, or from its beginning when that is later.
        now: Until when.
    """
    since = max(since, library.store.archive.first_at() or since)
    found = _Findings.of(subject.rule)
    tried = 0
    for archived in library.replayed(subject.rule, since, subject.watchlist.name):
        tried += archived.revised_at is None
        if library.hears(subject.watchlist, archived, rules):
            found.look(archived)
    alerts, quiet = rehearse(library, subject.watchlist, found.matched)
    return Backtest(
        watchlist=subject.watchlist.name,
        query=subject.rule.query,
        since=since,
        until=now,
        entries=library.store.archive.size(since),
        tried=tried,
        matches=len({archived.entry.id for archived, _ in found.matched}),
        revised=sum(archived.revised_at is not None for archived, _ in found.matched),
        alerts=tuple(reversed(alerts)),
        quiet=quiet,
        terms=found.terms({alert.entry_id for alert in alerts}),
        exclusions=found.removals(),
        removed=len(found.excluded),
    )


def sent(library: Library, subject: Subject, rules: Rules, since: datetime) -> list[Alert]:
    """Only what a watchlist would have sent, oldest first."""
    percolator = Percolator([subject.rule])
    matched = [
        (archived, match)
        for archived in library.replayed(subject.rule, since, subject.watchlist.name)
        if library.hears(subject.watchlist, archived, rules)
        for match in percolator.matches(archived.entry).values()
    ]
    return rehearse(library, subject.watchlist, matched)[0]


def rehearse(
    library: Library, watchlist: Watchlist, matched: Sequence[tuple[Archived, Match]]
) -> tuple[list[Alert], dict[OutcomeKind, int]]:
    """The alerts for matches, oldest first, and how many matches were no news, by what became of them."""
    judged = [(library.no_news(watchlist, archived), archived, match) for archived, match in matched]
    news = sorted(((one, match) for kind, one, match in judged if kind is None), key=lambda pair: pair[0].at)
    played = Rehearsal(watchlist, library.store.archive.timelines({archived.story_id for archived, _ in news}))
    for archived, match in news:
        played.take(archived, match)
    quiet = Counter(kind for kind, _, _ in judged if kind is not None)
    return played.alerts, dict(quiet)


def difference(library: Library, old: Subject, new: Subject, rules: Rules, since: datetime) -> Difference:
    """Which stories a rule would tell of that another does not, and the other way round; newest first."""
    before, after = sent(library, old, rules, since), sent(library, new, rules, since)
    stories_before, stories_after = ({alert.story_id for alert in alerts} for alerts in (before, after))
    lost = [alert for alert in _once(before) if alert.story_id not in stories_after]
    why = _reasons(library, new, lost)
    return Difference(
        gained=tuple(alert for alert in reversed(_once(after)) if alert.story_id not in stories_before),
        lost=tuple((alert, why[alert.entry_id]) for alert in reversed(lost)),
        kept=len(stories_before & stories_after),
    )


def _once(alerts: Iterable[Alert]) -> list[Alert]:
    return [alert for alert in alerts if alert.number == 1]


def _reasons(library: Library, subject: Subject, alerts: Sequence[Alert]) -> dict[EntryId, str]:
    percolator = Percolator([subject.rule])
    reasons = {
        archived.entry.id: percolator.explain(subject.rule.name, archived.entry).note
        for archived in library.store.archive.entries([alert.entry_id for alert in alerts])
    }
    return {alert.entry_id: reasons.get(alert.entry_id, "") for alert in alerts}


@dataclass(slots=True)
class _Findings:
    """What one pass over the candidates of a rule finds."""

    name: str
    variants: Percolator
    """The rule, the rule without exclusions, without each of them, and without each of its terms."""
    parts: tuple[Variant, ...]
    leaves: Mapping[str, str]
    """Name of the variant without a term → the term as it is written."""
    matched: list[tuple[Archived, Match]] = field(default_factory=list)
    spoken: dict[EntryId, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """Of each entry that matched the terms that speak in it, and those it would not match without."""
    excluded: set[EntryId] = field(default_factory=set)
    stopped: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: Rule) -> _Findings:
        named = replace(rule, name=_RULE)
        parts = exclusions(named)
        free = [replace(without_exclusions(named), name=_FREE)] if parts else []
        one_less = [replace(part.rule, name=f"{_FREE}{number}") for number, part in enumerate(parts)]
        bare, leaves = [], {}
        for number, leaf in enumerate(speaking_leaves(named)[:MOST_TERMS]):
            leaves[f"{_TERM}{number}"] = show(leaf)
            if (rest := without_leaf(named, leaf)) is not None:
                bare.append(replace(rest, name=f"{_TERM}{number}"))
        return cls(rule.name, Percolator([named, *free, *one_less, *bare]), parts, leaves)

    def look(self, archived: Archived) -> None:
        """Try the rule and its variants on one candidate."""
        holding = self.variants.matches(archived.entry)
        if _RULE in holding:
            self.matched.append((archived, replace(holding[_RULE], watchlist=self.name)))
            telling = frozenset(show(leaf) for leaf in holding.telling(_RULE))
            alone = frozenset(term for name, term in self.leaves.items() if name not in holding)
            self.spoken.setdefault(archived.entry.id, (telling, telling & alone))
        elif _FREE in holding and archived.entry.id not in self.excluded:
            self._exclude(archived, holding)

    def _exclude(self, archived: Archived, holding: Matches) -> None:
        self.excluded.add(archived.entry.id)
        for number, part in enumerate(self.parts):
            if f"{_FREE}{number}" in holding:
                self.stopped.setdefault(part.part, []).append(archived.entry.title)

    def terms(self, rang: set[EntryId]) -> tuple[Term, ...]:
        """The terms in the order of the rule."""
        spoken = Counter(term for id_ in rang for term in self.spoken[id_][0])
        alone = Counter(term for id_ in rang for term in self.spoken[id_][1])
        return tuple(Term(term=term, alerts=spoken[term], alone=alone[term]) for term in self.leaves.values())

    def removals(self) -> tuple[Exclusion, ...]:
        """The exclusions in the order of the rule."""
        found = []
        for part in self.parts:
            titles = self.stopped.get(part.part, [])
            share = len(titles) / max(len(titles) + len(self.matched), 1)
            newest = tuple(dict.fromkeys(reversed(titles)))[:SHOWN]
            found.append(Exclusion(exclusion=part.part, removed=len(titles), share=share, headlines=newest))
        return tuple(found)


_RULE, _FREE, _TERM = "rule", "without exclusions ", "without term "
