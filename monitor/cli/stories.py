"""`monitor stories`: events with the outlets that report them; one story's timeline.

Door: click.
"""

from __future__ import annotations

from datetime import datetime

import click

from monitor.alerts.phrases import named
from monitor.app import clock
from monitor.cli.dossier import regrouped
from monitor.cli.show import Column, document, heading, json_option, limit_option, listing, short, spread, when
from monitor.config.settings import Settings
from monitor.model.ids import StoryId
from monitor.store.store import Store
from monitor.store.views import Page


@click.command(epilog="\b\nExamples:\n  monitor stories --at-least 3\n  monitor stories 5b1c9e02d4")
@click.argument("story_id", required=False)
@click.option(
    "--at-least", default=1, show_default=True, type=click.IntRange(1), help="Only stories with this many entries."
)
@limit_option
@json_option
@click.pass_obj
def stories(settings: Settings, story_id: str | None, at_least: int, limit: int, *, as_json: bool) -> None:
    """List stories, newest first; with STORY_ID, its timeline: each entry's outlet, and what made it join.

    The id of a story that another took in leads to that one, and an entry's id to its story.
    """
    now = clock()
    with Store.visit(settings.state) as store:
        if story_id:
            _timeline(store, store.listings.story(story_id), now, as_json=as_json)
            return
        rows = store.listings.stories(Page(limit=limit), at_least=at_least)
    columns = (
        Column("id", lambda s: short(s.id)),
        Column("last", lambda s: when(s.last_at, now)),
        Column("entries", lambda s: str(s.entries)),
        Column("outlets", lambda s: str(len(s.outlets))),
        Column("independent", lambda s: str(len(s.owners))),
        Column("headline", lambda s: s.title, "bold", ratio=3),
        Column("carried by", lambda s: named(s.outlets, str), ratio=2),
    )
    listing(rows, columns, as_json=as_json, empty="no story has so many entries" if at_least > 1 else "no stories yet")


def _timeline(store: Store, story: StoryId, now: datetime, *, as_json: bool) -> None:
    found = store.recall.stories([story])[story]
    rows, regroupings = store.listings.timeline(story), store.listings.regroupings(story)
    if as_json:
        document({"story": found, "timeline": rows, "regroupings": regroupings})
        return
    heading(f"{found.title}  ({short(found.id)}, {spread(found)})")
    for row in regroupings:
        click.echo(f"{row.regrouping.kind}: {regrouped(row, now)}")
    columns = (
        Column("id", lambda r: short(r.entry.id)),
        Column("seen", lambda r: when(r.entry.first_seen_at, now)),
        Column("outlet", lambda r: r.entry.source, ratio=1),
        Column("headline", lambda r: r.entry.title, ratio=3),
        Column("relation", lambda r: str(r.kinship.relation) if r.kinship else "", "bold"),
        Column("score", lambda r: f"{r.kinship.score:.2f}" if r.kinship else ""),
        Column("why", lambda r: r.kinship.why if r.kinship else "", ratio=3),
    )
    listing(rows, columns, as_json=False, empty="no entries")
