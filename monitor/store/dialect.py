"""All that is particular to SQLite: how it is opened, its upsert, its errors, its checks, its copy, its text search.

Edge: SQLite.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from unicodedata import normalize

from sqlalchemy import Connection, Engine, Table, TextClause, bindparam, create_engine, event, text
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.elements import ColumnElement

from monitor.errors import StateDamaged, StateError, StateFull
from monitor.model.archive import AllOf, Wanted
from monitor.store.types import INSTANT

BUSY_SECONDS = 10
WAL_KEPT_BYTES = 64 * 1024 * 1024
PAGES_GIVEN_BACK = 10_000
"""In one transaction, so that other writers wait for a moment only."""

CREATE_SEARCH = (
    """CREATE VIRTUAL TABLE search USING fts5(
        title, summary, body, content='texts', content_rowid='row', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER texts_inserted AFTER INSERT ON texts BEGIN
        INSERT INTO search(rowid, title, summary, body) VALUES (new.row, new.title, new.summary, new.body);
    END""",
    """CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN
        INSERT INTO search(search, rowid, title, summary, body)
        VALUES ('delete', old.row, old.title, old.summary, old.body);
    END""",
    """CREATE TRIGGER texts_updated AFTER UPDATE ON texts BEGIN
        INSERT INTO search(search, rowid, title, summary, body)
        VALUES ('delete', old.row, old.title, old.summary, old.body);
        INSERT INTO search(rowid, title, summary, body) VALUES (new.row, new.title, new.summary, new.body);
    END""",
    "CREATE VIRTUAL TABLE search_words USING fts5vocab(search, row)",
)
"""The full text index over `texts`; triggers keep it in step within the same transaction. `search_words`: its words.

Source: SQLite FTS5, External Content Tables, The fts5vocab Virtual Table Module.
"""


def writer(path: Path, *, checkpoint: bool) -> Engine:
    """An engine of one connection whose transactions start as `BEGIN IMMEDIATE`.

    Args:
        path: The database; made when absent.
        checkpoint: Whether this connection may move the write-ahead log into the database. One process may.
    """
    pragmas = (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "auto_vacuum=INCREMENTAL",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"journal_size_limit={WAL_KEPT_BYTES}",
        f"wal_autocheckpoint={1000 if checkpoint else 0}",
    )
    return _engine(path, pragmas, "BEGIN IMMEDIATE", size=1, overflow=0)


def reader(path: Path) -> Engine:
    """An engine of as many connections as are asked for, which cannot write; each transaction is one snapshot."""
    return _engine(path, (f"busy_timeout={BUSY_SECONDS * 1000}", "query_only=ON"), "BEGIN", size=4, overflow=-1)


def _engine(path: Path, pragmas: Sequence[str], begin: str, *, size: int, overflow: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=size,
        max_overflow=overflow,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@cache
def insert_new(table: Table) -> Insert:
    """An insert that leaves a row that is there already as it is."""
    return insert(table).on_conflict_do_nothing()


@cache
def upsert(table: Table, *, on: tuple[str, ...] = (), keep: tuple[str, ...] = (), newer: str | None = None) -> Insert:
    """An insert that replaces a row that is there already; built once, since building costs more than running it.

    Args:
        table: Where to.
        on: The unique columns that decide what "there already" means; none: the primary key.
        keep: Columns that keep their first value.
        newer: A column that must not fall: a row with a lower value in it changes nothing.
    """
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key and c.name not in keep}
    unfallen: ColumnElement[bool] | None = None if newer is None else statement.excluded[newer] >= table.c[newer]
    keys = list(on) or [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=changed, where=unfallen)


@contextmanager
def clean_errors(path: Path) -> Iterator[None]:
    """Turns what can go wrong with a file and a disk into StateError; mistakes of ours pass as they are.

    Raises:
        StateFull: The disk, a quota or a size limit is reached.
        StateDamaged: The file is no sound database.
        StateError: It is busy for too long, cannot be read or written, or is not of the shape that its version has.
    """
    try:
        yield
    except DBAPIError as error:
        raise _named(path, error.orig) or error from error
    except sqlite3.Error as error:
        raise _named(path, error) or error from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(path) from error
        raise StateError(
            f"{path}: {error.strerror or error}; check the disk, and that this user may write there"
        ) from error


def _named(path: Path, error: BaseException | None) -> StateError | None:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StateError(f"database: {path}: another process kept it busy for {BUSY_SECONDS} s; try again")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StateError(f"database: {path}: {error}; check the disk, and that this user may write the folder")
        case sqlite3.SQLITE_ERROR if re.search("no such (table|column)|has no column", str(error)):
            return StateError(
                f"database: {path}: {error}; it was made by a monitor between two releases: go back to that one, "
                f"or begin with an empty state folder"
            )
        case _:
            return None


def _full(path: Path) -> StateFull:
    return StateFull(f"database: {path}: there is no room left on its disk; free some, nothing was written")


def damaged(path: Path, why: str) -> StateDamaged:
    """The error for a database that is not sound, with what to do."""
    return StateDamaged(
        f"database: {path}: damaged: {why}; stop the daemon, move the file and its -wal and -shm away, "
        f"and put a backup in its place"
    )


def give_back(connection: Connection) -> bool:
    """Hands room that nothing takes up any more back to the disk; whether there may be more of it.

    Source: SQLite, PRAGMA incremental_vacuum; `sqlite3` ends it at its first row, which is one page.
    """
    free = _free_pages(connection)
    cursor = connection.connection.cursor()
    for _ in range(min(free, PAGES_GIVEN_BACK)):
        cursor.execute("PRAGMA incremental_vacuum(1)")
    return 0 < _free_pages(connection) < free


def _free_pages(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())


def quick_check(connection: Connection) -> list[str]:
    """What a quick look finds wrong; empty when sound."""
    return _complaints(connection, "quick_check")


def integrity_check(connection: Connection) -> list[str]:
    """What a thorough look finds wrong, dangling references included; empty when sound."""
    found = _complaints(connection, "integrity_check")
    # Only now: this pragma alone does not notice that the schema changed since the connection last read it.
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}" for row in dangling]


def _complaints(connection: Connection, pragma: str) -> list[str]:
    found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {pragma}(20)")]
    return [] if found == ["ok"] else found


def copy(source: Path, target: Path, corpora: Collection[str] | None = None) -> list[str]:
    """Writes a consistent copy of a live database as one file, and what a quick check of the copy finds wrong.

    Args:
        source: The database.
        target: An empty file.
        corpora: Of the corpora only these go into the copy; None: all.
    """
    with closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as live, closing(sqlite3.connect(target)) as made:
        live.execute("PRAGMA query_only=ON")
        live.backup(made)
        made.execute("PRAGMA journal_mode=DELETE").close()
        if corpora is not None:
            _keep_corpora(made, corpora)
        found = [str(row[0]) for row in made.execute("PRAGMA quick_check(20)")]
    return [] if found == ["ok"] else found


def _keep_corpora(made: sqlite3.Connection, names: Collection[str]) -> None:
    """Take all other corpora out of a copy that nobody uses yet, and give their room back."""
    made.execute("PRAGMA journal_mode=OFF").close()
    marks = ", ".join("?" * len(names))
    for table, column in (("segments", "import"), ("articles", "import"), ("imports", "number")):
        gone = f"SELECT number FROM imports WHERE corpus NOT IN ({marks})"  # noqa: S608  nothing but marks is put in
        made.execute(f"DELETE FROM {table} WHERE {column} IN ({gone})", tuple(names))  # noqa: S608
    made.commit()
    made.execute("VACUUM").close()
    made.execute("PRAGMA journal_mode=DELETE").close()


def corpora_in(path: Path) -> set[str]:
    """The corpora that a copy holds; none where it is of a form without them."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as kept:
        if not kept.execute("SELECT 1 FROM sqlite_master WHERE name = 'imports'").fetchone():
            return set()
        return {row[0] for row in kept.execute("SELECT DISTINCT corpus FROM imports")}


_TERM = re.compile(r"[\w\u0300-\u036f]+")
"""What a word is made of; accents that stand alone are part of it, as they are to the index."""


def search_terms(query: str) -> str:
    """A person's words as an FTS5 query in which nothing is an operator: every word, and a trailing `*` as a prefix.

    Returns:
        Quoted phrases joined by the implicit AND; empty when the query holds no word at all.
    """
    phrases = []
    for term in normalize("NFC", query).split():
        words = _TERM.findall(term)
        if words:
            phrases.append(f'"{" ".join(words)}"' + ("*" if term.endswith("*") else ""))
    return " ".join(phrases)


SEARCH: TextClause = text(
    """SELECT texts.entry_id AS entry_id, snippet(search, -1, '', '', '…', 24) AS snippet
    FROM search JOIN texts ON texts.row = search.rowid
    WHERE search MATCH :terms AND search.rowid IN (
        SELECT rowid FROM search WHERE search MATCH :terms
        ORDER BY bm25(search, 4.0, 2.0, 1.0), rowid DESC LIMIT :limit)
    ORDER BY bm25(search, 4.0, 2.0, 1.0), search.rowid DESC"""
)
"""Entries that hold all the terms, best first: a word of the title weighs four times one of the body."""


def match_expression(wanted: Wanted) -> str:
    """What must occur as an FTS5 query; no text is an operator.

    Source: SQLite FTS5, Full-text Query Syntax.
    """
    if isinstance(wanted, str):
        phrase = wanted.removesuffix("*").replace('"', " ")
        return f'"{phrase}"' + ("*" if wanted.endswith("*") else "")
    joint = " AND " if isinstance(wanted, AllOf) else " OR "
    return f"({joint.join(match_expression(part) for part in wanted.parts)})"


CANDIDATES: TextClause = text(
    """SELECT texts.row FROM search
    JOIN texts ON texts.row = search.rowid JOIN entries ON entries.id = texts.entry_id
    WHERE search MATCH :terms AND entries.first_seen_at >= :since
    ORDER BY entries.first_seen_at, entries.id"""
).bindparams(bindparam("since", type_=INSTANT))
"""Entries that hold what is wanted, oldest first."""

REFERENCES_COUNT_AT_THE_END: TextClause = text("PRAGMA defer_foreign_keys=ON")
"""For the rest of the transaction, a reference may point nowhere. Source: SQLite Foreign Key Support, 4.2."""

HOLDING: TextClause = text("SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH :terms LIMIT :most)")
HOLDERS: TextClause = text("SELECT rowid FROM search WHERE search MATCH :terms LIMIT :most")
VOCABULARY: TextClause = text("SELECT term, doc FROM search_words")
