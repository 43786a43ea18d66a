"""What a site writes under every item goes to the tail; what tells of one item stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.formulas import without_formulas
from monitor.feeds.identity import identify
from monitor.model.entry import Entry
from monitor.model.feed import Feed, FeedState, ParsedEntry, ParsedFeed
from monitor.model.ids import entry_id, feed_id

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://strait.example/feed"
PROMO = (
    "Subscribe to our channel for more news from the coast: https://strait.example/join Follow us everywhere you go!"
)
LEADS = {
    "Harbour council closes the old quay": "The council voted nine to four on Monday.",
    "Otters return to the northern bay": "Rangers counted forty of them at dawn.",
    "Ferry fares rise in spring": "A crossing will cost two crowns more.",
    "Lighthouse sold to a baker": "She wants to bake bread in it.",
}


def entries(texts: dict[str, str], host: str = "strait.example") -> list[Entry]:
    return [
        Entry(
            id=entry_id(feed_id(URL), title),
            feed_id=feed_id(URL),
            key=title,
            link=f"https://{host}/{number}",
            title=title,
            summary=text,
            first_seen_at=NOW,
        )
        for number, (title, text) in enumerate(texts.items())
    ]


def promoted(leads: dict[str, str]) -> dict[str, str]:
    return {title: f"{lead} {PROMO}" for title, lead in leads.items()}


def test_a_passage_under_every_item_goes_to_the_tail() -> None:
    lean = without_formulas(entries(promoted(LEADS)))
    assert [each.summary for each in lean] == list(LEADS.values())
    assert {each.tail for each in lean} == {PROMO}


def test_variable_words_before_it_stay() -> None:
    texts = {title: f"{lead} #{title.split()[0]} {PROMO}" for title, lead in LEADS.items()}
    assert [each.summary for each in without_formulas(entries(texts))] == [
        f"{lead} #{title.split()[0]}" for title, lead in LEADS.items()
    ]


def test_two_items_are_no_witnesses() -> None:
    two = entries(promoted(dict(list(LEADS.items())[:2])))
    assert without_formulas(two) == tuple(two)


def test_three_versions_of_one_item_keep_their_text() -> None:
    lead = "The council voted nine to four on Monday to close the old quay for all ships from next spring."
    versions = entries(dict.fromkeys(("Quay closes", "Old quay closes", "Council: old quay closes"), lead))
    assert without_formulas(versions) == tuple(versions)


def test_what_three_sites_share_is_a_copy_and_stays() -> None:
    texts = list(promoted(LEADS).items())[:3]
    shared = [entries(dict([text]), f"outlet{number}.example")[0] for number, text in enumerate(texts)]
    assert without_formulas(shared) == tuple(shared)


def test_a_phrase_within_sentences_stays() -> None:
    phrase = "the main opposition Party for Harbours and Islands of the North"
    texts = {title: f"{title}, said {phrase}: {lead}" for title, lead in LEADS.items()}
    assert [each.summary for each in without_formulas(entries(texts))] == list(texts.values())


def test_a_line_of_its_own_goes_however_short_the_rest_is() -> None:
    line = "This article appeared first on the Strait News Network"
    texts = {title: f"{lead}\n{line}\n{title}." for title, lead in LEADS.items()}
    assert [each.summary for each in without_formulas(entries(texts))] == [
        f"{lead}\n{title}." for title, lead in LEADS.items()
    ]


def test_a_text_that_is_nothing_else_is_empty_afterwards() -> None:
    lean = without_formulas(entries(dict.fromkeys(LEADS, PROMO)))
    assert [(each.summary, each.tail) for each in lean] == [("", PROMO)] * len(LEADS)


def test_a_changing_formula_revises_nothing() -> None:
    """The hash that makes a revision is of the text as published, whatever else the document shows."""

    def hashes(titles: list[str]) -> dict[str, str]:
        texts = promoted(LEADS)
        items = tuple(
            ParsedEntry(guid=title, link=f"{URL}/{title}", title=title, summary=texts[title]) for title in titles
        )
        feed = Feed(id=feed_id(URL), url=URL)
        found = identify(ParsedFeed(entries=items), feed, FeedState(feed_id=feed.id, due_at=NOW), NOW)
        return {each.title: each.content_hash for each in found.entries}

    whole = hashes(list(LEADS))
    assert hashes(list(LEADS)[:1]).items() <= whole.items()


def summaries(texts: list[str], titles: list[str] | None = None) -> list[str]:
    keyed = entries(dict(zip(LEADS, texts, strict=False)))
    named = [replace(one, title=title) for one, title in zip(keyed, titles or list(LEADS), strict=False)]
    return [each.summary for each in without_formulas(named)]


@pytest.mark.parametrize(
    "texts",
    [
        [f"The index of the main stock exchange closed up 5.{tenths} percent." for tenths in (3, 7, 1)],
        [f"The envoy will meet the head of the U.{rest}" for rest in ("S. Senate on Monday", "N. council", "K. house")],
        [f"The work of the council will be led by a vice-{who}." for who in ("president", "chairman", "chancellor")],
    ],
)
def test_no_word_is_torn(texts: list[str]) -> None:
    assert summaries(texts) == texts


HEADER, FOOTER = "Follow us here and there for all news alerts.", "Download our new app for all your phones now."


@pytest.mark.parametrize(
    "leads",
    [
        ["Otters are back.", "Quay closes.", "Fares rise."],
        ["海獭四十年后回到北部海湾，护林员周二说。", "港口议会关闭老码头，船只迁移。", "渡轮票价春季上涨。"],
    ],
)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_short_sentence_between_two_formulas_stays(leads: list[str], between: str) -> None:
    kept = summaries([between.join((HEADER, lead, FOOTER)) for lead in leads])
    assert [lead for lead, summary in zip(leads, kept, strict=True) if lead not in summary] == []


def test_a_few_words_between_two_formulas_go_with_them() -> None:
    assert summaries([f"{HEADER} Read {number} times: {FOOTER}" for number in (3, 7, 1)]) == ["", "", ""]


def test_headlines_without_blanks_are_alike_by_their_signs() -> None:
    lead = "港口，议会，周一，决定，关闭，老码头，所有，船只，迁往，新港，市长，表示，这是，历史性，的一天，居民，欢迎"
    titles = ["快讯：港口议会关闭老码头", "更新：港口议会正式关闭老码头", "港口议会决定关闭老码头"]
    assert summaries([lead] * 3, titles) == [lead] * 3


def test_vowel_signs_part_no_words() -> None:
    phrase = "प्रधानमंत्री नरेंद्र मोदी ने शुक्रवार को दिल्ली में"
    texts = [f"{before} {phrase} {after}" for before, after in (("आज", "कहा"), ("कल", "बताया"), ("परसों", "पूछा"))]
    assert summaries(texts) == texts


def test_items_without_a_headline_are_no_witnesses() -> None:
    texts = [f"{LEADS[title]} {PROMO}" for title in LEADS]
    assert summaries(texts, [""] * 4) == texts


def test_what_lies_beyond_the_texts_that_are_looked_at_stays() -> None:
    titles = [f"{number} {number + 1_000} {number + 2_000}" for number in range(0, 900, 9)]
    texts = {title: f"{PROMO}\n{' '.join(f'{title[:2]}{n}' for n in range(2_800))}" for title in titles}
    lean = without_formulas(entries(texts))
    assert (bool(lean[0].tail), bool(lean[-1].tail)) == (True, False)
    assert lean[-1].summary == texts[titles[-1]]


WORDS = st.lists(st.sampled_from(["otter", "quay", "ferry", "bread", "crown", "dawn", "spring", "vote"]), max_size=30)


@given(st.lists(st.tuples(WORDS, WORDS, st.booleans()), max_size=6), WORDS)
def test_no_word_is_lost(items: list[tuple[list[str], list[str], bool]], formula: list[str]) -> None:
    texts = {}
    for number, (title, lead, ends) in enumerate(items):
        texts[f"{number} {' '.join(title)}"] = " ".join((*lead, *formula) if ends else (*formula, *lead))
    given_, lean = entries(texts), without_formulas(entries(texts))
    assert [each.title for each in lean] == [each.title for each in given_]
    for before, after in zip(given_, lean, strict=True):
        assert set(before.summary.split()) == set((after.summary + " " + after.tail).split())
