from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.corpus.articles import article_of, shipped_seeds
from monitor.model.story import Article, CorpusHit, Segment
from monitor.stories.copies import fingerprint
from monitor.stories.known import CorpusIndex, index_of
from monitor.stories.segments import parts_from, segment_of
from monitor.text.article import ArticleText, split_article

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TITLE = "Island council closes old harbour to cargo ships"


def article(text: str, title: str = TITLE, corpus: str = "islands") -> Article:
    parts = ArticleText(title=title, outlet="Strait Times", published="2023-07-11", body=text)
    return article_of(corpus, parts)


def nearest(index: CorpusIndex, title: str, text: str) -> CorpusHit | None:
    return next(iter(index.hits(fingerprint(title, text, None), title, text)), None)


def test_an_empty_corpus_knows_nothing(harbour: str) -> None:
    index = index_of([])
    assert len(index) == 0
    assert nearest(index, TITLE, harbour) is None


def test_the_same_text_under_another_headline_is_known(harbour: str) -> None:
    hit = nearest(index_of([article(harbour)]), "Freight firms must leave for Selby", f"ISLANDS — {harbour} (Wire)")
    assert hit is not None
    assert (hit.known, hit.method, hit.title, hit.outlet) == (True, "shared passages", TITLE, "Strait Times")
    assert hit.published == "2023-07-11"
    assert hit.score > 0.9
    assert hit.why.endswith("% of the passages of the shorter text stand in the other")


def test_the_same_headline_without_a_text_is_known(harbour: str) -> None:
    hit = nearest(index_of([article(harbour)]), f"BREAKING: {TITLE} - Northern Wire", "")
    assert hit is not None
    assert (hit.known, hit.method) == (True, "headline")


def test_the_same_headline_over_another_text_is_news(harbour: str, rival: str) -> None:
    hit = nearest(index_of([article(harbour)]), TITLE, rival)
    assert hit is None or not hit.known


def test_a_summary_of_its_first_sentences_is_known(harbour: str) -> None:
    hit = nearest(index_of([article(harbour)]), "Freight firms must leave", " ".join(harbour.split()[:34]))
    assert hit is not None
    assert hit.known


def test_a_summary_quoted_from_its_middle_is_known(harbour: str) -> None:
    hit = nearest(index_of([article(harbour)]), "What it means", " ".join(harbour.split()[50:80]))
    assert hit is not None
    assert (hit.known, hit.method) == (True, "quoted")


def test_an_excerpt_from_deep_in_an_article_is_known_by_its_passages(harbour: str) -> None:
    lead = " ".join(f"{first}{last}rin" for first in "bcdfgklmnpst" for last in ("alo", "emi", "oru", "uvi", "ipe"))
    index = index_of([article(f"{lead} {lead} {harbour}", "Otters return to the northern bay")])
    hit = nearest(index, "Eleven years of waiting", harbour)
    assert hit is not None
    assert (hit.known, hit.method) == (True, "shared passages")


def test_a_headline_in_other_wording_is_known(harbour: str) -> None:
    index = index_of([article(harbour)])
    hit = nearest(index, "Island council closes the old harbour to cargo ships", "")
    assert hit is not None
    assert (hit.known, hit.method) == (True, "headline")
    opposite = nearest(index, "Island council opens old harbour to cargo ships", "")
    assert opposite is None or opposite.method != "headline"


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Old harbour to close", "Cargo ships must go next spring, council of the island votes"),
        ("Council of island votes on harbour", "Monday's vote closes it to freight; cargo must go to Selby in spring."),
    ],
)
def test_a_summary_in_the_words_of_a_lead_is_related_and_not_known(harbour: str, title: str, summary: str) -> None:
    hit = nearest(index_of([article(harbour)]), title, summary)
    assert hit is not None
    assert (hit.known, hit.method) == (False, "lead")
    assert hit.why.startswith("headline and summary are 0.5")


def test_another_papers_report_of_the_event_is_not_known(harbour: str, rival: str) -> None:
    hit = nearest(index_of([article(harbour)]), "Cargo ships barred from old harbour", rival)
    assert hit is None or not hit.known


def test_a_new_story_on_the_subject_is_not_known(harbour: str) -> None:
    index = index_of([article(harbour)])
    for title, text in [
        ("Island council reopens old harbour to cargo ships", "The vote on Monday undid that of three years ago."),
        ("Cargo ships return to the old harbour", ""),
        ("Old harbour wall repaired at last", "The council of the island said that cargo ships may call from spring."),
    ]:
        hit = nearest(index, title, text)
        assert hit is None or not hit.known


def test_short_texts_and_headlines_of_common_words_are_not_known(harbour: str) -> None:
    index = index_of([article(harbour)])
    assert nearest(index, "The old harbour", "") is None
    assert nearest(index, "", "the old harbour to cargo ships") is None
    assert nearest(index, "", "") is None


def test_the_right_article_of_many_is_named(harbour: str, rival: str) -> None:
    fillers = [
        article(f"Report {n}: " + " ".join(f"filler{n}x{k}" for k in range(90)), f"Filler {n}") for n in range(50)
    ]
    index = index_of([*fillers, article(rival, "Cargo ships barred", "rivals"), article(harbour)])
    hit = nearest(index, "Anything at all", rival)
    assert hit is not None
    assert (hit.title, hit.corpus) == ("Cargo ships barred", "rivals")


def test_a_great_corpus_indexes_a_part_of_its_shingles_and_still_knows(harbour: str, rival: str) -> None:
    numbered = dict(enumerate([article(harbour), article(rival, "Cargo ships barred")], start=1))
    parts = set(parts_from(4))
    whole = segment_of(numbered.items())
    coarse = Segment(articles=2, parts={name: found for name, found in whole.parts.items() if name in parts})
    index = CorpusIndex([coarse], lambda numbers: [numbered[n] for n in numbers], level=4)
    hit = nearest(index, "Anything at all", rival)
    assert hit is not None
    assert hit.title == "Cargo ships barred"


def test_articles_may_come_from_anywhere_once(harbour: str) -> None:
    index = index_of(iter([article(harbour)]))
    assert nearest(index, TITLE, harbour) is not None


Wrap = Callable[[list[str]], list[str]]
FURNITURE: dict[str, Wrap] = {
    "menu and links": lambda body: [
        "Skip to content", "Home", "World", "Markets", *body, "Related articles", "Otters return to the northern bay",
        "Mayor resigns over bridge contract", "Lighthouse opens to visitors this summer, council confirms",
    ],
    "cookies and newsletter": lambda body: [
        "We use cookies and similar technologies to give you the best experience on this site.", "Accept", *body,
        "Newsletter", "Sign up for our morning briefing, straight to your inbox every day before breakfast.",
    ],
    "box in the middle": lambda body: [
        *body[: len(body) // 2], "Read more: Otters return to the northern bay", "Subscribe", *body[len(body) // 2 :],
    ],
    "writer, tip and notice": lambda body: [
        "By Anna Bell", *body, "Do you have a tip for our reporters? Let us know via tips@example.org.",
        "About the writer", "Anna Bell is a senior reporter who has covered the islands for twelve years.",
        "AI Disclaimer: A system wrote the summary of this page and it may hold errors, which we ask you to report.",
    ],
    "copyright and captions": lambda body: [
        "The old harbour at dusk, seen from the lighthouse in January. (Photo by Jon Moss/Getty Images)", *body,
        "Additional reporting by Jon Moss in the capital.",
        "Copyright 2026 Island Press. All rights reserved. This material may not be published or rewritten.",
    ],
    "Ukrainian page": lambda body: [
        "Головна", "Пошук", *body, "Читайте також", "Пором не ходитиме цілий тиждень через ремонт",
        "Підписуйтесь на наш телеграм-канал, щоб не пропустити головні новини дня.",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def index() -> CorpusIndex:
    return index_of(shipped_seeds())


@pytest.fixture(scope="module")
def seeds() -> list[ArticleText]:
    return [split_article(path.read_text("utf-8")) for path in sorted((SHARED / "seeds").glob("*.txt"))]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the folder of shared samples is not beside the project")
class TestSeeds:
    @pytest.mark.parametrize("kind", FURNITURE)
    def test_a_repost_on_another_site_under_an_edited_headline_is_known(
        self, index: CorpusIndex, seeds: list[ArticleText], kind: str
    ) -> None:
        for seed in seeds:
            page = [
                f"Analysts weigh: {seed.title.replace('NATO', 'alliance')}",
                *FURNITURE[kind](seed.body.split("\n")),
            ]
            found = split_article("\n\n".join(page))
            hit = nearest(index, found.title, found.body)
            assert hit is not None
            assert (hit.known, hit.title) == (True, seed.title)

    @pytest.mark.parametrize("words", [25, 40, 60])
    def test_an_rss_item_of_headline_and_first_sentences_is_known(
        self, index: CorpusIndex, seeds: list[ArticleText], words: int
    ) -> None:
        for seed in seeds:
            summary = " ".join(seed.body.split()[:words]) + " …"
            for title in (seed.title, "Read this morning"):
                hit = nearest(index, title, summary)
                assert hit is not None
                assert (hit.known, hit.title) == (True, seed.title)

    def test_no_seed_is_known_as_another(self, seeds: list[ArticleText]) -> None:
        shipped = shipped_seeds()
        for seed in seeds:
            others = index_of(each for each in shipped if each.title != seed.title)
            assert len(others) == 4
            assert nearest(others, seed.title, seed.body) is None
            assert nearest(others, seed.title, seed.body[:300]) is None

    def test_no_story_of_the_same_topic_is_known(self, index: CorpusIndex) -> None:
        """One of the labelled stories is seed 001 itself: its headline and its first sentence."""
        lines = (SHARED / "data" / "match" / "membership_invitation.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        hits = {row["id"]: nearest(index, row["title"], row["summary"]) for row in rows}
        assert [name for name, hit in hits.items() if hit is not None] == ["m14"]

    def test_no_headline_of_the_same_topic_is_known(self, index: CorpusIndex) -> None:
        lines = (SHARED / "data" / "stories" / "stream_60k.jsonl").read_text("utf-8").splitlines()
        topic = re.compile("nato|ukrain|kyiv|zelensk", re.IGNORECASE)
        titles = {title for line in lines if topic.search(title := json.loads(line)["title"])}
        assert len(titles) > 1_000
        assert [title for title in titles if nearest(index, title, "") is not None] == []
