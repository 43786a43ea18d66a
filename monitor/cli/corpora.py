"""`monitor corpus`: named sets of articles that are already known.

Door: click.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import click

from monitor.cli.show import Column, heading, json_option, limit_option, listing, plural
from monitor.config.kinds import CORPUS_NAME
from monitor.config.settings import Settings
from monitor.corpus.articles import write_jsonl
from monitor.corpus.importing import GoOn, Progress, import_files
from monitor.errors import CorpusError
from monitor.model.story import Article
from monitor.store.store import Store
from monitor.store.views import CorpusSummary, ImportState


def _name_to_choose(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    if not re.fullmatch(str(CORPUS_NAME.schema["pattern"]), name):
        raise click.BadParameter("small letters, digits, - and _, and not none, so that a watchlist can choose it")
    return name


@click.group()
def corpus() -> None:
    """Known articles: an entry that repeats one is *known*, and rings for nobody.

    A corpus keeps titles, outlets, dates and fingerprints, no text. The corpus `seeds` comes with the program.
    """


@corpus.command(
    "import",
    short_help="Read articles into a corpus.",
    epilog="Example: monitor corpus import --name archive articles/ old.zip",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--name",
    required=True,
    callback=_name_to_choose,
    help="The corpus they become part of; it is made when it is new.",
)
@click.pass_obj
def import_(settings: Settings, paths: tuple[Path, ...], name: str) -> None:
    """Read articles from PATHS: text, HTML, JSONL, CSV, folders and archives of them, or an exported corpus.

    What could not be read is named with the reason. An import that was cut off goes on where it stopped when it is
    asked for again; until it is finished, nothing of it is known. A running daemon takes notice within half a minute.
    """
    with Store.open(settings.state) as store, _progress() as progress:
        done = import_files(store, name, paths, go_on=progress)
        total = {c.name: c.articles for c in store.corpora.list()}.get(name, 0)
    if done.resumed:
        click.echo("an import that was cut off went on where it had stopped", err=True)
    for complaint in done.complaints:
        click.echo(f"not read: {complaint}", err=True)
    if done.unread > len(done.complaints):
        click.echo(f"not read: {done.unread - len(done.complaints)} more", err=True)
    click.echo(f"{name}: {done.new} new, {total} in all, {done.unread} could not be read")
    if done.unread and not total:
        raise CorpusError(f"corpus: {name}: none of the files could be read")


@corpus.command(
    "export", short_help="Write a corpus to a file.", epilog="Example: monitor corpus export archive archive.jsonl"
)
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(settings: Settings, name: str, file: Path) -> None:
    """Write the corpus NAME to FILE as JSONL: facts and fingerprints, no sentences; import takes it back."""
    with Store.visit(settings.state) as store:
        _must_exist(store, name)
        with file.open("w", encoding="utf-8") as out:
            lines = 0
            for line in write_jsonl(store.corpora.articles([name])):
                lines += out.write(line) > 0
    click.echo(f"{file}: {lines} articles")


@corpus.command("list", epilog="Example: monitor corpus list seeds")
@click.argument("name", required=False)
@limit_option
@json_option
@click.pass_obj
def list_(settings: Settings, name: str | None, limit: int, *, as_json: bool) -> None:
    """List the corpora; with NAME, its articles, as many as --limit says."""
    with Store.visit(settings.state) as store:
        if name:
            total = _must_exist(store, name).articles
            _articles(islice(store.corpora.articles([name]), limit), total, as_json=as_json)
            return
        rows: list[CorpusSummary | ImportState] = [*store.corpora.list(), *store.corpora.unfinished()]
    columns = (
        Column("corpus", lambda c: c.name if isinstance(c, CorpusSummary) else f"{c.corpus} (unfinished)", "bold"),
        Column("articles", lambda c: f"{c.articles:,}"),
        Column("from", lambda c: c.first or ""),
        Column("to", lambda c: c.last or ""),
        Column("not read", lambda c: f"{c.unread:,}" if c.unread else ""),
    )
    listing(rows, columns, as_json=as_json, empty="no corpora yet; the seeds come with the first monitor run")


@corpus.command("remove", short_help="Forget a corpus.", epilog="Example: monitor corpus remove archive")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(settings: Settings, name: str, *, yes: bool) -> None:
    """Forget the corpus NAME, an unfinished import included; what it recognised stays as it was decided."""
    with Store.visit(settings.state) as store:
        if name not in {each.corpus for each in store.corpora.unfinished()}:
            _must_exist(store, name)
        if not yes:
            click.confirm(f"Forget the corpus {name}? An export brings it back", abort=True)
        count = store.corpora.remove(name)
    click.echo(f"{name}: {plural(count, 'article')} forgotten")


def _must_exist(store: Store, name: str) -> CorpusSummary:
    known = {each.name: each for each in store.corpora.list()}
    if name not in known:
        raise CorpusError(f"corpus: {name}: there is none of this name; there are {', '.join(known) or 'none'}")
    return known[name]


def _articles(articles: Iterable[Article], total: int, *, as_json: bool) -> None:
    facts = [
        {"id": a.id, "title": a.title, "outlet": a.outlet, "published": a.published, "url": a.url, "words": a.words}
        for a in articles
    ]
    if not as_json:
        heading(f"{len(facts):,} of {plural(total, 'article')}" if len(facts) < total else plural(total, "article"))
    columns = (
        Column("published", lambda a: str(a["published"] or "")),
        Column("outlet", lambda a: str(a["outlet"])),
        Column("title", lambda a: str(a["title"]), "bold", ratio=1),
        Column("words", lambda a: str(a["words"])),
    )
    listing(facts, columns, as_json=as_json, empty="it is empty")


@contextmanager
def _progress() -> Iterator[GoOn]:
    """Counts files and articles on the terminal's last line; silent elsewhere."""
    shown = sys.stderr.isatty()

    def show(at: Progress) -> bool:
        if shown and (at.articles % 100 == 0 or at.of > 1):
            click.echo(f"\r{at.files:,}/{at.of:,} files, {at.articles:,} articles ", nl=False, err=True)
        return True

    yield show
    if shown:
        click.echo("", err=True)
