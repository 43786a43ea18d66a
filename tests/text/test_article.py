from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.article import split_article, split_tail
from monitor.text.dateline import find_date

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"

BODY = [
    "The island council voted on Monday to close the old harbour to cargo ships from next spring.",
    "Fishing boats may stay, the council said, but the two remaining freight companies must move to the mainland.",
    "“We have waited eleven years for a decision,” said Maren Oke, who runs the larger of the two.",
    "Her company employs forty people and moves most of the island's timber, grain and building stone.",
    "The harbour wall, built in 1911, was found to be cracked in three places after the storms of last winter.",
    "Repairing it would cost more than the council spends on schools in two years, a report found.",
]
TITLE = "Island council closes old harbour to cargo ships"
ARTICLE = "\n\n".join(BODY)

COOKIES = "We use cookies and similar technologies to give you the best experience on this site."
FURNITURE = {
    "menu above, links below": (
        ["Skip to content", "Home", "World", "Sport", "Search"],
        [
            "Related articles",
            "Ferry line to be sold, owner confirms",
            "Lighthouse opens to visitors this summer",
            "Share",
        ],
    ),
    "newsletter box and comments": (
        [COOKIES, "Accept", "Subscribe"],
        [
            "Newsletter",
            "Sign up for our morning briefing, straight to your inbox every day before breakfast.",
            "Comments (14)",
            "Leave a reply",
        ],
    ),
    "about the writer and a tip": (
        ["The Strait Times", "Listen", "3 min read"],
        [
            "Do you have a tip for our reporters? Let us know via tips@example.org.",
            "About the writer",
            "Anna Bell is a senior reporter who has covered the islands and their harbours for twelve years.",
            "Read more",
        ],
    ),
    "machine-made notice and other headlines": (
        ["Menu", "×"],
        [
            "AI Disclaimer: A system wrote the summary of this page and it may hold errors, which we ask you to report.",
            "Most read",
            "Mayor resigns over bridge contract",
            "Why does the price of salt rise every single winter without anyone asking why?",
            "Scientists count the seals of the northern bay, and find more than expected.",
            "Storm warning for the weekend",
        ],
    ),
    "German": (
        ["Zum Inhalt springen", "Startseite", "Anmelden"],
        [
            "Mehr zum Thema",
            "Fähre fällt eine Woche lang aus",
            "Der Leuchtturm wird im Sommer für Besucher geöffnet, sagt die Gemeinde.",
            "© 2026 Inselbote. Alle Rechte vorbehalten.",
        ],
    ),
    "Ukrainian": (
        ["Головна", "Пошук"],
        [
            "Читайте також",
            "Пором не ходитиме цілий тиждень через ремонт",
            "Підписуйтесь на наш телеграм-канал, щоб не пропустити головні новини дня.",
        ],
    ),
    "French": (
        ["Accueil", "S'abonner"],
        [
            "À lire aussi",
            "Le ferry restera à quai toute la semaine",
            "Tous droits réservés, toute reproduction interdite sans accord écrit de la rédaction.",
        ],
    ),
    "copyright and bylines": (
        ["By Anna Bell", "Published March 4, 2026", "Harbour of the old town at dusk [Photo: A. Bell/Island Press]"],
        [
            "Additional reporting by Jon Moss in the capital.",
            "Copyright 2026 Island Press. All rights reserved. This material may not be published, broadcast or rewritten.",
            "Follow us on Facebook and never miss a story from the islands again.",
        ],
    ),
}


def page(kind: str, title: str = TITLE) -> str:
    above, below = FURNITURE[kind]
    return "\n\n".join([*above, title, *BODY, *below])


@pytest.mark.parametrize("kind", FURNITURE)
def test_the_body_is_found_within_furniture(kind: str) -> None:
    found = split_article(page(kind))
    assert found.body == "\n".join(BODY)
    assert found.title == TITLE


@pytest.mark.parametrize("kind", FURNITURE)
def test_furniture_goes_to_the_tail(kind: str) -> None:
    above, below = FURNITURE[kind]
    assert split_article(page(kind)).tail == "\n".join([*above, *below])


def test_a_box_in_the_middle_does_not_end_the_article() -> None:
    box = ["Related articles", "Ferry line to be sold, owner confirms", "Lighthouse opens to visitors"]
    found = split_article("\n\n".join([TITLE, *BODY[:3], *box, *BODY[3:]]))
    assert found.body == "\n".join(BODY)
    assert found.tail == "\n".join(box)


def test_a_marker_above_the_body_cuts_nothing() -> None:
    found = split_article("\n\n".join(["Related articles", "Newsletter", TITLE, *BODY]))
    assert found.body == "\n".join(BODY)


def test_headings_inside_the_body_stay() -> None:
    found = split_article("\n\n".join([TITLE, *BODY[:3], "A cracked wall", *BODY[3:]]))
    assert "A cracked wall" in found.body.splitlines()


def test_captions_inside_the_body_go() -> None:
    alt, caption = "Old harbour", "Old harbour in the evening light, seen from the lighthouse. A. BELL/Getty Images"
    credit = "Boats wait for the tide behind the harbour wall. (Photo by Jon Moss)"
    found = split_article("\n\n".join([TITLE, *BODY[:2], alt, caption, credit, *BODY[2:]]))
    assert found.body == "\n".join(BODY)
    assert found.tail == f"{alt}\n{caption}\n{credit}"


def test_a_sentence_of_the_article_that_speaks_of_cookies_or_newsletters_stays() -> None:
    news = "The council will also stop its printed newsletter and remove cookies from its own pages by autumn."
    found = split_article("\n\n".join([TITLE, *BODY[:3], news, *BODY[3:]]))
    assert news in found.body


def test_paragraphs_broken_at_a_fixed_width_are_made_whole() -> None:
    broken = (
        "The island council voted on Monday to close the old harbour\n"
        "to cargo ships from next spring, after a report had found the\n"
        "wall cracked in three places and too expensive to repair."
    )
    found = split_article(f"{TITLE}\n\n{broken}\n\n{ARTICLE}")
    assert found.body.splitlines()[0] == broken.replace("\n", " ")


def test_the_headline_that_the_page_repeats_is_the_title() -> None:
    raw = f"The Strait Times\nNews of the islands and of the northern coast\n{TITLE}\n{TITLE}\n{ARTICLE}"
    found = split_article(raw)
    assert (found.title, found.outlet) == (TITLE, "The Strait Times")


def test_a_headline_that_ends_like_a_sentence_is_still_the_title() -> None:
    asked = "Will the island council really close its old harbour to all cargo ships?"
    found = split_article("\n\n".join([asked, *BODY]))
    assert found.title == asked
    assert found.body == "\n".join(BODY)


@pytest.mark.parametrize(
    ("line", "title", "outlet"),
    [
        (f"{TITLE} | Strait Times", TITLE, "Strait Times"),
        (f"{TITLE} - Strait Times", f"{TITLE} - Strait Times", ""),
    ],
)
def test_the_outlet_behind_a_bar_leaves_the_title(line: str, title: str, outlet: str) -> None:
    found = split_article("\n\n".join([line, *BODY]))
    assert (found.title, found.outlet) == (title, outlet)


def test_a_suffix_goes_when_the_page_shows_the_headline_without_it() -> None:
    found = split_article("\n\n".join([f"{TITLE} - Strait Times", f"{TITLE} - Strait Times", TITLE, *BODY]))
    assert (found.title, found.outlet) == (TITLE, "Strait Times")


def test_the_outlet_is_read_from_its_own_addresses() -> None:
    raw = "\n\n".join(
        [TITLE, *BODY, "Write to news@straittimes.example.com", "Strait Times", "Mail: a@straittimes.com"]
    )
    assert split_article(raw).outlet == "Strait Times"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("by | May 8, 2023", "2023-05-08"),
        ("8 May 2023", "2023-05-08"),
        ("Published: 2023-05-08T10:00:00Z", "2023-05-08"),
        ("08.05.2023", "2023-05-08"),
        ("Montag, 8. Mai 2023", "2023-05-08"),
        ("Publié le 8 août 2023", "2023-08-08"),
        ("8 de marzo de 2023", "2023-03-08"),
        ("8 мая 2023", "2023-05-08"),
        ("8 травня 2023 року", "2023-05-08"),
        ("8 grudnia 2023", "2023-12-08"),
        ("2023年5月8日", "2023-05-08"),
        ("25/04/2023", "2023-04-25"),
        ("04/25/2023", "2023-04-25"),
    ],
)
def test_dates_are_read_as_pages_write_them(line: str, day: str) -> None:
    assert find_date(line) == day
    assert split_article("\n".join([TITLE, line, *BODY])).published == day


@pytest.mark.parametrize("line", ["03/04/2023", "31 February 2023", "May 2023", "1823-05-08", "12345678", "99/99/2023"])
def test_what_is_no_certain_date_is_none(line: str) -> None:
    assert find_date(line) is None


def test_a_date_deep_in_the_text_is_not_the_articles() -> None:
    raw = "\n\n".join([TITLE, *BODY, "The wall was last inspected by two engineers on May 8, 2019."])
    assert split_article(raw).published is None


def test_the_pages_own_address_is_kept_when_it_prints_it() -> None:
    found = split_article("\n\n".join([TITLE, "https://strait.example.com/p/42", *BODY]))
    assert found.url == "https://strait.example.com/p/42"


def test_scripts_without_spaces_have_sentences_too() -> None:
    body = "岛上议会周一投票决定从明年春天起关闭旧港口，不再允许货船停靠。两家货运公司必须迁往大陆。"
    found = split_article(f"首页\n岛上议会决定关闭旧港口\n{body}\n相关新闻\n渡轮停航一周")
    assert (found.title, found.body) == ("岛上议会决定关闭旧港口", body)
    assert found.tail == "首页\n相关新闻\n渡轮停航一周"


def test_a_text_without_sentences_is_all_body() -> None:
    found = split_article("Harbour to close\nCouncil votes Monday\nShare")
    assert (found.title, found.body, found.tail) == ("Harbour to close", "Council votes Monday", "Share")


@pytest.mark.parametrize("raw", ["", "\n \n", "×", "Share"])
def test_a_page_that_says_nothing_has_nothing(raw: str) -> None:
    found = split_article(raw)
    assert (found.title, found.body) == ("", "")


@given(st.text(max_size=400))
@settings(max_examples=100)
def test_every_line_ends_up_in_one_place(raw: str) -> None:
    found = split_article(raw)
    kept = {*found.body.splitlines(), *found.tail.splitlines()}
    assert all(line.strip() in raw or " " in line for line in kept)


@given(st.lists(st.sampled_from([*BODY, "Newsletter", "Read more", "Storm warning", "Share", ""]), max_size=12))
@settings(max_examples=100)
def test_body_and_tail_of_a_feeds_text_hold_every_line(lines: list[str]) -> None:
    body, tail = split_tail("\n".join(lines))
    assert sorted(filter(None, [*body.splitlines(), *tail.splitlines()])) == sorted(filter(None, lines))


def test_the_tail_of_a_feeds_text_is_split_off() -> None:
    text = "\n".join(
        [*BODY, "Related articles", "Ferry line to be sold", "The post Harbour closes appeared first on Strait."]
    )
    body, tail = split_tail(text)
    assert body == "\n".join(BODY)
    assert tail.splitlines()[0] == "Related articles"


def test_an_article_in_one_long_line_is_no_caption_and_no_note() -> None:
    line = f"{' '.join(BODY)} Subscribe to our newsletter today. | A. Bell/Getty Images"
    assert split_tail(line) == (line, "")
    assert split_tail(f"Old harbour\n{line}\nNewsletter") == (f"Old harbour\n{line}", "Newsletter")


def test_a_gallery_or_a_list_of_links_in_a_feed_does_not_end_it() -> None:
    text = "\n".join([BODY[0], *["View fullsize"] * 30, "https://example.org/a", "Share", BODY[1]])
    body, _ = split_tail(text)
    assert body.splitlines()[0] == BODY[0]
    assert body.splitlines()[-1] == BODY[1]


def test_a_short_summary_stays_as_it_is() -> None:
    assert split_tail("Council votes to close harbour") == ("Council votes to close harbour", "")


def test_lists_and_verses_in_a_feed_are_the_article() -> None:
    verses = "Roses on the harbour wall\nSalt upon the stair\nNobody will load a ship\nNobody is there"
    assert split_tail(verses) == (verses, "")


def test_a_feeds_text_that_is_all_furniture_is_not_thrown_away() -> None:
    assert split_tail("Newsletter\nShare") == ("Newsletter\nShare", "")


@pytest.mark.parametrize(
    "raw",
    ["word " * 60_000, "Newsletter\n" * 20_000, "a. " * 100_000, "© | - " * 50_000, "Photo: " * 50_000, "." * 300_000],
)
def test_time_grows_with_the_length_alone(raw: str) -> None:
    start = time.process_time()
    split_article(raw)
    split_tail(raw)
    assert time.process_time() - start < 5


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.exists(), reason="the folder of shared samples is not beside the project")
class TestSeeds:
    @pytest.mark.parametrize(
        ("start", "title", "outlet", "published"),
        [
            ("000", "NATO Considering ‘Upgrade’ for Ukraine Status", "", "2023-05-08"),
            ("001", "NATO treads fine line on Ukraine membership", "Budapest Post", None),
            ("002", "Ukraine's calls to join NATO met with caution", "DW", "2023-07-11"),
            ("003", "Ukraine asks NATO for membership invite next week, letter shows", "", None),
            ("004", "NATO Outlines Ukraine's Roadmap to Becoming a Member", "Newsweek", None),
        ],
    )
    def test_facts(self, start: str, title: str, outlet: str, published: str | None) -> None:
        found = split_article(_seed(start))
        assert (found.title, found.outlet, found.published) == (title, outlet, published)

    @pytest.mark.parametrize(
        ("start", "lines", "words"),
        [("000", 10, 474), ("001", 27, 764), ("002", 16, 495), ("003", 6, 314), ("004", 15, 513)],
    )
    def test_bodies(self, start: str, lines: int, words: int) -> None:
        body = split_article(_seed(start)).body
        assert (len(body.splitlines()), len(body.split())) == (lines, words)

    @pytest.mark.parametrize(
        ("start", "furniture"),
        [
            ("000", ["Our Books", "Related Articles", "About Kyle", "Flag"]),
            ("001", ["AI Disclaimer", "Leo XIV", "Verstappen", "Newsletter", "funeral"]),
            ("002", ["Skip to", "https://p.dw.com"]),
            ("003", ["Skip to", "2 mins", "Image"]),
            (
                "004",
                ["About the writer", "Do you have a tip", "Uncommon", "Getty Images", "Newsweek cover", "was updated"],
            ),
        ],
    )
    def test_tails(self, start: str, furniture: list[str]) -> None:
        found = split_article(_seed(start))
        for words in furniture:
            assert words in found.tail
            assert words not in found.body


def _seed(start: str) -> str:
    return next(SEEDS.glob(f"{start}_*")).read_text("utf-8")
