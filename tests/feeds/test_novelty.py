from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.identity import identify, keys_of
from monitor.feeds.novelty import Novelty, judge, title_similarity
from monitor.model.entry import Entry
from monitor.model.feed import Identity
from tests.fakes import NOON, feed, item, parsed, state

GAZETTE = feed()


def poll(items, seen=None, current=None):
    """What one document's entries are to a feed that remembers `seen`; and the memory afterwards."""
    memory: dict[str, Entry] = dict(seen or {})
    identified = identify(parsed(items), GAZETTE, current or state(GAZETTE), NOON)
    judged = judge(identified, memory)
    for each in judged:
        for key in filter(None, (each.entry.key, each.entry.link_key, each.entry.text_key)):
            memory[key] = each.entry
    return judged, memory, identified


def novelties(judged):
    return [each.novelty.value for each in judged]


def test_an_entry_is_new_once_and_seen_ever_after():
    items = [item("A bridge opens", "g1"), item("A bridge closes", "g2")]
    first, memory, _ = poll(items)
    second, memory, _ = poll(items, memory)
    assert novelties(first) == ["new", "new"]
    assert novelties(second) == ["seen", "seen"]


def test_a_changed_headline_is_a_revision_that_remembers_the_old_one():
    _, memory, _ = poll([item("Four hurt in fire", "g1")])
    (judged,), _, _ = poll([item("Nine hurt in fire", "g1")], memory)
    assert judged.novelty is Novelty.REVISED
    assert judged.entry.revision == 1
    assert judged.entry.previous_title == "Four hurt in fire"
    assert judged.entry.id == judged.previous.id


def test_tracking_parameters_that_change_at_each_poll_revise_nothing():
    _, memory, _ = poll([item("A bridge opens", "g1", link="http://gazette.example/a?utm_source=x1")])
    (judged,), _, _ = poll([item("A bridge opens", "g1", link="http://gazette.example/a?utm_source=x2")], memory)
    assert judged.novelty is Novelty.SEEN


def test_guids_that_change_at_each_poll_bring_nothing_new():
    _, memory, _ = poll([item("A bridge opens", "a1", link="http://gazette.example/a")])
    (judged,), _, _ = poll([item("A bridge opens", "b7", link="http://gazette.example/a")], memory)
    assert judged.novelty is Novelty.SEEN


@pytest.mark.parametrize("listed", [False, True], ids=["alone", "beside the old one"])
def test_the_same_text_under_a_new_guid_and_another_date_is_seen(listed):
    old = item("A bridge opens", "a1", link="http://gazette.example/a", summary="At noon.", published_at=NOON)
    new = replace(old, guid="b7", published_at=NOON + timedelta(hours=1))
    _, memory, _ = poll([old])
    judged, _, _ = poll([new, old] if listed else [new], memory)
    assert set(novelties(judged)) == {"seen"}


@pytest.mark.parametrize(
    ("before", "after", "novelty"),
    [(NOON, NOON, "revised"), (None, NOON, "revised"), (NOON, None, "revised"), (NOON, NOON + timedelta(1), "new")],
)
def test_another_text_under_a_new_guid_is_a_revision_unless_its_date_is_another(before, after, novelty):
    old = item("A bridge opens", "a1", link="http://gazette.example/a", summary="At noon.", published_at=before)
    _, memory, _ = poll([old])
    judged, _, _ = poll([replace(old, guid="b7", summary="At one.", published_at=after)], memory)
    assert novelties(judged) == [novelty]


def test_two_texts_of_one_headline_and_link_in_one_document_are_two_entries():
    old = item("A bridge opens", "a1", link="http://gazette.example/a", summary="At noon.")
    _, memory, _ = poll([old])
    judged, _, _ = poll([replace(old, guid="b7", summary="At one."), old], memory)
    assert novelties(judged) == ["new", "seen"]


def test_a_recurring_headline_under_one_link_is_new_on_a_new_day():
    monday = item("Evening recap", "r1", link="http://gazette.example/recap", summary="Rain.", published_at=NOON)
    tuesday = replace(monday, guid="r2", summary="Sun.", published_at=NOON + timedelta(days=1))
    _, memory, _ = poll([monday])
    (judged,), _, _ = poll([tuesday], memory)
    assert judged.novelty is Novelty.NEW


def test_a_guid_used_again_for_another_story_is_a_new_story_for_ever_after():
    _, memory, _ = poll([item("Harbour strike ends", "same", link="http://gazette.example/1")])
    other = [item("Minister resigns over leaked letters", "same", link="http://gazette.example/2")]
    (judged,), memory, _ = poll(other, memory)
    assert judged.novelty is Novelty.NEW
    assert "used before" in judged.note
    (again,), memory, _ = poll(other, memory)
    assert again.novelty is Novelty.SEEN
    (first,), _, _ = poll([item("Harbour strike ends", "same", link="http://gazette.example/1")], memory)
    assert first.novelty is Novelty.SEEN, "the other story has not taken its place"


PAGE = {"link": "http://gazette.example/news/7", "summary": "At noon."}


@pytest.mark.parametrize(
    ("link", "hours", "novelty"),
    [
        ("http://gazette.example/briefing/tuesday", 24, "new"),
        ("http://gazette.example/briefing/tuesday", 2, "revised"),
        ("http://gazette.example/briefing/monday?token=7", 24, "revised"),
    ],
)
def test_a_series_under_one_guid_is_told_apart_by_page_and_day(link, hours, novelty):
    at = "http://gazette.example/briefing/monday"
    monday = item("Morning briefing", "briefing", link=at, summary="Rain.", published_at=NOON)
    later = replace(monday, link=link, summary="Sun.", published_at=NOON + timedelta(hours=hours))
    _, memory, _ = poll([monday])
    judged, memory, _ = poll([later], memory)
    assert novelties(judged) == [novelty]
    assert novelties(poll([later], memory)[0]) == ["seen"]


@pytest.mark.parametrize(
    ("guids", "hours", "novelty"),
    [
        (("a1", "b7"), 0, "revised"),
        (("a1", "b7"), 1, "new"),
        (("http://gazette.example/news/7#0", "http://gazette.example/news/7#3"), 1, "revised"),
        (("http://gazette.example/news/7#tuesday", "http://gazette.example/news/7#wednesday"), 1, "new"),
    ],
)
def test_a_new_headline_under_one_link_and_a_new_guid_is_a_revision_where_date_or_guid_says_so(guids, hours, novelty):
    later = NOON + timedelta(hours=hours)
    _, memory, _ = poll([item("Police search the canal bridge", guids[0], **PAGE, published_at=NOON)])
    rewritten = item("Police find a weapon at the canal bridge", guids[1], **PAGE, published_at=later)
    (judged,), memory, _ = poll([rewritten], memory)
    assert judged.novelty.value == novelty
    assert novelties(poll([rewritten], memory)[0]) == ["seen"]


def test_two_versions_of_a_page_that_stand_side_by_side_are_two_entries():
    old, new = (
        item(f"Police {what} at the canal bridge", f"http://gazette.example/news/7#{n}", **PAGE)
        for n, what in enumerate(("search", "find a weapon"))
    )
    _, memory, _ = poll([old])
    judged, memory, _ = poll([new, old], memory)
    assert novelties(judged) == ["new", "seen"]
    assert novelties(poll([new, old], memory)[0]) == ["seen", "seen"]


def test_a_page_on_which_every_item_stands_identifies_none_of_them():
    ticker = {"link": "http://gazette.example/live/cup", "published_at": NOON}
    goals = [item(f"Ghent scores against Bruges in minute {n}", f"t{n}", **ticker) for n in (9, 4)]
    _, memory, _ = poll(goals)
    assert novelties(poll([item("Ghent scores against Bruges in minute 12", "t12", **ticker)], memory)[0]) == ["new"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://gazette.example/?p=17", "http://gazette.example/2026/03/bridge-opens/"),
        ("http://gazette.example/bridge?v=x81", "http://gazette.example/bridge?v=k02"),
        ("http://gazette.example/bridge", "https://new-gazette.example/bridge"),
    ],
)
@pytest.mark.parametrize("has_guid", [True, False])
def test_the_same_texts_of_the_same_date_are_seen_whatever_became_of_guid_and_link(before, after, has_guid):
    old = item("A bridge opens", before if has_guid else "", link=before, summary="At noon.", published_at=NOON)
    new = replace(old, guid=after if has_guid else "", link=after)
    _, memory, _ = poll([old])
    assert novelties(poll([new], memory)[0]) == ["seen"]
    assert novelties(poll([new, old], memory)[0]) == ["new", "seen"], "side by side they are two"


@pytest.mark.parametrize("changes", [{"published_at": None}, {"summary": ""}], ids=["undated", "no text"])
def test_a_headline_that_comes_again_with_guid_and_link_of_its_own_is_new_unless_text_and_date_are_the_same(changes):
    old = item("A2 closed", "s1", **{"summary": "An accident.", "published_at": NOON} | changes)
    _, memory, _ = poll([old])
    again = replace(old, guid="s2", link="http://gazette.example/s2")
    assert novelties(poll([again], memory)[0]) == ["new"]


@pytest.mark.parametrize(("together", "novelty"), [(2, "new"), (3, "seen")])
def test_undated_texts_under_new_guids_and_links_are_seen_where_they_move_together(together, novelty):
    old = [item(f"Story {n}", f"old{n}", summary=f"Text {n}.") for n in range(3)]
    _, memory, _ = poll(old)
    moved = [replace(each, guid=f"new{n}", link=f"http://gazette.example/new{n}") for n, each in enumerate(old)]
    assert set(novelties(poll(moved[:together], memory)[0])) == {novelty}


def test_undated_texts_that_all_repeat_one_notice_are_new():
    old = item("Investigating", "old", summary="We look into it.")
    _, memory, _ = poll([old])
    again = [replace(old, guid=f"new{n}", link=f"http://gazette.example/new{n}") for n in range(3)]
    assert set(novelties(poll(again, memory)[0])) == {"new"}


@pytest.mark.parametrize("texts", [(2, 3), (2, 1), (1, 2)], ids=["both new", "the old one below", "the old one above"])
def test_two_entries_are_never_one_earlier_entry_revised(texts):
    page = {"link": "http://gazette.example/storm", "published_at": NOON}
    old, *both = (item(f"Storm update {n}", f"g{at}", summary=f"Text {n}.", **page) for at, n in enumerate((1, *texts)))
    _, memory, _ = poll([old])
    judged, memory, _ = poll(both, memory)
    assert len({each.entry.id for each in judged}) == 2
    assert novelties(poll(both, memory)[0]) == ["seen", "seen"]


def test_an_entry_whose_guid_was_reused_is_still_listed_beside_a_new_one_of_its_page():
    page = {"link": "http://gazette.example/storm", "published_at": NOON}
    first, second = item("A bridge opens", "g1"), item("Storm update 1", "g1", summary="Text 1.", **page)
    _, memory, _ = poll([first])
    _, memory, _ = poll([second], memory)
    new = item("Storm update 2", "g2", summary="Text 2.", **page)
    assert novelties(poll([new, second], memory)[0]) == ["new", "seen"]


def test_a_link_that_changes_at_each_poll_under_one_guid_revises_nothing():
    _, memory, _ = poll([item("A bridge opens", "g1", link="http://gazette.example/a?v=1")])
    (judged,), _, _ = poll([item("A bridge opens", "g1", link="http://gazette.example/a?v=2")], memory)
    assert judged.novelty is Novelty.SEEN


def test_items_with_one_guid_and_one_headline_and_a_link_each_are_all_kept():
    items = [item("Photo of the hour", "1", link=f"http://gazette.example/photo?id={n}") for n in range(5)]
    judged, _, identified = poll(items)
    assert (identified.identity, identified.repeated) == (Identity.LINK, 0)
    assert novelties(judged) == ["new"] * 5


def test_two_entries_that_share_a_guid_may_change_places():
    pair = [item(f"{who} wins the race", "dup", link=f"http://gazette.example/{who}", summary=who) for who in "ab"]
    rest = [item(f"Story {n}", f"g{n}") for n in range(40)]
    _, memory, identified = poll([*pair, *rest])
    assert identified.identity is Identity.GUID
    assert set(novelties(poll([*reversed(pair), *rest], memory)[0])) == {"seen"}


def test_a_revision_without_a_body_keeps_the_one_that_was_read_from_its_page():
    _, memory, _ = poll([item("A bridge opens", "g1", summary="At noon.")])
    read = {key: replace(entry, body="The whole article.") for key, entry in memory.items()}
    (judged,), _, _ = poll([item("A bridge opens at last", "g1", summary="At noon.")], read)
    assert (judged.novelty, judged.entry.body) == (Novelty.REVISED, "The whole article.")


def test_a_rolling_story_under_one_link_is_a_revision_however_much_its_headline_changes():
    _, memory, _ = poll([item("Polls open", "live", link="http://gazette.example/live")])
    (judged,), _, _ = poll([item("President concedes defeat", "live", link="http://gazette.example/live")], memory)
    assert judged.novelty is Novelty.REVISED


def test_a_feed_whose_guids_are_all_the_same_is_told_by_its_links():
    items = [item(f"Story {n}", "1", link=f"http://gazette.example/{n}") for n in range(10)]
    judged, _, identified = poll(items)
    assert identified.identity is Identity.LINK
    assert "cannot be trusted" in identified.note
    assert novelties(judged) == ["new"] * 10


@pytest.mark.parametrize(("blank", "identity"), [(1, Identity.GUID), (2, Identity.LINK)])
def test_one_in_twenty_guids_may_be_missing(blank, identity):
    items = [item(f"Story {n}", "" if n < blank else f"g{n}", link=f"http://gazette.example/{n}") for n in range(20)]
    assert poll(items)[2].identity is identity


def test_what_an_item_does_not_say_is_taken_from_its_feed():
    said = item("Rain", "1", language="uk", source="Bugle", published_at=NOON, updated_at=NOON + timedelta(hours=1))
    bare = item("Sun", "2", updated_at=NOON)
    document = parsed([said, bare], language="en", title="Gazette online")
    for configured, name in ((GAZETTE, "Gazette"), (replace(GAZETTE, name=""), "Gazette online")):
        first, second = identify(document, configured, state(configured), NOON + timedelta(days=1)).entries
        assert (first.language, first.source, first.published_at) == ("uk", "Bugle", NOON)
        assert (second.language, second.source, second.published_at) == ("en", name, NOON)
        assert {each.first_seen_at for each in (first, second)} == {NOON + timedelta(days=1)}


def test_a_feed_without_guids_and_with_one_link_is_told_by_date_then_title():
    dated = [
        item(f"Story {n}", link="http://gazette.example/", published_at=NOON + timedelta(hours=n)) for n in range(5)
    ]
    undated = [item(f"Story {n}", link="http://gazette.example/") for n in range(5)]
    assert poll(dated)[2].identity is Identity.LINK_DATE
    assert poll(undated)[2].identity is Identity.LINK_DATE_TITLE
    assert novelties(poll(undated)[0]) == ["new"] * 5


def test_entries_with_nothing_but_a_text_are_told_by_their_contents():
    items = [item("", link=None, summary=f"Rain in quarter {n}") for n in range(5)]
    judged, memory, identified = poll(items)
    assert identified.identity is Identity.CONTENT
    assert novelties(poll(items, memory)[0]) == ["seen"] * 5
    assert novelties(judged) == ["new"] * 5


def test_identity_never_climbs_back():
    current = state(GAZETTE, identity=Identity.LINK)
    assert poll([item("A bridge opens", "g1")], current=current)[2].identity is Identity.LINK


def test_falling_back_to_links_does_not_make_the_known_entries_new():
    items = [item(f"Story {n}", f"g{n}") for n in range(10)]
    _, memory, _ = poll(items)
    current = state(GAZETTE, identity=Identity.LINK)
    assert novelties(poll(items, memory, current)[0]) == ["seen"] * 10


def test_an_item_repeated_within_a_document_counts_once():
    same = item("A bridge opens", "g1")
    judged, _, identified = poll([same, same, item("A bridge closes", "g2")])
    assert novelties(judged) == ["new", "new"]
    assert identified.repeated == 1


def test_every_key_an_entry_may_be_stored_under_is_asked_for():
    items = [item("Harbour strike ends", "same")]
    _, memory, identified = poll(items)
    assert set(memory) <= set().union(*keys_of(identified.entries))


def test_titles_longer_than_any_headline_are_compared_quickly():
    assert 0.0 <= title_similarity("a" * 100_000, "b" * 100_000) <= 1.0


ITEMS = st.lists(
    st.builds(
        item,
        st.sampled_from(["A bridge opens", "A bridge closes", "Rain", ""]),
        st.sampled_from([None, "", "g1", "g2", "g3"]),
        link=st.sampled_from([None, "http://gazette.example/1", "http://gazette.example/2"]),
        summary=st.sampled_from(["", "one", "two"]),
    ),
    max_size=12,
)


@given(ITEMS)
@settings(max_examples=150)
def test_whatever_a_document_holds_polling_it_again_brings_nothing_new(items):
    _, memory, identified = poll(items)
    again, _, second = poll(items, memory, state(GAZETTE, identity=identified.identity))
    assert set(novelties(again)) <= {"seen"}
    assert len(second.entries) + second.repeated == len(items)


def test_two_items_with_one_link_and_headline_revise_each_other_at_no_poll():
    link = "http://gazette.example/a"
    first = item("A bridge opens", "g1", link=link)
    _, memory, _ = poll([first])
    other = replace(item("A bridge opens", "g2", link=link), summary="In two languages.")
    judged, memory, _ = poll([first, other], memory)
    assert novelties(judged) == ["seen", "new"]
    judged, memory, _ = poll([first, replace(other, summary="In three languages.")], memory)
    assert novelties(judged) == ["seen", "revised"]
    assert judged[1].entry.id != judged[0].entry.id
