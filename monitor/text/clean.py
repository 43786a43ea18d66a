"""What may stand in a text: everything a reader can see, nothing that hides, reorders or breaks.

Every text of the outside world passes here once, when it comes in. What stays is safe to store, to mail and to print.

Pure.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS_IN_A_ROW = 4

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but those that end a line
    "\ud800-\udfff"  # lone surrogates
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"  # annotation marks, noncharacters
    # Default_Ignorable_Code_Point: soft hyphen, bidi, zero-width, fillers, variation selectors, tags
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]+"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]+")
"""What of it is ASCII."""
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
"""Whatever is not the one space that should stand there."""
_UNTIDY = ("  ", "\t", "\r", "\x0b", "\x0c", " \n", "\n ", "\n\n\n")
"""What of spaces and line ends is to be mended in a text of ASCII, where looking for it is much quicker."""
_LINE_EDGES = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")


def clean_text(value: str, limit: int | None = None) -> str:
    """The readable part of `value`, in lines: at most one blank line between two, one space between words.

    Controls, lone surrogates, bidirectional and zero-width characters, soft hyphens and tag characters are gone;
    every kind of line end is a newline; letters are composed (NFC); at most four marks stand on one letter.
    Cleaning twice changes nothing.

    Args:
        value: Any text, of any origin.
        limit: Longest result in characters; the rest is cut off.

    Source:
        Unicode 16 Default_Ignorable_Code_Point; UAX #15 (NFC).
    """
    text = _visible(value)
    if not text.isascii() or any(untidy in text for untidy in _UNTIDY):
        text = _LINE_EDGES.sub("\n", _SPACES.sub(" ", _LINE_END.sub("\n", text)))
        text = _BLANK_LINES.sub("\n\n", text)
    text = text.strip()
    return text if limit is None else text[:limit].rstrip()


def clean_line(value: str, limit: int | None = None) -> str:
    """The same as `clean_text`, in one line."""
    text = " ".join(_visible(value).split())
    return text if limit is None else text[:limit].rstrip()


def _visible(value: str) -> str:
    if value.isascii():
        return _CONTROLS.sub("", value)
    return _thin(unicodedata.normalize("NFC", _thin(_INVISIBLE.sub("", value))))


def _thin(text: str) -> str:
    """At most four combining marks in a row: more is a prank, and ordering them costs the square of their number."""
    marks = "".join(sorted(c for c in set(text) if unicodedata.combining(c)))
    if not marks:
        return text
    return re.sub(f"([{marks}]{{{_MARKS_IN_A_ROW}}})[{marks}]+", r"\1", text)
