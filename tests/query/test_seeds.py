from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.model.watch import Match, Strength
from monitor.query.aliases import Aliases
from monitor.query.compile import compile_rule
from monitor.query.percolator import Percolator
from monitor.text.article import split_article

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
NOON = datetime(2024, 11, 28, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled data is not beside the project"),
]


@pytest.fixture(scope="module")
def percolator() -> Percolator:
    sources = load(PROJECT / "watchlists", {}).watchlists
    source = next(source for source in sources if source.watchlist.name == "membership-invitation")
    return Percolator([compile_rule("membership-invitation", source.expression, Aliases(source.aliases))])


def story(**parts: str) -> Entry:
    return Entry(id=EntryId("entry"), feed_id=FeedId("feed"), key="key", first_seen_at=NOON, **parts)


def seed(number: str) -> Entry:
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    article = split_article(path.read_text("utf-8"))
    return story(title=article.title, body=article.body, tail=article.tail, language="en")


def found(percolator: Percolator, entry: Entry) -> Match | None:
    return next(iter(percolator.matches(entry).values()), None)


@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_membership_without_an_invitation_does_not_match(percolator: Percolator, number: str) -> None:
    assert found(percolator, seed(number)) is None


@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_all_that_is_missing_there_is_an_invitation(percolator: Percolator, number: str) -> None:
    reason = percolator.explain("membership-invitation", seed(number))
    assert "$invite" in reason.note
    assert reason.parts[0].ok


def test_the_letter_that_asks_for_an_invite_matches_by_its_headline(percolator: Percolator) -> None:
    match = found(percolator, seed("003"))
    assert match is not None
    assert match.strength is Strength.HEADLINE


def test_the_one_passage_on_an_invitation_matches_in_passing(percolator: Percolator) -> None:
    match = found(percolator, seed("004"))
    assert match is not None
    assert match.strength is Strength.PASSING
    assert "invitation to join NATO" in match.snippet


def test_the_shipped_watchlist_keeps_its_precision_and_recall(percolator: Percolator) -> None:
    lines = (SHARED / "data" / "match" / "membership_invitation.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    told = [
        row
        for row in rows
        if found(percolator, story(title=row["title"], summary=row["summary"], language=row["lang"]))
    ]
    right = [row for row in told if row["label"]]
    assert len(right) / len(told) >= 0.95
    assert len(right) / sum(row["label"] for row in rows) >= 0.9
    assert {row["lang"] for row in right} == {"en", "uk", "de", "pl"}
