"""The daemon as a process: it starts, tells, reloads, refuses a bad edit, drains and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from time import perf_counter, sleep

import pytest

from monitor.app import opened
from monitor.config.settings import Settings
from monitor.errors import StateFull
from monitor.store.dialect import corpora_in
from monitor.store.room import LEAST_BYTES
from monitor.timing import EPOCH
from tests.conftest import set_up
from tests.fakes import FakeClock


@contextmanager
def running(desk):
    log = (desk.folder / "log.txt").open("wb")
    command = [sys.executable, "-m", "monitor", "--state", desk.state, "--watchlists", desk.watchlists, "run"]
    process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"MONITOR_LOG_FORMAT": "json"})
    try:
        until(desk, "ready")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        log.close()


def said(desk):
    return (desk.folder / "log.txt").read_text(errors="replace")


def until(desk, words, after=0, seconds=20):
    """Wait until the log holds these words, from so many characters on."""
    ends = perf_counter() + seconds
    while words not in said(desk)[after:]:
        assert perf_counter() < ends, f"never said {words!r}:\n{said(desk)[-3000:]}"
        sleep(0.05)


@contextmanager
def polling(desk):
    with running(desk) as process:
        for name in ("Broken Bugle", "Harbour Gazette", "Northern Wire"):
            until(desk, name)
        yield process


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A desk with a daemon, and its process; neither is ended by the tests that share them."""
    with set_up(tmp_path_factory.mktemp("busy")) as desk, polling(desk) as process:
        yield desk, process


@pytest.fixture
def daemon(desk):
    with polling(desk) as process:
        yield process


def test_the_daemon_polls_tells_and_ends_within_ten_seconds_of_sigterm(desk, daemon):
    desk.outlets.act = 1
    desk.make_due()
    ends = perf_counter() + 15
    while "NATO to invite Ukraine" not in desk.told:
        assert perf_counter() < ends, said(desk)
        sleep(0.05)
    begun = perf_counter()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(15) == 0
    assert perf_counter() - begun < 10
    assert "Traceback" not in said(desk)


def test_a_second_daemon_on_the_same_state_is_refused_by_name(busy):
    desk, daemon = busy
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--state", desk.state, "--watchlists", desk.watchlists, "run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert str(daemon.pid) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_edit_keeps_the_old_rules_and_is_told_and_a_good_one_is_taken(busy):
    desk, daemon = busy
    before = len(said(desk))
    path = desk.watchlists / "invitation.yaml"
    good = path.read_text()
    path.write_text(good.replace("NEAR/9", "NEAR/x"))
    until(desk, "configuration refused", before)
    assert daemon.poll() is None
    ends = perf_counter() + 10
    while "an edit of the configuration is refused" not in desk.told:
        assert perf_counter() < ends
        sleep(0.05)
    assert "NEAR/x needs a distance" in desk.told
    path.write_text(good.replace("NEAR/9", "NEAR/12"))
    until(desk, "configuration reloaded", before)


def test_sighup_reloads(busy):
    desk, daemon = busy
    before = len(said(desk))
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text().replace("    name: Harbour Gazette\n", "    name: The Gazette\n"))
    daemon.send_signal(signal.SIGHUP)
    until(desk, "configuration reloaded", before)
    assert daemon.poll() is None


def test_the_daemon_stays_up_without_network_and_says_per_feed_what_failed(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(
        "feeds:\n  - url: http://127.0.0.1:9/feed\n    name: Nobody\n    allow_private: true\n"
        "  - url: http://name.invalid/feed\n    name: Nowhere\n"
        "  - url: http://127.0.0.1:9/other\n    name: Forbidden\n"
        "destinations:\n  file:\n    url: file://alerts.txt\n"
    )
    with running(desk) as process:
        for words in ("Nobody: connection failed", "Nowhere: name not found", "Forbidden: address not allowed"):
            until(desk, words)
        assert process.poll() is None


def test_the_sign_of_life_is_kept(busy):
    desk, _ = busy
    ends = perf_counter() + 10
    while desk.monitor("status", "--check").exit_code != 0:
        assert perf_counter() < ends
        sleep(0.1)


def test_the_daily_chores_are_done_once_and_imports_are_noticed(desk):
    clock = FakeClock()
    settings = Settings.from_environment({}, state=desk.state, watchlists=desk.watchlists)
    (desk.folder / "known.txt").write_text("A bridge opens\n\nThe bridge over the river opened on Monday.")
    with opened(settings, {}, clock=clock) as app:
        assert desk.monitor("corpus", "import", "--name", "archive", str(desk.folder / "known.txt")).exit_code == 0
        app.upkeep()
        app.upkeep()
        assert [p.name for p in (desk.state / "backups").glob("*.db")] == ["2026-03-02.db"]
        for _ in range(9):
            clock.advance(days=1)
            app.upkeep()
        copies = sorted((desk.state / "backups").glob("2026-*.db"))
        assert len(copies) == 7
        held = [corpora_in(copy) for copy in copies]
        assert held == [{"seeds"}] * 6 + [{"seeds", "archive"}]
        before = app.ingest.corpora
        for name in ("seeds", "archive"):
            desk.monitor("corpus", "remove", name, "--yes")
        app.upkeep()
        assert app.ingest.corpora is not before
        assert app.corpora.present == []


def test_a_clock_that_leaps_a_year_ahead_and_comes_back_forgets_and_puts_off_nothing(desk):
    clock = FakeClock()
    settings = Settings.from_environment({}, state=desk.state, watchlists=desk.watchlists)
    with opened(settings, {}, clock=clock) as app:
        for days in (0, 366):
            clock.advance(days=days)
            app.upkeep()
            feeds = app.once()
        assert feeds == len(app.ingest.rules.feeds)
        texts = app.store.archive.size(EPOCH)
        assert texts > 0
        clock.advance(days=1 - 366)
        assert app.once() == 0
        app.after_clock_jump()
        assert app.once() == feeds
        app.upkeep()
        for _ in range(6):
            clock.advance(days=1)
            app.upkeep()
        assert app.store.archive.size(EPOCH) == texts
        assert [p.name for p in (desk.state / "backups").glob("2027-*.db")] == []
        clock.advance(days=200)
        app.upkeep()
        assert app.store.archive.size(EPOCH) == texts
        clock.advance(days=1)
        app.upkeep()
        assert app.store.archive.size(EPOCH) == 0


def test_a_disk_that_is_nearly_full_stops_polling_and_not_delivery_and_is_told(desk):
    settings = Settings.from_environment({}, state=desk.state, watchlists=desk.watchlists)
    free = [LEAST_BYTES - 1]
    with opened(settings, {}) as app:
        app.room.measure = lambda _folder: (free[0], 10**12)
        for _ in range(2):
            assert app.once() == 0
        assert desk.told.count("── [monitor] the disk is nearly full") == 1
        assert "with less than 200 MB nothing new is taken in" in desk.told
        free[0] *= 2
        assert app.once() == len(app.ingest.rules.feeds)
        assert desk.told.count("── [monitor] there is room on the disk again") == 1


def test_a_notice_of_the_disk_that_cannot_be_written_is_written_later(desk, monkeypatch):
    settings = Settings.from_environment({}, state=desk.state, watchlists=desk.watchlists)
    with opened(settings, {}) as app:
        app.room.measure = lambda _folder: (0, 10**12)
        with monkeypatch.context() as full:
            full.setattr(type(app.store.outbox), "add_notice", refuse)
            with pytest.raises(StateFull):
                app.once()
        app.once()
        assert desk.told.count("── [monitor] the disk is nearly full") == 1


def refuse(*_):
    raise StateFull("no room left")


def test_a_configured_corpus_follows_its_files_and_says_what_it_cannot_read(desk):
    known = desk.watchlists / "known.jsonl"
    known.write_text('{"title": "Island council closes old harbour"}\n')
    configuration = desk.watchlists / "monitor.yaml"
    configuration.write_text(configuration.read_text() + "corpora:\n  archive: {path: known.jsonl}\n")
    settings = Settings.from_environment({}, state=desk.state, watchlists=desk.watchlists)
    clock = FakeClock()
    with opened(settings, {}, clock=clock) as app:
        assert {c.name: c.articles for c in app.corpora.present} == {"archive": 1, "seeds": 5}
        app.follow_corpora()
        before = app.ingest.corpora
        known.write_text('{"title": "Island council opens old harbour"}\n{"title": "Ferry is late again"}\n{broken\n')
        app.follow_corpora()
        assert app.ingest.corpora is before
        assert app.reload()
        app.follow_corpora()
        assert {c.name: c.articles for c in app.corpora.present} == {"archive": 2, "seeds": 5}
        assert len(app.ingest.corpora) == 7
        app.deliveries.run_until_idle()
    assert desk.told.count("── [monitor] not all of the corpus archive could be read") == 1
    assert "known.jsonl:3: Expecting property name" in desk.told
    status = desk.monitor("status").output
    assert "2 articles in archive" in status
    assert "! archive: 1 place in it could not be read" in status
    checked = desk.monitor("check").output
    assert "warning: the corpus archive: 1 place in it could not be read" in checked


def test_a_feed_that_wants_its_articles_in_full_needs_the_extra(desk, monkeypatch):
    monkeypatch.setattr("monitor.pages.find_spec", lambda _name: None)
    configuration = desk.watchlists / "monitor.yaml"
    configuration.write_text(
        configuration.read_text().replace("name: Northern Wire", "name: Northern Wire\n    full_text: true")
    )
    refused = desk.monitor("check")
    assert refused.exit_code == 78
    assert "full_text: Northern Wire: what reads web pages is not installed" in refused.output
    assert "what reads web pages is not installed" in str(desk.monitor("run", "--once").exception)
