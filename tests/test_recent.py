"""The recent entries over restarts: over a real store and real files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.feeds.parse import parse
from monitor.ingest import Ingest
from monitor.recent import FILE, keep, recall
from monitor.store.store import Store
from monitor.stories.copies import fingerprint
from monitor.stories.known import index_of
from monitor.telemetry import configure
from tests.fakes import NOON, FakeClock, FakeFetch, feed, fetched, rss, rules_of

WIRE = feed("Wire")
CLOSED = "Island council closes old harbour to cargo ships"
LEAVE = "Freight firms must leave Selby quay by spring, mayor says"
BOTH = "Council closes old harbour to cargo ships, freight firms must leave Selby quay by spring"
OTTERS = "Otters return to the northern bay after forty years"


@dataclass
class World:
    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    fetch: FakeFetch = field(default_factory=FakeFetch)

    def __post_init__(self):
        self.start()

    def start(self):
        self.store = Store.open(self.folder, daemon=True)
        rules = rules_of(feeds=(WIRE,), watchlists={"harbour": "harbour"})
        self.store.feeds.sync([WIRE], self.clock())
        corpora = index_of(self.store.corpora.articles())
        self.ingest = Ingest(
            store=self.store, submit=self.fetch.submit, parse=parse, clock=self.clock, rules=rules, corpora=corpora
        )
        self.ingest.remember()

    def restart(self):
        self.store.close()
        self.start()

    def poll(self, *titles: str):
        self.clock.now += timedelta(hours=2)
        items = [(title.replace(" ", "-"), title, "") for title in reversed(titles)]
        self.fetch.script[WIRE.url] = [fetched(rss(*items))]
        self.store.feeds.make_due([WIRE.id], self.clock())
        self.ingest.poll_due()

    def revise(self, title: str):
        self.clock.now += timedelta(minutes=1)
        self.fetch.script[WIRE.url] = [fetched(rss(("one", title, "")))]
        self.store.feeds.make_due([WIRE.id], self.clock())
        self.ingest.poll_due()

    def near(self, title: str):
        return {n.fingerprint.title: n.story_id for n in self.ingest.window.near(fingerprint(title, "", None))}


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "state")
    yield made
    made.store.close()


@pytest.fixture
def log():
    configure("warning", "text", stream := StringIO())
    yield stream
    configure("error", "text", StringIO())


def test_what_was_kept_and_what_came_since_are_there_after_a_restart(world, log):
    world.poll("Lighthouse keeper retires")
    world.poll(CLOSED)
    world.ingest.keep()
    world.poll(CLOSED, OTTERS)
    before = {title: world.near(title) for title in (CLOSED, OTTERS)}
    world.restart()
    assert len(world.ingest.window) == 3
    assert {title: world.near(title) for title in (CLOSED, OTTERS)} == before
    assert all(before.values())
    assert log.getvalue() == ""


def test_stories_that_were_merged_after_the_keeping_are_one_after_a_restart(world):
    world.poll(CLOSED)
    world.poll(CLOSED, LEAVE)
    world.ingest.keep()
    world.poll(CLOSED, LEAVE, BOTH)
    assert len(set(world.near(BOTH).values())) == 1
    world.restart()
    assert len(world.near(BOTH)) == 3
    assert len(set(world.near(BOTH).values())) == 1


def test_what_happened_after_a_clock_was_set_back_is_there_after_a_restart(world):
    world.poll(CLOSED)
    world.poll(CLOSED, LEAVE)
    world.ingest.keep()
    world.clock.now -= timedelta(hours=9)
    world.poll(CLOSED, LEAVE, BOTH, OTTERS)
    before = {title: world.near(title) for title in (BOTH, OTTERS)}
    world.restart()
    assert {title: world.near(title) for title in (BOTH, OTTERS)} == before
    assert len(set(before[BOTH].values())) == 1


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_revision_is_there_after_a_restart_with_the_time_it_came(world, is_kept):
    world.revise(CLOSED)
    world.clock.now += timedelta(hours=70)
    world.revise(OTTERS)
    (before,) = world.ingest.window.near(fingerprint(OTTERS, "", None))
    if not is_kept:
        (world.folder / FILE).unlink()
    world.clock.now += timedelta(hours=9)
    world.restart()
    (after,) = world.ingest.window.near(fingerprint(OTTERS, "", None))
    assert (after.seen_at, after.story_id) == (before.seen_at, before.story_id)
    assert world.near(CLOSED) == {}


def forged(path):
    """The bytes of another window, which look as they should."""
    content = path.read_bytes()
    path.write_bytes(content.replace(b"council", b"counsel"))
    assert path.read_bytes() != content


def vast(path):
    with path.open("r+b") as file:
        file.truncate(1 << 40)


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_link_to_what_never_ends(path):
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda p: p.write_bytes(b"x"),
        lambda p: p.write_bytes(p.read_bytes()[:-9]),
        forged,
        vast,
        a_pipe,
        a_link_to_what_never_ends,
    ],
)
def test_a_file_that_does_not_fit_is_made_good_from_the_store_and_the_log_says_so(world, damage, log):
    world.poll(CLOSED)
    world.ingest.keep()
    damage(world.folder / FILE)
    world.restart()
    assert list(world.near(CLOSED)) == [CLOSED.lower()]
    assert "read from the database: their file is damaged" in log.getvalue()


def test_a_window_kept_beside_another_database_is_not_used(world, tmp_path):
    other = World(tmp_path / "other")
    other.poll(OTTERS)
    other.ingest.keep()
    other.store.close()
    world.poll(CLOSED)
    (world.folder / FILE).write_bytes((tmp_path / "other" / FILE).read_bytes())
    world.restart()
    assert world.near(OTTERS) == {}
    assert list(world.near(CLOSED)) == [CLOSED.lower()]


STORM = (
    "Storm Maren tears roofs off houses in Lindholm",
    "Storm Maren: roofs torn off in Lindholm, houses damaged",
    "Lindholm counts roofs and houses damaged by storm Maren",
    "Houses in Lindholm lose roofs to storm Maren",
    "Storm Maren takes roofs of houses in Lindholm and Selby",
    "Lindholm: roofs and houses repaired after storm Maren",
)


@pytest.mark.parametrize("kept", [None, 2, 6])
def test_the_entries_of_a_story_come_back_in_the_order_in_which_they_came(world, kept):
    for count in range(2, len(STORM) + 1, 2):
        world.ingest.kept_at = None  # it is not kept by itself
        world.poll(*STORM[:count])
        if count == kept:
            world.ingest.keep()
    assert (world.folder / FILE).exists() == (kept is not None)
    stories = set(world.near(STORM[0]).values())
    before = {story: [n.entry_id for n in some] for story, some in world.ingest.window.members(stories).items()}
    assert max(map(len, before.values())) > 4
    world.restart()
    after = {story: [n.entry_id for n in some] for story, some in world.ingest.window.members(stories).items()}
    assert after == before


def test_a_revision_after_a_clock_was_set_back_is_there_after_a_restart(world):
    world.revise(CLOSED)
    world.ingest.keep()
    world.clock.now -= timedelta(hours=9)
    world.revise(OTTERS)
    world.restart()
    assert list(world.near(OTTERS)) == [OTTERS.lower()]
    assert world.near(CLOSED) == {}


def test_what_was_kept_after_a_backup_is_not_used_beside_the_backup(world, tmp_path):
    world.revise(CLOSED)
    world.store.admin.backup(tmp_path / "copy.db")
    world.revise(OTTERS)
    world.ingest.keep()
    world.store.close()
    for file in world.folder.glob("monitor.db*"):
        file.unlink()
    (tmp_path / "copy.db").rename(world.folder / "monitor.db")
    world.start()
    assert list(world.near(CLOSED)) == [CLOSED.lower()]
    assert world.near(OTTERS) == {}


def test_what_grew_old_while_the_service_was_off_is_gone(world):
    world.poll(CLOSED)
    world.ingest.keep()
    world.clock.now += timedelta(hours=73)
    world.restart()
    assert len(world.ingest.window) == 0


def test_the_window_is_kept_every_hour_and_readable_by_its_owner_only(world):
    world.poll(CLOSED)
    file = world.folder / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_bytes()
    world.clock.now += timedelta(minutes=1)
    world.ingest.poll_due()
    assert file.read_bytes() == written


def test_a_store_without_entries_keeps_and_recalls_nothing(world, log):
    keep(world.store, world.ingest.window, NOON)
    assert len(recall(world.store, NOON)) == 0
    assert log.getvalue() == ""
