from __future__ import annotations

import pytest

from monitor.model.archive import AllOf, AnyOf, Opinion
from monitor.model.ids import AlertId
from monitor.store.dialect import match_expression
from tests.store.samples import DAY, MINUTE, NOW, a_match, a_plan, an_entry, planned

ENTRIES = [
    an_entry(
        str(number), title=title, summary="", body="", language=language, first_seen_at=NOW - DAY + number * MINUTE
    )
    for number, (title, language) in enumerate([("Kyiv speaks", "en"), ("Łódź waits", "pl"), ("Kyiv waits", None)])
]


@pytest.fixture
def archive(store):
    matched = (planned(ENTRIES[0], matches=(a_match(),)), *(planned(entry) for entry in ENTRIES[1:]))
    store.commit(a_plan(*matched))
    return store.archive


def titles(archive, rows):
    return [archived.entry.title for archived in archive.read(rows)]


def test_the_vocabulary_counts_entries(archive):
    assert archive.vocabulary()["kyiv"] == 2
    assert archive.languages() == {"en", "pl", None}


def test_rows_are_oldest_first_and_can_be_the_newest_only(archive):
    assert titles(archive, archive.rows(NOW - 2 * DAY)) == ["Kyiv speaks", "Łódź waits", "Kyiv waits"]
    assert titles(archive, archive.rows(NOW - 2 * DAY, newest=2)) == ["Łódź waits", "Kyiv waits"]
    assert titles(archive, archive.rows(ENTRIES[1].first_seen_at)) == ["Łódź waits", "Kyiv waits"]
    assert archive.size(ENTRIES[1].first_seen_at) == 2
    assert archive.first_at() == ENTRIES[0].first_seen_at


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("kyiv", ["Kyiv speaks", "Kyiv waits"]),
        ("wai*", ["Łódź waits", "Kyiv waits"]),
        ("kyiv waits", ["Kyiv waits"]),
        (AllOf(("waits", "kyiv")), ["Kyiv waits"]),
        (AnyOf(("speaks", AllOf(("waits", "łódź")))), ["Kyiv speaks", "Łódź waits"]),
        (AnyOf(()), []),
    ],
)
def test_rows_hold_what_is_wanted(archive, wanted, found):
    assert titles(archive, archive.rows(NOW - 2 * DAY, wanted)) == found
    assert archive.count(wanted, 10) == len(found)
    assert archive.count(wanted, 1) == min(len(found), 1)


@pytest.mark.parametrize("hostile", ['"', 'a" OR "b', "NEAR(", "^x", "-y", "title:x", "x*y"])
def test_no_word_is_an_operator(archive, hostile):
    assert archive.rows(NOW - 2 * DAY, hostile) == []
    assert match_expression(AnyOf((hostile, "kyiv"))).endswith('"kyiv")')


def test_stored_matches_and_timelines_come_with_their_entries(archive):
    ((archived, match),) = archive.matched("agreement", NOW - 2 * DAY)
    assert (archived.entry, match) == (ENTRIES[0], a_match())
    (appearance,) = archive.timelines([archived.story_id])[archived.story_id]
    assert (appearance.entry_id, appearance.source) == (ENTRIES[0].id, "The Example")
    assert [one.entry for one in archive.entries([ENTRIES[1].id])] == [ENTRIES[1]]


def test_an_opinion_replaces_the_one_before(store):
    opinion = Opinion(alert_id=AlertId("a"), watchlist="desk", entry_id=ENTRIES[0].id, good=False, at=NOW)
    changed = Opinion(alert_id=AlertId("a"), watchlist="desk", entry_id=ENTRIES[0].id, good=True, at=NOW + MINUTE)
    store.opinions.add(opinion)
    store.opinions.add(changed)
    assert store.opinions.of("desk") == [changed]
    assert store.opinions.of("other") == []
