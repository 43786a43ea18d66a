"""`monitor backtest` and `monitor diff`: what a watchlist would have sent, and what an edit of it changes.

Door: click.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import click

from monitor.app import clock
from monitor.archive import Library, Subject
from monitor.backtest import Backtest, Difference, Term, difference
from monitor.backtest import backtest as tried
from monitor.cli.show import document, heading, json_option, marked, plural, short
from monitor.cli.subjects import Chosen, choose, progress, since_option
from monitor.config.settings import Settings
from monitor.errors import NotFound
from monitor.model.alert import Alert
from monitor.store.store import Store

NEWEST = 10
MOST_DAYS = 14
MOST_UNUSED = 60


@click.command(epilog="Example: monitor backtest edited.yaml --since 90d")
@click.argument("watchlist", metavar="[FILE|NAME]", required=False)
@since_option
@click.option("--limit", default=NEWEST, show_default=True, type=click.IntRange(0, 10_000), help="Alerts to show.")
@json_option
@click.pass_obj
def backtest(settings: Settings, watchlist: str | None, since: timedelta, limit: int, *, as_json: bool) -> None:
    """Say what a watchlist would have sent, tried on the archive; nothing is sent or written.

    Revisions are replayed under the headline of each; of an earlier version no other text is kept.

    FILE is an edited copy of a watchlist file, wherever it lies (FILE:NAME for one watchlist of several): then also
    what it would tell otherwise than the watchlist of that name in force. Without either: every watchlist.
    """
    chosen, now = choose(settings, watchlist), clock()
    with Store.visit(settings.state) as store, progress() as report:
        library = Library(store, report)
        results = [
            (tried(library, subject, chosen.rules, now - since, now), _edit(library, subject, chosen, now - since))
            for subject in chosen.subjects
        ]
    if as_json:
        document([_as_document(result, edit) for result, edit in results])
        return
    for result, edit in results:
        _print(result, edit, limit)


@click.command(epilog="Example: monitor diff membership-invitation edited.yaml")
@click.argument("old")
@click.argument("new")
@since_option
@json_option
@click.pass_obj
def diff(settings: Settings, old: str, new: str, since: timedelta, *, as_json: bool) -> None:
    """List the alerts that NEW would gain and lose over OLD; each a watchlist's name, a file, or FILE:NAME."""
    before, after, now = choose(settings, old), choose(settings, new), clock()
    with Store.visit(settings.state) as store, progress() as report:
        library = Library(store, report)
        found = {
            one.watchlist.name: difference(library, one, other, after.rules, now - since)
            for one, other in _paired(before, after)
        }
    if as_json:
        document(found)
        return
    for name, change in found.items():
        heading(f"{name}: {_changes(change)}")
        _print_change(change)


def _edit(library: Library, subject: Subject, chosen: Chosen, since: datetime) -> Difference | None:
    """What an edited copy changes; None where there is nothing to compare with, or nothing is changed."""
    saved = chosen.saved.get(subject.watchlist.name)
    if saved is None or saved == subject:
        return None
    return difference(library, saved, subject, chosen.rules, since)


def _paired(before: Chosen, after: Chosen) -> list[tuple[Subject, Subject]]:
    """The watchlists to compare: the one of each side, or those of equal names."""
    if len(before.subjects) == len(after.subjects) == 1:
        return [(before.subjects[0], after.subjects[0])]
    named = {subject.watchlist.name: subject for subject in after.subjects}
    pairs = [(one, named[one.watchlist.name]) for one in before.subjects if one.watchlist.name in named]
    if not pairs:
        raise NotFound("diff: no watchlist has the same name on both sides; write FILE:NAME")
    return pairs


def _as_document(result: Backtest, edit: Difference | None) -> dict[str, object]:
    return {
        "result": result,
        "alerts_a_day": round(result.alerts_a_day, 3),
        "by_day": {day.isoformat(): count for day, count in result.by_day.items()},
        "edit": edit,
    }


def _print(result: Backtest, edit: Difference | None, limit: int) -> None:
    days = round(result.days)
    heading(f"{result.watchlist}: {plural(len(result.alerts), 'alert')} in {plural(days, 'day')}, {_rate(result)}")
    click.echo(f"  {_account(result)}")
    for line in (*_days(result), *_newest(result.alerts, limit), *_terms(result.terms), *_exclusions(result)):
        click.echo(f"  {line}")
    if edit is not None:
        heading(f"  beside the watchlist in force: {_changes(edit)}")
        _print_change(edit)
    click.echo()


def _rate(result: Backtest) -> str:
    rate = result.alerts_a_day
    return f"{rate:.1f} a day" if rate >= 1 or not rate else f"one every {plural(round(1 / rate), 'day')}"


def _account(result: Backtest) -> str:
    quiet = "".join(f", {count:,} {kind}" for kind, count in result.quiet.items())
    told = len({alert.story_id for alert in result.alerts})
    revised = f"; {plural(result.revised, 'later version')} replayed by headline" if result.revised else ""
    return (
        f"{plural(result.entries, 'entry')} since {result.since:%Y-%m-%d}, {result.tried:,} tried, "
        f"{result.matches:,} matched{quiet}; {plural(told, 'story')} told{revised}"
    )


def _days(result: Backtest) -> Iterator[str]:
    days = list(result.by_day.items())[-MOST_DAYS:]
    most = max((count for _, count in days), default=1)
    for day, count in days:
        yield f"{day}  {'▪' * max(round(20 * count / max(most, 20)), 1)} {count}"


def _newest(alerts: Iterable[Alert], limit: int) -> Iterator[str]:
    for alert in list(alerts)[:limit]:
        yield from _alert_lines(alert)


def _alert_lines(alert: Alert) -> Iterator[str]:
    yield f"{alert.at:%Y-%m-%d %H:%M}  {alert.headline}  ({alert.outlet}; {alert.why_now})"
    if alert.snippet and alert.snippet != alert.headline:
        yield f"                  {marked(alert.snippet, alert.marks)}"


def _terms(terms: Iterable[Term]) -> Iterator[str]:
    used = sorted((term for term in terms if term.alerts), key=lambda term: (-term.alerts, -term.alone))
    for term in used:
        alone = f", {term.alone} by it alone" if term.alone else ""
        yield f"term {term.term}: {plural(term.alerts, 'alert')}{alone}"
    unused = [term.term for term in terms if not term.alerts]
    if unused:
        more = f" and {len(unused) - MOST_UNUSED} more" if len(unused) > MOST_UNUSED else ""
        yield f"contributed nothing: {', '.join(unused[:MOST_UNUSED])}{more}"


def _exclusions(result: Backtest) -> Iterator[str]:
    for part in result.exclusions:
        if not part.removed:
            yield f"exclusion {part.exclusion}: removed nothing"
            continue
        yield f"exclusion {part.exclusion}: removed {plural(part.removed, 'entry')}, {part.share:.0%} of what it met"
        yield from (f"    “{title}”" for title in part.headlines)


def _changes(change: Difference) -> str:
    return f"{len(change.gained)} gained, {len(change.lost)} lost, {change.kept} kept"


def _print_change(change: Difference) -> None:
    for alert in change.gained:
        click.echo(f"  + {short(alert.entry_id)}  {alert.at:%Y-%m-%d %H:%M}  {alert.headline}  ({alert.outlet})")
        click.echo(f"      {marked(alert.snippet, alert.marks)}")
    for alert, why in change.lost:
        click.echo(f"  - {short(alert.entry_id)}  {alert.at:%Y-%m-%d %H:%M}  {alert.headline}  ({alert.outlet})")
        if why:
            click.echo(f"      {why}")
