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


def mails_to(sample, name):
    return [mail for mail in sample[0].mails if mail["To"] == f"{name}@localhost"]


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_what_stood_in_the_feeds_before_is_told_once_and_quietly(sample):
    summary = mails_to(sample, "desk")[0]
    assert summary["Subject"] == "[monitor] already in the archive: 1 entry matches"
    assert "1 entry: “Kyiv repeats its wish for an invitation to join NATO” (Northern Wire)" in text_of(summary)


def test_three_alerts_are_mailed_and_each_copy_of_the_story_is_silent(sample):
    _, *mails = mails_to(sample, "desk")
    assert len(mails) == 3
    first, followup, hostile = mails
    assert "NATO to invite Ukraine to join the alliance" in first["Subject"]
    assert "referendum announced" in followup.get_body(("plain",)).get_content()
    assert first["Subject"] == followup["Subject"]
    assert first["References"] == followup["References"]
    assert first["Message-ID"] != followup["Message-ID"]
    assert hostile["References"] != first["References"]


def test_the_follow_up_says_what_is_new_and_who_only_copied(sample):
    text = text_of(mails_to(sample, "desk")[2])
    assert text.startswith("Update 1: headline revised\nNATO signs letter inviting Ukraine to join")
    assert "\nBefore: NATO to invite Ukraine to join the alliance, diplomats say\n" in text
    new = text.partition("\nNew: ")[2].partition("\n")[0]
    assert sorted(new.split(", ")) == ["Capital Courier", "Daily Meridian", "Harbour Gazette"]
    assert "Carried by 4 outlets, 1 independent: Northern Wire, " in text


def test_what_the_evening_destination_collected_comes_in_one_message_at_its_slot(sample):
    (evening,) = mails_to(sample, "evening")
    assert evening["Subject"].startswith("[monitor] 3 alerts and 1 notice: NATO to invite Ukraine")
    assert evening["List-Id"] == "<digest.monitor.localhost>"
    text = text_of(evening)
    for told in ("NATO to invite Ukraine", "NATO signs letter", "NATO bandsmen", "already in the archive"):
        assert told in text


def test_the_dead_pager_is_told_of_once_and_what_it_was_to_get_reaches_the_fallback_instead(sample):
    assert sample[2].count("── [monitor] pager refuses our messages") == 1
    assert "Its alerts go to standby meanwhile" in sample[2]
    stood_in = mails_to(sample, "standby")
    notices = [mail["Subject"] for mail in stood_in if mail["Subject"].startswith("[monitor]")]
    assert notices == ["[monitor] already in the archive: 1 entry matches"]
    assert len(stood_in) == len(notices) + 3
    assert all("Sent here because pager could not be reached." in text_of(mail) for mail in stood_in)
    rows = [row.delivery for row in sample[0].deliveries if row.delivery.destination == "pager" and row.alert]
    assert [(row.state, row.fault) for row in rows] == [("dead", "sent to standby instead: HTTP 410 Gone")] * 3


def test_the_hostile_entry_arrives_as_harmless_text(sample):
    hostile = mails_to(sample, "desk")[-1]
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
