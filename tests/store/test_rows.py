"""From values to rows and back: what was stored is what is given, whatever was in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.model.alert import Alert, Delivery, Notice
from monitor.model.entry import OutcomeKind
from monitor.model.ids import AlertId, EntryId, NoticeId, StoryId
from monitor.model.plan import Poll
from monitor.model.watch import Hit, Match, Priority, Reason, Strength, Wording, Zone
from monitor.store.rows import (
    alert_of,
    alert_row,
    batches,
    delivery_row,
    delivery_seal,
    match_of,
    match_row,
    names_of,
    notice_of,
    notice_row,
    poll_row,
    row_of,
    seal,
)
from tests.store.samples import FEED, NOW, a_delivery, a_match, a_notice, an_alert, an_entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SOME = st.lists(TEXTS, max_size=2).map(tuple)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))])
INSTANTS = st.datetimes(
    timezones=ZONES, min_value=NOW.replace(tzinfo=None, year=1900), max_value=NOW.replace(tzinfo=None, year=2200)
)
MARKS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=2).map(tuple)
NUMBERS = st.integers(0, 10**6)
HITS = st.builds(Hit, zone=st.sampled_from(Zone), start=NUMBERS, end=NUMBERS, text=TEXTS, form=TEXTS)
REASONS = st.recursive(
    st.builds(Reason, clause=TEXTS, ok=st.booleans(), hits=st.lists(HITS, max_size=2).map(tuple), distance=st.none() | NUMBERS, note=TEXTS),
    lambda inner: st.builds(Reason, clause=TEXTS, ok=st.booleans(), parts=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)  # fmt: skip
MATCHES = st.builds(
    Match, watchlist=TEXTS, strength=st.sampled_from(Strength), score=st.floats(0, 1), reason=REASONS, snippet=TEXTS, marks=MARKS, words=SOME
)  # fmt: skip
ALERTS = st.builds(
    Alert,
    id=TEXTS.map(AlertId),
    watchlist=TEXTS,
    watchlist_title=TEXTS,
    story_id=TEXTS.map(StoryId),
    entry_id=TEXTS.map(EntryId),
    number=NUMBERS,
    at=INSTANTS,
    why_now=TEXTS,
    headline=TEXTS,
    previous_strength=st.none() | st.sampled_from(Strength),
    published_at=st.none() | INSTANTS,
    marks=MARKS,
    words=SOME,
    strength=st.sampled_from(Strength),
    priority=st.sampled_from(Priority),
    outlets=SOME,
    wording=st.builds(Wording, subject=TEXTS, text=TEXTS),
)
NOTICES = st.builds(Notice, id=TEXTS.map(NoticeId), kind=TEXTS, subject=TEXTS, detail=TEXTS, at=INSTANTS)


@settings(max_examples=40)
@given(ALERTS)
def test_an_alert_is_given_back_as_it_was_with_its_instants_in_utc(alert: Alert) -> None:
    found = alert_of(alert_row(alert)["content"])
    assert found == alert
    assert found.at.tzinfo is UTC
    assert found.published_at is None or found.published_at.tzinfo is UTC


@settings(max_examples=30)
@given(NOTICES)
def test_a_notice_is_given_back_as_it_was(notice: Notice) -> None:
    assert notice_of(notice_row(notice)["content"]) == notice


@settings(max_examples=40)
@given(MATCHES)
def test_a_match_is_given_back_with_its_whole_tree_of_reasons(match: Match) -> None:
    assert match_of(match_row("e", match)["content"]) == match


def test_what_a_row_is_looked_up_by_is_what_its_content_says() -> None:
    alert = an_alert(StoryId("s"), an_entry())
    row = alert_row(alert)
    content = json.loads(row["content"])
    assert {name: row[name] for name in ("id", "watchlist", "story_id", "entry_id")} == {
        name: content[name] for name in ("id", "watchlist", "story_id", "entry_id")
    }
    assert row["at"] == alert.at


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_two_contents_have_two_seals(one: str, other: str) -> None:
    assert (seal(one) == seal(other)) == (one == other)


@pytest.mark.parametrize(
    "change", [{"destination": "chat"}, {"alert_id": "b"}, {"alert_id": None, "notice_id": "a"}, {"id": "x"}]
)
def test_the_seal_of_a_delivery_says_what_is_told_to_whom(change: dict[str, object]) -> None:
    delivery = a_delivery(AlertId("a"))
    other = Delivery(**{**row_of(delivery), **change})
    assert delivery_seal(delivery) != delivery_seal(other)
    assert delivery_row(delivery)["checksum"] == delivery_seal(delivery)


@pytest.mark.parametrize(
    "change", [{"attempts": 7}, {"fault": "x"}, {"due_at": NOW + timedelta(days=1)}, {"maybe_twice": True}]
)
def test_the_seal_of_a_delivery_outlives_what_comes_of_it(change: dict[str, object]) -> None:
    delivery = a_delivery(AlertId("a"))
    assert delivery_seal(delivery) == delivery_seal(Delivery(**{**row_of(delivery), **change}))


@pytest.mark.parametrize("content", ["", "{}", "null", "[]", '{"id": 5}', "\x00"])
def test_a_content_that_is_none_is_refused(content: str) -> None:
    for read in (alert_of, notice_of, match_of):
        with pytest.raises(ValidationError):
            read(content)


def test_a_content_with_a_field_less_than_today_is_read_with_its_default() -> None:
    content = json.loads(alert_row(an_alert(StoryId("s"), an_entry()))["content"])
    for later in ("wording", "story_title", "independent", "previous_strength"):
        del content[later]
    alert = alert_of(json.dumps(content))
    assert (alert.wording, alert.story_title, alert.independent) == (Wording(), "", 0)


@settings(max_examples=30)
@given(st.lists(NUMBERS, max_size=20), st.integers(1, 7))
def test_batches_are_the_values_in_their_order_none_longer_than_asked(values: list[int], size: int) -> None:
    found = list(batches(values, size))
    assert [value for batch in found for value in batch] == values
    assert all(0 < len(batch) <= size for batch in found)
    assert all(len(batch) == size for batch in found[:-1])


def test_a_row_has_every_field_of_its_value_in_order() -> None:
    match, notice = a_match(), a_notice()
    assert tuple(row_of(match)) == names_of(Match)
    assert Notice(**row_of(notice)) == notice
    assert Match(**row_of(match)) == match


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(OutcomeKind), NUMBERS))
def test_the_counts_of_a_poll_are_a_json_object_by_outcome(counts: dict[OutcomeKind, int]) -> None:
    row = poll_row(Poll(feed_id=FEED.id, at=NOW, result="200", fetched=1, counts=counts))
    assert {OutcomeKind(kind): number for kind, number in json.loads(row["counts"]).items()} == counts


@pytest.mark.parametrize(
    "instant", [datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), NOW.replace(microsecond=1)]
)
def test_an_instant_keeps_its_microseconds_at_either_end_of_time(instant: datetime) -> None:
    assert notice_of(notice_row(a_notice(at=instant))["content"]).at == instant
