from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.charset import to_text


def declared(codec: str) -> str:
    return f'<?xml version="1.0" encoding="{codec}"?><rss>Žluťoučký kůň</rss>'


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-be", "iso-8859-2", "windows-1250"],
)
def test_a_document_is_read_in_its_own_encoding(codec):
    text = declared(codec)
    assert to_text(text.encode(codec), {}) == text


def test_the_header_counts_more_than_the_declaration():
    body = "<?xml version='1.0' encoding='iso-8859-1'?><t>Новости</t>".encode("koi8-r")
    assert "Новости" in to_text(body, {"content-type": 'text/xml; charset="KOI8-R"'})


@pytest.mark.parametrize("lie", ["iso-8859-1", "us-ascii", "koi8-r", "shift_jis", "utf-16"])
def test_valid_utf8_is_utf8_whatever_is_declared(lie):
    text = declared(lie)
    assert to_text(text.encode(), {"content-type": f"application/xml; charset={lie}"}) == text


@pytest.mark.parametrize(
    "codec", ["zlib", "zip", "bz2", "rot13", "hex", "base64", "uu", "idna", "punycode", "utf-7", "unicode_escape", "undefined", "mbcs", "../x", "os", "x" * 500]
)  # fmt: skip
def test_codecs_that_do_other_things_are_never_used(codec):
    body = f"<?xml version='1.0' encoding='{codec}'?><t>+AGY- \\x41 ü</t>".encode("cp1252")
    assert to_text(body, {"content-type": f"text/xml; charset={codec}"}) == body.decode("cp1252")


def test_what_latin1_leaves_open_is_read_as_windows_1252():
    assert (
        to_text("<t>“It’s”</t>".encode("cp1252"), {"content-type": "text/xml; charset=ISO-8859-1"}) == "<t>“It’s”</t>"
    )


def test_a_few_bad_bytes_do_not_spoil_the_rest():
    assert to_text("Zürich Łódź ".encode() + b"\xff", {}) == "Zürich Łódź \ufffd"


@given(body=st.binary(max_size=200), label=st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(body, label):
    to_text(body, {"content-type": f"text/xml; charset={label}"})
