"""Edits of the configuration: each is noticed once, when it has come to an end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.config.edits import Edits


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "watchlists"
    place.mkdir()
    (place / "monitor.yaml").write_text("feeds: []\n")
    return place


@pytest.fixture
def edits(folder: Path) -> Edits:
    known = Edits(folder)
    assert [known.settled() for _ in range(3)] == [False, True, False]
    return known


def noticed(edits: Edits, *others: Path) -> list[bool]:
    return [edits.settled(others) for _ in range(3)]


def test_a_file_that_is_still_being_written_is_left_alone(folder: Path, edits: Edits) -> None:
    for part in ("a", "ab", "abc"):
        (folder / "bridge.yaml").write_text(part)
        assert not edits.settled()
    assert noticed(edits) == [True, False, False]


def test_a_file_that_is_written_renamed_linked_or_gone_is_noticed(folder: Path, edits: Edits) -> None:
    (folder / "bridge.yaml").write_text("watchlists: []\n")
    assert noticed(edits) == [False, True, False]
    (folder / "bridge.yaml").rename(folder / "river.yaml")
    assert noticed(edits) == [False, True, False]
    (folder / "river.yaml").unlink()
    assert noticed(edits) == [False, True, False]
    target = folder.parent / "elsewhere"
    target.write_text("1")
    (folder / "link.yaml").symlink_to(target)
    assert noticed(edits) == [False, True, False]
    target.write_text("22")
    assert noticed(edits) == [False, True, False]


def test_what_is_not_read_is_not_looked_at(folder: Path, edits: Edits) -> None:
    for name in (".bridge.yaml.swp", ".hidden.yaml", "known.jsonl", "bridge.yaml~"):
        (folder / name).write_text("x")
    assert noticed(edits) == [False] * 3


def test_a_folder_that_goes_away_and_comes_back_is_followed_on(folder: Path, edits: Edits) -> None:
    shutil.copytree(folder, folder.parent / "copy")
    shutil.rmtree(folder)
    assert noticed(edits) == [False, True, False]
    shutil.copytree(folder.parent / "copy", folder)
    assert noticed(edits) == [False, True, False]
    (folder / "monitor.yaml").write_text("feeds:\n")
    assert noticed(edits) == [False, True, False]


def test_a_folder_behind_a_link_is_followed_when_the_link_is_turned(folder: Path) -> None:
    current = folder.parent / "current"
    current.symlink_to(folder)
    edits = Edits(current)
    assert noticed(edits) == [False, True, False]
    release = folder.parent / "release-2"
    shutil.copytree(folder, release)
    (release / "monitor.yaml").write_text("feeds: [https://news.example.org/rss]\n")
    (folder.parent / "next").symlink_to(release)
    (folder.parent / "next").rename(current)
    assert noticed(edits) == [False, True, False]


def test_a_file_outside_the_folder_is_followed_too(folder: Path, edits: Edits) -> None:
    secret = folder.parent / "slack_url"
    assert noticed(edits, secret) == [False, True, False]
    secret.write_text("https://hooks.example.org/1")
    assert noticed(edits, secret) == [False, True, False]
    assert noticed(edits, secret, folder / "monitor.yaml") == [False] * 3
