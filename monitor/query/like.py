"""How far apart two spellings of a name are, for `like:`.

Transliteration slips cost half: a vowel for a vowel, `k` for `c`, `s` for `z`, `v` for `w`; a doubled letter, an `h`
behind a letter, a vowel beside a vowel. Everything else costs one. So `Zelensky` is near `Zelenskiy`, not `Zielinski`.

Pure.

Source:
    Optimal string alignment (Boytsov 2011), with weights.
"""

from __future__ import annotations

_VOWELS = frozenset("aeiouyаеёиіїоуыэюяє")
_GLIDES = _VOWELS | {"j"}
_SOFT = tuple(frozenset(group) for group in ("kcqg", "sz", "vwfb", "dt", "gh", "jy", "гґ", "бв", "зс"))
_SLIP, _CHANGE = 0.5, 1.0
_LONG = 7


def bound(name: str) -> float:
    """The farthest a spelling may be from `name`: 0.5 for 4 to 6 letters, 1 for longer ones."""
    return _CHANGE if len(name) >= _LONG else _SLIP


def alike(name: str, candidate: str) -> bool:
    """Whether `candidate` may be another spelling of `name`; both folded."""
    limit = bound(name)
    return name == candidate or (
        abs(len(name) - len(candidate)) <= 2 * limit and distance(name, candidate, limit) <= limit
    )


def distance(one: str, two: str, limit: float = 99.0) -> float:
    """The cheapest way from `one` to `two`; something above `limit` when it is farther.

    Returns:
        A multiple of 0.5, 0 for equal words; the same in both directions.
    """
    before: list[float] = []
    last = [0.0, *_gaps(two)]
    for number, letter in enumerate(one):
        row = [last[0] + _gap(one, number)]
        for at, other in enumerate(two):
            best = min(last[at] + _swap(letter, other), last[at + 1] + _gap(one, number), row[at] + _gap(two, at))
            if number and at and letter == two[at - 1] and other == one[number - 1]:
                best = min(best, before[at - 1] + _CHANGE)
            row.append(best)
        if min(row) > limit and min(last) > limit:
            return min(row)
        before, last = last, row
    return last[-1]


def _gaps(word: str) -> list[float]:
    total, sums = 0.0, []
    for at in range(len(word)):
        total += _gap(word, at)
        sums.append(total)
    return sums


def _gap(word: str, at: int) -> float:
    """What it costs that this letter stands in one of the spellings only."""
    letter, near = word[at], word[max(at - 1, 0) : at] + word[at + 1 : at + 2]
    doubled = letter in near
    breathed = letter in "hь" and at > 0
    glide = letter in _GLIDES and any(other in _GLIDES for other in near)
    return _SLIP if doubled or breathed or glide else _CHANGE


def _swap(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    if letter in _VOWELS and other in _VOWELS:
        return _SLIP
    return _SLIP if any(letter in group and other in group for group in _SOFT) else _CHANGE
