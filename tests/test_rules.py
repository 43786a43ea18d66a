from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.errors import ConfigError
from monitor.rules import Rules, compile_rules

FEEDS = "feeds: [https://news.example/rss]\naliases:\n  river: [{}]\n"
LISTS = "watchlists:\n  - {{name: a, query: dam AND $river}}\n  - {{name: b, query: {}}}\n"


def edited(folder: Path, river: str, query: str, before: Rules | None = None) -> Rules:
    """The rules of two watchlists, one of which names an alias."""
    (folder / "monitor.yaml").write_text(FEEDS.format(river))
    (folder / "lists.yaml").write_text(LISTS.format(query))
    return compile_rules(load(folder, {}), before)


def trees(rules: Rules) -> list[int]:
    return [id(rule.tree) for rule in rules.percolator.rules]


def test_an_edit_compiles_only_what_it_changed(tmp_path: Path) -> None:
    before = edited(tmp_path, "Elbe", "flood")
    after = edited(tmp_path, "Elbe", "flood OR drought", before)
    assert trees(after)[0] == trees(before)[0]
    assert trees(after)[1] != trees(before)[1]
    assert [list_.query for list_ in after.watchlists.values()] == ["dam AND $river", "flood OR drought"]
    assert after.written["a"] == before.written["a"]


def test_an_edit_of_an_alias_changes_the_watchlists_that_may_name_it(tmp_path: Path) -> None:
    before = edited(tmp_path, "Elbe", "flood")
    after = edited(tmp_path, "Elbe, Oder", "flood", before)
    assert [leaf.text for leaf in after.percolator.rules[0].leaves] == ["dam", "Elbe", "Oder"]
    assert [leaf.text for leaf in before.percolator.rules[0].leaves] == ["dam", "Elbe"]


def test_a_watchlist_that_is_gone_is_no_longer_asked(tmp_path: Path) -> None:
    before = edited(tmp_path, "Elbe", "flood")
    (tmp_path / "lists.yaml").write_text("watchlists:\n  - {name: b, query: flood}\n")
    after = compile_rules(load(tmp_path, {}), before)
    assert list(after.watchlists) == [rule.name for rule in after.percolator.rules] == ["b"]


def test_an_edit_with_a_slip_changes_nothing(tmp_path: Path) -> None:
    before = edited(tmp_path, "Elbe", "flood")
    with pytest.raises(ConfigError):
        edited(tmp_path, "Elbe", "flood AND", before)
    assert [rule.name for rule in before.percolator.rules] == ["a", "b"]
