"""The shipped watchlist on headlines as newspapers write them: Ukraine is, is not, is to be invited to join NATO.

The rows are invented; each says by its `label` whether an editor of the topic would want it.
"""

from __future__ import annotations

from pathlib import Path

from monitor.config.load import load
from monitor.evaluate import evaluate
from monitor.labelled import read_labelled
from monitor.rules import compile_rules

HERE = Path(__file__).resolve().parent
ROWS = HERE / "membership.jsonl"
FOLDER = HERE.parent / "watchlists"
OUT_OF_REACH = {
    ("missed", "Kremlin says invitation to Kyiv would end peace talks"),
    ("false alarm", "Invitation-only NATO briefing leaves Ukraine’s press outside"),
    ("false alarm", "Військових НАТО запрошують переймати досвід України"),
    ("false alarm", "Join us: Ukrainian army’s invitation to volunteers from NATO countries"),
}
"""Who is invited by whom, and where to, stands in other words than the watchlist has."""


def test_an_editor_of_the_topic_finds_what_is_wanted_and_little_else():
    found = evaluate(read_labelled(ROWS), compile_rules(load(FOLDER, {}, only=FOLDER / "nato-membership.yaml")))
    assert {(mistake.kind, mistake.title) for mistake in found.mistakes} == OUT_OF_REACH
    assert found.figures.cases > 100
