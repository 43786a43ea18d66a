"""What the clauses of a query find in one entry, and whether the query holds.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from monitor.model.watch import Reason, Zone
from monitor.query.analysis import AREAS, Analysis, Area, Find
from monitor.query.ast import And, AtLeast, Field, Group, Leaf, Near, Node, Not, Or, Ref
from monitor.query.spans import Span, in_order, leaf_spans, mentions, near_spans

Masked = frozenset[tuple[Zone, int]]
Key = tuple[int, Area]
"""A clause, by identity, and where it looks."""


@dataclass(slots=True)
class Reading:
    """What the clauses of queries find in one entry; each is looked for once."""

    find: Find
    zones: Mapping[Zone, str]
    masked: Masked = frozenset()
    """Positions whose words do not count."""
    thorough: bool = False
    """Reasons also say what stands where the query does not look."""
    may: Callable[[Key], bool] | None = None
    """A quick answer to whether a clause may have a mention at all."""
    reasons: dict[Key, Reason] = field(default_factory=dict)
    """What was said of words and phrases already, for rules that share them."""
    _spans: dict[Key, tuple[Span, ...]] = field(default_factory=dict)
    _held: dict[Key, tuple[Node, ...]] = field(default_factory=dict)

    def spans(self, node: Node, area: Area) -> tuple[Span, ...]:
        """The mentions of a clause that has a place in the text; none for AND, NOT and ATLEAST."""
        key = (id(node), area)
        found = self._spans.get(key)
        if found is None:
            found = self._spans[key] = self._found(node, area)
        return found

    def _found(self, node: Node, area: Area) -> tuple[Span, ...]:
        match node:
            case Leaf():
                return self._unmasked(leaf_spans(node, area, self.find))
            case Or():
                return in_order(span for part in self.held(node, area) for span in self.spans(part, area))
            case Near():
                return self._near(node, area)
            case Group(part=part):
                return self.spans(part, area)
            case Field(name=name, part=part):
                return self.spans(part, AREAS[name])
            case Ref() | And() | Not() | AtLeast():
                return ()
            case _:
                assert_never(node)

    def _unmasked(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        if not self.masked:
            return spans
        return tuple(span for span in spans if not any((span.zone, place) in self.masked for place in span.places))

    def _near(self, node: Near, area: Area) -> tuple[Span, ...]:
        left = self.spans(node.left, area)
        return near_spans(node, left, self.spans(node.right, area)) if left else ()

    def holds(self, node: Node, area: Area) -> bool:
        """Whether the entry answers the query."""
        match node:
            case Leaf() | Near() | Ref():
                return bool(self.spans(node, area))
            case Or():
                return bool(self.held(node, area))
            case And(parts=parts):
                return all(self.holds(part, area) for part in parts)
            case Not(part=part):
                return not self.holds(part, area)
            case Group(part=part):
                return self.holds(part, area)
            case Field(name=name, part=part):
                return self.holds(part, AREAS[name])
            case AtLeast(count=count, part=part):
                return self.holds(part, area) and len(mentions(in_order(self.core(part, area)))) >= count
            case _:
                assert_never(node)

    def held(self, node: Or, area: Area) -> tuple[Node, ...]:
        """The alternatives that hold."""
        key = (id(node), area)
        found = self._held.get(key)
        if found is None:
            may = self.may
            likely = node.parts if may is None else [part for part in node.parts if may((id(part), area))]
            found = self._held[key] = tuple([part for part in likely if self.holds(part, area)])
        return found

    def core(self, node: Node, area: Area) -> Sequence[Span]:
        """All mentions of the clauses that speak for the query; of alternatives only those that hold do."""
        match node:
            case Leaf() | Near() | Ref():
                return self.spans(node, area)
            case And(parts=parts):
                return [span for part in parts for span in self.core(part, area)]
            case Or():
                return [span for part in self.held(node, area) for span in self.core(part, area)]
            case Group(part=part) | AtLeast(part=part):
                return self.core(part, area)
            case Field(name=name, part=part):
                return self.core(part, AREAS[name])
            case Not():
                return ()
            case _:
                assert_never(node)


def reading(analysis: Analysis, *, thorough: bool = False) -> Reading:
    """An entry ready to be asked, word by word, without any index."""
    texts = {zone: found.text for zone, found in analysis.zones.items()}
    return Reading(analysis.find, texts, thorough=thorough)


def masked_by(masks: Iterable[Node], area: Area, unmasked: Reading) -> Masked:
    """The positions that the masks of a watchlist cover."""
    return frozenset(
        (span.zone, place) for mask in masks for span in unmasked.spans(mask, area) for place in span.places
    )
