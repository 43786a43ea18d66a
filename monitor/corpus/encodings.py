"""The encoding of files that do not say it: Cyrillic of one byte a letter is told from Western letters.

Pure.
"""

from __future__ import annotations

MARKED = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 begins with."""

_LATIN = bytes((*range(0x41, 0x5B), *range(0x61, 0x7B)))
_MIDDLE, _LOW, _HIGH = (bytes(range(start, end)) for start, end in ((0x80, 0xC0), (0xC0, 0xE0), (0xE0, 0x100)))


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
