from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts.fallback import fallback_rows
from monitor.alerts.render import render
from monitor.model.alert import Destination, Slots
from monitor.model.ids import AlertId, delivery_id

DESK = Destination(name="desk", url="console://", fallback="chat")
CHAT = Destination(name="chat", url="console://")
BOTH = {"desk": DESK, "chat": CHAT}


def test_each_alert_and_notice_gets_a_row_for_the_fallback_that_names_whom_it_was_meant_for(alert, notice, parcel, now):
    other = alert(id=AlertId("a2"))
    rows = fallback_rows(parcel(alert(), other, notice()), DESK, BOTH, now)
    assert [(r.told_id, r.destination, r.instead_of, r.due_at) for r in rows] == [
        ("a1", "chat", "desk", now),
        ("a2", "chat", "desk", now),
        ("n1", "chat", "desk", now),
    ]
    assert rows[0].id == delivery_id(AlertId("a1"), "chat"), "the same row as if it had been meant for chat"


def test_there_is_none_without_a_fallback_and_none_of_a_fallback(alert, parcel, now):
    assert fallback_rows(parcel(alert()), CHAT, BOTH, now) == ()
    assert fallback_rows(parcel(alert()), None, BOTH, now) == ()
    assert fallback_rows(parcel(alert()), DESK, {"desk": DESK}, now) == ()
    assert fallback_rows(parcel(alert(), instead_of="fax"), DESK, BOTH, now) == ()


def test_the_fallback_s_own_hours_hold(alert, parcel, now):
    later = (now + timedelta(hours=2)).time()
    evening = replace(CHAT, digest=Slots(at=(later,)))
    (row,) = fallback_rows(parcel(alert()), DESK, BOTH | {"chat": evening}, now)
    assert row.due_at == now + timedelta(hours=2)


def test_the_message_says_why_it_came_here(alert, parcel, now):
    for chat in (True, False):
        message = render(parcel(alert(), instead_of="desk"), now, chat=chat)
        assert message.text.endswith("\n\nSent here because desk could not be reached.")
    assert "Sent here because desk could not be reached." in message.html
