"""The files beside the database: the sentinel, copies, and what is kept beside."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import StateDamaged, StateError, StateMissing
from monitor.store.database import FILE_NAME
from monitor.store.files import COPIES, SENTINEL, lost, mark, read_whole, refuse_loss, remembers, save, write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def database(path: Path, rows: int = 10) -> Path:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (a)")
        made.executemany("INSERT INTO t VALUES (?)", [("x" * 200,) for _ in range(rows)])
        made.commit()
    return path


def test_a_folder_remembers_its_database_once_it_is_marked(tmp_path: Path) -> None:
    assert not remembers(tmp_path)
    refuse_loss(tmp_path)
    mark(tmp_path)
    assert remembers(tmp_path)
    assert FILE_NAME in (tmp_path / SENTINEL).read_text("utf-8")


def test_marking_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / SENTINEL).write_text("mine")
    mark(tmp_path)
    assert (tmp_path / SENTINEL).read_text() == "mine"


@pytest.mark.parametrize("size", [None, 0])
def test_a_database_that_is_gone_or_empty_is_a_loss_and_the_way_back_is_said(tmp_path: Path, size: int | None) -> None:
    mark(tmp_path)
    if size is not None:
        (tmp_path / FILE_NAME).touch()
    with pytest.raises(StateMissing) as error:
        refuse_loss(tmp_path)
    assert str(error.value) == str(lost(tmp_path))
    for path in (tmp_path / FILE_NAME, tmp_path / COPIES, tmp_path / SENTINEL):
        assert str(path) in str(error.value)


def test_a_database_that_is_there_is_no_loss(tmp_path: Path) -> None:
    mark(tmp_path)
    database(tmp_path / FILE_NAME)
    refuse_loss(tmp_path)


def test_a_copy_is_the_owner_s_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    source = database(tmp_path / "live.db")
    save(source, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["copy.db", "live.db"]


def test_what_was_left_of_a_copy_that_was_cut_off_does_not_matter(tmp_path: Path) -> None:
    source = database(tmp_path / "live.db")
    (tmp_path / "copy.db.unfinished").write_bytes(b"half" * 100)
    (tmp_path / "copy.db").write_bytes(b"older")
    save(source, tmp_path / "copy.db")
    assert names(tmp_path) == ["copy.db", "live.db"]
    with closing(sqlite3.connect(tmp_path / "copy.db")) as made:
        assert made.execute("SELECT count(*) FROM t").fetchone() == (10,)


def test_a_damaged_database_is_not_copied_over_a_sound_copy(tmp_path: Path) -> None:
    source = database(tmp_path / "live.db", rows=200)
    data = bytearray(source.read_bytes())
    data[8_192:12_288] = os.urandom(4_096)
    source.write_bytes(bytes(data))
    (tmp_path / "copy.db").write_bytes(b"sound")
    with pytest.raises(StateDamaged, match=r"live\.db: fails its check|damaged"):
        save(source, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == b"sound"
    assert names(tmp_path) == ["copy.db", "live.db"]


def test_a_copy_into_a_folder_that_is_not_there_is_a_clean_error(tmp_path: Path) -> None:
    source = database(tmp_path / "live.db")
    with pytest.raises(StateError, match="check the disk"):
        save(source, tmp_path / "absent" / "copy.db")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=50), max_size=5), st.binary(max_size=20))
def test_a_file_is_read_as_it_was_written_in_pieces(tmp_path: Path, pieces: list[bytes], before: bytes) -> None:
    path, whole = tmp_path / "kept", b"".join(pieces)
    path.write_bytes(before)
    write_whole(path, pieces)
    assert read_whole(path, len(whole)) == whole
    assert read_whole(path, len(whole) + 1) == b""
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["kept"]


def failing(pieces: int) -> Iterator[bytes]:
    yield from [b"new"] * pieces
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("pieces", [0, 1, 5_000])
def test_what_cannot_be_written_to_its_end_leaves_what_was_there(tmp_path: Path, pieces: int) -> None:
    (tmp_path / "kept").write_bytes(b"old")
    with pytest.raises(StateError, match="no room left"):
        write_whole(tmp_path / "kept", failing(pieces))
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert names(tmp_path) == ["kept"]


def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("absent", "folder", "pipe", "loop"):
        assert read_whole(tmp_path / name, 0) == b""
