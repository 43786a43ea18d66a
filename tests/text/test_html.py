from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.html import html_to_text

MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b", ">", "<", "&amp;", "&", "<!--", "-->", "<script>", "</script>", "'", '"', "=", " x "]
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain  words\nonly", "plain words only"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("some<b>thing</b> <i>new</i>", "something new"),
        ("<p>line\nin the source</p>", "line in the source"),
        ("a<script>var x = '<p>';</script>b<style>p{}</style>c", "abc"),
        ("a<!-- <p>no</p> -->b", "ab"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("&lt;b&gt; &amp; &eacute;&#8217;&#x41;", "<b> & é’A"),
        ("AT&T 3 < 4 <3", "AT&T 3 < 4 <3"),
        ('<img alt="a > b" src=x>after', "after"),
        ("<a href='it's'>broken</a>", "broken"),
        ("<![CDATA[kept]]> text", "kept text"),
        ("<head><title>Hidden</title></head><body>Shown", "Shown"),
        ("<noscript>Enable scripts</noscript>Story", "Story"),
        ("<svg><text>logo</text></svg>Story", "Story"),
        ("<title>never closed Story", "never closed Story"),
        ("Story <script>never closed", "Story"),
        ("Story <a href='cut off", "Story"),
        ("Story <!-- cut off", "Story"),
        ("<P>UPPER</P>case", "UPPER\ncase"),
        ("&#xD800;&#0;", "\ufffd\ufffd"),
    ],
)
def test_a_reader_would_see(markup, text):
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<!--", "<", "&", '<a "', "<a ='", "<svg>", "</", "<!", "<script>", '<a =" ', "<a", "<a/", "&#9",
     "<![CDATA[", "<title></svg>", "<svg></svg", "<?", "&lt", "<a x=\"'>", "<p a=1 ", "<textarea>", "</div><div>"],
)  # fmt: skip
def test_hostile_markup_takes_time_by_its_length_alone(piece):
    started = process_time()
    html_to_text(piece * 60_000)
    assert process_time() - started < 2


def test_an_endless_tag_and_an_endless_number_are_cheap():
    started = process_time()
    html_to_text("<p " + " ".join(f"a{n}='1'" for n in range(100_000)) + ">x")
    assert html_to_text("&#" + "9" * 100_000 + ";") == "\ufffd"
    assert process_time() - started < 2


@given(markup=MARKUP)
@settings(max_examples=150, deadline=None)
def test_no_markup_raises_and_no_line_is_empty(markup):
    text = html_to_text(markup)
    assert all(line == " ".join(line.split()) != "" for line in text.split("\n")) or text == ""
