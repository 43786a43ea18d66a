from __future__ import annotations

from time import process_time

import pytest

from monitor.feeds.markup import Unfit, ends_inside_entry, entry_spans, prepared, with_entries, with_fewer_categories

RSS = "<rss><channel><title>T</title><item>1</item>, <item>2</item><item>3</item></channel></rss>"


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "<?xml version='1.0'?>\n",
        "\ufeff \n<!-- <feed> --><?xml-stylesheet href='x'?>",
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.example/rss.dtd">',
        "<!DOCTYPE rss [ <!-- it's ]> --> <!ELEMENT rss (#PCDATA)> <!ENTITY a ']>'> ] >",
        "<?xml " + "encoding='" * 1_000 + "?>",
        "\n" * 100_000,
    ],
)
def test_nothing_before_the_root_is_left(prolog):
    assert prepared(prolog + RSS).text == RSS
    assert prepared(prolog + RSS).root == "rss"


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE r [" + "<!ENTITY \n" * 8_000 + "]>",
        "<!DOCTYPE r [" + "".join(f"<!ENTITY e{n} 'x'>" for n in range(11)) + "]>",
        "<!DOCTYPE r [<!ENTITY a '" + "x" * 5_000 + "'>]>",
        "<!DOCTYPE r [<!ENTITY a 'x",
        "<!DOCTYPE r [<!-- ",
        "<!DOCTYPE 'never closed",
    ],
)
def test_a_document_type_that_may_grow_is_refused(doctype):
    with pytest.raises(Unfit):
        prepared(doctype + RSS)


def test_entities_that_grow_beyond_measure_are_refused():
    with pytest.raises(Unfit):
        prepared("<!DOCTYPE r [<!ENTITY a '" + "x" * 3_000 + "'>]><rss>" + "&a;" * 400 + "</rss>")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&amp; &lt; &gt; &quot; &apos;", "&amp; &lt; &gt; &quot; &apos;"),
        ("&eacute;&nbsp;&LT;", "é\u00a0&lt;"),
        ("AT&T & &unknown; &", "AT&amp;T &amp; &amp;unknown; &amp;"),
        ("&#65;&#x41;", "&#65;&#x41;"),
        ("a&#0;&#x1f;&#xFFFF;&#xD800;&#x110000;&#99999999999999999999;b", "ab"),
        ("&#" + "9" * 30 + ";", "&amp;#" + "9" * 30 + ";"),
        ("<![CDATA[AT&T &nbsp; &#0;]]>&nbsp;", "<![CDATA[AT&T &nbsp; &#0;]]>\u00a0"),
        ("<![CDATA[never closed &", "<![CDATA[never closed &"),
        ("a\x00\x0b\x1fb\ud800\ufffe", "ab"),
    ],
)
def test_references_are_mended(source, text):
    assert prepared(f"<rss>{source}").text == f"<rss>{text}"


def test_an_entity_cannot_bring_markup():
    assert prepared("<!DOCTYPE r [<!ENTITY a '<b>&#60;i&#62;'>]><rss>&a;</rss>").text == "<rss>&lt;b&gt;&lt;i&gt;</rss>"


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<x:RSS >", "rss"),
        ("<html>", "html"),
        ("<br>junk<feed >", "feed"),
        ("text", ""),
        ("<", ""),
        ("<1>", ""),
        ("<" + "a" * 9_000, "a" * 101),
    ],
)
def test_the_root_is_named(text, root):
    assert prepared(text).root == root


def test_entries_are_found_and_chosen():
    spans = entry_spans(RSS)
    assert [RSS[start:end] for start, end in spans] == ["<item>1</item>, ", "<item>2</item>", "<item>3</item>"]
    assert with_entries(RSS, spans, slice(-1, None)) == "<rss><channel><title>T</title><item>3</item></channel></rss>"
    assert entry_spans("<feed></feed>") == []


def test_an_entry_that_is_not_closed_is_noticed():
    assert not ends_inside_entry(RSS)
    assert not ends_inside_entry("<feed>")
    assert ends_inside_entry(RSS.removesuffix("</item></channel></rss>"))


def test_categories_are_counted_for_each_entry():
    many = "".join(f"<category>{n}</category>" for n in range(150))
    text = f"<item>{many}</item><item>{many}</item>"
    assert with_fewer_categories(text) == text
    crowd = "<item>" + "<category domain='x'><![CDATA[a]]></category><dc:subject/>" * 500 + "</item>"
    assert with_fewer_categories(crowd).count("<category") + with_fewer_categories(crowd).count("<dc:subject") == 200


@pytest.mark.parametrize(
    "piece",
    ["<", "&", "<!--", "<?", "<!---->", "<?a?>", "<![CDATA[", "<category>", "<category><![CDATA[", "<item>", "<a:", "&#", "&a", '<!DOCTYPE "',
     "<!DOCTYPE x [", "<!DOCTYPE x [<!--", "\n", "\ufeff", "<item", "&#1;"],
)  # fmt: skip
def test_hostile_text_takes_time_by_its_length_alone(piece):
    started = process_time()
    for text in (piece * 100_000, "<rss>" + piece * 100_000):
        try:
            markup = prepared(text).text
        except Unfit:
            continue
        entry_spans(with_fewer_categories(markup))
        ends_inside_entry(markup)
    assert process_time() - started < 2
