"""Corpora in and out: files of articles become facts and fingerprints; the texts stay where they are.

Flow.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from io import TextIOWrapper
from math import log
from pathlib import Path
from typing import BinaryIO

from monitor.errors import CorpusError
from monitor.model.ids import ArticleId, digest
from monitor.model.story import Article
from monitor.stories.copies import MOST_SHINGLES, SHINGLE_WORDS
from monitor.stories.headline import normal_title
from monitor.stories.known import LEAD_CHARACTERS
from monitor.stories.packing import is_packed, packed, unpacked
from monitor.stories.terms import spread, terms
from monitor.text.article import ArticleText, split_article, split_tail
from monitor.text.clean import clean_line, clean_text
from monitor.text.dateline import find_date
from monitor.text.head import head_of
from monitor.text.html import html_to_text
from monitor.text.shingles import shingles
from monitor.text.tokens import words
from monitor.text.urls import safe_link

MOST_BYTES = 10_000_000
"""Size of the largest text, page, line or field that is read as one article."""

_PAGES = frozenset([".html", ".htm", ".xhtml"])
_TEXTS = frozenset([".txt", ".text", ".md"])
_LINES = frozenset([".jsonl", ".ndjson"])
_TABLES = {".csv": ",", ".tsv": "\t"}

_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name"),
    "text": ("text", "body", "content", "article", "full_text", "maintext", "summary", "description"),
    "url": ("url", "link", "href"),
    "outlet": ("outlet", "source", "publisher", "publication", "site", "site_name"),
    "date": ("date", "published", "published_at", "publish_date", "pubdate", "pub_date", "date_published"),
}
"""What a column or key may be called, best first."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a place in one, that gave no article."""

    path: Path
    why: str
    line: int = 0
    """From 1; 0 when the whole file is meant."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is."""

    path: Path
    files: int
    """Files begun."""
    of: int
    """Files in all."""
    articles: int
    """Articles found so far."""


def read_articles(
    paths: Iterable[Path], corpus: str, on_progress: Callable[[Progress], None] = lambda _: None
) -> Iterator[Article | Unreadable]:
    """Every article in the files and folders, as they are read; what cannot be read is said in its place.

    Text and HTML files hold one article each; JSONL, CSV and TSV files one in each line. Folders are read whole,
    hidden files aside. JSONL files in the exported form are taken as they are.

    Args:
        paths: Files and folders.
        corpus: The corpus the articles will belong to.
        on_progress: Told at each file's beginning and after each article.
    """
    found = [path for given in paths for path in _files(given)]
    articles = 0
    for number, path in enumerate(found, start=1):
        on_progress(Progress(path, number, len(found), articles))
        for each in _read(path, corpus):
            articles += isinstance(each, Article)
            yield each
            on_progress(Progress(path, number, len(found), articles))


def article_of(corpus: str, text: ArticleText, url: str | None = None) -> Article:
    """What is kept of an article: facts and fingerprints. Importing the same text again gives the same id."""
    title, found = clean_line(text.title), words(text.body)
    key = normal_title(title)
    hashes = shingles(found, SHINGLE_WORDS)[:MOST_SHINGLES]
    lead = spread(terms([*key.split(), *words(text.body[:LEAD_CHARACTERS])]))
    return Article(
        id=ArticleId(digest("article", key, *(f"{h:x}" for h in hashes))),
        corpus=corpus,
        title=title,
        outlet=clean_line(text.outlet),
        url=safe_link(url) if url else text.url,
        published=text.published,
        words=len(found),
        title_key=key,
        shingles=hashes,
        pairs=tuple(sorted({*shingles(found, 2), *shingles(words(title), 2)})),
        lead=tuple((term, 1 + log(count)) for term, count in sorted(lead.items())),
    )


def write_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """The exported form, a line with its newline for each article: facts and fingerprints, no sentence."""
    return (packed(article) + "\n" for article in articles)


def read_jsonl(lines: Iterable[str], corpus: str | None = None) -> Iterator[Article]:
    """The articles of exported lines; into `corpus`, or into the one each came from.

    Raises:
        CorpusError: A line is not of the exported form.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield unpacked(_object(line), corpus)
            except ValueError as error:
                raise CorpusError(f"exported corpus: line {number}: {error}") from error


def shipped_seeds() -> tuple[Article, ...]:
    """The articles of the corpus `seeds` that comes with the program."""
    lines = files("monitor.data").joinpath("seeds.jsonl").read_text("utf-8").splitlines()
    return tuple(read_jsonl(lines))


def _files(given: Path) -> Iterator[Path]:
    """The file itself, or every file of the folder, sorted, without hidden ones."""
    if not given.is_dir():
        yield given
        return
    for folder, names, members in os.walk(given):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(members) if not name.startswith("."))


def _read(path: Path, corpus: str) -> Iterator[Article | Unreadable]:
    kind = path.suffix.lower()
    try:
        if kind in _PAGES or kind in _TEXTS:
            yield _whole(path, corpus, is_page=kind in _PAGES)
        elif kind in _LINES:
            yield from _from_lines(path, corpus)
        elif kind in _TABLES:
            yield from _from_table(path, corpus, _TABLES[kind])
        else:
            yield Unreadable(
                path, f"files named {kind or 'without an ending'} are not read; text, HTML, JSONL, CSV are"
            )
    except OSError as error:
        yield Unreadable(path, error.strerror or type(error).__name__)


def _whole(path: Path, corpus: str, *, is_page: bool) -> Article | Unreadable:
    """The one article of a text or HTML file."""
    if path.stat().st_size > MOST_BYTES:
        return Unreadable(path, f"larger than {MOST_BYTES // 1_000_000} MB")
    raw = _decoded(path.read_bytes())
    text = _from_page(raw) if is_page else split_article(clean_text(raw))
    return _article(corpus, text, text.url, Unreadable(path, "no text in it"))


def _article(corpus: str, text: ArticleText, url: str | None, otherwise: Unreadable) -> Article | Unreadable:
    article = article_of(corpus, text, url)
    return article if article.words or article.title_key else otherwise


def _from_page(markup: str) -> ArticleText:
    """The article of an HTML page: what its head says, and where it says nothing, what its text does."""
    head, text = head_of(markup), split_article(clean_text(html_to_text(markup)))
    return replace(
        text,
        title=head.title or text.title,
        outlet=head.outlet or text.outlet,
        published=head.published or text.published,
        url=head.url or text.url,
    )


def _from_lines(path: Path, corpus: str) -> Iterator[Article | Unreadable]:
    with path.open("rb") as file:
        for number, raw in enumerate(_lines(file), start=1):
            if raw.strip():
                yield _from_line(path, number, raw, corpus)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long, its beginning."""
    while line := file.readline(MOST_BYTES + 1):
        yield line
        while len(line) > MOST_BYTES and not line.endswith(b"\n"):
            line = file.readline(MOST_BYTES + 1)


def _from_line(path: Path, number: int, raw: bytes, corpus: str) -> Article | Unreadable:
    if len(raw) > MOST_BYTES:
        return Unreadable(path, f"a line of more than {MOST_BYTES // 1_000_000} MB", number)
    try:
        row = _object(_decoded(raw))
        return unpacked(row, corpus) if is_packed(row) else _from_row(path, number, row, corpus)
    except (ValueError, CorpusError, RecursionError) as error:
        return Unreadable(path, str(error), number)


def _object(line: str) -> Mapping[str, object]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  the line is wrong, not the program
    return row


def _from_table(path: Path, corpus: str, delimiter: str) -> Iterator[Article | Unreadable]:
    csv.field_size_limit(MOST_BYTES)
    with path.open("rb") as file, TextIOWrapper(file, _encoding(path), errors="replace", newline="") as lines:
        rows = csv.DictReader(lines, delimiter=delimiter)
        if not {str(name).strip().lower() for name in rows.fieldnames or ()} & {*_KEYS["title"], *_KEYS["text"]}:
            yield Unreadable(path, "no column is named title or text")
            return
        try:
            for row in rows:
                yield _from_row(path, rows.line_num, row, corpus)
        except csv.Error as error:
            yield Unreadable(path, str(error), rows.line_num)


def _from_row(path: Path, number: int, row: Mapping[str, object], corpus: str) -> Article | Unreadable:
    """The article of a JSON object or a line of a table, by what its keys are usually called."""
    said = {str(key).strip().lower(): value for key, value in row.items() if isinstance(value, str | int | float)}
    given = {name: next((str(said[k]) for k in keys if said.get(k)), "") for name, keys in _KEYS.items()}
    text = clean_text(html_to_text(given["text"]) if "</" in given["text"] else given["text"])
    body, tail = split_tail(text)
    parts = ArticleText(
        title=given["title"],
        outlet=given["outlet"],
        published=find_date(given["date"]),
        body=body,
        tail=tail,
        url=safe_link(given["url"]) if given["url"] else None,
    )
    return _article(corpus, parts, None, Unreadable(path, "neither a title nor a text", number))


def _decoded(raw: bytes) -> str:
    """Text in UTF-8, in UTF-16 with a mark, or else in Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _encoding(path: Path) -> str:
    """How a table is written, by its first megabyte."""
    with path.open("rb") as file:
        start = file.read(1_000_000)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole_lines = start[: start.rfind(b"\n") + 1] or start
    try:
        whole_lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
