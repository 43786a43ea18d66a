"""What kind of line a line is: a sentence of the article, a heading, or a piece of the page around it.

The phrases stand in `furniture.txt`, with what each section means.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import NamedTuple

from monitor.text.lists import read_lists
from monitor.text.tokens import fold

FULL_SENTENCE = 8
"""Words from which a line that ends like a sentence is one of the article's."""

_SHORT = 8
_NOTE_WORDS = 60
"""Longest line that is taken for a caption or a note; a whole article in one line may hold any phrase."""

_LOOKED_AT = 600
"""Characters at either end of a line that are searched for phrases; furniture is short."""

_SENTENCE_ENDS = tuple(".!?…。！？؟।։:：")
_CLOSERS = "\"'”’»«“)]}」』› \t\u00a0"
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no space between words."""
_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"^\s*(?:[•·▪‣◦*–—-]|\d{1,2}[.)])\s+")
_LINK = re.compile(r"^\s*(?:https?://|www\.)\S+\s*$")


class Kind(Enum):
    """What a line is."""

    SENTENCE = "a full sentence"
    SHORT_SENTENCE = "a short line that ends like a sentence"
    PLAIN = "a line without an end: a heading, a headline, a byline"
    MARKER = "the head of a box"
    NOTE = "a sentence about the page"
    EDGE = "a sentence that is about the page when it stands at its edge"
    CAPTION = "a caption"
    LABEL = "a button, a menu item, a bare link"


class Line(NamedTuple):
    """One line that is not blank."""

    text: str
    words: int
    kind: Kind


def classify(text: str) -> Line:
    """The line with its length and kind; in time that grows with its length alone."""
    stripped = text.strip()
    size = length(stripped)
    return Line(stripped, size, _kind(stripped, size))


def length(text: str) -> int:
    """Words of a line; scripts without spaces count two characters as a word."""
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    return len(_DENSE.sub(" ", text).split()) + (dense + 1) // 2 if dense else len(text.split())


def ends_like_a_sentence(text: str) -> bool:
    """Whether the last character, closing quotes and brackets aside, ends a sentence."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def is_bullet(text: str) -> bool:
    """Whether the line is an item of a list."""
    return _BULLET.match(text) is not None


def folded(text: str) -> str:
    """The text as phrases are compared: without case and accents, apostrophes upright."""
    return fold(text).replace("’", "'")


def core(text: str) -> str:
    """The folded line without bullets, figures and signs at its ends: what labels are compared by."""
    return _EDGES.sub("", folded(text))


def _kind(text: str, size: int) -> Kind:
    if _LINK.match(text) or _is_label(text, size):
        return Kind.LABEL
    ended = ends_like_a_sentence(text)
    if text.startswith("©") or _is_marker(text, size, ended=ended):
        return Kind.MARKER
    if size > _NOTE_WORDS:
        return Kind.SENTENCE if ended else Kind.PLAIN
    ends = folded(text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]} {text[-_LOOKED_AT:]}")
    said = frozenset(_WORD.findall(ends))
    if _place("always", ends, said) is not None:
        return Kind.NOTE
    if _is_caption(ends, said):
        return Kind.CAPTION
    if not ended:
        return Kind.PLAIN
    if _place("edge", ends, said) is not None:
        return Kind.EDGE
    return Kind.SENTENCE if size >= FULL_SENTENCE else Kind.SHORT_SENTENCE


def _is_label(text: str, size: int) -> bool:
    if size > _SHORT:
        return False
    bare = core(text)
    if not bare:
        return not any(char.isalnum() for char in text)
    return bare in _phrases()["label"] or bare.startswith("skip to ")


def _is_marker(text: str, size: int, *, ended: bool) -> bool:
    found = _markers().match(core(text[:80]))
    if found is None:
        return False
    after = found.string[found.end() : found.end() + 3].lstrip()
    return after[:1] in {":", "：", "»", "→", "|"} or (size <= _SHORT and not (ended and size > 4))


def _is_caption(ends: str, said: frozenset[str]) -> bool:
    found = _place("credit", ends, said)
    return found is not None and (found[0] == 0 or len(ends) - found[1] < 40)


def _place(section: str, ends: str, said: frozenset[str]) -> tuple[int, int] | None:
    """Where the first phrase of a section that occurs stands; each is looked for only where its longest word is."""
    by_word = _by_word(section)
    for word in said.intersection(by_word):
        for phrase in by_word[word]:
            if found := _whole(phrase).search(ends):
                return found.span()
    dense = (ends.find(phrase) for phrase in by_word[""]) if not ends.isascii() and _DENSE.search(ends) else ()
    return next(((at, at + 2) for at in dense if at >= 0), None)


@cache
def _whole(phrase: str) -> re.Pattern[str]:
    """The phrase where it does not begin or end inside a word."""
    before, after = (r"(?<!\w)" if phrase[0].isalnum() else ""), (r"(?!\w)" if phrase[-1].isalnum() else "")
    return re.compile(before + re.escape(phrase) + after)


@cache
def _by_word(section: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a section under their longest word; those of scripts without spaces under the empty one."""
    found: dict[str, tuple[str, ...]] = {"": ()}
    for phrase in sorted(_phrases()[section]):
        word = "" if _DENSE.search(phrase) else max(_WORD.findall(phrase), key=len)
        found[word] = (*found.get(word, ()), phrase)
    return found


@cache
def _markers() -> re.Pattern[str]:
    phrases = sorted(_phrases()["marker"], key=len, reverse=True)
    return re.compile("|".join(_marker(phrase) for phrase in phrases))


def _marker(phrase: str) -> str:
    if phrase.endswith("$"):
        return re.escape(phrase[:-1]) + "$"
    return re.escape(phrase) + ("" if _DENSE.search(phrase) else r"(?!\w)")


@cache
def _phrases() -> Mapping[str, frozenset[str]]:
    lists = read_lists("monitor.text", "furniture.txt")
    return {name: frozenset(folded(phrase) for phrase in phrases) for name, phrases in lists.items()}
