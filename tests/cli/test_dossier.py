"""An entry's whole trip as lines and as a page: whatever a feed wrote into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.cli.dossier import _longest, _tree, print_reasons, trip
from monitor.cli.dossier_page import _marked, page
from monitor.model.entry import Outcome, OutcomeKind
from monitor.model.story import Kinship, Regroup, Regrouping, Relation
from monitor.model.watch import Hit, Reason, Zone
from monitor.store.views import Answer, Dossier, Known, PageNote, PageState, RegroupRow, Revision
from tests.store.samples import (
    FEED,
    HOUR,
    NOW,
    a_delivery,
    a_hit,
    a_match,
    a_story,
    an_alert,
    an_entry,
)

PIECES = ["<script>", "</div>", "<b>", "&", '"', "'", ">", "<", "a", " ", "京", "\u202e", "javascript:", "onload="]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
ENTRY = an_entry()
STORY = a_story(ENTRY, outlets=("The Example", "Gazette"), owners=("one",), entries=2)
DOSSIER = Dossier(
    entry=ENTRY,
    feed=FEED,
    story=STORY,
    kinship=Kinship(relation=Relation.COPY, story_id=STORY.id, why="the same words", also=("other-story",)),
    corpora=(Known(hit=a_hit(), passages=("the ministers met on monday",)),),
    answers=(Answer(outcome=Outcome(entry_id=ENTRY.id, kind=OutcomeKind.ALERTED, why="new story"), at=NOW),),
    revisions=(Revision(revision=0, title="An earlier headline", until_at=NOW - HOUR),),
    matches=(a_match(),),
    alerts=(an_alert(STORY.id, ENTRY),),
    deliveries=(a_delivery("a", sent_at=NOW), replace(a_delivery("a", "chat"), fault="refused")),
    others=(),
    page=PageNote(state=PageState.READ, detail="read in full", at=NOW),
    regroupings=(RegroupRow(regrouping=Regrouping(kind=Regroup.MERGED, story_id=STORY.id, other_id="gone", entry_id=ENTRY.id, score=0.5, why="alike"), at=NOW),),
)  # fmt: skip
STATIONS = {
    "entry",
    "from",
    "link",
    "seen",
    "was",
    "page",
    "corpus",
    "story",
    "merged",
    "split",
    "outcome",
    "alert",
    "to",
    "",
}


def lines_of(dossier: Dossier) -> list[str]:
    return list(trip(dossier, NOW + HOUR))


def test_every_station_has_a_line_that_names_it_in_its_first_nine_characters() -> None:
    lines = lines_of(DOSSIER)
    assert {line[:9].strip() for line in lines} == STATIONS - {"split"}
    assert all(len(line) > 9 for line in lines)


def test_the_lines_say_what_is_known_at_each_station() -> None:
    said = "\n".join(lines_of(DOSSIER))
    for words in (
        "was      “An earlier headline” until 2 h ago",
        "page     read 60 min ago: read in full",
        "corpus   related to “Old”, from Old Times, known since 2024-01-02",
        "2 entries, 2 outlets, 1 independent: The Example, Gazette",
        "it also resembles story other-stor",
        "took in gone 60 min ago: alike",
        "outcome  alerted (60 min ago): new story",
        "to       desk: waiting 60 min ago",
        "to       chat: waiting: refused",
    ):
        assert words in said


def test_of_what_is_not_known_nothing_is_said() -> None:
    bare = Dossier(
        entry=replace(ENTRY, link=None), feed=None, story=None, kinship=None, corpora=(), answers=(), revisions=(), matches=(), alerts=(), deliveries=(), others=()
    )  # fmt: skip
    lines = lines_of(bare)
    assert [line[:9].strip() for line in lines] == ["entry", "from", "link", "seen"]
    assert "its feed is no longer subscribed" in lines[1]
    assert "none that is safe to show" in lines[2]
    assert lines[3].endswith(", undated")


def test_a_story_that_is_one_with_its_own_by_now_is_no_other_one() -> None:
    kin = replace(DOSSIER.kinship, also=("gone", STORY.id))
    assert not any("resembles" in line for line in lines_of(replace(DOSSIER, kinship=kin)))


@settings(max_examples=30)
@given(st.lists(st.text("ab 京\n", min_size=1, max_size=400), max_size=9))
def test_the_longest_passages_are_shown_in_their_order_and_cut(passages: list[str]) -> None:
    shown = _longest(passages)
    assert len(shown) <= len(passages)
    assert all(len(line) <= 162 and "\n" not in line for line in shown)
    assert not passages or " ".join(max(passages, key=len).split())[:100] in "\n".join(shown)


REASONS = st.recursive(
    st.builds(Reason, clause=HOSTILE, ok=st.booleans(), note=HOSTILE, hits=st.lists(st.builds(Hit, zone=st.sampled_from(Zone), start=st.integers(0, 9), end=st.integers(0, 9), text=HOSTILE, form=HOSTILE), max_size=2).map(tuple)),
    lambda inner: st.builds(Reason, clause=HOSTILE, ok=st.booleans(), note=HOSTILE, parts=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=30)
@given(REASONS)
def test_every_clause_of_a_reason_has_a_line_unless_the_one_above_says_it(reason: Reason) -> None:
    lines = list(_tree(reason, 0))
    assert lines[0].startswith(("✓ ", "✗ "))
    assert sum(line.lstrip().startswith(("✓", "✗")) for line in lines) <= _clauses(reason)
    assert all(line.startswith("  ") for line in lines[1:])


def _clauses(reason: Reason) -> int:
    return 1 + sum(map(_clauses, reason.parts))


def test_of_many_places_five_are_named_and_the_others_counted(capsys) -> None:
    hits = tuple(Hit(zone=Zone.BODY, start=n, end=n + 1, text=f"w{n}", form="w*") for n in range(8))
    print_reasons({"w": Reason(clause="w*", ok=True, hits=hits)})
    assert (
        "found “w0” in the body, “w1” in the body, “w2” in the body, “w3” in the body, “w4” in the body and 3 more"
        in capsys.readouterr().out
    )


def test_a_long_clause_is_cut_only_where_its_parts_follow() -> None:
    leaf = Reason(clause="b", ok=False)
    long = "word " * 60
    assert next(iter(_tree(Reason(clause=long, ok=False), 0))) == f"✗ {long}"
    assert next(iter(_tree(Reason(clause=long, ok=False, parts=(leaf, leaf)), 0))).endswith("word …")


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, its links, its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


ELEMENTS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "a", "section", "dl", "dt", "dd", "details", "summary", "span", "code", "div", "mark", "footer"}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "open", "href", "rel"}


@settings(max_examples=30)
@given(HOSTILE, HOSTILE, HOSTILE, REASONS, st.booleans())
def test_nothing_that_a_feed_or_a_rule_says_becomes_markup_of_the_page(title, body, source, reason, is_draft) -> None:
    entry = replace(ENTRY, title=title, body=body, source=source, link=body)
    dossier = (
        None
        if is_draft
        else replace(DOSSIER, entry=entry, revisions=(Revision(revision=0, title=title, until_at=NOW),))
    )
    read = Reader(page(entry, dossier, {source: reason}, NOW, (title,)))
    assert read.open == []
    assert read.elements <= ELEMENTS
    assert read.attributes <= ATTRIBUTES
    assert all(link.startswith(("http://", "https://")) for link in read.links)
    assert title in "".join(read.texts) or not title


@pytest.mark.parametrize(
    ("link", "links"),
    [("https://a.example/?a=1&b=2", 1), ("javascript:alert(1)", 0), ("data:text/html,x", 0), (None, 0), ("", 0)],
)
def test_only_a_web_address_is_a_link_of_the_page(link: str | None, links: int) -> None:
    read = Reader(page(replace(ENTRY, link=link), None, {}, NOW))
    assert read.links == [link] * links


@settings(max_examples=30)
@given(st.text("ab<&\"' 京", max_size=30), st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), max_size=6))
def test_a_text_with_marks_is_the_text(text: str, places: list[tuple[int, int]]) -> None:
    places = [(min(place), max(place)) for place in places]
    read = Reader(_marked(text, places))
    assert "".join(read.texts) == text
    assert read.open == []
    assert read.elements <= {"mark"}


def test_what_was_moved_to_the_tail_is_shown() -> None:
    read = Reader(page(replace(ENTRY, tail="Moved to the tail"), None, {}, NOW))
    assert {"tail", "Moved to the tail"} <= set(read.texts)


def test_what_speaks_for_a_watchlist_is_marked_in_the_text_and_what_does_not_is_not() -> None:
    entry = replace(ENTRY, title="NATO invites Ukraine", body="", summary="")
    hit = Hit(zone=Zone.TITLE, start=0, end=4, text="NATO", form="nato")
    yes, no = (Reason(clause="nato", ok=ok, hits=(hit,)) for ok in (True, False))
    assert "<mark>NATO</mark> invites" in page(entry, None, {"w": yes}, NOW)
    assert "<mark>" not in page(entry, None, {"w": no}, NOW)


def test_a_long_text_is_cut_and_that_is_said() -> None:
    assert "… cut here" in page(replace(ENTRY, body="word " * 2_000), None, {}, NOW)
    assert "… cut here" not in page(replace(ENTRY, body="word " * 1_000), None, {}, NOW)


def test_a_page_asks_nobody_for_anything() -> None:
    text = page(ENTRY, DOSSIER, {"w": Reason(clause="w", ok=True)}, NOW + timedelta(days=1))
    assert "default-src 'none'" in text
    assert not {"script", "img", "link", "iframe", "form"} & Reader(text).elements
