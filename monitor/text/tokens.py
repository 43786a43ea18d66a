"""Words: text to tokens with places, and folding, so that one word has one form however it is typed.

A *chunk* is what stands between blanks and punctuation (`Kyiv’s`, `NATO-Ukraine`, `U.S`); its *pieces* are the
tokens it gives. Pieces are computed once per distinct chunk and remembered, bounded.

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f"
"""Inside of a character class: soft hyphen, joiners, direction marks, variation selectors, tag characters."""
APOSTROPHES = "'’‘ʼʻ′＇`´"
DASHES = "-‐‑‒–—−﹣－"

_SINGLE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー々]"
_WORD = rf"[[\p{{L}}\p{{N}}\p{{M}}]--{_SINGLE}]"
_TAIL = rf"[[\p{{L}}\p{{N}}\p{{M}}{INVISIBLE}]--{_SINGLE}]"
_JOIN = rf"[{re.escape(APOSTROPHES)}&.＆{re.escape(DASHES)}]"
_CHUNK = regex.compile(
    rf"({_SINGLE}[\p{{M}}{INVISIBLE}]*+|{_WORD}{_TAIL}*+(?:{_JOIN}[{INVISIBLE}]*+{_WORD}{_TAIL}*+)*+)", regex.V1
)
_PLAIN = re.compile(r"[\0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*+")
"""Latin, Greek and Cyrillic, without combining marks and anything invisible."""
# Not `(...)*+`: before Python 3.11.5 a group that fails halfway leaves what it had taken in the match.
_PLAIN_CHUNK = re.compile(rf"([^\W_]++(?:{_JOIN}[^\W_]++)*)")
_ASCII_CHUNK = re.compile(r"([A-Za-z0-9]++(?:['`&.\-][A-Za-z0-9]++)*)")

_Pattern = re.Pattern[str] | regex.Pattern[str]

_UNSEEN = regex.compile(f"[{INVISIBLE}]")
_UNIFIED = str.maketrans(
    {**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(DASHES, "-"), "＆": "&"},
)
_ELIDED = re.compile(
    "[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quoiqu|un|dell|nell|all|sull|dall|coll|quest|quell|sant|tutt", re.IGNORECASE
)

_LETTER_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Greek}])\p{M}+")
_STRESS = regex.compile(r"(?<=[аеиоуыэюяіє]\p{M}*)\u0301")
_UNMARKED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)

_PART = regex.compile(
    r"(?<![^\-])\p{L}\p{M}*(?:\.\p{L}\p{M}*)++(?:'[sS])?(?![^\-])"  # U.S
    r"|[^\-.]++(?:(?<=\p{N})\.(?=\p{N})[^\-.]++)*"  # 4.5bn is one part
)

_LONGEST_REMEMBERED = 60
_MOST_PARTS = 8


class Piece(NamedTuple):
    """One token of a chunk, places relative to it."""

    text: str
    folded: str
    start: int
    end: int
    first: int
    last: int


class Token(NamedTuple):
    """One word of a text."""

    text: str
    """As it stands, without invisible characters, possessive `'s` and the dots of `U.S.`"""
    folded: str
    """What is compared when case and accents do not matter."""
    start: int
    """Offset of its first character in the text."""
    end: int
    """Offset behind its last character."""
    first: int
    """Position in words, from 0."""
    last: int
    """Same as `first`, or greater for the joined form of a compound (`F16` of `F-16`)."""


def fold(value: str) -> str:
    """The form two spellings share: small letters, no accents on Latin and Greek letters.

    `Kýiv` and `KYIV` give `kyiv`, `Łódź` gives `lodz`; Cyrillic `й` and `ї` and the vowel signs of Devanagari stay.

    Source:
        Unicode 3.13 (default case folding), UAX 15 (NFKC).
    """
    if value.isascii():
        return value.lower()
    bare = _LETTER_MARKS.sub("", unicodedata.normalize("NFKD", value.casefold()))
    return unicodedata.normalize("NFC", _STRESS.sub("", bare.casefold())).translate(_UNMARKED)


def chunks(text: str) -> list[str]:
    """The runs of characters in `text` that give tokens, in order; the fast half of `tokenize`."""
    return _pattern(text).findall(text)


def gaps_and_chunks(text: str) -> list[str]:
    """What stands before the first chunk, the chunk, what stands behind it, the next chunk, and so on."""
    return _pattern(text).split(text)


def _pattern(text: str) -> _Pattern:
    """How chunks are found: `re` does it several times faster, and the same where there is no mark or ideograph."""
    if text.isascii():
        return _ASCII_CHUNK
    return _PLAIN_CHUNK if _PLAIN.fullmatch(text) else _CHUNK


def pieces(chunk: str) -> tuple[Piece, ...]:
    """The tokens of one chunk: parts in order, then the joined forms of compounds."""
    return _remembered(chunk) if len(chunk) <= _LONGEST_REMEMBERED else _split(chunk)


def chunk_places(text: str) -> Iterator[tuple[str, int]]:
    """The same runs as `chunks` gives, each with its offset."""
    return ((found[0], found.start()) for found in _pattern(text).finditer(text))


def width(found: Sequence[Piece]) -> int:
    """How many word positions a chunk's pieces take."""
    return found[0].last + 1 if len(found) == 1 else max((piece.last for piece in found), default=-1) + 1


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in order of their start, joined forms behind their parts."""
    tokens: list[Token] = []
    position = 0
    for chunk, here in chunk_places(text):
        parts = pieces(chunk)
        tokens += [
            Token(p.text, p.folded, here + p.start, here + p.end, position + p.first, position + p.last) for p in parts
        ]
        position += width(parts)
    return tokens


def words(text: str) -> list[str]:
    """The folded words of `text`, one for each position: compounds as their parts."""
    remembered = _remembered_words
    return [
        word
        for chunk in chunks(text)
        for word in (remembered(chunk) if len(chunk) <= _LONGEST_REMEMBERED else _words(chunk))
    ]


@lru_cache(maxsize=1 << 15)
def _remembered_words(chunk: str) -> tuple[str, ...]:
    return _words(chunk)


def _words(chunk: str) -> tuple[str, ...]:
    return tuple(piece.folded for piece in pieces(chunk) if piece.first == piece.last)


@lru_cache(maxsize=100_000)
def _remembered(chunk: str) -> tuple[Piece, ...]:
    return _split(chunk)


def _split(chunk: str) -> tuple[Piece, ...]:
    if chunk.isalnum():
        return (Piece(chunk, fold(chunk), 0, len(chunk), 0, 0),)
    kept = [at for at, char in enumerate(chunk) if not _UNSEEN.match(char)]
    plain = "".join(chunk[at] for at in kept).translate(_UNIFIED)
    spans = [span for found in _PART.finditer(plain) for span in _unelided(found[0], found.start())]
    ends = [*kept, len(chunk)]
    parts = [
        Piece(text, fold(text), ends[start], ends[start + size - 1] + 1, number, number)
        for number, (text, start, size) in enumerate(spans)
    ]
    return (*parts, *_joined(plain, parts))


def _unelided(part: str, start: int) -> list[tuple[str, int, int]]:
    """The words of a part as (text, start, length in the part)."""
    if part.endswith(("'s", "'S")) and len(part) > 2:
        part = part[:-2]
    head, mark, rest = part.partition("'")
    if mark and rest and _ELIDED.fullmatch(head):
        return [(head, start, len(head)), (rest, start + len(head) + 1, len(rest))]
    return [(_undotted(part), start, len(part))]


def _undotted(part: str) -> str:
    return part.replace(".", "") if all(len(letter) == 1 for letter in part.split(".")) and part[0].isalpha() else part


def _joined(plain: str, parts: list[Piece]) -> tuple[Piece, ...]:
    """The whole compound as one token: `co-operation` is also `cooperation`, `Node.js` also `Node.js`."""
    cores = [piece for piece in parts if not (_ELIDED.fullmatch(piece.folded) and "'" in plain)]
    if not 1 < len(cores) <= _MOST_PARTS or not ("-" in plain or "." in plain):
        return ()
    text = ("" if "-" in plain else ".").join(piece.text for piece in cores)
    return (Piece(text, fold(text), cores[0].start, cores[-1].end, cores[0].first, cores[-1].last),)
