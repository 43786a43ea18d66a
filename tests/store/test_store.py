from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from monitor.errors import StateDamaged, StateError, StateLocked, StateMissing, StateTooNew
from monitor.model.ids import StoryId
from monitor.store.database import Database
from monitor.store.files import SENTINEL
from monitor.store.lock import holder, lock_state
from monitor.store.migrate import STEPS, is_current, migrate, version_of
from monitor.store.store import Store
from tests.store.samples import FEED, NOW, an_alerting_plan

SECOND_STEP = """
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade() -> None:
    op.execute("CREATE TABLE novelty (id INTEGER)")
    op.execute({fail!r}) if {fail!r} else None
"""


def test_a_fresh_folder_gets_a_database_that_only_its_owner_reads(tmp_path):
    folder = tmp_path / "deep" / "state"
    with Store.open(folder) as store:
        assert store.listings.counts().rows["entries"] == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "exists").exists()


def test_what_was_committed_is_there_after_reopening(tmp_path):
    plan = an_alerting_plan()
    with Store.open(tmp_path, daemon=True) as store:
        store.feeds.sync([FEED], NOW)
        store.commit(plan)
    with Store.open(tmp_path) as store:
        assert store.listings.alerts() == list(plan.alerts)


def test_closing_twice_does_nothing(tmp_path):
    store = Store.open(tmp_path)
    store.close()
    store.close()


@pytest.mark.parametrize("loss", ["missing", "empty", "without tables"])
def test_a_database_that_vanished_is_not_silently_replaced(tmp_path, loss):
    Store.open(tmp_path).close()
    path = tmp_path / "monitor.db"
    path.unlink()
    if loss == "empty":
        path.touch()
    if loss == "without tables":
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE other (id)")
    with pytest.raises(StateMissing) as raised:
        Store.open(tmp_path)
    assert "copy a backup" in str(raised.value)
    assert str(tmp_path / "exists") in str(raised.value)


def test_deleting_the_sentinel_allows_a_fresh_start(tmp_path):
    Store.open(tmp_path).close()
    (tmp_path / "monitor.db").unlink()
    (tmp_path / "exists").unlink()
    with Store.open(tmp_path) as store:
        assert store.feeds.states() == {}


def test_a_damaged_page_is_found_when_the_daemon_starts(tmp_path):
    with Store.open(tmp_path, daemon=True) as store:
        store.feeds.sync([FEED], NOW)
        for n in range(50):
            store.commit(an_alerting_plan(str(n)))
    path = tmp_path / "monitor.db"
    with path.open("r+b") as file:
        file.seek(4096 * 8)
        file.write(b"\xa5" * 4096 * 20)
    with pytest.raises(StateDamaged, match="put a backup in its place"):
        Store.open(tmp_path, daemon=True)


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    (tmp_path / "monitor.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(StateDamaged):
        Store.open(tmp_path)


def test_a_database_of_another_shape_than_its_version_has_is_named_as_such(tmp_path):
    with Store.open(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "monitor.db") as connection:
        connection.execute("ALTER TABLE told RENAME COLUMN strength TO weight")
    connection.close()
    with Store.open(tmp_path) as store, pytest.raises(StateError, match=r"no such column.*between two releases"):
        store.recall.told([StoryId("0" * 20)])


def test_a_folder_that_is_a_file_is_a_clean_error(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="check the disk"):
        Store.open(tmp_path / "state")


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path):
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for daemon in (False, True):
        with pytest.raises(StateTooNew, match="newer version of monitor"):
            Store.open(tmp_path, daemon=daemon)


def steps_with_a_second(tmp_path, fail=""):
    steps = tmp_path / "steps"
    shutil.copytree(STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    (steps / "versions" / "v0002_second.py").write_text(SECOND_STEP.format(fail=fail))
    return steps


@pytest.fixture
def old(tmp_path):
    """A database of the first schema, with one plan in it."""
    folder = tmp_path / "state"
    with Store.open(folder, daemon=True) as store:
        store.feeds.sync([FEED], NOW)
        store.commit(an_alerting_plan())
    database = Database(folder, checkpoint=True)
    yield database
    database.close()


def test_a_migration_keeps_a_copy_of_what_was_before(tmp_path, old):
    migrate(old, steps_with_a_second(tmp_path))
    assert version_of(old) == "0002"
    with closing(sqlite3.connect(old.folder / "backups" / "before-0001.db")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("SELECT count(*) FROM alerts").fetchone() == (1,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_migration_that_fails_halfway_changes_nothing(tmp_path, old):
    with pytest.raises(Exception, match="no such table"):
        migrate(old, steps_with_a_second(tmp_path, fail="DROP TABLE never_there"))
    assert version_of(old) == "0001"
    with old.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'novelty'").scalar() == 0
    assert is_current(old)


def test_the_lock_names_the_process_that_holds_it(tmp_path):
    with lock_state(tmp_path):
        assert holder(tmp_path) == os.getpid()
        with pytest.raises(StateLocked, match=f"process {os.getpid()}"), lock_state(tmp_path):
            pass
    assert holder(tmp_path) is None
    with lock_state(tmp_path):
        assert holder(tmp_path) == os.getpid()


def test_nobody_holds_a_folder_without_a_lock_file(tmp_path):
    assert holder(tmp_path / "absent") is None


def test_a_spawned_child_does_not_inherit_the_lock(tmp_path):
    with lock_state(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    try:
        with lock_state(tmp_path):
            assert child.poll() is None
    finally:
        child.communicate(b"\n")


def test_a_lock_ends_with_its_process(tmp_path):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with lock_state(tmp_path):
            os.write(write, b"x")
            signal.pause()
    try:
        assert os.read(read, 1) == b"x"
        assert holder(tmp_path) == child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(read)
        os.close(write)
    assert holder(tmp_path) is None


def test_only_a_daemon_folds_the_log_into_the_file(tmp_path):
    with Store.open(tmp_path, daemon=True) as daemon, Store.open(tmp_path) as visitor:
        kept = {}
        for name, store in (("daemon", daemon), ("visitor", visitor)):
            with store._database.write() as connection:
                kept[name] = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
    assert kept == {"daemon": 1000, "visitor": 0}


def test_a_visitor_sees_and_writes_beside_the_daemon(tmp_path):
    with Store.open(tmp_path, daemon=True) as daemon, Store.open(tmp_path) as visitor:
        daemon.feeds.sync([FEED], NOW)
        assert set(visitor.feeds.states()) == {FEED.id}
        visitor.admin.heartbeat(NOW)
        assert daemon.admin.last_heartbeat() == NOW


def test_a_sole_daemon_takes_back_every_lease(store):
    plan = an_alerting_plan(to=("desk", "chat"))
    store.commit(plan)
    store.feeds.make_due([FEED.id], NOW)
    assert store.feeds.claim(NOW, 10)
    assert store.outbox.claim("desk", NOW, plan.state.due_at - NOW, 10)
    assert store.release_all(NOW) == 1
    assert store.feeds.claim(NOW, 10)
    (again,) = store.outbox.claim("desk", NOW, plan.state.due_at - NOW, 10)
    assert (again.attempts, again.cut_off, again.maybe_twice) == (1, 1, True)
    (other,) = store.outbox.claim("chat", NOW, plan.state.due_at - NOW, 10)
    assert not other.maybe_twice


def test_a_folder_that_cannot_be_looked_into_is_a_fault_of_the_state_folder(tmp_path):
    with pytest.raises(StateError, match="File name too long"):
        Store.visit(tmp_path / ("x" * 300))


def test_who_looks_takes_a_database_without_its_sentinel_for_what_it_is(tmp_path):
    with Store.open(tmp_path) as store:
        store.feeds.sync([FEED], NOW)
    (tmp_path / SENTINEL).unlink()
    with Store.visit(tmp_path) as visitor:
        assert set(visitor.feeds.states()) == {FEED.id}
    assert (tmp_path / SENTINEL).exists()
