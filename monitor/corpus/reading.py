"""What stands in a file: one article of a text or a page, or one in each line of JSONL, CSV and TSV.

Flow.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BufferedReader, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from monitor.corpus.articles import exported, object_of
from monitor.corpus.encodings import MARKED, codec_of, decoded
from monitor.corpus.sources import Member, Unreadable, files_of, is_archive, members_of, reading
from monitor.errors import CorpusError
from monitor.model.story import Article
from monitor.stories.packing import is_packed
from monitor.text.article import ArticleText, split_article, split_tail
from monitor.text.clean import clean_text
from monitor.text.dateline import find_date
from monitor.text.head import head_of
from monitor.text.html import html_to_text
from monitor.text.urls import safe_link

MOST_BYTES = 10_000_000
"""Size of the largest text, page, line or field that is read as one article."""

MOST_EMPTY = 100_000
"""Lines of JSONL in a row that say nothing."""

_PAGES = frozenset([".html", ".htm", ".xhtml"])
_TEXTS = frozenset([".txt", ".text", ".md"])
_LINES = frozenset([".jsonl", ".ndjson"])
_TABLES = {".csv": ",;\t", ".tsv": "\t,;"}
"""What may stand between the columns; the first where the heading has none."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name"),
    "text": ("text", "body", "content", "article", "full_text", "maintext", "summary", "description"),
    "url": ("url", "link", "href"),
    "outlet": ("outlet", "source", "publisher", "publication", "site", "site_name"),
    "date": ("date", "published", "published_at", "publish_date", "pubdate", "pub_date", "date_published"),
}
"""What a column or key may be called, best first."""

_CHARSET = re.compile(rb"""<meta\s[^<>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)

Content = ArticleText | Article | Unreadable
"""What one place holds: an article's text, an article in the exported form, or nothing that can be read."""


class Place(NamedTuple):
    """How far a reading came: files read, then members of the next one, then lines of the next one of these."""

    file: int = 0
    member: int = 0
    line: int = 0

    def __str__(self) -> str:
        """The place as it is stored."""
        return f"{self.file}:{self.member}:{self.line}"


class Found(NamedTuple):
    """What one place holds, and where to go on behind it."""

    content: Content
    then: Place
    path: Path


START = Place()
Row = Mapping[str, object]


def place_of(stored: str) -> Place:
    """The place that was stored; the beginning for an empty one."""
    return Place(*map(int, stored.split(":"))) if stored else START


def contents_of(paths: Iterable[Path], corpus: str, after: Place = START) -> Iterator[Found]:
    """Everything that the files, folders and archives hold, as it is read; what cannot be read is said in its place.

    Text and HTML files hold one article each; JSONL, CSV and TSV files one in each line. Folders are read whole,
    hidden files aside. JSONL files in the exported form are taken as they are.

    Args:
        paths: Files, folders and archives.
        corpus: The corpus the articles will belong to.
        after: Where an earlier reading of the same files ended.
    """
    given = list(paths)
    for at, path in enumerate(files_of(given)):
        if at >= after.file:
            begun = after if at == after.file else Place(at)
            for member, each in enumerate(members_of(path, within=path not in given)):
                if member >= begun.member:
                    done = begun.line if member == begun.member else 0
                    yield from _held(each, corpus, Place(at, member, done))


def is_readable_kind(path: Path) -> bool:
    """Whether a file's name says that articles may stand in it."""
    return is_archive(path) or path.suffix.lower() in {*_PAGES, *_TEXTS, *_LINES, *_TABLES}


def _held(each: Member | Unreadable, corpus: str, begun: Place) -> Iterator[Found]:
    behind = Place(begun.file, begun.member + 1)
    if isinstance(each, Unreadable):
        yield Found(each, behind, each.path)
        return
    line = begun.line
    try:
        for line, content in _in_member(each, corpus, begun.line):
            yield Found(content, begun._replace(line=line), each.path)
    except CorpusError as error:
        yield Found(Unreadable(each.path, str(error), line), behind, each.path)


def _in_member(member: Member, corpus: str, done: int) -> Iterator[tuple[int, Content]]:
    """What stands in its lines behind the `done` first ones, with the number of each line."""
    kind = member.path.suffix.lower()
    if kind in _PAGES or kind in _TEXTS:
        if not done:
            yield 1, _whole(member, is_page=kind in _PAGES)
    elif kind in _LINES:
        with reading(member) as stream:
            yield from _from_lines(member.path, stream, corpus, done)
    elif kind in _TABLES:
        with reading(member) as stream:
            yield from _from_table(member.path, stream, _TABLES[kind], done)
    else:
        known = "text, HTML, JSONL, CSV and archives of them are"
        yield 1, Unreadable(member.path, f"files named {kind or 'without an ending'} are not read; {known}")


def _whole(member: Member, *, is_page: bool) -> Content:
    """The one article of a text or HTML file."""
    too_great = Unreadable(member.path, f"larger than {MOST_BYTES // 1_000_000} MB")
    if member.size > MOST_BYTES:
        return too_great
    with reading(member) as stream:
        raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return too_great
    if b"\0" in raw[:4_000] and not raw.startswith(MARKED):
        return Unreadable(member.path, "not a text, or in UTF-16 without a mark")
    text = _from_page(raw) if is_page else split_article(clean_text(decoded(raw)))
    return text if text.body or text.title else Unreadable(member.path, "no text in it")


def _from_page(raw: bytes) -> ArticleText:
    """The article of an HTML page: what its head says, and where it says nothing, what its text does."""
    declared = _CHARSET.search(raw[:4_000])
    markup = decoded(raw, declared[1].decode("ascii") if declared else None)
    head, text = head_of(markup), split_article(clean_text(html_to_text(markup)))
    return replace(
        text,
        title=head.title or text.title,
        outlet=head.outlet or text.outlet,
        published=head.published or text.published,
        url=head.url or text.url,
    )


def _from_lines(path: Path, stream: BinaryIO, corpus: str, done: int) -> Iterator[tuple[int, Content]]:
    last = done
    for number, raw in enumerate(islice(_lines(stream), done, None), start=done + 1):
        if raw.strip():
            yield number, _from_line(path, number, raw, corpus)
            last = number
        elif number - last > MOST_EMPTY:
            raise CorpusError(f"not read any further: more than {MOST_EMPTY:,} empty lines in a row")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, those of UTF-16 as UTF-8."""
    if _start(file).startswith(MARKED):
        with TextIOWrapper(file, "utf-16", errors="replace") as wide:
            yield from _bounded(lambda size: wide.readline(size).encode("utf-8", "replace"))
    else:
        yield from _bounded(file.readline)


def _bounded(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Lines as they are read; of one that is too long, its beginning."""
    while line := read(MOST_BYTES + 1):
        yield line
        while len(line) > MOST_BYTES and not line.endswith(b"\n"):
            line = read(MOST_BYTES + 1)


def _from_line(path: Path, number: int, raw: bytes, corpus: str) -> Content:
    if len(raw) > MOST_BYTES:
        return Unreadable(path, f"a line of more than {MOST_BYTES // 1_000_000} MB", number)
    try:
        row = object_of(decoded(raw))
        return exported(row, corpus) if is_packed(row) else _from_row(path, number, row)
    except (ValueError, CorpusError, RecursionError) as error:
        return Unreadable(path, str(error), number)


def _from_table(path: Path, stream: BinaryIO, delimiters: str, done: int) -> Iterator[tuple[int, Content]]:
    csv.field_size_limit(MOST_BYTES)
    start = _start(stream)
    codec = codec_of(start)
    heading = start.decode(codec, "replace").partition("\n")[0]
    with TextIOWrapper(stream, codec, errors="replace", newline="") as text:
        lines = _Lines(text)
        rows = csv.DictReader(lines, delimiter=max(delimiters, key=heading.count))
        try:
            if not {str(name).strip().lower() for name in rows.fieldnames or ()} & {*_KEYS["title"], *_KEYS["text"]}:
                yield 1, Unreadable(path, "no column is named title or text")
                return
            for at, row in enumerate(lines.row_by_row(rows), start=1):
                if at > done:
                    yield at, _from_row(path, rows.line_num, row)
        except csv.Error as error:
            yield rows.line_num, Unreadable(path, str(error), rows.line_num)


class _Lines:
    """The lines of a table, without NUL; a row that takes too many characters ends them."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text, self._in_row = text, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_BYTES + 1)
        self._in_row += len(line)
        if not line:
            raise StopIteration
        if self._in_row > MOST_BYTES:
            raise csv.Error(f"a row of more than {MOST_BYTES // 1_000_000} MB")
        return line.replace("\0", "")

    def row_by_row(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows that are read from these lines."""
        for row in rows:
            self._in_row = 0
            yield row


def _from_row(path: Path, number: int, row: Row) -> Content:
    """The article of a JSON object or a line of a table, by what its keys are usually called."""
    said = {str(key).strip().lower(): value for key, value in row.items() if isinstance(value, str | int | float)}
    given = {name: next((str(said[k]) for k in keys if said.get(k)), "") for name, keys in _KEYS.items()}
    text = clean_text(html_to_text(given["text"]) if "</" in given["text"] else given["text"])
    body, tail = split_tail(text)
    if not body.strip() and not given["title"].strip():
        return Unreadable(path, "neither a title nor a text", number)
    return ArticleText(
        title=given["title"],
        outlet=given["outlet"],
        published=find_date(given["date"]),
        body=body,
        tail=tail,
        url=safe_link(given["url"]) if given["url"] else None,
    )


def _start(stream: BinaryIO) -> bytes:
    """What a file begins with, which is still to be read; nothing where it cannot be looked at beforehand."""
    return stream.peek(1) if isinstance(stream, BufferedReader) else b""
