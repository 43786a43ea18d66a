"""Whether a matching entry rings: the first time a story is told, again when the watchlist asks, or not.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.limits import fold_until
from monitor.model.alert import Alert, Delivery, Destination, Told
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.ids import StoryId, alert_id
from monitor.model.story import CorpusHit, Kinship, Relation, Story
from monitor.model.watch import Grouping, Match, Watchlist
from monitor.timing import ago

EVERY_WATCHLIST = "*"
"""Key in `silenced` that mutes all watchlists."""

HEADLINE_CHARACTERS, LEAD_CHARACTERS = 300, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One entry that has its place among the stories, and what was told before."""

    entry: Entry
    story: Story
    """As it stands with the entry in it."""
    kinship: Kinship
    matches: tuple[Match, ...]
    """At most one for each watchlist; only of watchlists that listen to the entry's feed."""
    told: Mapping[tuple[str, StoryId], Told]
    """By (watchlist, story)."""
    silenced: Mapping[str, str]
    """Watchlists muted now, with the reason; `*` mutes all."""
    corpus: CorpusHit | None = None
    """The nearest corpus article; related, since what repeats one never comes here."""
    revised: bool = False
    """The publisher changed an entry that was stored before."""
    headline_changed: bool = False
    """The revision changed the headline too."""
    matched_before: AbstractSet[str] = frozenset()
    """Watchlists that matched the entry before it was revised, and to which it was not known then."""
    rung: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """When each watchlist rang lately, for its burst limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write on one entry."""

    outcome: Outcome
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    told: tuple[Told, ...] = ()
    """What each alerted watchlist has now been told; replaces what the case said."""


@dataclass(frozen=True, slots=True)
class _Ring:
    watchlist: Watchlist
    match: Match
    why: str


@dataclass(frozen=True, slots=True)
class _Still:
    kind: OutcomeKind
    why: str


def decide(
    case: Case, watchlists: Mapping[str, Watchlist], destinations: Mapping[str, Destination], now: datetime
) -> Decision:
    """Whom to tell of this entry, when, and the sentence that says why or why not.

    Each watchlist is told of a story once, by whichever entry matches first, be it a copy; again only as its
    `again` asks. Two entries of one story in one poll: give the second case the `told` of the first decision.

    Returns:
        Alerts with their outbox rows, the updated `told`, and one outcome: ALERTED, HELD when every row waits,
        MUTED, COPY, REVISION or TOLD when the story had rung before, NO_MATCH.
    """
    answers = [_answer(case, match, watchlists[match.watchlist], now) for match in case.matches]
    rings = [answer for answer in answers if isinstance(answer, _Ring)]
    alerts = tuple(_alert(case, ring, now) for ring in rings)
    rows = [_rows(case, alert, ring, destinations) for alert, ring in zip(alerts, rings, strict=True)]
    deliveries = tuple(row for some in rows for row in some)
    kind = _kind(case, answers, deliveries)
    why = _sentence(case, answers, deliveries)
    names = tuple(sorted(match.watchlist for match in case.matches))
    return Decision(
        outcome=Outcome(entry_id=case.entry.id, kind=kind, why=why, watchlists=names),
        alerts=alerts,
        deliveries=deliveries,
        told=tuple(_told(case, alert, now) for alert in alerts),
    )


def _rows(case: Case, alert: Alert, ring: _Ring, destinations: Mapping[str, Destination]) -> tuple[Delivery, ...]:
    watchlist = ring.watchlist
    ends = fold_until(watchlist.burst, case.rung.get(watchlist.name, ()), alert.at)
    return outbox_rows(alert, watchlist.to, destinations, alert.at, burst_ends=ends)


def _answer(case: Case, match: Match, watchlist: Watchlist, now: datetime) -> _Ring | _Still:
    name = watchlist.name
    if watchlist.shadow:
        return _Still(OutcomeKind.MUTED, f"{name} is in shadow and tells nobody")
    reason = case.silenced.get(name, case.silenced.get(EVERY_WATCHLIST))
    if reason is not None:
        return _Still(OutcomeKind.MUTED, f"{name} is muted: {reason}")
    told = case.told.get((name, case.story.id))
    if told is None or (watchlist.grouping is Grouping.STRICT and case.kinship.strand not in told.strands):
        if name in case.matched_before and not case.headline_changed:
            return _Still(OutcomeKind.REVISION, f"{name} matched it before, and was not told of it then")
        return _Ring(watchlist, match, _first_time(case, name) if told is None else _doubt(case.kinship))
    news = _what_is_new(case, match, watchlist, told)
    if not news:
        return _Still(_kind_of_repeat(case), f"{name} was told of this story {ago(now - told.last_at)} ago")
    if now - told.last_at < watchlist.again.at_most_every:
        pause = f"{ago(now - told.last_at)} ago, and is told at most every {ago(watchlist.again.at_most_every)}"
        return _Still(_kind_of_repeat(case), f"{name} was told of this story {pause} ({news})")
    return _Ring(watchlist, match, news)


def _doubt(kin: Kinship) -> str:
    what = "part of a story not told here before" if kin.is_certain else f"only {kin.score:.2f} alike"
    return f"{what}: perhaps another event"


def _first_time(case: Case, name: str) -> str:
    match case.kinship.relation:
        case Relation.COPY:
            return f"story not told here before; this text is a copy, {_spread(case.story)}"
        case Relation.SAME_STORY:
            return f"story not told here before, {_spread(case.story)}"
        case Relation.FIRST if case.revised:
            return "headline revised" if name in case.matched_before else "a revision now matches"
        case Relation.FIRST:
            return "new story"


def _what_is_new(case: Case, match: Match, watchlist: Watchlist, told: Told) -> str:
    again = watchlist.again
    more = len(case.story.outlets) - told.outlets
    reasons = []
    if 0 < again.sources <= more:
        reasons.append(f"{more} more {'outlet' if more == 1 else 'outlets'}")
    if again.revised and case.headline_changed:
        reasons.append("headline revised")
    if again.stronger and match.strength > told.strength:
        reasons.append(f"{told.strength.label} → {match.strength.label}")
    return ", ".join(reasons)


def _kind_of_repeat(case: Case) -> OutcomeKind:
    if case.revised:
        return OutcomeKind.REVISION
    return OutcomeKind.COPY if case.kinship.relation is Relation.COPY else OutcomeKind.TOLD


def _kind(case: Case, answers: list[_Ring | _Still], deliveries: tuple[Delivery, ...]) -> OutcomeKind:
    if any(isinstance(answer, _Ring) for answer in answers):
        waits = bool(deliveries) and all(row.held for row in deliveries)
        return OutcomeKind.HELD if waits else OutcomeKind.ALERTED
    kinds = {answer.kind for answer in answers if isinstance(answer, _Still)}
    if OutcomeKind.MUTED in kinds:
        return OutcomeKind.MUTED
    repeat = _kind_of_repeat(case)
    return repeat if kinds or repeat is not OutcomeKind.TOLD else OutcomeKind.NO_MATCH


def _sentence(case: Case, answers: list[_Ring | _Still], deliveries: tuple[Delivery, ...]) -> str:
    parts = [_ring_words(answer) if isinstance(answer, _Ring) else answer.why for answer in answers]
    held = sorted({f"{row.destination} waits: {row.held}" for row in deliveries if row.held})
    prefix = _repeat_words(case) if not any(isinstance(answer, _Ring) for answer in answers) else ""
    return prefix + ("; ".join([*parts, *held]) or "no watchlist matches")


def _ring_words(ring: _Ring) -> str:
    whom = ", ".join(ring.watchlist.to) or "no destination"
    return f"{ring.watchlist.name} tells {whom}: {ring.why}"


def _repeat_words(case: Case) -> str:
    if case.revised:
        return "revised by its publisher; "
    if case.kinship.relation is Relation.COPY:
        method = f" ({case.kinship.method})" if case.kinship.method else ""
        return f"a copy{method}, {_spread(case.story)}; "
    return ""


def _spread(story: Story) -> str:
    entries = f"{story.entries} {'entry' if story.entries == 1 else 'entries'}"
    outlets = len(story.outlets)
    independent = f", {len(story.owners)} independent," if 0 < len(story.owners) < outlets else ""
    return f"{entries} from {outlets} {'outlet' if outlets == 1 else 'outlets'}{independent} so far"


def _alert(case: Case, ring: _Ring, now: datetime) -> Alert:
    entry, story, watchlist = case.entry, case.story, ring.watchlist
    before = case.told.get((watchlist.name, story.id))
    number = before.times + 1 if before else 1
    return Alert(
        id=alert_id(watchlist.name, story.id, number),
        watchlist=watchlist.name,
        watchlist_title=watchlist.title,
        story_id=story.id,
        entry_id=entry.id,
        number=number,
        at=now,
        why_now=ring.why,
        headline=headline(entry),
        previous_headline=entry.previous_title if case.headline_changed else None,
        previous_strength=before.strength if before and ring.match.strength > before.strength else None,
        link=entry.link,
        outlet=entry.source,
        published_at=entry.published_at,
        language=entry.language,
        snippet=ring.match.snippet,
        marks=ring.match.marks,
        lead=_lead(entry, ring.match),
        words=ring.match.words,
        strength=ring.match.strength,
        priority=watchlist.priority,
        outlets=story.outlets,
        new_outlets=story.outlets[before.outlets :] if before else (),
        independent=len(story.owners),
        entries=story.entries,
        related=_related(case.corpus),
        story_title=story.title,
        wording=watchlist.wording,
    )


def _lead(entry: Entry, match: Match) -> str:
    """How the text begins, where the headline alone matched, and the text begins otherwise; else empty."""
    lead = _cut(" ".join((entry.summary or entry.body).split()), LEAD_CHARACTERS)
    return lead if match.snippet.strip("…") in entry.title and lead.strip("…") not in entry.title else ""


def headline(entry: Entry) -> str:
    """The entry's title, or the first words of its text where it has none; never empty."""
    text = entry.title or " ".join((entry.summary or entry.body).split())
    return _cut(text, HEADLINE_CHARACTERS) or "(no headline)"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _related(hit: CorpusHit | None) -> str:
    if hit is None:
        return ""
    source = ", ".join(part for part in (hit.outlet, hit.published) if part)
    return f"“{hit.title}”" + (f" ({source})" if source else "") + f", in corpus {hit.corpus}"


def _told(case: Case, alert: Alert, now: datetime) -> Told:
    before = case.told.get((alert.watchlist, alert.story_id))
    return Told(
        watchlist=alert.watchlist,
        story_id=alert.story_id,
        times=alert.number,
        last_at=now,
        outlets=len(alert.outlets),
        strength=max(alert.strength, before.strength) if before else alert.strength,
        strands=tuple(dict.fromkeys([*(before.strands if before else ()), *filter(None, [case.kinship.strand])])),
    )
