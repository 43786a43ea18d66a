from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.alerts.defuse import defuse
from monitor.alerts.render import packs, render, simplify
from monitor.model.ids import AlertId, NoticeId, StoryId
from monitor.model.watch import Priority


class Page(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.tags, self.links, self.text, self.attributes = [], [], "", []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.text += data


OUR_TAGS = {
    "html", "head", "meta", "title", "style", "body", "article", "p", "h1", "a", "span", "blockquote", "mark", "code",
    "br",
}  # fmt: skip


def test_an_alert_is_complete_as_plain_text(alert, parcel, now):
    told = alert(outlets=("Coast Gazette", "Island Post"), entries=3, related="“Harbour repairs end”, in corpus seeds")
    message = render(parcel(told), now, chat=False)
    assert message.subject == "[The old harbour] Harbour wall gives way at Lindholm"
    assert (
        message.text
        == """\
Harbour wall gives way at Lindholm
Coast Gazette · published 2026-11-12 10:04 UTC
news.example: https://news.example/harbour/1

The old »harbour« »wall« gave way on Monday.

Why: watchlist “The old harbour”: new story; headline match of harbour, wall
Carried by 2 outlets: Coast Gazette, Island Post
Related: “Harbour repairs end”, in corpus seeds

Explain: monitor explain e1
Mute: monitor silence add harbour"""
    )
    assert (message.thread, message.topic, message.at, message.urgent) == ("story-s1", "harbour", now, False)


def test_a_follow_up_says_what_is_new_and_keeps_subject_and_thread(alert, parcel, now):
    first = render(parcel(alert()), now, chat=False)
    later = alert(
        id=AlertId("a2"),
        number=2,
        why_now="headline revised",
        headline="Two hurt as harbour wall gives way",
        previous_headline="Harbour wall gives way at Lindholm",
    )
    second = render(parcel(later), now, chat=False)
    assert (second.subject, second.thread) == (first.subject, first.thread)
    assert second.id != first.id
    assert second.text.startswith(
        "Update 1: headline revised\nTwo hurt as harbour wall gives way\nBefore: Harbour wall gives way at Lindholm\n"
    )


def test_where_the_headline_alone_matched_the_message_says_how_the_text_begins(alert, parcel, now):
    told = alert(snippet="Harbour wall gives way", marks=((0, 7),), lead="Two boats & a quay are lost.")
    message = render(parcel(told), now, chat=False)
    assert message.text.count("Harbour wall gives way") == 1
    assert "\n\nTwo boats & a quay are lost.\n\n" in message.text
    assert "<blockquote>Two boats &amp; a quay are lost.</blockquote>" in message.html


def test_every_try_of_a_delivery_bears_the_same_id(alert, parcel, now):
    first = parcel(alert())
    again = replace(first, deliveries=(replace(first.deliveries[0], attempts=4, maybe_twice=True),))
    one, two = render(first, now, chat=True), render(again, now + timedelta(hours=1), chat=False)
    assert one.id == two.id == first.deliveries[0].id
    assert "may reach you twice" in two.text
    assert one.id in two.text
    assert "may reach you twice" in (two.html or "")


def test_a_digest_names_every_alert_and_its_id_hangs_on_its_rows(alert, notice, parcel, now):
    alerts = [alert(id=AlertId(f"a{n}"), headline=f"Story number {n}") for n in range(12)]
    digest = parcel(*alerts, notice())
    message = render(digest, now, chat=False)
    assert message.subject == "[monitor] 12 alerts and 1 notice: Story number 0"
    assert message.text.startswith("12 alerts and 1 notice, 2026-11-12 10:04 UTC\n\n[The old harbour] Story number 0\n")
    assert all(f"Story number {n}\n" in message.text for n in range(12))
    assert "Coast Gazette cannot be fetched\ntimed out, 5 times in a row\nfeed failing" in message.text
    assert message.id == render(digest, now + timedelta(days=1), chat=True).id
    assert message.id != render(parcel(*alerts), now, chat=False).id


def test_a_digest_says_of_each_story_how_many_carry_it_and_how_many_voices_they_are(alert, parcel, now):
    wide = alert(id=AlertId("a2"), outlets=("Coast Gazette", "Island Post", "Quay"), independent=2, entries=4)
    text = render(parcel(alert(), wide), now, chat=True).text
    assert text.count("Carried by") == 1
    assert "Carried by 3 outlets, 2 independent: Coast Gazette, Island Post, Quay\nExplain:" in text


def test_a_notice_says_what_is_wrong(notice, parcel, now):
    message = render(parcel(notice()), now, chat=True)
    assert message.subject == "[monitor] Coast Gazette cannot be fetched"
    assert message.text.endswith("feed failing · 2026-11-12 10:04 UTC")
    assert (message.topic, message.html) == ("notices", None)


def test_urgency_is_passed_on(alert, parcel, now):
    assert render(parcel(alert(priority=Priority.URGENT)), now, chat=True).urgent


def test_html_carries_the_same_facts_in_light_and_dark_and_fetches_nothing(alert, parcel, now):
    page = Page(render(parcel(alert()), now, chat=False).html)
    for fact in ("Harbour wall gives way", "Coast Gazette · published", "new story", "monitor explain e1"):
        assert fact in page.text
    assert page.links == ["https://news.example/harbour/1"]
    assert set(page.tags) <= OUR_TAGS
    assert page.tags.count("mark") == 2
    assert "prefers-color-scheme: dark" in page.text


def test_a_hostile_title_is_words_and_nothing_else_everywhere(alert, parcel, now, hostile_title):
    title = hostile_title
    told = alert(
        headline=title,
        story_title=title,
        outlet=title,
        snippet=title,
        marks=((0, 3), (2, 5), (900, 901)),
        words=(title,),
        previous_headline=title,
        number=2,
        why_now=title,
        related=title,
        outlets=(title, title),
        link="javascript:alert(1)",
    )
    for one, chat in product((told, replace(told, lead=title)), (True, False)):
        message = render(parcel(one), now, chat=chat)
        assert message.text.strip()
        assert message.subject.strip()
        assert len(message.subject) <= 200
        assert not set("\r\n\0\u2028\u2029\u0085\x0b\x0c\x1b\u202e") & set(message.subject)
        assert not set("\r\0\u2028\u2029\u0085\x0b\x0c\x1b\u202e\u200b") & set(message.text)
        (message.subject + message.text + (message.html or "")).encode("utf-8")
        if chat:
            assert defuse(message.subject) == message.subject
            assert not {"@everyone", "<!channel>", "<@", "](", "**", "||", "~~"} & set(_parts(message.text))
        else:
            page = Page(message.html)
            assert set(page.tags) <= OUR_TAGS
            assert not page.links
            assert not any(name.startswith("on") for name in page.attributes)


def _parts(text):
    return [text[start : start + size] for size in (2, 9, 10) for start in range(len(text))]


def test_the_hostile_titles_are_many(hostile_titles):
    assert len(set(hostile_titles)) >= 78


def test_a_long_subject_is_cut_to_one_line_of_200(alert, parcel, now):
    subject = render(parcel(alert(story_title="wall " * 100)), now, chat=True).subject
    assert len(subject) == 200
    assert subject.endswith("…")


def test_a_link_with_a_mention_in_it_stays_a_link_and_pings_nobody(alert, parcel, now):
    told = alert(link="https://news.example/@everyone/a")
    assert "news.example: https://news.example/%40everyone/a" in render(parcel(told), now, chat=True).text
    assert "news.example: https://news.example/@everyone/a" in render(parcel(told), now, chat=False).text


def test_a_watchlist_name_is_quoted_for_the_shell(alert, parcel, now):
    told = alert(watchlist="my list; rm -rf /")
    assert "Mute: monitor silence add 'my list; rm -rf /'" in render(parcel(told), now, chat=False).text


def test_a_refused_message_becomes_plainer_each_time(alert, parcel, now):
    told = alert(headline="Überflutung in Łódź 😀", snippet="x " * 2000, marks=())
    message = render(parcel(told), now, chat=False)
    first, second = simplify(message, 1), simplify(message, 2)
    assert first.html is None
    assert len(first.text) <= 1000
    assert (first.subject, first.id) == (message.subject, message.id)
    assert (second.subject + second.text).isascii()
    assert "https://news.example/harbour/1" in second.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.lists(st.integers(0, 300), min_size=1, max_size=30), room=st.integers(200, 2000))
def test_packing_keeps_every_row_in_order_and_packs_the_rest_the_same_way(alert, parcel, lengths, room):
    told = [alert(id=AlertId(f"a{n}"), headline="x" * length) for n, length in enumerate(lengths)]
    whole = parcel(*told)
    packed = packs(whole, room)
    assert [row for each in packed for row in each.deliveries] == list(whole.deliveries)
    assert all(len(each.alerts) == len(each.deliveries) for each in packed)
    rest = [row for each in packed[1:] for row in each.deliveries]
    if rest:
        left = replace(whole, deliveries=tuple(rest), alerts=tuple(a for each in packed[1:] for a in each.alerts))
        assert packs(left, room) == packed[1:]


def test_what_is_packed_fits_once_rendered(alert, parcel, now):
    told = [alert(id=AlertId(f"a{n}"), headline=f"{n} " + "<@everyone> " * 20) for n in range(20)]
    packed = packs(parcel(*told), 2000)
    assert len(packed) > 1
    assert all(len(render(each, now, chat=True).text) <= 2000 for each in packed)


def test_two_stories_are_two_threads(alert, parcel, now):
    other = alert(id=AlertId("a9"), story_id=StoryId("s9"))
    assert render(parcel(other), now, chat=False).thread != render(parcel(alert()), now, chat=False).thread


def test_a_hostile_notice_is_defused_too(notice, parcel, now):
    text = render(parcel(notice(id=NoticeId("n2"), subject="@everyone", detail="<!channel>\n# x")), now, chat=True).text
    assert "@everyone" not in text
    assert "<!channel>" not in text
