"""`monitor explain`: what became of an entry and why; or what would become of a draft.

Door: click.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from monitor.app import clock
from monitor.cli.dossier import print_dossier, print_reasons
from monitor.cli.dossier_page import page
from monitor.cli.show import document, json_option
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import ConfigError, NotFound
from monitor.model.entry import Entry
from monitor.model.feed import Feed
from monitor.model.watch import Reason
from monitor.rules import Rules, compile_rules, draft, listens
from monitor.store.store import Store
from monitor.store.views import Dossier


@click.command(epilog="\b\nExamples:\n  monitor explain 6836878a77\n  monitor explain --title 'NATO invites Ukraine'")
@click.argument("target", required=False)
@click.option("--text", help="Explain a text of your own instead of a fetched entry.")
@click.option("--title", default="", help="Explain a headline of your own, alone or above --text.")
@click.option("--watchlist", help="Only this watchlist.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, as a page.")
@click.option("--print-query", is_flag=True, help="Print each watchlist as a one-line query and stop.")
@json_option
@click.pass_obj
def explain(settings: Settings, /, target: str | None, watchlist: str | None, **given: Any) -> None:
    """Say what became of TARGET (an entry's id, its beginning, or its URL), and why, per watchlist.

    With --text or --title, say which watchlists a story you type in would match. While the configuration is refused,
    an entry is explained from what was stored when it came.
    """
    typed = given["text"] is not None or bool(given["title"])
    rules = _rules(settings, needed=typed or given["print_query"])
    if rules is not None and given["print_query"]:
        for name in _names(rules, watchlist):
            click.echo(f"{name}: {rules.watchlists[name].query}")
        return
    if typed and rules is not None:
        entry, dossier = draft(given["title"], given["text"] or "", clock()), None
        found = Explained({name: rules.percolator.explain(name, entry) for name in _names(rules, watchlist)})
    elif target is not None:
        dossier = _dossier(settings, target)
        entry = dossier.entry
        found = _recorded(dossier, watchlist) if rules is None else _asked(rules, dossier, watchlist)
    else:
        raise click.UsageError("give an entry's id or URL, or a draft by --title or --text")
    _tell(entry, dossier, found, as_json=given["as_json"], html=given["html"])


@dataclass(frozen=True, slots=True)
class Explained:
    """What the watchlists say of one entry."""

    reasons: Mapping[str, Reason]
    deaf: tuple[str, ...] = ()
    """Watchlists that do not listen to its feed."""
    recorded: bool = False
    """From what was stored when it came: the configuration is refused."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was asked."""
        found = (_FROM_STORE,) if self.recorded else ()
        return (*found, f"does not listen to this feed: {', '.join(self.deaf)}") if self.deaf else found


_FROM_STORE = (
    "the configuration is refused (`monitor check` says why): these are the matches that were stored when the entry "
    "came, of the watchlists as they stood then"
)


def _rules(settings: Settings, *, needed: bool) -> Rules | None:
    """What is configured; None when it is refused and not needed."""
    try:
        return compile_rules(load(settings.watchlists, os.environ))
    except ConfigError:
        if needed:
            raise
        return None


def _dossier(settings: Settings, target: str) -> Dossier:
    with Store.visit(settings.state) as store:
        return store.listings.entry(target if "/" in target else store.listings.resolve("entry", target))


def _asked(rules: Rules, dossier: Dossier, watchlist: str | None) -> Explained:
    """The watchlists that listen to the entry's feed, asked now; the one that was named in any case."""
    feed = rules.feeds.get(dossier.entry.feed_id) or dossier.feed
    names = _names(rules, watchlist)
    deaf = tuple(name for name in names if rules.watchlists[name].feeds and not _hears(rules, name, feed))
    asked = [name for name in names if name == watchlist or name not in deaf]
    return Explained({name: rules.percolator.explain(name, dossier.entry) for name in asked}, deaf)


def _hears(rules: Rules, name: str, feed: Feed | None) -> bool:
    return feed is not None and listens(rules.watchlists[name], feed)


def _recorded(dossier: Dossier, watchlist: str | None) -> Explained:
    stored = {match.watchlist: match.reason for match in dossier.matches if watchlist in (None, match.watchlist)}
    return Explained(stored, recorded=True)


def _tell(entry: Entry, dossier: Dossier | None, found: Explained, *, as_json: bool, html: Path | None) -> None:
    if as_json:
        told = {"watchlists": found.reasons, "does_not_listen": found.deaf, "recorded": found.recorded}
        document({"entry": entry, "dossier": dossier, **told})
        return
    if html is not None:
        html.write_text(page(entry, dossier, found.reasons, clock(), found.notes), encoding="utf-8")
        click.echo(f"{html}: written")
        return
    if dossier is not None:
        print_dossier(dossier, clock())
    print_reasons(found.reasons)
    for note in found.notes:
        click.echo(f"\n{note}")


def _names(rules: Rules, watchlist: str | None) -> list[str]:
    if watchlist is not None and watchlist not in rules.watchlists:
        known = ", ".join(sorted(rules.watchlists))
        raise NotFound(f"watchlist: {watchlist}: there is none of this name; there are {known}")
    return [name for name in sorted(rules.watchlists) if watchlist in (None, name)]
