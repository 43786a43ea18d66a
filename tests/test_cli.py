"""The commands, as a user meets them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys

import pytest

from monitor.app import clock
from monitor.cli.root import COMMANDS
from monitor.errors import ConfigError, MonitorError
from monitor.store.store import Store

LISTINGS = ["feeds", "stories", "alerts", "deliveries", "entries", "corpus list", "silence list", "status"]


@pytest.mark.parametrize(
    "command", [*COMMANDS, "corpus import", "silence add", "deliveries retry", "alerts release", "alerts drop"]
)
def test_every_command_has_help_that_says_what_it_does(desk, command):
    result = desk.monitor(*command.split(), "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize("command", LISTINGS)
def test_every_listing_prints_one_json_document(told, command):
    result = told.monitor(*command.split(), "--json")
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), list | dict)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("entries --outcome muted", "no such entries"),
        ("alerts --watchlist absent", "no alerts of absent"),
        ("deliveries --state dead", "no such deliveries"),
        ("stories --at-least 1000", "no story has so many entries"),
    ],
)
def test_a_listing_that_leaves_everything_out_does_not_say_that_there_is_nothing(told, command, said):
    assert told.monitor(*command.split()).stderr.strip() == said


@pytest.mark.parametrize("command", LISTINGS)
def test_every_listing_prints_for_people(told, command):
    result = told.monitor(*command.split())
    assert result.exit_code == 0, result.output
    assert result.output.strip()


def test_the_first_round_alerts_nobody_and_the_second_tells_once(told):
    assert told.told.count("NATO to invite Ukraine") >= 1
    assert told.told.count("Kyiv repeats its wish") == 1, "in the summary of the first contact"
    assert "already in the archive: 1 entry matches" in told.told
    alerts = json.loads(told.monitor("alerts", "--json").stdout)
    assert [a["headline"] for a in alerts] == ["NATO to invite Ukraine to join the alliance, diplomats say"]
    deliveries = json.loads(told.monitor("deliveries", "--state", "sent", "--json").stdout)
    assert [(d["delivery"]["destination"], bool(d["alert"])) for d in deliveries] == [("file", True), ("file", False)]


def test_explain_tells_the_whole_trip_of_a_fetched_entry(told):
    (alert,) = json.loads(told.monitor("alerts", "--json").stdout)
    result = told.monitor("explain", alert["entry_id"][:8])
    for word in ("Northern Wire", "alerted", "file: sent", "membership-invitation: matches", "invite"):
        assert word in result.output


def test_explain_says_of_a_draft_which_clause_failed(desk):
    result = desk.monitor("explain", "--title", "NATO meets in Vilnius")
    assert "membership-invitation: does not match" in result.output
    assert "✗" in result.output
    value = json.loads(desk.monitor("explain", "--title", "NATO invites Ukraine", "--json").stdout)
    assert value["watchlists"]["membership-invitation"]["ok"] is True


def test_explain_prints_the_query_in_one_line(desk):
    assert "NEAR/9 NATO" in desk.monitor("explain", "--print-query").output


def test_search_finds_words_and_survives_any_text(told):
    assert "referendum" in told.monitor("search", "referendum").output
    for hostile in ('"', "NEAR(", "a* OR -", "';--", "(", "^x", ":"):
        assert told.monitor("search", "--", hostile).exit_code == 0


def test_a_story_shows_its_timeline(told):
    stories = json.loads(told.monitor("stories", "--json").stdout)
    story = next(s for s in stories if "NATO to invite" in s["title"])
    timeline = told.monitor("stories", story["id"][:8]).output
    assert "first" in timeline
    assert story["first_entry_id"][:10] in timeline
    assert told.monitor("stories", story["first_entry_id"]).output == timeline


def test_check_runs_the_examples_and_says_where_one_fails(desk):
    assert desk.monitor("check").exit_code == 0
    path = desk.watchlists / "invitation.yaml"
    path.write_text(path.read_text().replace('["NATO meets"]', '["NATO sends an invitation"]'))
    result = desk.monitor("check")
    assert result.exit_code == 78
    assert "invitation.yaml:8:" in result.stderr
    assert "should not match, and does" in result.stderr
    problems = json.loads(desk.monitor("check", "--json").stdout)
    assert problems["ok"] is False
    assert problems["problems"][0]["line"] == 8


def test_a_refused_configuration_ends_with_78_and_no_traceback(desk):
    (desk.watchlists / "monitor.yaml").write_text("feedz: []\n")
    with pytest.raises(ConfigError):
        raise desk.monitor("run", "--once").exception
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--state", desk.state, "--watchlists", desk.watchlists, "run", "--once"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 78
    assert "monitor.yaml:1:1" in done.stderr
    assert "did you mean" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_init_writes_files_that_check_accepts_and_touches_nothing_that_is_there(desk, tmp_path):
    fresh = tmp_path / "fresh"
    assert desk.monitor("init", str(fresh)).exit_code == 0
    result = desk.monitor("--watchlists", str(fresh), "check")
    assert result.exit_code == 0, result.output
    for left, gone in (("monitor.yaml", "membership.yaml"), ("membership.yaml", "monitor.yaml")):
        (fresh / left).write_text("# mine\n")
        (fresh / gone).unlink(missing_ok=True)
        refused = desk.monitor("init", str(fresh))
        assert refused.exit_code == 1
        assert f"{left} is there already; name another folder" in refused.output
        assert (fresh / left).read_text() == "# mine\n"
        assert not (fresh / gone).exists()


def test_what_init_says_to_run_next_can_be_run(desk, tmp_path):
    said = desk.monitor("init", str(tmp_path / "my desk")).output
    words = shlex.split(said.splitlines()[-1].partition("  monitor ")[2])
    assert desk.monitor(*words).exit_code == 0


def test_schema_prints_both_schemas(desk):
    for which in ("monitor", "watchlists"):
        assert "$schema" in json.loads(desk.monitor("schema", which).stdout)


def test_test_notify_sends_through_the_real_path(desk):
    desk.state.mkdir()
    result = desk.monitor("test-notify", "file")
    assert result.exit_code == 0, result.output
    assert "This is a test of the destination file" in desk.told
    with pytest.raises(MonitorError, match="there are file"):
        raise desk.monitor("test-notify", "fax").exception


def test_silence_mutes_and_speaks_again(desk):
    desk.monitor("run", "--once")
    assert desk.monitor("silence", "add", "membership-invitation", "--for", "8h", "--reason", "holiday").exit_code == 0
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    assert "NATO to invite Ukraine" not in desk.told
    entries = json.loads(desk.monitor("entries", "--outcome", "muted", "--json").stdout)
    assert "holiday" in entries[0]["answer"]["outcome"]["why"]
    (mute,) = json.loads(desk.monitor("silence", "list", "--json").stdout)
    assert "speaks again" in desk.monitor("silence", "expire", mute["id"][:8]).output


def test_what_cannot_be_delivered_waits_and_can_be_dropped_and_retried(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text().replace("file://alerts.txt", "file:///nowhere/at/all/alerts.txt"))
    desk.monitor("run", "--once")
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    rows = json.loads(desk.monitor("deliveries", "--json").stdout)
    assert any("No such file or directory" in row["delivery"]["fault"] for row in rows)
    (row,) = [row for row in rows if row["alert"]]
    assert row["delivery"]["state"] in ("waiting", "dead")
    identifier = row["delivery"]["id"][:8]
    assert "1 of 1 dropped" in desk.monitor("deliveries", "drop", identifier).output
    path.write_text(path.read_text().replace("file:///nowhere/at/all/alerts.txt", "file://alerts.txt"))
    assert "1 of 1 will be sent again" in desk.monitor("deliveries", "retry", identifier).output
    desk.monitor("run", "--once")
    assert "NATO to invite Ukraine" in desk.told


def test_corpus_import_list_export_remove(desk, tmp_path):
    desk.monitor("run", "--once")
    article = tmp_path / "article.txt"
    article.write_text(
        "A bridge opens\n\n" + " ".join(f"Sentence number {n} of the bridge stands here." for n in range(40))
    )
    result = desk.monitor("corpus", "import", str(article), "--name", "bridges")
    assert "1 new, 1 in all" in result.output
    assert "seeds" in desk.monitor("corpus", "list").output
    exported = tmp_path / "bridges.jsonl"
    assert desk.monitor("corpus", "export", "bridges", str(exported)).exit_code == 0
    assert "Sentence number" not in exported.read_text()
    assert desk.monitor("corpus", "remove", "bridges", "--yes").exit_code == 0
    assert "1 new, 1 in all" in desk.monitor("corpus", "import", str(exported), "--name", "bridges").output


def test_a_long_corpus_is_listed_in_part_and_says_of_how_many(desk, tmp_path):
    (tmp_path / "some.csv").write_text("title\n" + "".join(f"A bridge opens in town {n}\n" for n in range(9)))
    desk.monitor("corpus", "import", str(tmp_path / "some.csv"), "--name", "bridges")
    told = desk.monitor("corpus", "list", "bridges", "--limit", "2").output
    assert told.startswith("2 of 9 articles\n")
    assert told.count("A bridge opens") == 2
    assert desk.monitor("corpus", "list", "bridges").output.count("A bridge opens") == 9


@pytest.mark.parametrize("name", ["", "none", "Bad Name", "../x", "a\n", "x" * 61])
def test_a_corpus_has_a_name_that_a_watchlist_can_choose(desk, tmp_path, name):
    (tmp_path / "a.txt").write_text("A bridge opens")
    result = desk.monitor("corpus", "import", str(tmp_path / "a.txt"), "--name", name)
    assert (result.exit_code, "so that a watchlist can choose it" in result.output) == (2, True)


def test_an_unfinished_import_can_be_removed(desk):
    with Store.open(desk.state) as store:
        store.corpora.begin("bridges", "files")
    assert "bridges (unfinished)" in desk.monitor("corpus", "list").output
    assert desk.monitor("corpus", "remove", "bridges", "--yes").exit_code == 0
    assert "bridges" not in desk.monitor("corpus", "list").output


def test_status_check_tells_whether_the_daemon_lives(desk):
    assert desk.monitor("status", "--check").exit_code == 1
    with Store.open(desk.state) as store:
        store.admin.heartbeat(clock())
    assert desk.monitor("status", "--check").exit_code == 0


def test_status_says_how_much_there_is_and_where(told):
    said = told.monitor("status").stdout
    assert "not running; no sign of life yet" in said
    assert f"{told.state.resolve()}, " in said
    assert ", 1 alert, " in said


def test_a_single_round_keeps_the_recent_entries_for_the_next(desk):
    desk.monitor("run", "--once")
    assert (desk.state / "recent").stat().st_size > 1_000


def test_a_round_in_which_no_feed_is_due_says_when_the_next_is(desk):
    assert "no feed is due" not in desk.monitor("run", "--once").output
    assert "no feed is due" in desk.monitor("run", "--once").output


def test_check_points_at_an_address_that_no_service_has(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text().replace("file://alerts.txt", "fax://123"))
    result = desk.monitor("check")
    assert result.exit_code == 78
    assert re.search(r"monitor\.yaml:\d+:\d+: the destination file cannot be used: no such scheme", result.stderr)


def test_an_address_that_no_service_has_is_refused_at_the_start_as_well(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text().replace("file://alerts.txt", "fax://123"))
    refused = desk.monitor("run", "--once").exception
    assert isinstance(refused, ConfigError)
    assert "the destination file cannot be used: no such scheme" in str(refused)


def test_a_folder_that_may_come_back_stops_no_start(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text().replace("file://alerts.txt", "file:///no/such/folder/alerts.txt"))
    assert "the folder of the file does not exist" in desk.monitor("check").stderr
    assert desk.monitor("run", "--once").exit_code == 0


def test_backup_writes_a_database_that_opens(told, tmp_path):
    target = tmp_path / "copy.db"
    assert "written and verified" in told.monitor("backup", str(target)).output
    assert target.stat().st_size > 10_000


def test_a_mistyped_command_is_met_with_a_suggestion(desk):
    result = desk.monitor("chekc")
    assert result.exit_code == 2
    assert "Did you mean check?" in result.output


def test_a_flood_is_held_until_a_person_releases_or_drops_it(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text() + "flood: 1/h\n")
    words = desk.watchlists / "invitation.yaml"
    words.write_text("watchlists:\n  - {name: all, query: NATO OR clock, to: [file]}\n")
    desk.monitor("run", "--once")
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    assert "NATO to invite Ukraine" in desk.told or "clock" in desk.told
    held = [r for r in json.loads(desk.monitor("deliveries", "--json").stdout) if r["delivery"]["held"] == "flood"]
    assert len(held) == 1
    assert "would go out: held" in desk.told
    assert "monitor alerts release" in desk.told
    assert "when released" in desk.monitor("deliveries").output
    assert "1 held delivery will be sent" in desk.monitor("alerts", "release").output
    desk.monitor("run", "--once")
    assert "NATO to invite Ukraine" in desk.told
    assert "clock stops" in desk.told
    assert "0 held deliveries dropped" in desk.monitor("alerts", "drop").output


def test_what_is_over_a_watchlist_s_burst_waits_in_the_outbox(desk):
    words = desk.watchlists / "invitation.yaml"
    words.write_text("watchlists:\n  - {name: all, query: NATO OR clock, to: [file], burst: 1/1d}\n")
    desk.monitor("run", "--once")
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    alerts = [r["delivery"] for r in json.loads(desk.monitor("deliveries", "--json").stdout) if r["alert"]]
    assert sorted((row["state"], row["held"]) for row in alerts) == [("sent", ""), ("waiting", "burst")]


def test_check_names_the_field_that_a_template_does_not_know(desk):
    words = desk.watchlists / "invitation.yaml"
    words.write_text("watchlists:\n  - {name: all, query: NATO, to: [file], subject: 'News: {headlin}'}\n")
    result = desk.monitor("check")
    assert result.exit_code == 78
    assert "invitation.yaml:2:" in result.stderr
    assert "unknown field '{headlin}'" in result.stderr
    assert "did you mean headline?" in result.stderr


def test_check_warns_of_a_group_of_aliases_that_no_watchlist_names(desk):
    path = desk.watchlists / "monitor.yaml"
    path.write_text(path.read_text() + "aliases: {spare: ['(bridge']}\n")
    result = desk.monitor("check")
    assert result.exit_code == 0
    assert "warning: this ( is never closed" in result.stderr
    assert result.stderr.count("never closed") == 1
