"""One file of the operator's: regular, bounded, never waited for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.files import contents, is_there, others_may_read, stamp, why

OPEN_FILES = Path("/proc/self/fd")


@pytest.mark.parametrize(("size", "read"), [(0, 0), (9, 9), (10, 10), (11, 11), (50, 11)])
def test_one_byte_more_than_the_limit_tells_that_a_file_is_too_long(tmp_path: Path, size: int, read: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    assert len(contents(path, 10).data) == read


def test_the_mode_of_a_file_comes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    for mode in (0o600, 0o640, 0o644, 0o400):
        path.chmod(mode)
        assert contents(path, 1).mode == mode


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def make_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [Path.mkdir, make_pipe, make_socket, make_loop], ids=lambda make: make.__name__)
def test_what_is_no_regular_file_is_an_error_at_once(tmp_path: Path, monkeypatch, make) -> None:
    monkeypatch.chdir(tmp_path)
    make(Path("odd"))
    with pytest.raises(OSError):
        contents(Path("odd"), 10)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert contents(tmp_path / "link", 10).data == b"abc"


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the system does not list a process's open files")
def test_no_file_stays_open(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = len(list(OPEN_FILES.iterdir()))
    contents(tmp_path / "file", 10)
    with pytest.raises(OSError):
        contents(tmp_path, 10)
    assert len(list(OPEN_FILES.iterdir())) == before


@pytest.mark.parametrize("name", ["nobody", "a\0b", "x" * 300, "file/below"])
def test_a_name_that_can_be_no_file_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert not is_there(tmp_path / name)


def test_a_stamp_follows_the_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("console://")
    first = stamp(path)
    assert stamp(path) == first
    path.write_text("console://2")
    second = stamp(path)
    other = tmp_path / "other"
    other.write_text("console://2")
    other.replace(path)
    assert len({first, second, stamp(path)}) == 3


def test_a_file_that_is_gone_has_a_stamp_that_no_file_has(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert stamp(path) == ""
    path.touch()
    assert stamp(path)


@settings(max_examples=30)
@given(st.integers(0, 0o777))
def test_others_may_read_what_group_or_world_may_read(mode: int) -> None:
    assert others_may_read(mode) == (bool(mode & 0o040) or bool(mode & 0o004))


def test_the_reason_of_an_error_is_the_system_s_or_the_error_s_own() -> None:
    assert why(OSError(2, "No such file or directory")) == "no such file or directory"
    assert why(OSError("Something Else")) == "something else"
