"""The sample, asserted alert by alert."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

from monitor.demo.play import play
from monitor.telemetry import configure


@pytest.fixture(scope="module")
def sample():
    configure("error")
    said, shown = [], io.StringIO()
    with redirect_stdout(shown):
        played = play(said.append, once=True, console=shown)
    return played, said, shown.getvalue()


def outcomes(played):
    return [(row.entry.source, row.entry.guid, str(row.answer.outcome.kind)) for row in played.entries]


def test_every_entry_comes_to_what_the_sample_says(sample):
    found = outcomes(sample[0])
    assert sorted(found[:6]) == [
        ("Capital Courier", "c-1", "baseline"),
        ("Daily Meridian", "m-1", "baseline"),
        ("Harbour Gazette", "g-1", "baseline"),
        ("Northern Wire", "w-1", "baseline"),
        ("Northern Wire", "w-2", "baseline"),
        ("Shady Mirror", "x-1", "baseline"),
    ]
    after = {guid: kind for _, guid, kind in found[6:]}
    assert after == {
        "w-3": "alerted",
        "g-2": "no match",
        "g-3": "copy",
        "c-2": "copy",
        "m-2": "copy",
        "c-3": "known",
        "x-2": "alerted",
    }


def test_three_mails_are_caught_and_each_copy_of_the_story_is_silent(sample):
    mails = sample[0].mails
    assert len(mails) == 3
    first, followup, hostile = mails
    assert "NATO to invite Ukraine to join the alliance" in first["Subject"]
    assert "referendum announced" in followup.get_body(("plain",)).get_content()
    assert first["Subject"] == followup["Subject"]
    assert first["References"] == followup["References"]
    assert first["Message-ID"] != followup["Message-ID"]
    assert hostile["References"] != first["References"]


def test_the_hostile_entry_arrives_as_harmless_text(sample):
    hostile = sample[0].mails[-1]
    text = hostile.get_body(("plain",)).get_content()
    html = hostile.get_body(("html",)).get_content()
    assert "javascript:" not in html.split("href=", 1)[-1].split(">", 1)[0]
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "\u202e" not in text + html + hostile["Subject"]
    assert "Bcc" not in hostile


def test_alerts_are_printed_on_the_console_too(sample):
    assert sample[2].count("NATO to invite Ukraine") >= 1


def test_the_first_alert_comes_within_ten_seconds(sample):
    assert sample[0].seconds_to_first_alert < 10


def test_the_broken_feed_is_known_to_be_broken(sample):
    broken = [row for row in sample[0].feeds if row.feed.name == "Broken Bugle"]
    assert broken[0].state.failures >= 1
    assert "500" in broken[0].state.fault_detail
