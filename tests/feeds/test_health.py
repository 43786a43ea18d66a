from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.feeds.health import after_poll, body_hash, same_site, url_to_ask
from monitor.model.feed import Failed, Fault, NotModified
from monitor.model.plan import Arrival, Identified
from monitor.timing import jittered
from tests.fakes import NOON, feed, fetched, item, parsed, state

GAZETTE = feed("Gazette")
DAY = timedelta(days=1)


def polled(current, outcome, now, new=0):
    fields = {}
    if hasattr(outcome, "document"):
        document = parsed([item("A bridge opens", "g1")], title="The Gazette")
        fields = {"parsed": document, "identified": Identified(identity=current.identity, entries=("one",))}
    return after_poll(Arrival(feed=GAZETTE, state=current, outcome=outcome, **fields), new, now)


def test_a_good_poll_remembers_validators_bytes_and_the_feeds_title():
    answer = fetched(b"<rss>1</rss>", headers={"etag": '"x"', "last-modified": "Mon"})
    after, notices = polled(state(GAZETTE, baselined=False, failures=3, fault=Fault.TIMEOUT), answer, NOON, 0)
    assert (after.etag, after.last_modified, after.title) == ('"x"', "Mon", "The Gazette")
    assert after.body_hash == body_hash(b"<rss>1</rss>")
    assert after.baselined
    assert (after.failures, after.fault) == (0, None)
    assert notices == ()


def test_huge_or_binary_validators_are_not_kept():
    after, _ = polled(state(GAZETTE), fetched(headers={"etag": "x" * 2000, "last-modified": "a\x00b"}), NOON)
    assert (after.etag, after.last_modified) == (None, None)


def test_something_that_is_no_feed_drops_the_validators_so_that_the_feed_is_read_whole_again():
    after, _ = polled(state(GAZETTE, etag='"x"', body_hash="h"), Failed(fault=Fault.NOT_A_FEED, detail="HTML"), NOON)
    assert (after.etag, after.body_hash) == (None, None)
    kept, _ = polled(state(GAZETTE, etag='"x"'), Failed(fault=Fault.TIMEOUT), NOON)
    assert kept.etag == '"x"'


def test_a_failing_feed_is_told_once_after_five_polls_and_an_hour_and_once_when_it_recovers():
    current, now, kinds = state(GAZETTE), NOON, []
    for _ in range(9):
        current, notices = polled(current, Failed(fault=Fault.STATUS, detail="HTTP 500"), now)
        kinds += [n.kind for n in notices]
        now += timedelta(minutes=20)
    assert kinds == ["feed failing"]
    current, notices = polled(current, fetched(), now)
    assert [n.kind for n in notices] == ["feed recovered"]
    _, notices = polled(current, fetched(), now + DAY)
    assert notices == ()


def test_five_quick_failures_are_not_yet_worth_a_notice():
    current = state(GAZETTE)
    for minute in range(5):
        current, notices = polled(current, Failed(fault=Fault.DNS), NOON + timedelta(minutes=minute))
        assert notices == ()


@pytest.mark.parametrize(
    ("failures", "since", "told"),
    [(5, timedelta(hours=1), True), (5, timedelta(minutes=59), False), (4, DAY, False), (9, DAY, True)],
)
def test_a_feed_fails_from_the_fifth_poll_in_a_row_and_an_hour_on(failures, since, told):
    before = state(GAZETTE, failures=failures - 1, failing_since=NOON - since)
    after, notices = polled(before, Failed(fault=Fault.STATUS), NOON)
    assert (bool(notices), after.told_failing) == (told, told)


@pytest.mark.parametrize(
    ("name", "title", "called"),
    [
        ("Gazette", "The Gazette", "Gazette"),
        ("", "The Gazette", "The Gazette"),
        ("", "", "http://gazette.example/feed"),
    ],
)
def test_a_notice_calls_a_feed_by_its_name_or_title_or_url(name, title, called):
    gone = Arrival(
        feed=replace(GAZETTE, name=name), state=state(GAZETTE, title=title), outcome=Failed(fault=Fault.GONE)
    )
    assert after_poll(gone, 0, NOON)[1][0].subject == f"{called} is gone"


@pytest.mark.parametrize("outcome", [fetched, NotModified])
def test_how_long_a_document_stays_fresh_is_read_from_its_answer(outcome):
    after, _ = polled(state(GAZETTE), outcome(headers={"cache-control": "max-age=2400"}), NOON)
    assert after.due_at - NOON == jittered(timedelta(minutes=40), GAZETTE.id)
    assert after.due_reason == "the publisher asks for 40 min between polls"


def test_a_feed_that_goes_quiet_is_told_once_and_again_when_it_publishes():
    current = state(GAZETTE, gap=timedelta(hours=6), changed_at=NOON)
    current, early = polled(current, NotModified(), NOON + timedelta(hours=59))
    current, notices = polled(current, NotModified(), NOON + timedelta(hours=61))
    assert (early, [n.kind for n in notices]) == ((), ["feed stale"])
    current, again = polled(current, NotModified(), NOON + timedelta(hours=70))
    current, back = polled(current, fetched(), NOON + timedelta(hours=71), new=1)
    assert (again, [n.kind for n in back]) == ((), ["feed recovered"])


def test_a_feed_that_is_gone_is_said_to_be_gone():
    after, notices = polled(state(GAZETTE), Failed(fault=Fault.GONE, status=410), NOON)
    assert after.gone
    assert [n.kind for n in notices] == ["feed gone"]


def test_notices_never_show_a_password_in_the_feeds_url():
    secret = feed("Secret", url="https://me:hunter2@gazette.example/feed")
    current = state(secret)
    _, notices = after_poll(Arrival(feed=secret, state=current, outcome=Failed(fault=Fault.GONE)), 0, NOON)
    assert "hunter2" not in str(notices)


def test_a_permanent_redirect_is_believed_after_three_polls_and_a_day_within_the_same_site():
    new = "http://www.gazette.example/feed.xml"
    current = state(GAZETTE)
    for hour in (0, 12, 25):
        assert url_to_ask(GAZETTE, current) == GAZETTE.url
        current, _ = polled(current, fetched(permanent_url=new), NOON + timedelta(hours=hour))
    assert url_to_ask(GAZETTE, current) == new
    current, _ = polled(current, fetched(), NOON + timedelta(hours=26))
    assert url_to_ask(GAZETTE, current) == new


def test_a_redirect_to_another_site_is_followed_but_never_adopted():
    current = state(GAZETTE)
    for day in range(5):
        current, _ = polled(current, fetched(permanent_url="http://parked.example.org/feed"), NOON + DAY * day)
    assert url_to_ask(GAZETTE, current) == GAZETTE.url


def test_sites_are_compared_by_registrable_domain():
    assert same_site("https://feeds.bbc.co.uk/x", "https://www.bbc.co.uk/y")
    assert not same_site("https://a.co.uk/x", "https://b.co.uk/y")
    assert not same_site("https://news.example/x", "https://other.example/y")
