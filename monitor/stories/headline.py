"""Headlines: one form for all the ways papers print them, and in what two of them differ.

Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from rapidfuzz import fuzz

from monitor.stories.terms import is_stop_word, stem
from monitor.text.dateline import MONTHS
from monitor.text.lists import read_words
from monitor.text.tokens import words

_KEPT_CHARACTERS = 15
_SUFFIX = re.compile(r"\s+(?:[-–—]|\|)\s+(?P<name>[^|–—]{2,40})$")
_PREFIX = re.compile(
    r"""^\W*(?:
        (?:update|corrected|correction|wrapup|rpt|refile|recast)\b(?:\s?\d+)?(?=\s*[-:|–—])
      | (?:breaking(?:\s+news)?|live(?:\s+(?:updates?|blog|news))?|exclusive|watch|video|urgent|flash|just\s+in|alert)
        (?=\s*[:|–—])
      | (?:eilmeldung|eil|direct|en\s+direct|última\s+hora|en\s+vivo|ultim[’']ora|ao\s+vivo|urgente|pilne|son\s+dakika
        |срочно|терміново|молния|оновлено|обновлено|видео|відео)(?=\s*[:|–—])
    )\s*[-:|–—]\s*""",
    re.IGNORECASE | re.VERBOSE,
)

_WORDS = read_words("monitor.stories", "headline.txt")
_OPPOSING = ("un", "non", "dis", "in", "im", "il", "ir", "anti", "de", "не", "анти")


_MONTHS = MONTHS.keys() - {"out", "set", "ago", "gen", "lug"}
"""Short forms that are common words elsewhere are left out."""


class Difference(Enum):
    """In what two headlines differ, from least to most."""

    NONE = "nothing"
    WORDING = "a word more, or another form of it"
    FIGURES = "their figures"
    SERIES = "their date or number"
    MEANING = "a word that changes the meaning"
    OPPOSITE = "a word that turns the meaning round"


@lru_cache(maxsize=1 << 12)
def normal_title(title: str) -> str:
    """The headline as copies are compared: folded words with one space between.

    A leading `UPDATE 2:`, `BREAKING:` and the like is gone, and so is a trailing ` - Outlet` or ` | Outlet` where at
    least 15 characters remain.
    """
    return " ".join(words(_unsuffixed(_PREFIX.sub("", title.strip()))))


@lru_cache(maxsize=1 << 13)
def masked_title(normal: str) -> str:
    """A normalised headline with figures, months, weekdays and times of day as `0`: what a series has in common."""
    masked = ["0" if _is_moment(word) or _has_digit(word) else word for word in normal.split()]
    return " ".join(word for at, word in enumerate(masked) if word != "0" or masked[at - 1 : at] != ["0"])


@lru_cache(maxsize=1 << 12)
def difference(a: str, b: str) -> Difference:
    """In what two normalised headlines differ; the same whichever comes first."""
    if a == b:
        return Difference.NONE
    left, right = a.split(), b.split()
    shared = Counter(left) & Counter(right)
    only_left, only_right = _without(left, shared), _without(right, shared)
    if _is_series(left, only_left, right, only_right):
        return Difference.SERIES
    if any(_is_figure(word) for word in only_left + only_right):
        return Difference.FIGURES
    if _contradict(only_left, only_right):
        return Difference.OPPOSITE
    if not _same_order(_without(left, Counter(only_left)), _without(right, Counter(only_right))):
        return Difference.MEANING
    return Difference.WORDING if _says_the_same(only_left, only_right) else Difference.MEANING


def is_another_headline(before: str, after: str) -> bool:
    """Whether a headline was changed in more than its signs, letter cases, and the marks and names around it."""
    return (normal_title(before) or before) != (normal_title(after) or after)


def _unsuffixed(title: str) -> str:
    found = _SUFFIX.search(title)
    if found is None or found.start() < _KEPT_CHARACTERS or _has_digit(found["name"]):
        return title
    name = found["name"].split()
    named = len(name) <= 4 and (name[0][0].isupper() or "." in found["name"])
    return title[: found.start()] if named else title


def _without(found: Sequence[str], taken: Counter[str]) -> list[str]:
    left, rest = Counter(taken), []
    for word in found:
        if left[word] > 0:
            left[word] -= 1
        else:
            rest.append(word)
    return rest


def _is_series(left: list[str], only_left: list[str], right: list[str], only_right: list[str]) -> bool:
    """Whether both have a date or a count of parts of their own, and differ in nothing else."""
    if not only_left or not only_right:
        return False
    return _is_dated(left, only_left) and _is_dated(right, only_right)


def _is_dated(whole: list[str], only: list[str]) -> bool:
    if not all(_is_moment(word) or _is_figure(word) for word in only):
        return False
    places = [at for at, word in enumerate(whole) if word in only]
    near = {whole[at + step] for at in places for step in (-1, 0, 1) if 0 <= at + step < len(whole)}
    return any(_is_moment(word) or word in _WORDS["counters"] or _is_year(word) for word in near)


def _same_order(left: list[str], right: list[str]) -> bool:
    """Whether the words come in one order, or one sentence begins with the other's end."""
    if left == right:
        return True
    turns = (right[at:] + right[:at] for at in range(1, len(right)))
    return any(left == turn for turn in turns)


def _says_the_same(left: list[str], right: list[str]) -> bool:
    """Whether what only one side has are other forms of the same words, or words that say nothing new."""
    if "".join(left) == "".join(right):
        return True
    if _WORDS["denials"].isdisjoint(left) != _WORDS["denials"].isdisjoint(right):
        return False
    left = [word for word in left if not is_stop_word(word)]
    right = [word for word in right if not is_stop_word(word)]
    left, right = _unpaired(left, right), _unpaired(right, left)
    return not left or not right


def _contradict(left: list[str], right: list[str]) -> bool:
    """Whether one side denies, or says the opposite of, what the other says, and little else."""
    if any(sum(not is_stop_word(word) for word in side) > 1 for side in (left, right)):
        return False
    if _WORDS["denials"].isdisjoint(left) != _WORDS["denials"].isdisjoint(right):
        return True
    pairs = ((stem(a), stem(b)) for a in left for b in right)
    return any(f"{a}/{b}" in _WORDS["opposites"] or f"{b}/{a}" in _WORDS["opposites"] for a, b in pairs)


def _unpaired(left: list[str], right: list[str]) -> list[str]:
    return [word for word in left if not any(_is_variant(word, other) for other in right)]


def _is_variant(a: str, b: str) -> bool:
    if stem(a) == stem(b):
        return True
    if min(len(a), len(b)) < 6 or fuzz.ratio(a, b) < 88:
        return False
    return not any(
        longer.removeprefix(prefix) == shorter for longer, shorter in ((a, b), (b, a)) for prefix in _OPPOSING
    )


def _is_moment(word: str) -> bool:
    return word in _WORDS["weekdays"] or word in _MONTHS or word in _WORDS["clock"]


def _is_figure(word: str) -> bool:
    return _has_digit(word) or word in _WORDS["numbers"]


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}


def _has_digit(text: str) -> bool:
    return not text.isalpha() and any(char.isdigit() for char in text)
