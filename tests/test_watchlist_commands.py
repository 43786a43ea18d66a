"""Commands that try watchlists on the archive, as a user meets them."""

from __future__ import annotations

import json
import shutil

import pytest

from monitor.app import clock
from monitor.errors import ConfigError, NotFound
from monitor.model.watch import Match, Reason, Strength
from monitor.store.store import Store
from tests.archives import Piece, keep
from tests.conftest import Desk

PIECES = (
    Piece("NATO invites Ukraine to join", 4, story="a", summary="All 32 NATO members invite Ukraine."),
    Piece("Kyiv has its NATO invitation", 3, story="a", source="Gazette"),
    Piece("NATO snubs Ukraine", 2),
    Piece("Ukraine is invited to a NATO summit", 1),
    Piece("Ukraina is invited by NATO", 1),
    Piece("Ukraina asks NATO", 1),
)


@pytest.fixture
def archive(desk):
    keep(desk.state, clock(), *PIECES)
    return desk


def edited(desk, old: str, new: str):
    text = (desk.watchlists / "invitation.yaml").read_text()
    assert old in text
    copy = desk.folder / "edited.yaml"
    copy.write_text(text.replace(old, new))
    return copy


def test_backtest_says_what_would_have_been_sent(archive):
    result = archive.monitor("backtest", "membership-invitation")
    assert result.exit_code == 0, result.output
    assert "membership-invitation: 3 alerts in 4 days" in result.output
    assert "All 32 *NATO* members *invite* Ukraine" in result.output
    assert "term invite: 3 alerts, 3 by it alone" in result.output
    assert "contributed nothing: invitation" in result.output
    assert archive.told == ""


def test_backtest_without_a_name_tries_every_watchlist(archive):
    (value,) = json.loads(archive.monitor("backtest", "--json").stdout)
    assert value["result"]["watchlist"] == "membership-invitation"
    assert value["edit"] is None
    assert sum(value["by_day"].values()) == 3


def test_backtest_of_an_edited_copy_says_what_changes(archive):
    copy = edited(archive, "NEAR/9 NATO", "NEAR/9 NATO AND NOT summit")
    result = archive.monitor("backtest", str(copy))
    assert "beside the watchlist in force: 0 gained, 1 lost, 2 kept" in result.output
    assert "excluded, but summit occurs" in result.output
    assert "exclusion NOT summit: removed 1 entry" in result.output
    again = json.loads(archive.monitor("backtest", f"{copy}:membership-invitation", "--json").stdout)
    assert len(again[0]["edit"]["lost"]) == 1


def test_backtest_looks_back_only_as_far_as_asked(archive):
    result = archive.monitor("backtest", "--since", "36h")
    assert "3 entries since" in result.output
    assert "2 stories told" in result.output
    assert archive.monitor("backtest", "--since", "soon").exit_code == 2


def test_what_is_neither_a_name_nor_a_file_is_refused_with_the_names_there_are(archive):
    with pytest.raises(NotFound, match="there are membership-invitation"):
        raise archive.monitor("backtest", "membership").exception
    copy = edited(archive, "NATO\n", "NATO AND (\n")
    with pytest.raises(ConfigError, match=r"edited\.yaml:4"):
        raise archive.monitor("backtest", str(copy)).exception


def test_diff_lists_what_is_gained_and_lost(archive):
    copy = edited(archive, "(invite OR invitation)", "(snub OR invitation)")
    result = archive.monitor("diff", "membership-invitation", str(copy))
    assert "1 gained, 2 lost, 1 kept" in result.output
    assert "NATO snubs Ukraine" in result.output
    value = json.loads(archive.monitor("diff", str(copy), "membership-invitation", "--json").stdout)
    assert [alert["headline"] for alert in value["membership-invitation"]["lost"][0][:1]] == ["NATO snubs Ukraine"]


def test_near_groups_misses_by_the_clause_that_failed(archive):
    result = archive.monitor("near", "membership-invitation")
    assert "invite OR invitation: 2 entries" in result.output
    assert "NATO snubs Ukraine" in result.output
    assert json.loads(archive.monitor("near", "membership-invitation", "--json").stdout)[0]["count"] == 2


def test_near_is_short_and_shows_all_when_asked(desk):
    keep(desk.state, clock(), *(Piece(f"NATO snubs Ukraine, day {n}", n + 1) for n in range(5)))
    short = desk.monitor("near", "membership-invitation").output
    assert short.count("NATO snubs Ukraine") == 3
    assert "and 2 more" in short
    assert desk.monitor("near", "membership-invitation", "--all").output.count("NATO snubs Ukraine") == 5


def test_suggest_prints_yaml_to_take_over(archive):
    path = archive.watchlists / "invitation.yaml"
    text = path.read_text().replace("watchlists:", "aliases:\n  ukraine: [Ukraine, Kyiv]\nwatchlists:", 1)
    path.write_text(text.replace("NEAR/9 NATO", "NEAR/9 $ukraine"))
    result = archive.monitor("suggest", "membership-invitation")
    assert "aliases:\n  ukraine:\n    - Ukraina   # like Ukraine: 2 entries" in result.output
    value = json.loads(archive.monitor("suggest", "membership-invitation", "--json").stdout)
    assert value["spellings"][0]["group"] == "ukraine"


def test_check_asks_the_archive_where_there_is_one(archive):
    result = archive.monitor("check")
    assert result.exit_code == 0
    assert "alerts a day" in result.output
    assert "membership-invitation" in result.output
    assert "alerts a day" not in archive.monitor("check", "--no-archive").output
    assert json.loads(archive.monitor("check", "--json").stdout)["expected"][0]["alerts_a_day"] > 0


def test_check_makes_no_archive(desk):
    assert desk.monitor("check").exit_code == 0
    assert not desk.state.exists()


def test_a_watchlist_in_shadow_tells_nobody_and_reports_what_it_would_have_sent(desk):
    path = desk.watchlists / "invitation.yaml"
    path.write_text(path.read_text().replace("    to: [file]\n", "    to: [file]\n    shadow: true\n"))
    desk.monitor("run", "--once")
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    assert desk.told == ""
    (entry,) = json.loads(desk.monitor("entries", "--outcome", "muted", "--json").stdout)
    assert "in shadow" in entry["answer"]["outcome"]["why"]
    result = desk.monitor("shadow", "membership-invitation")
    assert "would have told file of 1 alert" in result.output
    assert "NATO to invite Ukraine" in result.output
    value = json.loads(desk.monitor("shadow", "membership-invitation", "--json").stdout)
    assert len(value["alerts"]) == 1


def test_shadow_of_a_watchlist_that_speaks_is_refused(desk):
    with pytest.raises(NotFound, match="is not in shadow"):
        raise desk.monitor("shadow", "membership-invitation").exception


def test_explain_writes_a_page_that_holds_nothing_but_text(desk, tmp_path):
    desk.state.mkdir()
    hostile = "<script>alert(1)</script> NATO \"invites\" <img src=x onerror=alert(1)> & 'all'"
    target = tmp_path / "page.html"
    result = desk.monitor("explain", "--title", hostile, "--text", "</style><b>x", "--html", str(target))
    assert result.exit_code == 0, result.output
    text = target.read_text()
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("</style>") == 1
    assert "&lt;script&gt;" in text
    assert "<mark>NATO</mark>" in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    assert "membership-invitation" in text


def test_the_page_of_a_fetched_entry_tells_its_trip(told, tmp_path):
    (alert,) = json.loads(told.monitor("alerts", "--json").stdout)
    target = tmp_path / "page.html"
    assert told.monitor("explain", alert["entry_id"], "--html", str(target)).exit_code == 0
    text = target.read_text()
    for word in ("Northern Wire", "alerted", "<dt>to</dt>", "prefers-color-scheme"):
        assert word in text
    assert "http-equiv" in text


def test_a_stored_match_is_what_shadow_reports_even_when_the_rule_changed(desk):
    path = desk.watchlists / "invitation.yaml"
    path.write_text(path.read_text().replace("    to: [file]\n", "    to: [file]\n    shadow: true\n"))
    match = Match(
        watchlist="membership-invitation",
        strength=Strength.HEADLINE,
        score=0.9,
        reason=Reason(clause="bridge", ok=True),
        snippet="A bridge opens",
        marks=((2, 8),),
    )
    keep(desk.state, clock(), Piece("A bridge opens", 2, matches=(match,)))
    assert "A *bridge* opens" in desk.monitor("shadow", "membership-invitation").output
    with Store.open(desk.state) as store:
        assert store.listings.alerts() == []


def test_marks_propose_what_would_spare_the_bad_alerts_and_say_what_it_costs(told):
    (alert,) = json.loads(told.monitor("alerts", "--json").stdout)
    assert "bad: membership-invitation: NATO to invite" in told.monitor("mark", alert["id"][:8], "bad").output
    result = told.monitor("marks", "membership-invitation")
    assert "0 good, 1 bad" in result.output
    assert "none:\n  - " in result.output
    assert "removes 1 bad alert, loses nothing" in result.output
    assert told.monitor("mark", alert["id"], "good").exit_code == 0
    value = json.loads(told.monitor("marks", "membership-invitation", "--json").stdout)
    assert [mark["good"] for mark in value["marks"]] == [True]
    assert value["proposals"] == []
    with pytest.raises(NotFound):
        raise told.monitor("mark", "nothing", "bad").exception


@pytest.fixture
def own(told, tmp_path):
    """A copy of the desk that was told, to change."""
    shutil.copytree(told.folder, tmp_path / "own")
    return Desk(tmp_path / "own", told.outlets)


DEAF = """\
watchlists:
  - name: georgia
    query: Georgia
    feeds: [Harbour Gazette]
"""


def test_explain_asks_the_watchlists_that_listen_to_the_feed_and_names_the_others(own):
    (own.watchlists / "georgia.yaml").write_text(DEAF)
    (alert,) = json.loads(own.monitor("alerts", "--json").stdout)
    said = own.monitor("explain", alert["entry_id"]).output
    assert "membership-invitation: matches" in said
    assert "does not listen to this feed: georgia" in said
    assert "georgia: does not match" not in said
    named = own.monitor("explain", alert["entry_id"], "--watchlist", "georgia").output
    assert "georgia: does not match" in named


def test_an_entry_is_explained_from_the_store_while_the_configuration_is_refused(own, tmp_path):
    (own.watchlists / "broken.yaml").write_text("watchlists:\n  - name: x\n    query: (\n")
    (alert,) = json.loads(own.monitor("alerts", "--json").stdout)
    result = own.monitor("explain", alert["entry_id"])
    assert result.exit_code == 0, result.output
    assert "the configuration is refused" in result.output
    assert "membership-invitation: matches" in result.output
    assert "alerted" in result.output
    value = json.loads(own.monitor("explain", alert["entry_id"], "--json").stdout)
    assert (value["recorded"], [*value["watchlists"]]) == (True, ["membership-invitation"])
    own.monitor("explain", alert["entry_id"], "--html", str(tmp_path / "page.html"))
    assert "the configuration is refused" in (tmp_path / "page.html").read_text()
    with pytest.raises(ConfigError):
        raise own.monitor("explain", "--title", "NATO").exception
