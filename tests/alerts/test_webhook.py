from __future__ import annotations

import json
import re
from pathlib import Path

from monitor.alerts.render import render
from monitor.alerts.webhook import VERSION, facts

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "webhook.md"


def test_a_program_gets_every_part_of_an_alert(alert, parcel, now):
    told = alert(outlets=("A", "B"), new_outlets=("B",), independent=1, number=2, previous_headline="Old")
    found = facts(render(parcel(told), now, chat=True))
    (part,) = found["alerts"]
    assert (part["watchlist"], part["number"], part["headline"]) == ("harbour", 2, "Harbour wall gives way at Lindholm")
    assert (part["link"], part["strength"], part["priority"]) == (
        "https://news.example/harbour/1",
        "headline",
        "normal",
    )
    assert (part["outlets"], part["new_outlets"], part["independent"]) == (["A", "B"], ["B"], 1)
    assert found["at"] == "2026-11-12T10:04:00+00:00"
    assert json.loads(json.dumps(found)) == found


def test_a_digest_lists_all_of_it(alert, notice, parcel, now):
    found = facts(render(parcel(alert(), notice()), now, chat=True))
    assert [a["id"] for a in found["alerts"]] == ["a1"]
    assert found["notices"][0]["kind"] == "feed failing"


def test_foreign_words_are_defused_in_every_field(alert, parcel, now):
    evil = "@everyone <!channel> **x** [a](http://b.example)"
    told = alert(
        headline=evil, outlet=evil, words=(evil,), outlets=(evil,), snippet=evil, marks=(), link="javascript:x"
    )
    text = json.dumps(facts(render(parcel(told), now, chat=True)), ensure_ascii=False)
    assert not re.search(r"@everyone|<!channel>|\]\(|\*\*|javascript", text)


def test_the_reference_describes_every_field(alert, notice, parcel, now):
    page = REFERENCE.read_text("utf-8")
    found = facts(render(parcel(alert(), notice()), now, chat=True))
    named = {*found, *found["alerts"][0], *found["notices"][0], "version", "title", "message", "type", "attachments"}
    assert not {name for name in named if f"`{name}`" not in page}
    assert f"version {VERSION}" in page
