"""The encoding of files that do not say it: Cyrillic of one byte a letter is told from Western letters.

Pure.
"""

from __future__ import annotations

from monitor.feeds.charset import to_text

MARKED = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 begins with."""

_LATIN = bytes((*range(0x41, 0x5B), *range(0x61, 0x7B)))
_MIDDLE, _LOW, _HIGH = (bytes(range(start, end)) for start, end in ((0x80, 0xC0), (0xC0, 0xE0), (0xE0, 0x100)))


def decoded(raw: bytes, declared: str | None = None) -> str:
    """The text of a whole file or line, by the encoding that it declares or else seems to be in."""
    charset = declared or cyrillic(raw)
    return to_text(raw, {"content-type": f"text/plain; charset={charset}"} if charset else {})


def codec_of(start: bytes) -> str:
    """The name of the codec that reads a file with this beginning, as Python calls it."""
    if start.startswith(MARKED):
        return "utf-16"
    whole_lines = start[: start.rfind(b"\n") + 1] or start
    try:
        whole_lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        return cyrillic(whole_lines) or "cp1252"
    return "utf-8-sig"


def cyrillic(raw: bytes) -> str | None:
    """The Cyrillic encoding of bytes that are not valid UTF-8; None where they are hardly Cyrillic.

    Western languages write at most every sixth letter with an accent. Of Cyrillic, small letters are the many ones:
    they are the last 32 bytes in Windows-1251, and those before in KOI8-U. In damaged UTF-8 half of all are neither.
    """
    middle, low, high, latin = (_count(raw, some) for some in (_MIDDLE, _LOW, _HIGH, _LATIN))
    if 3 * (low + high) <= latin or 3 * middle > low + high:
        return None
    return "cp1251" if high > low else "koi8-u"


def _count(raw: bytes, some: bytes) -> int:
    return len(raw) - len(raw.translate(None, some))
