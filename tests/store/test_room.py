from __future__ import annotations

import pytest

from monitor.store.room import LEAST_BYTES, Room

LARGE = 100 * LEAST_BYTES
SMALL = 50_000_000


class Disk:
    def __init__(self, free, total=LARGE):
        self.free, self.total = free, total

    def __call__(self, _folder):
        return self.free, self.total


def test_room_is_short_below_its_limit(tmp_path):
    disk = Disk(LEAST_BYTES)
    room = Room(tmp_path, disk)
    assert not room.look()
    disk.free -= 1
    assert room.look()
    assert "less than 200 MB" in room.detail


def test_it_is_short_until_there_is_a_quarter_to_spare(tmp_path):
    disk = Disk(LEAST_BYTES - 1)
    room = Room(tmp_path, disk)
    assert room.look()
    disk.free = LEAST_BYTES * 5 // 4 - 1
    assert room.look()
    disk.free += 1
    assert not room.look()
    assert room.subject.startswith("there is room")


@pytest.mark.parametrize(("free", "short"), [(SMALL // 10, False), (SMALL // 10 - 1, True)])
def test_of_a_small_disk_a_tenth_is_enough(tmp_path, free, short):
    assert Room(tmp_path, Disk(free, SMALL)).look() is short


def test_the_ballast_takes_its_room_while_there_is_plenty_and_gives_it_back_at_the_last(tmp_path):
    disk = Disk(LARGE)
    room = Room(tmp_path, disk)
    room.look()
    room.take_ballast()
    assert room.ballast.stat().st_blocks * 512 >= room.ballast_bytes > 16_000_000
    disk.free = LEAST_BYTES - 1
    room.look()
    assert room.ballast.exists(), "short, and still enough to write"
    disk.free = room.ballast_bytes - 1
    room.look()
    assert not room.ballast.exists()
    disk.free += room.ballast_bytes
    assert room.look(), "the ballast alone makes no room for more"
    room.take_ballast()
    assert not room.ballast.exists()


def test_a_real_disk_is_measured(tmp_path):
    room = Room(tmp_path)
    room.look()
    assert room.free_bytes > 0
