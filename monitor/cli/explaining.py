"""`monitor explain`: what became of an entry and why; or what would become of a draft.

Door: click.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from monitor.app import clock
from monitor.cli.dossier import print_dossier, print_reasons
from monitor.cli.dossier_page import page
from monitor.cli.show import document, json_option
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import NotFound
from monitor.rules import Rules, compile_rules, draft
from monitor.store.store import Store


@click.command()
@click.argument("target", required=False)
@click.option("--text", help="Explain this text instead of a fetched entry.")
@click.option("--title", default="", help="Its headline, with --text.")
@click.option("--watchlist", help="Only this watchlist.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, as a page.")
@click.option("--print-query", is_flag=True, help="Print each watchlist as a one-line query and stop.")
@json_option
@click.pass_obj
def explain(settings: Settings, /, target: str | None, watchlist: str | None, **given: Any) -> None:
    """Say what became of TARGET (an entry's id, its beginning, or its URL), and why, per watchlist.

    With --text or --title, say which watchlists a story you type in would match.
    """
    rules = compile_rules(load(settings.watchlists, os.environ))
    names = _names(rules, watchlist)
    if given["print_query"]:
        for name in names:
            click.echo(f"{name}: {rules.watchlists[name].query}")
        return
    if given["text"] is not None or given["title"]:
        entry, dossier = draft(given["title"], given["text"] or "", clock()), None
    elif target is not None:
        with Store.open(settings.state) as store:
            dossier = store.listings.entry(target if "/" in target else store.listings.resolve("entry", target))
        entry = dossier.entry
    else:
        raise click.UsageError("give an entry's id or URL, or --text")
    reasons = {name: rules.percolator.explain(name, entry) for name in names}
    if given["as_json"]:
        document({"entry": entry, "dossier": dossier, "watchlists": reasons})
        return
    if given["html"] is not None:
        given["html"].write_text(page(entry, dossier, reasons, clock()), encoding="utf-8")
        click.echo(f"{given['html']}: written")
        return
    if dossier is not None:
        print_dossier(dossier, clock())
    print_reasons(reasons)


def _names(rules: Rules, watchlist: str | None) -> list[str]:
    if watchlist is not None and watchlist not in rules.watchlists:
        known = ", ".join(sorted(rules.watchlists))
        raise NotFound(f"watchlist: {watchlist}: there is none of this name; there are {known}")
    return [name for name in sorted(rules.watchlists) if watchlist in (None, name)]
