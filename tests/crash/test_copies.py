"""A copy bears the id of what it copies: what may have gone out alone is told alone again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts.bundles import BACKLOG, CROWD, crowded
from monitor.model.alert import Delivery
from monitor.model.ids import AlertId, DeliveryId
from tests.crash.script import NOON

pytestmark = pytest.mark.crash


def row(n, **changes):
    fields = {"id": DeliveryId(f"d{n}"), "destination": "desk", "alert_id": AlertId(f"a{n}"), "due_at": NOON}
    return Delivery(**(fields | {"created_at": NOON, "attempts": 1} | changes))


def test_a_backlog_takes_no_row_that_may_have_gone_out():
    rows = [row(n) for n in range(CROWD + 1)] + [row(99, maybe_twice=True, due_at=NOON - timedelta(hours=1))]
    settled = {each.delivery_id: each for each in crowded(rows, NOON)}
    assert settled["d99"].held is None
    assert {each.held for id_, each in settled.items() if id_ != "d99"} == {BACKLOG}


def test_rows_that_may_have_gone_out_make_no_crowd():
    assert crowded([row(n, maybe_twice=True) for n in range(3 * CROWD)], NOON) == ()
