"""Files beside the database: what was written last is read, and nothing else is."""

from __future__ import annotations

import pytest

from monitor.store.kept import Kept
from monitor.store.store import Store
from tests.store.samples import HOUR, NOW

PIECES = (b"first ", b"", b"\x00\xff" * 40, b"last")


def test_what_was_written_is_read_until_something_else_is_written(store: Store) -> None:
    assert store.kept.read("recent") == b""
    store.kept.write("recent", PIECES, NOW)
    assert store.kept.read("recent") == b"".join(PIECES)
    store.kept.write("recent", iter((b"another",)), NOW + HOUR)
    assert store.kept.read("recent") == b"another"
    store.kept.write("recent", (), NOW + HOUR)
    assert store.kept.read("recent") == b""


@pytest.mark.parametrize(
    "damaged",
    [b"", b"the worl", b"the world and more", b"the w0rld", b"THE WORLD"],
    ids=["emptied", "cut", "longer", "one byte", "another"],
)
def test_a_file_that_is_not_what_was_written_is_taken_for_none(store: Store, damaged: bytes) -> None:
    store.kept.write("recent", (b"the ", b"world"), NOW)
    path = store._database.folder / "recent"
    path.write_bytes(damaged)
    assert store.kept.read("recent") is None
    path.write_bytes(b"the world")
    assert store.kept.read("recent") == b"the world"
    path.unlink()
    assert store.kept.read("recent") is None


def test_a_file_that_the_database_does_not_know_is_taken_for_none(store: Store) -> None:
    (store._database.folder / "recent").write_bytes(b"from another database")
    assert store.kept.read("recent") == b""


def test_each_name_has_its_own_file_however_much_they_are_alike(store: Store) -> None:
    names = ("a_b", "axb", "a", "a_bc", "a%")
    for name in names:
        store.kept.write(name, (name.encode() * 9,), NOW)
    assert {name: store.kept.read(name) for name in names} == {name: name.encode() * 9 for name in names}
    store.kept.write("a_b", (b"new",), NOW)
    assert Kept(store._database).read("axb") == b"axb" * 9
