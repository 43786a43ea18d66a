"""`monitor corpus`: named sets of articles that are already known.

Door: click.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.cli.show import Column, heading, json_option, listing
from monitor.config.settings import Settings
from monitor.corpus import Progress, Unreadable, read_articles, write_jsonl
from monitor.errors import CorpusError
from monitor.model.story import Article
from monitor.store.store import Store

MOST_LISTED = 20


@click.group()
def corpus() -> None:
    """Known articles: an entry that repeats one is *known*, and rings for nobody.

    A corpus keeps titles, outlets, dates and fingerprints, no text. The corpus `seeds` comes with the program.
    """


@corpus.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--name", required=True, help="The corpus they become part of; it is made when it is new.")
@click.pass_obj
def import_(settings: Settings, paths: tuple[Path, ...], name: str) -> None:
    """Read articles from PATHS: text, HTML, JSONL, CSV, folders of them, or an exported corpus.

    Doing it again changes nothing, so an import that was cut off is completed by repeating it. A running daemon
    takes notice within half a minute.
    """
    unread: list[Unreadable] = []
    with Store.open(settings.state) as store, _progress() as progress:
        found = read_articles(paths, name, progress)
        new = store.corpora.add(_readable(found, unread))
        total = {c.name: c.articles for c in store.corpora.list()}.get(name, 0)
    for each in unread[:MOST_LISTED]:
        place = f"{each.path}:{each.line}" if each.line else str(each.path)
        click.echo(f"not read: {place}: {each.why}", err=True)
    if len(unread) > MOST_LISTED:
        click.echo(f"not read: {len(unread) - MOST_LISTED} more", err=True)
    click.echo(f"{name}: {new} new, {total} in all, {len(unread)} could not be read")
    if unread and not total:
        raise CorpusError(f"corpus: {name}: none of the files could be read")


@corpus.command("export")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(settings: Settings, name: str, file: Path) -> None:
    """Write the corpus NAME to FILE as JSONL: facts and fingerprints, no sentences; import takes it back."""
    with Store.open(settings.state) as store:
        _must_exist(store, name)
        with file.open("w", encoding="utf-8") as out:
            lines = 0
            for line in write_jsonl(store.corpora.articles([name])):
                lines += out.write(line) > 0
    click.echo(f"{file}: {lines} articles")


@corpus.command("list")
@click.argument("name", required=False)
@json_option
@click.pass_obj
def list_(settings: Settings, name: str | None, *, as_json: bool) -> None:
    """List the corpora; with NAME, its articles."""
    with Store.open(settings.state) as store:
        if name:
            _must_exist(store, name)
            _articles(list(store.corpora.articles([name])), as_json=as_json)
            return
        rows = store.corpora.list()
    columns = (
        Column("corpus", lambda c: c.name, "bold"),
        Column("articles", lambda c: f"{c.articles:,}"),
        Column("from", lambda c: c.first or ""),
        Column("to", lambda c: c.last or ""),
    )
    listing(rows, columns, as_json=as_json, empty="no corpora yet; the seeds come with the first monitor run")


@corpus.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(settings: Settings, name: str, *, yes: bool) -> None:
    """Forget the corpus NAME; what it recognised stays as it was decided."""
    with Store.open(settings.state) as store:
        _must_exist(store, name)
        if not yes:
            click.confirm(f"Forget the corpus {name}? An export brings it back", abort=True)
        count = store.corpora.remove(name)
    click.echo(f"{name}: {count} articles forgotten")


def _must_exist(store: Store, name: str) -> None:
    known = [c.name for c in store.corpora.list()]
    if name not in known:
        raise CorpusError(f"corpus: {name}: there is none of this name; there are {', '.join(known) or 'none'}")


def _readable(found: Iterable[Article | Unreadable], unread: list[Unreadable]) -> Iterator[Article]:
    for each in found:
        if isinstance(each, Unreadable):
            unread.append(each)
        else:
            yield each


def _articles(articles: list[Article], *, as_json: bool) -> None:
    facts = [
        {"id": a.id, "title": a.title, "outlet": a.outlet, "published": a.published, "url": a.url, "words": a.words}
        for a in articles
    ]
    if not as_json:
        heading(f"{len(facts)} articles")
    columns = (
        Column("published", lambda a: str(a["published"] or "")),
        Column("outlet", lambda a: str(a["outlet"])),
        Column("title", lambda a: str(a["title"]), "bold", ratio=1),
        Column("words", lambda a: str(a["words"])),
    )
    listing(facts, columns, as_json=as_json, empty="it is empty")


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Counts files and articles on the terminal's last line; silent elsewhere."""
    shown = sys.stderr.isatty()

    def show(at: Progress) -> None:
        if shown:
            click.echo(f"\r{at.files}/{at.of} files, {at.articles:,} articles ", nl=False, err=True)

    yield show
    if shown:
        click.echo("", err=True)
