from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
from werkzeug import Response

from monitor.alerts.calendar import outbox_rows
from monitor.alerts.notify import Sender
from monitor.alerts.render import render
from monitor.deliver.deliveries import Deliveries
from monitor.deliver.paces import Paces
from monitor.errors import StateFull
from monitor.model.alert import Alert, DeliveryState, Destination, Notice, Quiet, Receipt, Slots, Verdict
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import EntryId, NoticeId, alert_id, feed_id, story_id
from monitor.model.plan import Plan, Poll
from monitor.model.watch import Priority, Rate, Wording
from monitor.store.outbox import Outbox
from monitor.store.store import Store
from monitor.store.views import Page
from monitor.telemetry import configure

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
FEED = Feed(id=feed_id("http://gazette.example/feed"), url="http://gazette.example/feed")

SENT = Receipt(verdict=Verdict.SENT)
LATER = Receipt(verdict=Verdict.LATER, fault="HTTP 503 Service Unavailable")
UNKNOWN = Receipt(verdict=Verdict.UNKNOWN, fault="no answer within 30 s")
REFUSED = Receipt(verdict=Verdict.DEAD_MESSAGE, fault="HTTP 400 Bad Request")
GONE = Receipt(verdict=Verdict.DEAD_DESTINATION, fault="HTTP 404 Not Found")

DESK = Destination(name="desk", url="json://127.0.0.1/desk")
CHAT = Destination(name="chat", url="json://127.0.0.1/chat")
EVENING = Destination(name="evening", url="json://127.0.0.1/evening", digest=Slots(at=(time(18),)))
NIGHT = Quiet(start=time(22), end=time(7), timezone="UTC")
SLEEPER = Destination(name="sleeper", url="json://127.0.0.1/sleeper", quiet=NIGHT)


@dataclass
class Office:
    """A store, a clock and a send that follows a script; what a test of delivery needs."""

    store: Store
    now: datetime = NOON
    answers: dict = field(default_factory=dict)
    """Receipts by destination, in turn, the last one for ever."""
    sent: list = field(default_factory=list)
    deliveries: Deliveries = field(init=False)
    killed: list = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Set: what was being sent by those that were killed comes back from the dead."""

    def __post_init__(self):
        self.store.feeds.sync([FEED], self.now)
        self.deliveries = self.flow(self.send)

    def flow(self, send, destinations=(DESK, CHAT, EVENING, SLEEPER), **changes):
        options = {
            "store": self.store,
            "send": send,
            "clock": lambda: self.now,
            "destinations": {each.name: each for each in destinations},
            "on_error": ("desk",),
            "pace": timedelta(),
        }
        return Deliveries(**(options | changes))

    def send(self, destination, message):
        self.sent.append((destination.name, message))
        answers = self.answers.get(destination.name, [SENT])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def decide(self, *titles, to=("chat",), **changes):
        """Alerts in the outbox, as a poll would have left them there."""
        alerts = [an_alert(title, self.now, **changes) for title in titles]
        known = self.deliveries.destinations
        rows = [row for alert in alerts for row in outbox_rows(alert, to, known, self.now)]
        poll = Poll(feed_id=FEED.id, at=self.now, result="200")
        state = FeedState(feed_id=FEED.id, due_at=self.now)
        self.store.commit(Plan(poll=poll, state=state, alerts=tuple(alerts), deliveries=tuple(rows)))
        return rows

    def round(self, **passed):
        """Time passes, then everything due is sent; gives what was sent in this round."""
        self.now += timedelta(**passed)
        before = len(self.sent)
        self.deliveries.run_until_idle()
        return self.sent[before:]

    def rows(self):
        return [listed.delivery for listed in self.store.listings.deliveries(Page(limit=1000))]

    def states(self, destination="chat"):
        return Counter(row.state for row in self.rows() if row.destination == destination)


def an_alert(title, now, **changes):
    story = story_id(EntryId(title))
    fields = {
        "id": alert_id("harbour", story, 1),
        "watchlist": "harbour",
        "watchlist_title": "The old harbour",
        "story_id": story,
        "entry_id": EntryId(title),
        "number": 1,
        "at": now,
        "why_now": "new story",
        "headline": title,
        "story_title": title,
    }
    return Alert(**(fields | changes))


@pytest.fixture
def office(tmp_path):
    with Store.open(tmp_path / "state", daemon=True) as store:
        made = Office(store)
        yield made
        made.hold.set()
        assert all(each.drain(10) for each in made.killed)


@pytest.fixture
def log():
    stream = StringIO()
    configure("debug", "text", stream)
    yield stream
    configure("error", "text", StringIO())


def test_an_alert_is_sent_once_and_settled(office):
    office.decide("Wall gives way")
    ((name, message),) = office.round()
    assert (name, message.subject) == ("chat", "[The old harbour] Wall gives way")
    assert office.states() == {DeliveryState.SENT: 1}
    assert office.round(hours=9) == []


def test_each_destination_gets_its_own(office):
    office.decide("Wall gives way", to=("chat", "desk"))
    assert sorted(name for name, _ in office.round()) == ["chat", "desk"]


def test_what_fails_is_tried_again_after_its_wait_with_the_same_id(office):
    office.answers["chat"] = [LATER, SENT]
    office.decide("Wall gives way")
    ((_, first),) = office.round()
    assert office.round(seconds=7) == []
    ((_, second),) = office.round(seconds=6)
    assert first.id == second.id
    assert office.states() == {DeliveryState.SENT: 1}


def test_an_unknown_outcome_is_tried_again_and_says_so(office):
    office.answers["chat"] = [UNKNOWN, SENT]
    office.decide("Wall gives way")
    office.round()
    ((_, again),) = office.round(minutes=1)
    assert "may reach you twice" in again.text
    assert office.rows()[0].maybe_twice


def test_what_was_being_sent_when_the_process_died_is_sent_again_with_the_same_id(office):
    (row,) = office.decide("Wall gives way")
    office.store.outbox.claim("chat", office.now, timedelta(minutes=15), 100)
    assert office.round() == []
    office.store.release_all(office.now)
    ((_, message),) = office.round()
    assert message.id == row.id
    assert "may reach you twice" in message.text


def test_a_digest_waits_for_its_slot_and_comes_as_one_message(office):
    office.decide("Story one", "Story two", to=("evening",))
    office.now += timedelta(hours=1)
    office.decide("Story three", to=("evening",))
    assert office.round() == []
    ((name, message),) = office.round(hours=5)
    assert name == "evening"
    assert all(f"Story {n}" in message.text for n in ("one", "two", "three"))
    assert message.subject.startswith("[monitor] 3 alerts")


def crash(office):
    """The process dies while it sends."""
    claimed = office.store.outbox.claim("evening", office.now, timedelta(minutes=15), 100)
    message = render(office.store.outbox.parcel(claimed), office.now, chat=True)
    office.store.release_all(office.now)
    return message.id


def failure(office):
    """The service does not answer."""
    office.answers["evening"] = [UNKNOWN, SENT]
    ((_, message),) = office.round()
    return message.id


@pytest.mark.parametrize("mishap", [crash, failure])
def test_a_digest_sent_again_bears_the_same_id_whatever_came_since(office, mishap):
    office.decide("Story one", "Story two", to=("evening",))
    office.now += timedelta(hours=6)
    first = mishap(office)
    office.decide("Story three", to=("evening",))
    messages = {message.id: message for _, message in office.round(minutes=1)}
    assert len(messages) == 2
    assert "Story one" in messages[first].text
    assert "Story three" not in messages[first].text
    assert office.states("evening") == {DeliveryState.SENT: 3}


def test_a_digest_too_long_for_its_service_comes_in_parts_and_loses_nothing(office):
    office.deliveries.capacity = lambda _: 700
    titles = [f"Story number {n} of a long day" for n in range(20)]
    office.decide(*titles, to=("evening",))
    messages = [message for _, message in office.round(hours=6)]
    assert len(messages) > 1
    assert all(len(message.text) <= 700 for message in messages)
    assert all(sum(f"{title}\n" in message.text for message in messages) == 1 for title in titles)


def test_a_digest_of_two_that_is_too_long_for_its_service_comes_in_two(office):
    office.deliveries.capacity = lambda _: 500
    office.decide("Story one " + "of a day " * 20, "Story two " + "of a day " * 20, to=("evening",))
    texts = [message.text for _, message in office.round(hours=6)]
    assert ["Story one" in text for text in texts] == [True, False]
    assert ["Story two" in text for text in texts] == [False, True]


def test_a_crowd_that_comes_due_at_once_is_told_in_one_message(office):
    titles = [f"Story number {n}" for n in range(30)]
    for title in titles:
        office.decide(title)
        office.now += timedelta(seconds=1)
    messages = [message for _, message in office.round()]
    assert len(messages) == 1
    assert all(f"{title}\n" in messages[0].text for title in titles)
    assert office.states() == {DeliveryState.SENT: 30}


def test_a_crowd_whose_message_may_have_been_sent_is_told_again_in_the_same_message(office):
    office.answers["chat"] = [UNKNOWN, SENT]
    office.decide(*(f"Story number {n}" for n in range(12)))
    ((_, first),) = office.round()
    office.decide("Story that came later")
    messages = [message for _, message in office.round(minutes=1)]
    assert sorted(m.id == first.id for m in messages) == [False, True]


def test_quiet_hours_hold_what_was_late_and_tell_it_in_one_message(office):
    office.answers["sleeper"] = [LATER, SENT]
    office.now = NOON.replace(hour=21, minute=59, second=59)
    office.decide("Story one", to=("sleeper",))
    office.round()
    office.decide("Story two", to=("sleeper",))
    assert office.round(minutes=5) == []
    office.decide("Story three", to=("sleeper",))
    assert office.round(hours=8) == []
    messages = [message for _, message in office.round(hours=1)]
    assert {row.held for row in office.rows()} == {"quiet hours"}
    assert len(messages) <= 2
    assert office.states("sleeper") == {DeliveryState.SENT: 3}


def test_an_urgent_alert_breaks_quiet_hours_even_when_it_is_late(office):
    office.answers["sleeper"] = [LATER, SENT]
    office.now = NOON.replace(hour=23)
    office.decide("Flood", to=("sleeper",), priority=Priority.URGENT)
    office.round()
    assert [name for name, _ in office.round(minutes=1)] == ["sleeper"]


def test_a_destination_that_is_no_longer_configured_gives_up_its_rows_by_name(office):
    office.decide("Wall gives way", "Bridge closed", to=("gone",))
    ((name, notice),) = office.round()
    assert name == "desk"
    assert "2 alerts did not reach gone" in notice.subject
    assert "“Wall gives way”" in notice.text
    assert "“Bridge closed”" in notice.text
    assert "no destination of this name is configured" in notice.text
    assert office.states("gone") == {DeliveryState.DEAD: 2}


def test_a_dead_destination_keeps_its_queue_and_is_told_once_to_the_others_and_again_when_well(office):
    office.deliveries.on_error = ("chat", "desk")
    office.answers["chat"] = [GONE, GONE, SENT]
    office.decide("Story one", "Story two")
    assert [(n, m.subject) for n, m in office.round()][1:] == [("desk", "[monitor] chat refuses our messages")]
    assert [name for name, _ in office.round(minutes=2)] == ["chat"]
    assert office.states() == {DeliveryState.WAITING: 2}
    told = office.round(hours=1)
    assert Counter(name for name, _ in told) == {"chat": 2, "desk": 1}
    assert [m.subject for n, m in told if n == "desk"] == ["[monitor] chat is well again"]
    assert office.states() == {DeliveryState.SENT: 2}


def test_a_destination_with_a_new_url_is_tried_at_once(office):
    office.answers["chat"] = [GONE, SENT]
    office.decide("Wall gives way")
    office.round()
    mended = {"desk": DESK, "chat": Destination(name="chat", url="json://127.0.0.1/new")}
    office.deliveries.follow(mended, ("desk",))
    assert [name for name, _ in office.round(minutes=1, seconds=30)] == ["chat", "desk"]


def test_an_edit_that_leaves_a_paused_destination_as_it_was_leaves_it_paused(office):
    office.answers["chat"] = [GONE, SENT]
    office.decide("Wall gives way")
    office.round()
    paused = office.store.outbox.destination_states()["chat"]
    office.deliveries.follow({"desk": replace(DESK, url="json://127.0.0.1/new"), "chat": CHAT}, ())
    assert office.round() == []
    assert office.store.outbox.destination_states()["chat"] == paused
    assert office.deliveries.on_error == ()


def test_an_edit_that_takes_a_paused_destination_away_gives_its_rows_up_once_the_pause_is_over(office):
    office.answers["chat"] = [GONE]
    office.decide("Wall gives way")
    office.round()
    office.deliveries.follow({"desk": DESK}, ("desk",))
    ((name, notice),) = office.round(hours=1)
    assert name == "desk"
    assert "“Wall gives way”" in notice.text
    assert office.states() == {DeliveryState.DEAD: 1}


def test_five_failures_pause_a_destination_and_are_told_once(office):
    office.answers["chat"] = [LATER]
    office.decide("Wall gives way")
    rounds = [office.round(minutes=20) for _ in range(12)]
    tries = [name for each in rounds for name, _ in each]
    assert tries.count("desk") == 1
    assert 8 <= tries.count("chat") <= 12
    assert office.store.outbox.destination_states()["chat"].failures == tries.count("chat")


def test_only_one_message_probes_a_destination_that_is_down(office):
    office.answers["chat"] = [LATER]
    office.decide(*(f"Story {n}" for n in range(9)))
    assert len([n for n, _ in office.round() if n == "chat"]) == 5
    assert len([n for n, _ in office.round(minutes=30) if n == "chat"]) == 1
    assert office.states() == {DeliveryState.WAITING: 9}
    assert sum(row.attempts for row in office.rows() if row.destination == "chat") == 6


def test_a_refused_message_gets_plainer_then_is_given_up_by_name(office):
    office.answers["chat"] = [REFUSED]
    office.decide("Überflutung in Łódź")
    tries = [office.round(seconds=11) for _ in range(4)]
    texts = [message for each in tries for name, message in each if name == "chat"]
    assert len(texts) == 3
    assert len({message.id for message in texts}) == 1
    assert texts[2].subject.isascii()
    assert office.states() == {DeliveryState.DEAD: 1}
    ((_, notice),) = [each for some in tries for each in some if each[0] == "desk"]
    assert "“Überflutung in Łódź”" in notice.text
    assert "refused three times: HTTP 400 Bad Request" in notice.text


def test_one_refused_alert_does_not_take_a_digest_with_it(office):
    def picky(destination, message):
        office.sent.append((destination.name, message))
        return REFUSED if destination.name == "evening" and "Poison" in message.text else SENT

    office.deliveries.send = picky
    office.decide("Story one", "Poison", "Story two", to=("evening",))
    office.round(hours=6)
    for _ in range(4):
        office.round(seconds=11)
    assert office.states("evening") == {DeliveryState.SENT: 2, DeliveryState.DEAD: 1}


def test_a_lost_notice_makes_no_notice_of_its_own(office):
    office.answers["desk"] = [REFUSED]
    notice = Notice(id=NoticeId("n1"), kind="feed failing", subject="x", detail="y", at=office.now)
    office.store.outbox.add_notice(notice, outbox_rows(notice, ("desk",), {}, office.now))
    for _ in range(5):
        office.round(seconds=11)
    assert len(office.sent) == 3
    assert office.states("desk") == {DeliveryState.DEAD: 1}


def test_a_mistake_of_ours_stays_with_its_message_and_its_words_out_of_the_log(office, log):
    office.answers["chat"] = [RuntimeError("canary-secret"), SENT]
    office.decide("Story one", "Story two")
    office.round()
    assert office.states() == {DeliveryState.SENT: 1, DeliveryState.WAITING: 1}
    assert office.store.outbox.destination_states()["chat"].failures == 0
    assert "our own mistake" in log.getvalue()
    assert "RuntimeError" in log.getvalue()
    assert "canary" not in log.getvalue()
    office.round(minutes=1)
    assert office.states() == {DeliveryState.SENT: 2}


def test_what_was_damaged_in_storage_is_given_up_by_id_and_the_rest_is_sent(office):
    office.decide("Story one", "Story two")
    alert = office.rows()[0].alert_id
    with office.store._database.write() as connection:
        connection.exec_driver_sql(
            "update alerts set content = replace(content, 'Story', 'Stopy') where id = ?", (alert,)
        )
    sent = office.round()
    assert Counter(name for name, _ in sent) == {"chat": 1, "desk": 1}
    assert any(f"alert {alert}, unreadable" in message.text for _, message in sent)
    assert office.states() == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}


def test_no_destination_waits_for_one_that_hangs(office):
    hold, done = threading.Event(), threading.Event()
    well = []

    def send(destination, _message):
        if destination.name.startswith("hung"):
            hold.wait(20)
            return UNKNOWN
        well.append(destination.name)
        if Counter(well) == {"well0": 3, "well1": 3}:
            done.set()
        return SENT

    names = ["hung0", "hung1", "hung2", "well0", "well1"]
    office.deliveries = office.flow(send, [Destination(name=n, url=f"json://127.0.0.1/{n}") for n in names])
    office.decide("Story one", "Story two", "Story three", to=tuple(names))
    office.deliveries.tick()
    assert done.wait(10)
    assert [office.states(n)[DeliveryState.SENDING] for n in names[:3]] == [1, 1, 1], "claimed as they are sent"
    assert office.deliveries.tick() == 0
    hold.set()
    assert office.deliveries.drain(10)


def test_hanging_servers_delay_no_healthy_one_on_real_sockets(office):
    stream = StringIO()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        port = silent.getsockname()[1]
        hung = [Destination(name=f"hung{n}", url=f"json://127.0.0.1:{port}/{n}") for n in range(3)]
        well = [Destination(name=f"well{n}", url="console://") for n in range(2)]
        office.deliveries = office.flow(Sender(stream).send, [*hung, *well])
        office.decide("Story one", "Story two", to=tuple(d.name for d in (*hung, *well)))
        office.deliveries.tick()
        lanes = dict(office.deliveries._lanes)
        for destination in well:
            lanes[destination.name].join(10)
        assert stream.getvalue().count("[message ") == 4
        assert all(lanes[destination.name].is_alive() for destination in hung)
        office.deliveries.stopping.set()
    assert office.deliveries.drain(10)
    assert all(office.states(d.name)[DeliveryState.WAITING] == 2 for d in hung)


def refusing(office, *, until):
    """Makes every settlement fail until so many were tried; gives the list of tries."""
    tried, settle = [], office.store.outbox.settle

    def refused(self, *arguments, **options):
        tried.append(arguments)
        if len(tried) <= until:
            raise StateFull("no room left")
        return settle(*arguments, **options)

    office.store.outbox = type("Full", (Outbox,), {"settle": refused})(office.store.outbox.database)
    return tried


def test_a_settlement_that_the_database_refuses_is_written_later_and_nothing_is_sent_twice(office):
    office.decide("Story one", "Story two")
    tried = refusing(office, until=2)
    assert len(office.round()) == 2
    assert len(tried) == 4
    assert office.states() == {DeliveryState.SENT: 2}
    assert not any(row.maybe_twice for row in office.rows())


def test_a_settlement_that_is_refused_for_too_long_ends_its_lane_and_is_sent_again_as_maybe_twice(office):
    office.deliveries.patience = timedelta()
    office.decide("Wall gives way")
    refusing(office, until=1)
    assert len(office.round()) == 1
    assert office.states() == {DeliveryState.SENDING: 1}
    office.now += timedelta(minutes=15)
    assert office.store.outbox.release_expired(office.now) == 1
    ((_, again),) = office.round()
    assert "may reach you twice" in again.text


def test_a_lane_that_cannot_settle_does_not_keep_the_service_from_stopping(office):
    office.decide("Story one", "Story two")
    tried = refusing(office, until=float("inf"))
    office.deliveries.tick()
    while not tried:
        pass
    assert office.deliveries.drain(10)
    assert len(office.sent) == 1


def test_what_another_claims_or_drops_while_a_lane_is_at_work_is_left_to_it(office):
    rows = office.decide("Story one", "Story two", "Story three")

    def send(_destination, message):
        office.sent.append(("chat", message))
        others = [row.id for row in rows if row.id != message.id]
        office.store.outbox.claim("chat", office.now, timedelta(minutes=15), 1, only=others[:1])
        office.store.outbox.drop(others[1:], office.now)
        return SENT

    office.deliveries = office.flow(send)
    office.round()
    assert len(office.sent) == 1
    assert office.states() == {DeliveryState.SENT: 1, DeliveryState.SENDING: 1, DeliveryState.DROPPED: 1}


def test_draining_finishes_the_message_at_hand_and_gives_the_rest_back(office):
    begun, hold = threading.Event(), threading.Event()

    def send(_destination, _message):
        begun.set()
        hold.wait(10)
        return SENT

    office.deliveries = office.flow(send)
    office.decide("Story one", "Story two", "Story three")
    office.deliveries.tick()
    assert begun.wait(10)
    assert not office.deliveries.drain(0)
    hold.set()
    assert office.deliveries.drain(10)
    assert office.states() == {DeliveryState.SENT: 1, DeliveryState.WAITING: 2}
    assert not any(row.maybe_twice for row in office.rows())
    assert office.deliveries.tick() == 0


def test_a_chat_service_gets_its_second_message_after_the_pause_whenever_it_was_decided(office):
    chat = Destination(name="chat", url="ntfy://127.0.0.1/desk")
    office.deliveries = office.flow(office.send, (DESK, chat), pace=timedelta(hours=1))
    office.decide("Story one")
    office.round()
    office.decide("Story two")
    office.decide("Story three", to=("desk",))
    office.deliveries.tick()
    office.deliveries._lanes["desk"].join(10)
    assert office.deliveries.drain(10)
    assert [name for name, _ in office.sent] == ["chat", "desk"]
    assert office.states() == {DeliveryState.SENT: 1, DeliveryState.WAITING: 1}
    assert not any(row.maybe_twice for row in office.rows())


@pytest.mark.parametrize(
    ("url", "rests"),
    [("ntfy://127.0.0.1/desk", True), ("json://127.0.0.1/desk", False), ("mailto://127.0.0.1/desk", False)],
)
def test_only_a_chat_service_needs_a_pause_between_two_messages(url, rests):
    paces, destination = Paces(timedelta(hours=1)), Destination(name="chat", url=url)
    assert paces.rest_s(destination) == 0
    paces.note_sent(destination, NOON)
    assert paces.rest_s(replace(destination, name="another")) == 0
    assert (3590 < paces.rest_s(destination) <= 3600) is rests


def test_one_destination_has_one_lane_however_often_the_clock_ticks(office):
    hold, busy, most = threading.Event(), [], []

    def send(_destination, message):
        busy.append(message)
        most.append(len(busy))
        hold.wait(0.02)
        busy.remove(message)
        return SENT

    office.deliveries = office.flow(send)
    office.decide(*(f"Story {n}" for n in range(8)))
    for _ in range(20):
        office.deliveries.tick()
    office.deliveries.run_until_idle()
    assert max(most) == 1
    assert office.states() == {DeliveryState.SENT: 8}


def test_what_is_never_delivered_within_a_week_is_told(office):
    office.answers["chat"] = [LATER]
    office.decide("Wall gives way")
    told = []
    for _ in range(60):
        told += [message for name, message in office.round(hours=3) if name == "desk"]
    assert office.states() == {DeliveryState.DEAD: 1}
    assert sum("“Wall gives way”" in message.text for message in told) == 1
    assert any("not delivered within 7 days" in message.text for message in told)


def test_a_destination_s_rate_holds_and_what_it_puts_off_comes_later(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(5)))
    assert len(office.round()) == 2
    assert office.round(seconds=59) == []
    assert len(office.round(seconds=1, microseconds=9)) == 2
    assert len(office.round(minutes=1, microseconds=9)) == 1
    assert office.states() == {DeliveryState.SENT: 5}
    assert all(row.attempts == 1 for row in office.rows())


def test_what_a_rate_puts_off_is_due_when_the_rate_lets_it_go_and_keeps_no_lane_busy_until_then(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(5)))
    office.round()
    assert office.deliveries.idle()
    waiting = [row.due_at for row in office.rows() if row.state is DeliveryState.WAITING]
    assert {due_at - office.now > timedelta(seconds=59) for due_at in waiting} == {True}
    assert len(set(waiting)) == 3, "none is mixed with another"


def test_a_rate_holds_over_a_restart(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide("Story 0")
    assert len(office.round()) == 1
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(1, 4)))
    assert len(office.round(seconds=20)) == 1
    office.deliveries = office.flow(office.send, (DESK, slow))
    assert office.round(seconds=39) == []
    assert len(office.round(seconds=1, microseconds=9)) == 1


def test_a_digest_counts_once_against_the_rate_after_a_restart(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(30)))
    assert len(office.round()) == 1
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide("Story 30")
    assert len(office.round(seconds=20)) == 1


def test_a_rate_that_was_raised_holds_from_the_next_message_on(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=1, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(7)))
    assert len(office.round()) == 1
    office.deliveries.follow({"chat": replace(slow, rate=Rate(count=3, per=timedelta(minutes=1)))}, ())
    assert len(office.round(minutes=1, microseconds=9)) == 3


def test_digests_that_may_have_gone_out_are_not_mixed_by_the_rate_or_by_quiet_hours(office):
    slow = replace(
        EVENING, digest=Slots(at=(time(18), time(18, 1))), rate=Rate(count=3, per=timedelta(hours=1)), quiet=NIGHT
    )
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.answers["evening"] = [UNKNOWN]
    office.decide("Story one", "Story two", to=("evening",))
    office.round(hours=6)
    office.decide("Story three", "Story four", to=("evening",))
    tried = [message for _ in range(12) for _, message in office.round(seconds=10)]
    office.answers["evening"] = [SENT]
    assert office.round(hours=5) == []
    copies = [message for _, message in office.round(hours=8)]
    assert len(tried) == 2
    assert {copy.id for copy in copies} == {message.id for message in tried}


def test_what_the_rate_puts_off_comes_together_when_it_is_much(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(9)))
    office.round()
    office.decide(*(f"Later {n}" for n in range(9)))
    ((_, message),) = office.round(minutes=1, seconds=1)
    assert message.subject.startswith("[monitor] 16 alerts")


MAIN = Destination(name="chat", url="json://127.0.0.1/chat", fallback="desk")


def test_a_dead_destination_s_alerts_go_to_its_fallback_and_name_it(office):
    office.deliveries = office.flow(office.send, (DESK, MAIN, SLEEPER), on_error=("sleeper",))
    office.answers["chat"] = [GONE]
    office.decide("Story one", "Story two")
    sent = office.round()
    assert Counter(name for name, _ in sent) == {"chat": 1, "desk": 2, "sleeper": 1}
    assert all("Sent here because chat could not be reached." in m.text for n, m in sent if n == "desk")
    assert any("Its alerts go to desk meanwhile" in m.text for n, m in sent if n == "sleeper")
    assert office.states() == {DeliveryState.DEAD: 2}
    assert {row.fault for row in office.rows() if row.destination == "chat"} == {
        "sent to desk instead: HTTP 404 Not Found"
    }
    office.decide("Story three")
    assert [name for name, _ in office.round(seconds=5)] == ["desk"], "while it is paused, without a try"


def test_a_destination_with_a_fallback_is_probed_and_taken_back_when_it_is_well(office):
    office.deliveries = office.flow(office.send, (DESK, MAIN), on_error=())
    office.answers["chat"] = [GONE, SENT]
    office.decide("Story one")
    office.round()
    office.decide("Story two")
    assert next(name for name, _ in office.round(minutes=30)) == "chat"
    office.decide("Story three")
    assert [name for name, _ in office.round()] == ["chat"]


def test_a_dead_destination_with_a_fallback_and_a_new_url_is_tried_at_once(office):
    office.deliveries = office.flow(office.send, (DESK, MAIN), on_error=())
    office.answers["chat"] = [GONE, SENT]
    office.decide("Story one")
    office.round()
    office.decide("Story two")
    office.deliveries.follow({"desk": DESK, "chat": replace(MAIN, url="json://127.0.0.1/new")}, ())
    assert [name for name, _ in office.round(seconds=5)] == ["chat"]


def test_a_dead_destination_without_a_fallback_keeps_its_rows_due_whatever_fallback_another_has(office):
    office.deliveries = office.flow(office.send, (DESK, CHAT, replace(MAIN, name="main")), on_error=())
    office.answers["chat"] = [GONE, SENT]
    office.decide("Story one")
    office.round()
    office.decide("Story two")
    before = office.rows()
    assert office.round(seconds=5) == []
    assert office.rows() == before


def test_what_could_not_be_delivered_goes_to_the_fallback_too_and_is_told(office):
    office.deliveries = office.flow(office.send, (DESK, MAIN, EVENING), on_error=("desk",))
    office.answers["chat"] = [REFUSED]
    office.decide("Story one")
    sent = [each for _ in range(4) for each in office.round(seconds=11)]
    to_desk = [m.text for name, m in sent if name == "desk"]
    assert any(text.startswith("Story one") and "because chat could not be reached" in text for text in to_desk)
    assert any("They go to desk instead" in text for text in to_desk)
    assert office.states() == {DeliveryState.DEAD: 1}


def test_a_fallback_that_had_the_alert_anyway_is_told_once_and_none_goes_in_circles(office):
    other = Destination(name="desk", url="json://127.0.0.1/desk", fallback="chat")
    office.deliveries = office.flow(office.send, (other, MAIN), on_error=())
    office.answers |= {"chat": [GONE], "desk": [GONE]}
    office.decide("Story one", to=("chat", "desk"))
    sent = [each for _ in range(6) for each in office.round(minutes=40)]
    assert Counter(name for name, _ in sent)["desk"] <= 7
    assert len(office.rows()) == 2
    office.answers |= {"desk": [SENT]}
    office.decide("Story two", to=("chat", "desk"))
    texts = [m.text for name, m in office.round(hours=2) if name == "desk" and "Story two" in m.text]
    assert len(texts) == 1


def test_what_came_as_a_fallback_waits_until_a_dead_destination_is_probed_and_is_not_lost(office):
    other = Destination(name="desk", url="json://127.0.0.1/desk", fallback="chat")
    office.deliveries = office.flow(office.send, (other, MAIN), on_error=())
    office.answers |= {"chat": [GONE], "desk": [GONE, SENT]}
    office.decide("Story one")
    office.round()
    office.decide("Story two")
    assert office.round(seconds=5) == []
    probed_at = office.store.outbox.destination_states()["desk"].paused_until
    waiting = {row.alert_id: row for row in office.rows() if row.destination == "desk"}
    assert {row.state for row in waiting.values()} == {DeliveryState.WAITING}
    assert probed_at in {row.due_at for row in waiting.values()}
    office.round(hours=1)
    assert office.states("desk") == {DeliveryState.SENT: 2}


def test_a_notice_goes_to_the_fallback_of_a_dead_destination_too(office):
    office.deliveries = office.flow(office.send, (DESK, MAIN), on_error=("chat",))
    office.answers["chat"] = [GONE]
    office.decide("Story one")
    told = {m.subject: m.text for name, m in [*office.round(), *office.round(seconds=1)] if name == "desk"}
    assert sorted(told) == ["[The old harbour] Story one", "[monitor] chat refuses our messages"]
    assert all("Sent here because chat could not be reached." in text for text in told.values())


def test_a_digest_is_told_in_its_destination_s_words(office):
    pager = replace(EVENING, wording=Wording(text="{headline}!"))
    office.deliveries = office.flow(office.send, (DESK, pager))
    office.decide("Story one", "Story two", to=("evening",))
    ((_, message),) = office.round(hours=6)
    assert message.text == "Story one!\n\nStory two!"


def test_what_a_flood_held_comes_together_once_released(office):
    rows = office.decide(*(f"Story {n}" for n in range(5)))
    with office.store._database.write() as connection:
        connection.exec_driver_sql("update deliveries set held = 'flood', due_at = 221845392000000000")
    assert office.round(days=2) == []
    assert office.store.recall.is_waiting("flood")
    assert office.store.outbox.release("flood", office.now) == len(rows)
    ((_, message),) = office.round()
    assert message.subject.startswith("[monitor] 5 alerts")


def test_a_destination_s_own_words_are_used(office):
    pager = Destination(name="chat", url="json://127.0.0.1/chat", wording=Wording(text="{headline} ({outlets})"))
    office.deliveries = office.flow(office.send, (DESK, pager))
    office.decide("Wall gives way")
    ((_, message),) = office.round()
    assert message.text == "Wall gives way (0)"


def follow_up(office, title, number=2, **options):
    """A further alert of the story that began with this title."""
    story = story_id(EntryId(title))
    more = {"id": alert_id("harbour", story, number), "number": number, "why_now": "headline revised"}
    office.decide(title, **more, **options)


def root(number):
    return replace(SENT, root=f"root-{number}")


TELEGRAM = Destination(name="chat", url="tgram://123456789:abcdefghij0123456789ABCD/1001")


def test_a_follow_up_answers_the_first_message_of_its_story_also_after_a_restart(office, tmp_path):
    office.answers["chat"] = [root(1), root(2), SENT]
    office.decide("Wall gives way", "Ferry aground")
    office.deliveries = office.flow(office.send, (DESK, TELEGRAM))
    titles = {message.subject: message for _, message in office.round()}
    assert {message.root for message in titles.values()} == {""}
    office.store.close()
    with Store.open(tmp_path / "state", daemon=True) as again:
        restarted = Office(again, office.now + timedelta(hours=1))
        restarted.deliveries = restarted.flow(restarted.send, (DESK, TELEGRAM))
        follow_up(restarted, "Wall gives way")
        follow_up(restarted, "Ferry aground")
        roots = {message.subject: message.root for _, message in restarted.round()}
    first = [message.subject for _, message in office.sent]
    assert roots == {first[0]: "root-1", first[1]: "root-2"}


def test_on_the_wire_a_story_is_a_thread_and_one_whose_first_message_was_deleted_goes_on(office, httpserver):
    posts, deleted = [], set()

    def take(request):
        post = request.get_json()
        if post.get("root_id") in deleted:
            return Response('{"id": "api.post.create_post.root_id.app_error", "status_code": 400}', 400)
        posts.append(post.get("root_id"))
        return Response(json.dumps({"id": f"{len(posts):026}"}), 201)

    httpserver.expect_request("/api/v4/posts").respond_with_handler(take)
    url = f"mmost://127.0.0.1:{httpserver.port}/{'t' * 24}?mode=bot&to=%2B{'c' * 26}"
    chat = Destination(name="chat", url=url)
    office.deliveries = office.flow(Sender(StringIO()).send, (DESK, chat))
    office.decide("Wall gives way")
    office.round()
    for number in (2, 3):
        follow_up(office, "Wall gives way", number)
        office.round()
    deleted.add(f"{1:026}")
    for number in (4, 5):
        follow_up(office, "Wall gives way", number)
        office.round()
    assert posts == [None, f"{1:026}", f"{1:026}", None, f"{4:026}"]
    assert office.states() == {DeliveryState.SENT: 5}


def test_what_was_told_in_a_digest_or_elsewhere_is_answered_by_nobody(office):
    office.answers |= {"chat": [root(1)], "evening": [root(2)]}
    office.deliveries = office.flow(office.send, (DESK, TELEGRAM, replace(TELEGRAM, name="other"), EVENING))
    office.decide("Wall gives way", "Bridge closed", to=("evening",))
    office.decide("Ferry aground", to=("chat",))
    office.round(hours=6)
    follow_up(office, "Wall gives way", to=("chat",))
    follow_up(office, "Ferry aground", to=("other",))
    assert {message.root for _, message in office.round()} == {""}


def test_in_another_channel_a_story_begins_a_thread_of_its_own(office):
    office.answers["chat"] = [root(1)]
    office.deliveries = office.flow(office.send, (DESK, TELEGRAM))
    office.decide("Wall gives way")
    office.round()
    moved = replace(TELEGRAM, url=TELEGRAM.url.replace("1001", "2002"))
    office.deliveries.follow({"chat": moved, "desk": DESK}, ())
    follow_up(office, "Wall gives way")
    assert [message.root for _, message in office.round()] == [""]
    follow_up(office, "Wall gives way", number=3)
    assert [message.root for _, message in office.round()] == ["root-1"], "what it began there"


def test_a_try_without_success_begins_no_thread(office):
    office.answers["chat"] = [replace(UNKNOWN, root="root-1"), SENT]
    office.deliveries = office.flow(office.send, (DESK, TELEGRAM))
    office.decide("Wall gives way")
    assert [message.root for _, message in [*office.round(), *office.round(minutes=1)]] == ["", ""]


def kill_while_sending(office):
    """What is being sent never comes to an end, as when the process dies; a new one is on the same state."""
    going, cut, old = threading.Event(), [], office.deliveries

    def send(_destination, message):
        cut.append(message)
        going.set()
        office.hold.wait(30)
        return SENT

    options = {"destinations": old.destinations.values(), "capacity": old.capacity}
    dying = office.flow(send, **options)
    dying.tick()
    assert going.wait(10)
    dying.drain(0)
    office.killed.append(dying)
    office.store.release_all(office.now)
    office.deliveries = office.flow(office.send, **options)
    return cut[0]


def test_a_try_that_a_kill_cut_off_is_made_again_at_once_and_counts_for_nothing(office):
    office.decide("Wall gives way")
    first = kill_while_sending(office)
    office.answers["chat"] = [LATER, SENT]
    ((_, again),) = office.round()
    assert again.id == first.id
    assert "may reach you twice" in again.text
    (row,) = office.rows()
    assert (row.attempts, row.cut_off) == (1, 0)
    assert row.due_at - office.now < timedelta(seconds=13), "as after a first failure"


def test_a_sender_that_comes_back_from_the_dead_settles_nothing_that_another_is_at(office):
    office.decide("Wall gives way")
    kill_while_sending(office)
    office.answers["chat"] = [LATER]
    office.round()
    (before,) = office.rows()
    office.hold.set()
    assert office.killed[0].drain(10)
    assert office.rows() == [before]
    assert (before.state, before.claims) == (DeliveryState.WAITING, 2)


def test_what_ends_the_process_each_time_is_tried_ever_more_rarely_lets_the_rest_go_and_is_given_up_by_name(office):
    office.decide("Poison")
    waits = []
    for _ in range(10):
        kill_while_sending(office)
        (row,) = office.rows()
        waits.append((row.due_at - office.now) / timedelta(minutes=1))
        office.now = row.due_at
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    kill_while_sending(office)
    office.decide("Story two")
    assert [message.subject for _, message in office.round()] == ["[The old harbour] Story two"]
    assert office.states() == {DeliveryState.WAITING: 1, DeliveryState.SENT: 1}
    told = [*office.round(days=7), *office.round()]
    assert office.states() == {DeliveryState.DEAD: 1, DeliveryState.SENT: 1}
    ((_, notice),) = [each for each in told if each[0] == "desk"]
    assert "“Poison”" in notice.text
    assert "not delivered within 7 days; its last tries ended with the program itself" in notice.text


def test_a_digest_that_is_cut_off_again_and_again_waits_as_one_and_bears_the_same_id(office):
    office.decide("Story one", "Story two", to=("evening",))
    office.now += timedelta(hours=6)
    cut = set()
    for _ in range(5):
        cut.add(kill_while_sending(office).id)
        office.now = max(row.due_at for row in office.rows()) + timedelta(seconds=1)
    ((_, message),) = office.round()
    assert cut == {message.id}
    assert office.states("evening") == {DeliveryState.SENT: 2}


def test_tries_cut_off_now_and_then_do_not_add_up(office):
    office.answers["chat"] = [LATER]
    office.decide("Wall gives way")
    for _ in range(12):
        office.now += timedelta(hours=1)
        kill_while_sending(office)
        office.round()
    assert office.states() == {DeliveryState.WAITING: 1}


def test_a_kill_in_a_backlog_leaves_in_doubt_only_the_message_at_hand_and_the_rest_comes_together(office):
    slow = Destination(name="chat", url="json://127.0.0.1/chat", rate=Rate(count=2, per=timedelta(minutes=1)))
    office.deliveries = office.flow(office.send, (DESK, slow))
    office.decide(*(f"Story {n}" for n in range(9)))
    cut = kill_while_sending(office)
    office.decide(*(f"Later {n}" for n in range(9)))
    sent = [message for _, message in office.round()] + [m for _, m in office.round(minutes=2)]
    assert [message.id for message in sent].count(cut.id) == 1
    (together,) = [message for message in sent if message.id != cut.id]
    assert together.subject.startswith("[monitor] 17 alerts")
    assert "may reach you twice" not in together.text
    assert sum(row.maybe_twice for row in office.rows()) == 1


def test_a_digest_cut_off_in_the_middle_goes_on_with_the_same_messages(office):
    office.deliveries.capacity = lambda _: 700
    office.decide(*(f"Story number {n} of a long day" for n in range(20)), to=("evening",))
    office.now += timedelta(hours=6)
    cut = kill_while_sending(office)
    messages = [message for _, message in office.round()]
    assert [message.id for message in messages].count(cut.id) == 1
    assert sum("may reach you twice" in message.text for message in messages) == 1
    assert all(sum(f"number {n} of" in message.text for message in messages) == 1 for n in range(20))
