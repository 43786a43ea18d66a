"""`monitor entries` and `search`: what was fetched, what is in the archive.

Door: click.
"""

from __future__ import annotations

import click

from monitor.app import clock
from monitor.cli.show import Column, json_option, limit_option, listing, short, when
from monitor.config.settings import Settings
from monitor.model.entry import OutcomeKind
from monitor.model.ids import FeedId
from monitor.store.store import Store
from monitor.store.views import EntryRow, Page


@click.command(epilog='Example: monitor entries --outcome "no match" --limit 20')
@click.option("--outcome", type=click.Choice([str(kind) for kind in OutcomeKind]), help="Only with this outcome.")
@click.option("--feed", "feed", help="Only of the feed with this id, or its beginning.")
@limit_option
@json_option
@click.pass_obj
def entries(settings: Settings, outcome: str | None, feed: str | None, limit: int, *, as_json: bool) -> None:
    """Every entry ever fetched, newest first, with what became of it and why."""
    now = clock()
    with Store.visit(settings.state) as store:
        rows = store.listings.entries(
            Page(limit=limit),
            kind=OutcomeKind(outcome) if outcome else None,
            feed_id=FeedId(store.listings.resolve("feed", feed)) if feed else None,
        )
    columns = (
        Column("id", lambda r: short(r.entry.id)),
        Column("seen", lambda r: when(r.entry.first_seen_at, now)),
        Column("outlet", lambda r: r.entry.source, ratio=1),
        Column("headline", lambda r: r.entry.title, ratio=3),
        Column("outcome", _outcome, "bold"),
        Column("why", lambda r: r.answer.outcome.why if r.answer else "", ratio=3),
    )
    listing(rows, columns, as_json=as_json, empty="no such entries" if outcome or feed else "no entries yet")


@click.command(epilog="Example: monitor search referendum treaty")
@click.argument("text", nargs=-1, required=True)
@limit_option
@json_option
@click.pass_obj
def search(settings: Settings, text: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """Search headlines and texts of the archive for all of the words of TEXT."""
    now = clock()
    with Store.visit(settings.state) as store:
        rows = store.listings.search(" ".join(text), limit)
    columns = (
        Column("id", lambda f: short(f.entry.id)),
        Column("seen", lambda f: when(f.entry.first_seen_at, now)),
        Column("outlet", lambda f: f.entry.source, ratio=1),
        Column("headline", lambda f: f.entry.title, "bold", ratio=2),
        Column("passage", lambda f: f.snippet, ratio=3),
    )
    listing(rows, columns, as_json=as_json, empty="nothing found")


def _outcome(row: EntryRow) -> str:
    return str(row.answer.outcome.kind) if row.answer else "not decided"
