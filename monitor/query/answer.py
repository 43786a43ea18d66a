"""The answer of a rule that holds: how prominent, which passage, and the whole explanation.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.model.entry import Entry
from monitor.model.watch import Match, Reason, Strength, Zone
from monitor.query.analysis import AREAS, Area, area_of
from monitor.query.ast import And, AtLeast, Field, Group, Leaf, Near, Node, Not, Or, Ref
from monitor.query.compile import Rule
from monitor.query.evaluate import reason
from monitor.query.reading import Reading, masked_by
from monitor.query.spans import Span, in_order, mentions
from monitor.query.where import CHOOSABLE_ZONES, refusals

_EARLY = 60
"""A mention within the first words of the body is prominent."""
_OFTEN = 3
"""So are that many mentions, wherever they stand."""
_MOST_COUNTED = 5
"""Mentions beyond which more of them make a match no more prominent."""
_SCORES = {
    (strength, count): round((strength - 1) / 3 + 0.33 * (count / _MOST_COUNTED), 3)
    for strength in Strength
    for count in range(1, _MOST_COUNTED + 1)
}
_MOST_WORDS = 20
"""Matched words that a match tells."""
_LONGEST_SNIPPET = 240
_RUN_UP = 80
"""Characters of a snippet before its first matched word, about."""
_BLANK = re.compile(r"\s")
MASK_AREA = area_of(CHOOSABLE_ZONES)
"""Where `ignore` looks."""
_SPOKEN = frozenset(CHOOSABLE_ZONES)


class Prominence(NamedTuple):
    """How prominently a clause is met, and by which mentions."""

    strength: Strength
    score: float
    spans: tuple[Span, ...]


def masked_reading(rule: Rule, reading: Reading) -> Reading:
    """The same entry without the words that the rule's `ignore` covers."""
    if not rule.ignore:
        return reading
    masked = masked_by(rule.ignore, MASK_AREA, reading)
    return Reading(reading.find, reading.zones, masked, reading.thorough, reading.may) if masked else reading


def is_answered(rule: Rule, entry: Entry, reading: Reading) -> bool:
    """Whether an entry answers a rule.

    Args:
        rule: A compiled rule.
        entry: The entry.
        reading: The entry's words, without any mask.
    """
    own = masked_reading(rule, reading)
    if refusals(rule.where, entry) or not own.holds(rule.tree, rule.area):
        return False
    least = rule.where.min
    return least is Strength.PASSING or prominence(rule.tree, rule.area, own).strength >= least


def match_of(rule: Rule, reading: Reading) -> Match:
    """The match of a rule with an entry that answers it.

    Args:
        rule: A compiled rule.
        reading: The entry's words, without any mask.
    """
    own = masked_reading(rule, reading)
    return _match(rule, own, prominence(rule.tree, rule.area, own))


def telling(rule: Rule, reading: Reading) -> frozenset[Leaf]:
    """The words and phrases whose mentions speak for a rule that holds."""
    own = masked_reading(rule, reading)
    return frozenset(mark.leaf for span in own.core(rule.tree, rule.area) for mark in span.marks)


def why(rule: Rule, entry: Entry, reading: Reading) -> Reason:
    """Why a rule matches an entry, or why not: its filters, then its clauses."""
    own = masked_reading(rule, reading)
    tree = reason(rule.tree, rule.area, own)
    refused = tuple(Reason(clause="where", ok=False, note=sentence) for sentence in refusals(rule.where, entry))
    found = prominence(rule.tree, rule.area, own)
    if tree.ok and found.strength < rule.where.min:
        note = f"{found.strength.label}, at least {rule.where.min.label} asked"
        refused += (Reason(clause="min", ok=False, note=note),)
    if not refused:
        return tree
    return Reason(clause=tree.clause, ok=False, note=refused[0].note, parts=(*refused, tree))


def prominence(node: Node, area: Area, reading: Reading) -> Prominence:
    """How prominent what a clause asks for is: the least prominent of what must occur, the most of what may.

    Clauses without mentions, such as exclusions, do not lower it; a rule of such clauses alone is passing.
    """
    return _of_node(node, area, reading) or Prominence(Strength.PASSING, 0.0, ())


def _of_node(node: Node, area: Area, reading: Reading) -> Prominence | None:
    match node:
        case Leaf() | Near():
            return _of_spans(reading.spans(node, area))
        case And(parts=parts):
            return min(_of_parts(parts, area, reading), key=_weakness, default=None)
        case Or():
            return max(_of_parts(reading.held(node, area), area, reading), key=_score, default=None)
        case Group(part=part):
            return _of_node(part, area, reading)
        case Field(name=name, part=part):
            return _of_node(part, AREAS[name], reading)
        case AtLeast(part=part):
            return _of_spans(in_order(reading.core(part, area)))
        case Not() | Ref():
            return None


def _of_parts(parts: Iterable[Node], area: Area, reading: Reading) -> list[Prominence]:
    return [found for part in parts if (found := _of_node(part, area, reading)) is not None]


def _weakness(found: Prominence) -> tuple[float, int]:
    """The clause that decides, and whose passage is shown: the least prominent, then the rarest."""
    return found.score, len(found.spans)


def _score(found: Prominence) -> float:
    return found.score


def _of_spans(spans: Iterable[Span]) -> Prominence | None:
    """The prominence of mentions in order."""
    found = tuple(mentions([span for span in spans if span.zone in _SPOKEN]))
    if not found:
        return None
    strength = _strength(found)
    return Prominence(strength, _SCORES[strength, min(len(found), _MOST_COUNTED)], found)


def _strength(found: tuple[Span, ...]) -> Strength:
    if found[0].zone is Zone.TITLE:
        return Strength.HEADLINE
    told = 0
    for span in found:
        if span.zone is not Zone.TAIL:
            told += 1
            if told == _OFTEN or span.zone is Zone.SUMMARY or span.low < _EARLY:
                return Strength.PROMINENT
    return Strength.PASSING


def _match(rule: Rule, reading: Reading, found: Prominence) -> Match:
    area = rule.area
    core = [span for span in reading.core(rule.tree, area) if span.zone in _SPOKEN]
    snippet, marks = _snippet(reading, found.spans, core)
    return Match(
        watchlist=rule.name,
        strength=found.strength,
        score=found.score,
        reason=reason(rule.tree, area, reading),
        snippet=snippet,
        marks=marks,
        words=_words((*found.spans, *core), reading),
    )


def _words(spans: Iterable[Span], reading: Reading) -> tuple[str, ...]:
    """The first matched words as they stand, each once."""
    found: dict[str, None] = {}
    for span in spans:
        text = reading.zones[span.zone]
        for mark in span.marks:
            found[text[mark.start : mark.end]] = None
        if len(found) >= _MOST_WORDS:
            break
    return tuple(found)[:_MOST_WORDS]


def _snippet(
    reading: Reading, found: tuple[Span, ...], core: Sequence[Span]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One passage around the telling mention, below the headline where it stands there too, with its marks."""
    if not found:
        return "", ()
    span = next((one for one in found if one.zone is not Zone.TITLE), found[0])
    text = reading.zones[span.zone]
    start, end = _window(text, span.marks[0].start, span.marks[-1].end)
    before, after = "…" if start > 0 else "", "…" if end < len(text.rstrip()) else ""
    cut, shift = text[start:end], len(before) - start
    shown = cut if cut.isprintable() else _BLANK.sub(" ", cut)
    marks = [mark for one in (span, *core) if one.zone is span.zone for mark in one.marks]
    inside = [(one.start + shift, one.end + shift) for one in marks if start <= one.start and one.end <= end]
    return before + shown + after, _merged(inside)


def _window(text: str, first: int, last: int) -> tuple[int, int]:
    """Where to cut, at blanks: from the start of the paragraph or a run-up before the first word."""
    room = _LONGEST_SNIPPET - 2
    if len(text) <= room and "\n" not in text:
        return 0, len(text.rstrip())
    paragraph = text.rfind("\n", 0, first) + 1
    start = (
        paragraph if last - paragraph <= room else max(paragraph, first - min(_RUN_UP, max(room - (last - first), 0)))
    )
    if start > paragraph and not text[start - 1].isspace():
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), first)
    end = min(start + room, len(text))
    stop = text.find("\n", max(last, start), end)
    end = stop if stop >= 0 else end
    if end < len(text) and not text[end].isspace():
        end = next((at for at in range(end, min(last, end), -1) if text[at].isspace()), end)
    return start, len(text[:end].rstrip())


def _merged(places: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for left, right in sorted(places):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return tuple(found)
