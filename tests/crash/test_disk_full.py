"""No room on the disk of the state folder: nothing half-written, and it goes on by itself once there is room."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.crash.picks import telling
from tests.crash.stage import aftermath

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def test_a_disk_that_is_full_for_a_while_loses_nothing(news):
    points = telling(news.failing(["write wal"], for_long=True), 4, seed=2)
    assert [wrong for point in points for wrong in news.fail("full", point)] == []


def test_a_small_file_system_that_fills_up_loses_nothing(news):
    news.restore(0)
    state = news.folder / "state"
    state.mkdir(exist_ok=True)
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", state], check=False).returncode
    ):
        pytest.skip("a small file system cannot be mounted here")
    try:
        report = news.nursery.play(news.part(0, fill=11))
        assert "StateFull" in report["escaped"]
        assert aftermath(news, report) == []
    finally:
        subprocess.run(["umount", state], check=True)
