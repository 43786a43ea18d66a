"""A query beside an entry: which clauses hold or fail, by which words, and what came closest.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from monitor.model.watch import Hit, Reason, Zone
from monitor.query.analysis import ANYWHERE, AREAS, Analysis, Area
from monitor.query.ast import And, AtLeast, Field, Group, Leaf, Near, Node, Not, Or, Ref
from monitor.query.printer import show
from monitor.query.reading import Reading, reading
from monitor.query.spans import Span, in_order, mentions, nearest

_MOST_HITS = 20
"""Hits that one clause of an explanation shows."""
_LONGEST_CLAUSE = 400
_LONGEST_NAME = 60
"""Characters of a clause within the note of another."""
_ABSENT = "never occurs"
_MOST_WRITTEN = 20_000
_written: dict[int, tuple[Node, str]] = {}
"""Clauses by identity, each with its node, which keeps the identity its own."""


def evaluate(node: Node, analysis: Analysis, area: Area = ANYWHERE) -> Reason:
    """Whether an entry answers a query, and why: every clause with its hits, distances and what came closest.

    Args:
        node: A tree with its aliases written out.
        analysis: The entry.
        area: Where words are looked for when no field says otherwise.
    """
    return reason(node, area, reading(analysis, thorough=True))


def reason(node: Node, area: Area, read: Reading) -> Reason:
    """The clause with its answer and what it found, or what came closest."""
    match node:
        case And():
            return _and_reason(node, area, read)
        case Or():
            return _or_reason(node, area, read)
        case Not():
            return _not_reason(node, area, read)
        case Field(name=name, part=part):
            inner = reason(part, AREAS[name], read)
            return Reason(clause=_clause(node), ok=inner.ok, note=inner.note, parts=(inner,))
        case AtLeast():
            return _count_reason(node, area, read)
        case Near():
            return _near_reason(node, area, read)
        case Leaf() | Group() | Ref():
            return _leaf_reason(node, area, read)
        case _:
            assert_never(node)


def _clause(node: Node) -> str:
    """The clause as it is written, remembered: the same few are told of again and again."""
    known = _written.get(id(node))
    if known is None or known[0] is not node:
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        known = _written[id(node)] = (node, _cut(show(node), _LONGEST_CLAUSE))
    return known[1]


def _cut(text: str, longest: int) -> str:
    """The text, or its first words."""
    if len(text) <= longest:
        return text
    return f"{text[:longest].rsplit(' ', 1)[0]} …"


def _reasons(parts: Iterable[Node], area: Area, read: Reading) -> tuple[Reason, ...]:
    return tuple([reason(part, area, read) for part in parts])


def _and_reason(node: And, area: Area, read: Reading) -> Reason:
    parts = _reasons(node.parts, area, read)
    failing = next((part for part in parts if not part.ok), None)
    note = _named(failing) if failing else ""
    return Reason(clause=_clause(node), ok=failing is None, note=note, parts=parts)


def _named(failing: Reason) -> str:
    """The note of a part for the whole, with the part's name where the note alone says too little."""
    if not failing.note.startswith((_ABSENT, "occurs", "every")):
        return failing.note
    return f"{_cut(failing.clause, _LONGEST_NAME)} {failing.note}"


def _or_reason(node: Or, area: Area, read: Reading) -> Reason:
    if held := read.held(node, area):
        return Reason(clause=_clause(node), ok=True, parts=_reasons(held, area, read))
    parts = _reasons(node.parts, area, read)
    told = parts if any(part.note != _ABSENT for part in parts) else ()
    return Reason(clause=_clause(node), ok=False, note=_closest(parts), parts=told)


def _closest(parts: tuple[Reason, ...]) -> str:
    best = min(parts, key=lambda part: (part.distance is None, part.distance or 0, part.note == _ABSENT))
    return _ABSENT if best.note == _ABSENT else _named(best)


def _not_reason(node: Not, area: Area, read: Reading) -> Reason:
    inner = reason(node.part, area, read)
    note = f"excluded, but {_cut(show(node.part), _LONGEST_NAME)} occurs" if inner.ok else ""
    return Reason(clause=_clause(node), ok=not inner.ok, note=note, parts=(inner,) if inner.ok else ())


def _count_reason(node: AtLeast, area: Area, read: Reading) -> Reason:
    found = mentions(in_order(read.core(node.part, area)))
    note = f"{len(found)} mention{'' if len(found) == 1 else 's'}, at least {node.count} asked"
    return Reason(clause=_clause(node), ok=read.holds(node, area), hits=_hits(found, read), note=note)


def _leaf_reason(node: Node, area: Area, read: Reading) -> Reason:
    known = read.reasons.get((id(node), area))
    if known is None:
        spans = read.spans(node, area)
        note = "" if spans else _absence(node, area, read)
        known = Reason(clause=_clause(node), ok=bool(spans), hits=_hits(spans, read), note=note)
        read.reasons[id(node), area] = known
    return known


def _absence(node: Node, area: Area, read: Reading) -> str:
    if read.masked and Reading(read.find, read.zones).spans(node, area):
        return "every mention is masked by ignore:"
    if read.thorough and area.zones != (Zone.TAIL,) and read.spans(node, AREAS[Zone.TAIL]):
        return "occurs only in the tail of the page, which is looked at on request: tail:"
    return _ABSENT


def _near_reason(node: Near, area: Area, read: Reading) -> Reason:
    left, right, found = (read.spans(side, area) for side in (node.left, node.right, node))
    sides = _reasons((node.left, node.right), area, read)
    if node.negated and not sides[1].ok:
        sides = sides[:1]
    if not found:
        closest = nearest(left, right, ordered=node.ordered)
        note = _unfound(sides, negated=node.negated) or _miss(node, left, right, read)
        apart = closest[0] if closest else None
        return Reason(clause=_clause(node), ok=False, distance=apart, note=note, parts=sides)
    apart = None if node.negated else min(span.distance for span in found)
    note = f"{_apart(apart)}, at most {node.within} allowed" if apart is not None else ""
    return Reason(clause=_clause(node), ok=True, hits=_hits(found, read), distance=apart, note=note, parts=sides)


def _unfound(sides: tuple[Reason, ...], *, negated: bool) -> str:
    """Which side is missing altogether; empty when both are there."""
    return ", ".join(_named(side) for side in (sides[:1] if negated else sides) if not side.ok)


def _miss(node: Near, left: Sequence[Span], right: Sequence[Span], read: Reading) -> str:
    closest = nearest(left, right, ordered=node.ordered)
    if closest is not None:
        limit = node.operator if node.negated else f"at most {node.within} allowed"
        return f"{_pair(closest, read)}: {limit}"
    if node.ordered and (other := nearest(left, right)) is not None:
        return f"only in the other order: {_pair(other, read)}"
    if {span.zone for span in left} & {span.zone for span in right}:
        return "both are the same words"
    return "both occur, never in one part of the entry"


def _pair(found: tuple[int, Span, Span], read: Reading) -> str:
    apart, one, other = found
    first, second = sorted((one, other), key=lambda span: span.low)
    return f"{_words(first, read)} … {_words(second, read)}, {_apart(apart)}"


def _words(span: Span, read: Reading) -> str:
    return " … ".join(read.zones[span.zone][mark.start : mark.end] for mark in span.marks)


def _apart(distance: int) -> str:
    return f"{distance} word{'' if distance == 1 else 's'} apart"


def _hits(spans: Sequence[Span], read: Reading) -> tuple[Hit, ...]:
    """The stretches of text of some mentions, in order, each once."""
    if not spans:
        return ()
    marked = dict.fromkeys((span.zone, mark) for span in spans[:_MOST_HITS] for mark in span.marks)
    return tuple(
        Hit(
            zone=zone,
            start=mark.start,
            end=mark.end,
            text=read.zones[zone][mark.start : mark.end],
            form=_clause(mark.leaf),
        )
        for zone, mark in list(marked)[:_MOST_HITS]
    )
