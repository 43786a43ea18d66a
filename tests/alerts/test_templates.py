from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts.render import Voice, packs, render
from monitor.alerts.templates import _values, filled
from monitor.model.ids import AlertId
from monitor.model.watch import Wording
from monitor.model.wording import FIELDS, placeholders

PLAIN = Voice(chat=False)


def fill(template, alert, voice=PLAIN):
    return filled(template, alert, voice.line, voice.link)


def test_every_field_that_may_be_named_has_a_value_and_no_other(alert):
    assert set(_values(alert(), PLAIN.line, PLAIN.link)) == set(FIELDS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{headline}: {link}", "Harbour wall gives way at Lindholm: https://news.example/harbour/1"),
        ("[{watchlist}] {outlet}, {published}", "[harbour] Coast Gazette, 2026-11-12 10:04 UTC"),
        ("{outlets} outlets, {independent} independent", "1 outlets, 1 independent"),
        ("{{headline}} {strength}/{priority}", "{headline} headline/normal"),
        ("{update}|{previous_headline}|{words}", "||harbour, wall"),
        ("nothing", "nothing"),
        ("{unknown} {headline.__class__} {0}", "{unknown} {headline.__class__} {0}"),
    ],
)
def test_fields_are_replaced_and_nothing_else_is_read(alert, template, text):
    assert fill(template, alert()) == text


def test_what_a_value_holds_is_no_template(alert):
    assert fill("{headline}", alert(headline="{link} {{x}} {")) == "{link} {{x}} {"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{a} {b}", ["a", "b"]),
        ("{{a}}", []),
        ("{a.b} {c!r} {d:>9} {}", ["a.b", "c!r", "d:>9", ""]),
        ("a } b { c", [None, None]),
        ("{a{b}}", [None, "b", None]),
    ],
)
def test_every_brace_is_accounted_for(template, found):
    assert [name for _, name in placeholders(template)] == found


def test_a_destination_s_words_come_before_a_watchlist_s_and_those_before_ours(alert, parcel, now):
    told = alert(wording=Wording(subject="W {story}", text="W {headline}"))
    assert render(parcel(alert()), now, chat=False).subject == "[The old harbour] Harbour wall gives way at Lindholm"
    message = render(parcel(told), now, chat=False)
    assert (message.subject, message.text) == (
        "W Harbour wall gives way at Lindholm",
        "W Harbour wall gives way at Lindholm",
    )
    assert message.html is None, "no HTML of ours says something else"
    message = render(parcel(told), now, chat=False, wording=Wording(subject="D {outlet}"))
    assert (message.subject, message.text) == ("D Coast Gazette", "W Harbour wall gives way at Lindholm")


def test_a_template_that_comes_to_nothing_gives_way_to_ours(alert, parcel, now):
    message = render(parcel(alert()), now, chat=False, wording=Wording(subject="{update}", text="{update}\n"))
    assert message.subject.startswith("[The old harbour]")
    assert message.text.startswith("Harbour wall gives way")


def test_a_digest_tells_each_alert_in_its_reader_s_words(alert, notice, parcel, now):
    two = parcel(alert(), alert(id=AlertId("a2"), headline="Bridge closed", story_title="Bridge closed"), notice())
    message = render(two, now, chat=False, wording=Wording(subject="D {story}", text="* {headline}"))
    assert message.subject == "D Harbour wall gives way at Lindholm (and 2 more)"
    assert message.text.startswith("* Harbour wall gives way at Lindholm\n\n* Bridge closed\n\nCoast Gazette cannot")
    assert message.html is None, "no HTML of ours says something else"


def test_a_digest_tells_an_alert_in_its_watchlist_s_words_and_the_others_in_ours(alert, parcel, now):
    own = alert(id=AlertId("a2"), wording=Wording(subject="W {story}", text="W {outlet}"))
    message = render(parcel(alert(), own), now, chat=False)
    assert message.subject.startswith("[monitor] 2 alerts: Harbour wall")
    assert message.text.startswith("2 alerts, 2026-11-12 10:04 UTC\n\n[The old harbour] Harbour wall gives way")
    assert message.text.endswith("\n\nW Coast Gazette")
    assert render(parcel(own, alert()), now, chat=False).subject.endswith("(and 1 more)")


@pytest.mark.parametrize("chat", [True, False])
def test_a_digest_s_own_subject_keeps_its_length_and_says_how_much_there_is(alert, parcel, now, chat):
    long = alert(story_title="wall " * 80)
    message = render(parcel(long, alert(id=AlertId("a2"))), now, chat=chat, wording=Wording(subject="{story}"))
    assert len(message.subject) <= 200
    assert message.subject.endswith("… (and 1 more)")


def test_a_digest_in_long_words_is_packed_by_their_length(alert, parcel):
    many = parcel(*(alert(id=AlertId(f"a{n}")) for n in range(6)))
    template = Wording(text="{headline} " * 20)
    assert len(packs(many, 2_000)) == 1
    parts = packs(many, 2_000, template)
    assert len(parts) > 1
    assert sum(len(each.deliveries) for each in parts) == 6


def test_notices_keep_our_words(notice, parcel, now):
    wording = Wording(subject="x", text="y")
    assert render(parcel(notice()), now, chat=True, wording=wording).subject.startswith("[monitor]")


def test_a_hostile_title_is_words_only_in_anybody_s_template(alert, parcel, now, hostile_title):
    every = "\n".join(f"{name}: {{{name}}}" for name in FIELDS)
    told = alert(headline=hostile_title, story_title=hostile_title, outlet=hostile_title, words=(hostile_title,))
    told = replace(told, snippet=hostile_title, why_now=hostile_title, outlets=(hostile_title,), marks=())
    message = render(parcel(told), now, chat=True, wording=Wording(subject="{headline} {outlet}", text=every))
    assert "@everyone" not in message.text + message.subject
    assert "<!channel>" not in message.text + message.subject
    assert not set("\r\n\0\u2028\u2029\u202e") & set(message.subject)
    assert len(message.subject) <= 200
    assert message.text.count("\n") == len(FIELDS) - 1
