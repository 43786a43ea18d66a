"""Bytes to characters: whatever a server says of its encoding, only known codecs are used and nothing fails.

Pure.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_WIDE_OPENINGS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "utf-16": "utf-16-le",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
"""Labels that in practice mean a superset of what they say. Source: WHATWG Encoding 4.2."""
_KNOWN = frozenset(_WIDER.values()) | {
    *(f"cp125{n}" for n in range(9)),
    *(f"windows-125{n}" for n in range(9)),
    *(f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8-r", "koi8-u", "euc-jp", "iso-2022-jp", "gb18030", "ibm866", "cp866", "cp437", "cp850", "utf-16-be"),
}
_SEVEN_BIT = "iso-2022-jp"
_DECLARED = re.compile(rb"""^\s{0,100}<\?xml[^>]{0,200}?\sencoding\s{0,10}=\s{0,10}["']([A-Za-z0-9._:-]{1,40})["']""")
_PARAMETER = re.compile(r"""charset\s{0,10}=\s{0,10}["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_DAMAGED = "\ufffd"


def to_text(body: bytes, headers: Mapping[str, str]) -> str:
    """The characters of a document, U+FFFD for what cannot be read.

    A byte order mark decides; else bytes that are valid UTF-8 are UTF-8, whatever is declared; else the header's
    charset, then the XML declaration's, then Windows-1252. Only codecs of a list are tried.

    Args:
        body: The document.
        headers: By lower-case name.

    Source:
        RFC 7303 3 (order of declarations); XML 1.0 appendix F.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    opening = next((codec for start, codec in _WIDE_OPENINGS if body.startswith(start)), None)
    if opening is not None:
        return body.decode(opening, "replace")
    declared = list(_declared(body, headers))
    candidates = (*declared, "utf-8") if _SEVEN_BIT in declared else ("utf-8", *declared)
    text = next(filter(None, (_strictly(body, codec) for codec in candidates)), None)
    return text if text is not None else _roughly(body, declared)


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """Codecs that the document is said to be in and that may be used."""
    parameter = _PARAMETER.search(headers.get("content-type", "")[:1_000])
    declaration = _DECLARED.match(body[:1_000])
    labels = (parameter[1] if parameter else "", declaration[1].decode("ascii") if declaration else "")
    for label in labels:
        name = label.lower().replace("_", "-")
        codec = _WIDER.get(name, name)
        if codec in _KNOWN:
            yield codec


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def _roughly(body: bytes, declared: list[str]) -> str:
    """The best reading of bytes that no candidate reads without a fault."""
    as_utf8 = body.decode("utf-8", "replace")
    high = len(as_utf8) - len(as_utf8.encode("ascii", "ignore"))
    if as_utf8.count(_DAMAGED) * 2 <= high:
        return as_utf8
    return body.decode(next((codec for codec in declared if codec != "utf-8"), "cp1252"), "replace")
