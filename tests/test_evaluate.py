"""Figures on labelled files: known answers for small groupings, and the three forms through the real pipeline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.evaluate import Replay, arrivals, evaluate
from monitor.labelled import read_labelled
from monitor.model.feed import Feed, ParsedEntry
from monitor.model.ids import feed_id
from monitor.model.story import Relation
from monitor.stories.cluster import SOON
from monitor.stories.metrics import best_threshold, correlation, detection, grouping, recall_at

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def test_a_perfect_grouping_has_perfect_figures():
    found = grouping("aabbc", [1, 1, 2, 2, 3], [True, False, True, False, True])
    assert (found.precision, found.recall, found.f1, found.ari, found.b3) == (1, 1, 1, 1, 1)
    assert (found.swallowed, found.repeats) == (0, 0)


def test_one_story_for_everything_swallows_all_news_but_the_first():
    found = grouping("aabb", [1, 1, 1, 1], [True, False, False, False])
    assert (found.swallowed, found.repeats, found.recall) == (0.5, 0, 1)
    assert found.precision == pytest.approx(2 / 6)
    assert found.ari == 0


def test_a_story_for_each_entry_rings_for_every_repeat():
    found = grouping("aabb", [1, 2, 3, 4], [True] * 4)
    assert (found.swallowed, found.repeats, found.recall) == (0, 1, 0)


def test_b_cubed_agrees_with_a_published_example():
    labels = [1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3]
    found = grouping(labels, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2], [True] * 12)
    precision, recall = 0.76190, 1.0
    assert found.b3 == pytest.approx(2 * precision * recall / (precision + recall), abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12))
def test_figures_stay_in_their_bounds(pairs):
    labels, stories = zip(*pairs, strict=True)
    first = [s not in stories[:i] for i, s in enumerate(stories)]
    found = grouping(labels, stories, first)
    for value in (found.precision, found.recall, found.f1, found.b3, found.swallowed, found.repeats):
        assert 0 <= value <= 1
    assert -1 <= found.ari <= 1


def test_detection_threshold_and_correlation():
    assert detection([True, False, True], [True, True, False]).f1 == 0.5
    threshold, best = best_threshold([False, True, True], [0.1, 0.5, 0.9])
    assert (threshold, best.f1) == (0.5, 1.0)
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation([1, 1], [1, 2]) == 0


def test_pairs_of_one_score_are_above_a_threshold_together_or_not_at_all():
    labels, scores = [True, True, False, True, False], [0.9, 0.7, 0.7, 0.4, 0.2]
    assert best_threshold(labels, scores) == (0.4, detection(labels, [True, True, True, True, False]))
    assert recall_at(0.99, labels, scores) == pytest.approx(1 / 3)
    assert recall_at(0.75, labels, scores) == 1
    assert recall_at(0.99, [False, True], [0.9, 0.1]) == 0


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_stories_are_replayed_in_time_order(tmp_path):
    rows = [
        {"id": "2", "cluster": "x", "ts": 2000, "title": "Ferry to the islands runs aground off Lund", "source": "b"},
        {"id": "1", "cluster": "x", "ts": 1000, "title": "Islands ferry runs aground off Lund", "source": "a"},
        {"id": "3", "cluster": "y", "ts": 3000, "title": "Parliament debates the price of bread", "source": "a"},
    ]
    found = evaluate(read_labelled(write(tmp_path / "s.jsonl", *rows)))
    assert (found.form, found.figures.stories, found.figures.f1) == ("stories", 2, 1.0)


def test_rows_of_one_id_count_each(tmp_path):
    rows = [
        {"id": "1", "cluster": "x", "title": "Ferry to the islands runs aground off Lund", "source": "a"},
        {"id": "1", "cluster": "x", "title": "Islands ferry runs aground off Lund", "source": "a"},
        {"id": "1", "cluster": "y", "title": "Parliament debates the price of bread", "source": "a"},
    ]
    found = evaluate(read_labelled(write(tmp_path / "s.jsonl", *rows))).figures
    assert (found.entries, found.stories, found.f1) == (3, 2, 1.0)


def test_a_repeated_id_is_told_from_an_id_that_looks_like_its_repetition(tmp_path):
    titles = {"Ferry sinks off the coast": "a", "Parliament adopts the budget": "a", "Comet seen above Oslo": "a 2"}
    path = write(tmp_path / "a.jsonl", *({"cluster": t, "id": id_, "title": t} for t, id_ in titles.items()))
    assert evaluate(read_labelled(path)).figures.stories == 3


def test_the_command_scores_the_watchlists_of_the_desk(desk, tmp_path):
    rows = [
        {
            "id": "1",
            "watchlist": "membership-invitation",
            "label": True,
            "title": "NATO invites Ukraine",
            "summary": "",
        },
        {"id": "2", "watchlist": "membership-invitation", "label": True, "title": "A letter arrives", "summary": ""},
    ]
    result = desk.monitor("evaluate", str(write(tmp_path / "m.jsonl", *rows)), "--json")
    (found,) = json.loads(result.stdout)["evaluations"]
    assert (found["figures"]["precision"], found["figures"]["recall"]) == (1.0, 0.5)
    assert found["mistakes"][0]["kind"] == "missed"


SHIP = "Ferry to the islands runs aground off Lund"
AGAIN = {"id": "2", "cluster": "x", "title": "Passengers carried ashore by fishermen in the night", "source": "b"}
OTHER = {
    "id": "3",
    "cluster": "y",
    "title": "Ferry to the islands runs aground off Lund again, pilot held",
    "source": "c",
}


def test_each_error_names_its_row_and_where_it_went_or_belongs(desk, tmp_path):
    path = write(tmp_path / "s.jsonl", {"id": "1", "cluster": "x", "title": SHIP, "source": "a"}, AGAIN, OTHER)
    swallowed, again = evaluate(read_labelled(path)).mistakes
    assert (swallowed.kind, swallowed.id, swallowed.other) == ("swallowed", "3", SHIP)
    assert (again.kind, again.id, again.other) == ("rang again", "2", SHIP)
    lines = [line.strip() for line in desk.monitor("evaluate", str(path)).output.splitlines()]
    assert lines[lines.index("swallowed: 1") :][1:3] == [f"3: “{OTHER['title']}”", f"went to “{SHIP}”"]
    assert lines[lines.index("rang again: 1") :][1:3] == [f"2: “{AGAIN['title']}”", f"belongs to “{SHIP}”"]


def test_of_each_kind_of_error_the_worst_are_listed(desk, tmp_path):
    rows = [
        {
            "id": n,
            "watchlist": "membership-invitation",
            "label": n > 3,
            "title": "NATO invites Ukraine" if n < 4 else "Rain",
        }
        for n in range(8)
    ]
    output = desk.monitor("evaluate", str(write(tmp_path / "m.jsonl", *rows)), "--mistakes", "2").output
    assert "false alarm: 4, the worst 2" in output
    assert "missed: 4, the worst 2" in output
    assert output.count("matched by NATO, invites") == 2


def test_a_watchlist_that_is_not_configured_is_named(desk, tmp_path):
    path = write(tmp_path / "m.jsonl", {"watchlist": "no-such", "label": True, "title": "NATO invites Ukraine"})
    assert "line 1: there is no watchlist no-such" in str(desk.monitor("evaluate", str(path)).exception)


def test_of_several_files_with_a_bad_one_the_bad_one_is_named_before_any_is_judged(desk, tmp_path):
    good = write(tmp_path / "good.jsonl", {"cluster": "x", "title": SHIP})
    result = desk.monitor("evaluate", str(good), str(write(tmp_path / "bad.jsonl", {"a": "x", "b": "y"})))
    assert "bad.jsonl: line 1: score: null is no number" in str(result.exception)
    assert result.output == ""


def test_progress_is_told_of_a_long_file(tmp_path):
    told = []
    rows = [{"cluster": n, "title": f"Ferry number {n} runs aground", "source": "a"} for n in range(201)]
    evaluate(read_labelled(write(tmp_path / "s.jsonl", *rows)), report=told.append)
    assert [(at.what, at.done, at.of) for at in told] == [("s.jsonl", 0, 201), ("s.jsonl", 200, 201)]


def test_two_runs_bear_one_configuration_until_a_watchlist_changes(desk, tmp_path):
    path = write(tmp_path / "s.jsonl", {"id": "1", "cluster": "x", "title": SHIP})
    first, second = (desk.monitor("evaluate", str(path)).output.splitlines()[0] for _ in range(2))
    assert first == second
    written = json.loads(desk.monitor("evaluate", str(path), "--json").stdout)
    assert first == (
        f"configuration {written['configuration'][:10]}: method {written['method'][:10]}, "
        f"watchlists {written['watchlists'][:10]}"
    )
    invitation = desk.watchlists / "invitation.yaml"
    invitation.write_text(invitation.read_text().replace("NEAR/9", "NEAR/8"))
    changed = json.loads(desk.monitor("evaluate", str(path), "--json").stdout)
    assert changed["method"] == written["method"]
    assert changed["configuration"] != written["configuration"]


def test_in_a_file_without_times_the_order_of_rows_counts_and_none_is_late(tmp_path):
    rows = [{"id": str(n), "cluster": str(n), "title": f"Ferry {n} runs aground"} for n in range(1_000)]
    taken = list(arrivals(read_labelled(write(tmp_path / "untimed.jsonl", *rows)).entries))
    assert [row.id for row, *_ in taken] == [row["id"] for row in rows]
    assert taken[-1][-1] - taken[0][-1] < SOON


@dataclass(frozen=True)
class Floor:
    """What a labelled file may not fall below, with a little room under what was measured."""

    f1: float
    b3: float
    swallowed: float
    repeats: float


@pytest.mark.shared
@pytest.mark.skipif(not DATA.exists(), reason="the labelled data lies beside the project and is not here")
@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("lede_5h", Floor(0.88, 0.93, 0.05, 0.12)),
        ("uci_headlines", Floor(0.73, 0.76, 0.06, 0.18)),
        ("ecbplus", Floor(0.72, 0.78, 0.16, 0.17)),
        ("basil", Floor(0.84, 0.90, 0.01, 0.22)),
    ],
)
def test_one_story_one_alert(name, floor):
    found = evaluate(read_labelled(DATA / "stories" / f"{name}.jsonl")).figures
    assert found.f1 >= floor.f1
    assert found.b3 >= floor.b3
    assert found.swallowed <= floor.swallowed
    assert found.repeats <= floor.repeats


@pytest.mark.shared
@pytest.mark.skipif(not DATA.exists(), reason="the labelled data lies beside the project and is not here")
def test_pairs_of_articles_can_be_scored():
    assert evaluate(read_labelled(DATA / "stories" / "semeval22_en_pairs.jsonl")).figures.f1 > 0.7


@pytest.mark.shared
@pytest.mark.skipif(not DATA.exists(), reason="the labelled data lies beside the project and is not here")
def test_recurring_titles_are_news_on_every_new_day():
    lines = (DATA / "stories" / "recurring_titles.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if len(row["hosts"]) == 1]
    silent = [row["title"] for row in rows if not all(rings_daily(row["title"], row["hosts"][0]))]
    assert len(rows) > 100
    assert silent == []


def rings_daily(title, host):
    """Whether one host's headline opens a story on each of four days."""
    replay, feed = Replay(), Feed(id=feed_id(host), url=f"https://{host}/feed")
    for day in range(4):
        entry = ParsedEntry(guid=str(day), link=f"https://{host}/{day}", title=title)
        (planned,) = replay.take(feed, entry, datetime(2026, 3, 2 + day, tzinfo=UTC)).entries
        yield planned.kinship.relation is Relation.FIRST
