"""All that is particular to SQLite: its upsert, its errors, its text search."""

from __future__ import annotations

import errno
import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, select
from sqlalchemy.exc import DBAPIError

from monitor.errors import StateDamaged, StateError, StateFull
from monitor.model.archive import AllOf, AnyOf, Wanted
from monitor.store import dialect
from monitor.store.dialect import clean_errors, insert_new, match_expression, search_terms, upsert

PLACES = Table(
    "places",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text, unique=True),
    Column("seen", Integer),
    Column("first", Integer),
)
WORDS = st.text(st.sampled_from("abKýиї京हि\u0301_-'&.²ßİك"), min_size=1, max_size=6)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@pytest.fixture
def places():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        PLACES.create(connection)
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def index():
    """A search index as the store has it, over texts of its own."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE search USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
        yield connection


def finds(index: sqlite3.Connection, text: str, terms: str) -> bool:
    """Whether the index finds a text, which is stored composed as every text is."""
    index.execute("DELETE FROM search")
    index.execute("INSERT INTO search VALUES (?)", (unicodedata.normalize("NFC", text),))
    return index.execute("SELECT count(*) FROM search WHERE search MATCH ?", (terms,)).fetchone() == (1,)


def row(places, number: int = 1) -> tuple[object, ...]:
    return tuple(places.execute(select(PLACES).where(PLACES.c.id == number)).one())


def test_an_upsert_replaces_everything_but_what_it_keeps(places):
    places.execute(upsert(PLACES, keep=("first",)), {"id": 1, "name": "Kyiv", "seen": 1, "first": 1})
    places.execute(upsert(PLACES, keep=("first",)), {"id": 1, "name": "Київ", "seen": 2, "first": 2})
    assert row(places) == (1, "Київ", 2, 1)


def test_an_upsert_may_go_by_another_unique_column_than_the_key(places):
    for seen in (1, 2):
        places.execute(upsert(PLACES, on=("name",)), {"id": seen, "name": "Kyiv", "seen": seen, "first": seen})
    assert row(places) == (1, "Kyiv", 2, 2)


@pytest.mark.parametrize(("seen", "kept"), [(4, 5), (5, 5), (6, 6)])
def test_a_row_that_would_fall_behind_changes_nothing(places, seen, kept):
    places.execute(upsert(PLACES, newer="seen"), {"id": 1, "name": "Kyiv", "seen": 5, "first": 1})
    places.execute(upsert(PLACES, newer="seen"), {"id": 1, "name": "Lviv", "seen": seen, "first": 2})
    assert row(places) == ((1, "Kyiv", 5, 1) if seen < 5 else (1, "Lviv", kept, 2))


def test_an_insert_of_what_is_there_leaves_it_as_it_is(places):
    for name in ("Kyiv", "Lviv"):
        places.execute(insert_new(PLACES), {"id": 1, "name": name, "seen": 1, "first": 1})
    assert row(places) == (1, "Kyiv", 1, 1)


def error_of(act) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as error:
        act()
    return error.value


def garbage(folder) -> sqlite3.Error:
    (folder / "monitor.db").write_bytes(b"no database at all " * 100)
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        return error_of(lambda: connection.execute("SELECT 1 FROM sqlite_master"))


def without_folder(folder) -> sqlite3.Error:
    return error_of(lambda: sqlite3.connect(folder / "absent" / "monitor.db"))


def read_only(folder) -> sqlite3.Error:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        connection.execute("PRAGMA query_only=ON")
        return error_of(lambda: connection.execute("CREATE TABLE t (a)"))


def full(folder) -> sqlite3.Error:
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("PRAGMA max_page_count=2")
        return error_of(lambda: connection.execute("INSERT INTO t VALUES (zeroblob(100000))"))


def busy(folder) -> sqlite3.Error:
    path = folder / "monitor.db"
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as other:
        holder.execute("BEGIN EXCLUSIVE")
        return error_of(lambda: other.execute("BEGIN IMMEDIATE"))


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (garbage, StateDamaged, "damaged"),
        (without_folder, StateError, "check the disk, and that this user may write the folder"),
        (read_only, StateError, "check the disk, and that this user may write the folder"),
        (full, StateFull, "there is no room left on its disk"),
        (busy, StateError, "another process kept it busy for 10 s"),
    ],
)
def test_what_can_go_wrong_with_a_file_has_a_name_and_a_mend(tmp_path, make, kind, words, wrapped):
    error = make(tmp_path)
    with pytest.raises(kind, match=words) as named, clean_errors(tmp_path / "monitor.db"):
        raise DBAPIError("statement", {}, error) if wrapped else error
    assert type(named.value) is kind
    assert str(tmp_path / "monitor.db") in str(named.value)


def test_a_mistake_of_ours_passes_as_it_is(tmp_path):
    with closing(sqlite3.connect(":memory:")) as connection:
        error = error_of(lambda: connection.execute("SELEKT"))
    for raised in (error, DBAPIError("SELEKT", {}, error), ValueError("ours")):
        with pytest.raises(type(raised)) as passed, clean_errors(tmp_path):
            raise raised
        assert passed.value is raised


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StateFull, "no room left"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), StateFull, "no room left"),
        (OSError(errno.EACCES, "Permission denied"), StateError, "Permission denied; check the disk"),
        (OSError("the stick was pulled out"), StateError, "the stick was pulled out; check the disk"),
        (BlockingIOError(), StateError, "check the disk"),
    ],
)
def test_an_error_of_the_system_has_a_name_too(tmp_path, error, kind, words):
    with pytest.raises(kind, match=words) as named, clean_errors(tmp_path):
        raise error
    assert "None" not in str(named.value)
    assert named.value.__cause__ is error


def test_where_nothing_goes_wrong_nothing_is_said(tmp_path):
    with clean_errors(tmp_path):
        assert True


@settings(max_examples=70)
@given(TEXTS)
def test_a_text_is_found_by_all_of_its_words_however_they_are_composed(index, text):
    for written in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
        terms = search_terms(written)
        if any(char.isalnum() for word in written.split() for char in word):
            assert finds(index, text, terms), terms


@settings(max_examples=40)
@given(TEXTS, WORDS)
def test_a_text_is_found_by_the_beginning_of_a_word_with_an_asterisk(index, text, word):
    whole = "kyiv" + "".join(char for char in word if char.isalpha())
    assert finds(index, f"{text} {whole}", search_terms(f"{whole[:3]}*"))
    assert not finds(index, text.replace("k", "").replace("K", ""), search_terms("kyi*"))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Украина и НАТО", "Украи\u0301на"),
        ("Украи\u0301на", "украина"),
        ("Kýiv", "Ky\u0301iv"),
        ("Ky\u0301iv", "kyiv"),
        ("Ελλάδα", "Ελλα\u0301δα"),
        ("AT&T says", "at&t"),
        ("O’Brien", "o'brien"),
        ("हिन्दी में", "हिन्दी"),
        ("東京都", "東京*"),
    ],
)
def test_accents_and_signs_do_not_hide_a_word(index, text, query):
    assert finds(index, text, search_terms(query))


@pytest.mark.parametrize("query", ["", "  ", "-", '"', "…!?", "😀", "\x00", "* *"])
def test_what_holds_no_word_asks_for_nothing(query):
    assert search_terms(query) == ""


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_whatever_is_asked_is_phrases_and_nothing_else(index, query):
    terms = search_terms(query)
    assert terms.count('"') % 2 == 0
    assert all(not piece.strip(" *") for piece in terms.split('"')[::2])
    if terms:
        index.execute("SELECT count(*) FROM search WHERE search MATCH ?", (terms,)).fetchone()


WANTED = st.recursive(
    WORDS | WORDS.map(lambda word: word + "*") | st.sampled_from(['a"b', "NEAR", "a OR b", "(", "*"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        .map(tuple)
        .flatmap(lambda parts: st.sampled_from([AllOf(parts), AnyOf(parts)]))
    ),
    max_leaves=6,
)


def holds(text: str, wanted: Wanted) -> bool:
    """What the index should answer for words of small Latin letters."""
    match wanted:
        case str():
            stem = wanted.removesuffix("*")
            return any(word == stem or (wanted.endswith("*") and word.startswith(stem)) for word in text.split())
        case AllOf(parts):
            return all(holds(text, part) for part in parts)
        case AnyOf(parts):
            return any(holds(text, part) for part in parts)


LETTERS = st.text("abc", min_size=1, max_size=2)
SIMPLE = st.recursive(
    LETTERS | LETTERS.map(lambda word: word + "*"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        .map(tuple)
        .flatmap(lambda parts: st.sampled_from([AllOf(parts), AnyOf(parts)]))
    ),
    max_leaves=6,
)


@settings(max_examples=70)
@given(st.lists(LETTERS, min_size=1, max_size=4).map(" ".join), SIMPLE)
def test_an_expression_means_to_the_index_what_it_says(index, text, wanted):
    assert finds(index, text, match_expression(wanted)) == holds(text, wanted)


@settings(max_examples=40)
@given(WANTED)
def test_no_text_in_an_expression_is_an_operator(index, wanted):
    finds(index, "a b", match_expression(wanted))


def test_a_database_is_copied_whole_and_the_copy_is_one_file(tmp_path):
    source, target = tmp_path / "live.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(source)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE t (a)")
        live.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(100)])
        live.commit()
        assert dialect.copy(source, target) == []
        with closing(sqlite3.connect(target)) as made:
            assert made.execute("SELECT count(*) FROM t").fetchone() == (100,)
            assert made.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tmp_path.glob("copy.db*")) == ["copy.db"]
