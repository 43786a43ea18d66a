"""An entry's whole trip, and why each watchlist did or did not match, as lines for people.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nlargest

import click

from monitor.alerts.phrases import named
from monitor.cli.show import heading, short, spread, when
from monitor.model.ids import StoryId
from monitor.model.story import Kinship, Regroup
from monitor.model.watch import Reason
from monitor.store.views import Dossier, RegroupRow

_MOST_PASSAGES = 5
_LONGEST_PASSAGE = 160
_LONGEST_WHOLE = 120
"""Characters of a clause whose parts are listed too."""


def print_dossier(dossier: Dossier, now: datetime) -> None:
    """Print what became of an entry, from the feed to the recipient."""
    heading(dossier.entry.title or "(no headline)")
    for line in trip(dossier, now):
        click.echo(f"  {line}")


def print_reasons(reasons: Mapping[str, Reason]) -> None:
    """Print each watchlist's tree of clauses: what hit, what failed, what came closest."""
    for name, reason in reasons.items():
        heading(f"\n{name}: {'matches' if reason.ok else 'does not match'}")
        for line in _tree(reason, 1):
            click.echo(line)


def trip(dossier: Dossier, now: datetime) -> Iterator[str]:
    """The way of an entry, a line for each station; what a line tells of stands in its first nine characters."""
    entry = dossier.entry
    feed = dossier.feed
    yield f"entry    {entry.id}, revision {entry.revision}"
    yield f"from     {entry.source}" + (
        f", feed {feed.name or feed.id}" if feed else ", its feed is no longer subscribed"
    )
    yield f"link     {entry.link or 'none that is safe to show'}"
    dated = f", dated {entry.published_at:%Y-%m-%d %H:%M} UTC" if entry.published_at else ", undated"
    yield f"seen     {when(entry.first_seen_at, now)}{dated}"
    for revision in dossier.revisions:
        yield f"was      “{revision.title}” until {when(revision.until_at, now)}"
    if dossier.page:
        page = dossier.page
        yield f"page     {page.state} {when(page.at, now)}: {page.detail}"
    for known in dossier.corpora:
        yield f"corpus   {known.hit.sentence}"
        yield from (f"         “{passage}”" for passage in _longest(known.passages))
    if dossier.story and dossier.kinship:
        kin, story = dossier.kinship, dossier.story
        yield f"story    {short(story.id)}, {kin.relation}; {spread(story)}: {named(story.outlets, str)}"
        if kin.why:
            yield f"         {kin.why}"
        if others := _also(kin, dossier.regroupings):
            yield f"         it also resembles story {', '.join(map(short, others))}"
        for row in dossier.regroupings:
            yield f"{row.regrouping.kind:<9}{regrouped(row, now)}"
    for answer in dossier.answers:
        yield f"outcome  {answer.outcome.kind} ({when(answer.at, now)}): {answer.outcome.why}"
    for alert in dossier.alerts:
        yield f"alert    {short(alert.id)} {alert.watchlist}, {alert.strength.label}: {alert.why_now}"
    for delivery in dossier.deliveries:
        sent = f" {when(delivery.sent_at, now)}" if delivery.sent_at else ""
        trouble = f": {delivery.fault}" if delivery.fault else ""
        yield f"to       {delivery.destination}: {delivery.state}{sent}{trouble}"


def regrouped(row: RegroupRow, now: datetime) -> str:
    """Which story took which in, or left which, when and why."""
    told, at = row.regrouping, when(row.at, now)
    match told.kind:
        case Regroup.MERGED:
            return f"{short(told.story_id)} took in {short(told.other_id)} {at}: {told.why}"
        case Regroup.SPLIT:
            return f"{short(told.other_id)} left {short(told.story_id)} {at}: {told.why}"


def _also(kin: Kinship, regroupings: Sequence[RegroupRow]) -> list[StoryId]:
    """The other stories that an entry resembles, without those that are one with its own by now."""
    merged = {row.regrouping.other_id for row in regroupings if row.regrouping.kind is Regroup.MERGED}
    return [story for story in kin.also if story != kin.story_id and story not in merged]


def _longest(passages: Sequence[str]) -> list[str]:
    """The longest passages, in their order, each shortened to what a line shows."""
    chosen = nlargest(_MOST_PASSAGES, passages, key=len)
    lines = (" ".join(passage.split()) for passage in passages if passage in chosen)
    return [
        line if len(line) <= _LONGEST_PASSAGE else f"{line[:_LONGEST_PASSAGE].rsplit(' ', 1)[0]} …" for line in lines
    ]


def _tree(reason: Reason, depth: int) -> Iterator[str]:
    mark = "✓" if reason.ok else "✗"
    note = f"  — {reason.note}" if reason.note else ""
    yield f"{'  ' * depth}{mark} {_clause(reason)}{note}"
    seen = dict.fromkeys(f"“{hit.text}” in the {hit.zone}" for hit in reason.hits)
    if seen and not reason.parts:
        listed = list(seen)
        more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
        yield f"{'  ' * (depth + 1)}found {', '.join(listed[:5])}{more}"
    for part in reason.parts:
        if not _is_said(part, reason):
            yield from _tree(part, depth + 1)


def _clause(reason: Reason) -> str:
    """The clause; its beginning where its parts are listed below it anyway."""
    if not reason.parts or len(reason.clause) <= _LONGEST_WHOLE:
        return reason.clause
    return reason.clause[:_LONGEST_WHOLE].rsplit(" ", 1)[0] + " …"


def _is_said(part: Reason, whole: Reason) -> bool:
    """Whether the note of a clause says all there is to say of its one failing part."""
    return not part.ok and not part.parts and whole.parts == (part,) and part.note in whole.note
