from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from monitor.config.nodes import read_nodes
from monitor.located import Items, Located, Pairs, Text
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.query.aliases import Aliases
from monitor.query.analysis import analyse
from monitor.query.compile import Rule, compile_rule, rule_of
from monitor.query.evaluate import evaluate
from monitor.query.percolator import Percolator

NOON = datetime(2024, 11, 28, 12, tzinfo=UTC)


def make_entry(title: str = "", summary: str = "", body: str = "", **more: object) -> Entry:
    known = {"language": "en", **more}
    return Entry(
        id=EntryId("entry"),
        feed_id=FeedId("feed"),
        key="key",
        title=title,
        summary=summary,
        body=body,
        first_seen_at=NOON,
        **known,
    )


def located(text: str, file: str = "rules.yaml") -> Located:
    found = read_nodes(file, dedent(text).encode())
    assert found is not None
    return found


def make_rule(text: str, name: str = "rule") -> Rule:
    """The rule of a YAML text with the keys of one watchlist and, besides, `aliases`."""
    whole = located(text)
    assert isinstance(whole, Pairs)
    groups: dict[str, Items | Text] = {}
    for key, value in whole.get("aliases") or ():
        assert isinstance(value, Items | Text)
        groups[key.value] = value
    keys = tuple((key, value) for key, value in whole if key.value != "aliases")
    return compile_rule(name, Pairs(keys, whole.mark), Aliases(groups))


def holds(query: str | Rule, entry: Entry) -> bool:
    """Whether an entry answers a query; the percolator and the naive way must agree."""
    rule = query if isinstance(query, Rule) else rule_of("rule", query)
    percolated = bool(Percolator([rule]).matches(entry))
    if not rule.ignore and not rule.where.lang:
        assert evaluate(rule.tree, analyse(entry), rule.area).ok is percolated
    return percolated


@pytest.fixture
def entry() -> Callable[..., Entry]:
    return make_entry


@pytest.fixture
def rule() -> Callable[..., Rule]:
    return make_rule


@pytest.fixture
def says() -> Callable[..., bool]:
    """`says(query, title, **zones)`: the verdict on an entry with this headline."""

    def asked(query: str | Rule, title: str = "", **zones: object) -> bool:
        return holds(query, make_entry(title, **zones))

    return asked


@pytest.fixture
def tree() -> Callable[..., Located]:
    return located
