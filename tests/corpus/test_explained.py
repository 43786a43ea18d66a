"""What `explain` shows of an entry that a corpus knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.corpus.articles import article_of
from monitor.model.story import CorpusHit
from monitor.store.store import Store
from monitor.stories.segments import segment_of
from monitor.text.article import ArticleText
from tests.store.samples import FEED, NOW, a_plan, an_entry, planned

KNOWN = "The island council voted on Monday to close the old harbour to cargo ships from next spring."
BODY = f"News from the north. {KNOWN} That is what <b>people</b> say there & nowhere else in the world today."


@pytest.fixture
def entry_id(desk) -> str:
    article = article_of("archive", ArticleText(title="Harbour shut", outlet="Strait Times", body=KNOWN))
    hit = CorpusHit(
        corpus="archive",
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        published="2023-07-11",
        score=0.62,
        method="shared passages",
        known=True,
        why="62% of the passages of the shorter text stand in the other",
    )
    entry = an_entry(title="Port to close", body=BODY)
    with Store.open(desk.state) as store:
        store.feeds.sync([FEED], NOW)
        store.corpora.add([article], segment_of)
        store.commit(a_plan(planned(entry, corpora=(hit,))))
    return entry.id


def test_it_says_since_when_from_whom_how_sure_and_shows_the_passages(desk, entry_id: str) -> None:
    said = desk.monitor("explain", entry_id).output
    assert "repeats “Harbour shut”, from Strait Times, known since 2023-07-11, in corpus archive" in said
    assert "(shared passages, score 0.62)" in said
    assert f"“{KNOWN.rstrip('.')}”" in said


def test_the_page_marks_the_passages_in_the_text(desk, entry_id: str, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    assert desk.monitor("explain", entry_id, "--html", str(page)).exit_code == 0
    html = page.read_text("utf-8")
    assert f"<mark>{KNOWN.rstrip('.')}</mark>" in html
    assert "<b>people" not in html


def test_where_the_article_is_forgotten_there_are_no_passages(desk, entry_id: str) -> None:
    assert desk.monitor("corpus", "remove", "archive", "--yes").exit_code == 0
    said = desk.monitor("explain", entry_id).output
    assert "repeats “Harbour shut”" in said
    assert KNOWN.rstrip(".") not in said.replace(BODY, "")
