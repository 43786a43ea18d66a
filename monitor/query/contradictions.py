"""Clauses that can never hold, always hold, or change nothing beside the others of their rule.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from monitor.query.ast import (
    And,
    AtLeast,
    Field,
    Group,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    children,
    holds_on_nothing,
    walk,
)
from monitor.query.compile import Rule
from monitor.query.doubt import Doubt
from monitor.query.implication import covers, implies
from monitor.query.printer import show
from monitor.query.variants import speaking_leaves, without_leaf

_LONGEST = 60


def contradictions(rule: Rule) -> Iterator[Doubt]:
    """A doubt for each clause that works against the rule it stands in, or not at all."""
    yield from _cancelled(rule)
    yield from _masked(rule)
    for node in walk(rule.tree):
        match node:
            case And(parts=parts):
                yield from _always(parts)
                yield from _repeated(parts)
            case AtLeast(count=count, part=part):
                yield from _miscounted(count, part)
            case Near(negated=False):
                yield from _near_itself(node)
            case _:
                pass
    yield from _needless(rule.tree, exact=False)


def sufficient(node: Node) -> Iterator[Leaf]:
    """The words and phrases each of which is enough for the clause to hold."""
    match node:
        case Leaf():
            yield node
        case Or() | Group():
            for part in children(node):
                yield from sufficient(part)
        case And(parts=parts):
            asked = [part for part in parts if not isinstance(part, Not)]
            yield from sufficient(asked[0]) if len(asked) == 1 else ()
        case Near(left=left, negated=True):
            yield from sufficient(left)
        case _:
            return


def _cancelled(rule: Rule) -> Iterator[Doubt]:
    """What is asked for and excluded at once, at the top of a rule."""
    parts = rule.tree.parts if isinstance(rule.tree, And) else ()
    excluded = tuple(part.part for part in parts if isinstance(part, Not))
    for part in parts:
        if excluded and not isinstance(part, Not) and implies(part, Or(excluded)):
            refused = _cut(next((one for one in excluded if implies(part, one)), Or(excluded)))
            yield Doubt(
                f"this can never match: {_cut(part)} is asked for, and {refused} excluded",
                "take it out of none: or NOT; to refuse single mentions there is ignore:",
                (_cut(part),),
            )


def _masked(rule: Rule) -> Iterator[Doubt]:
    masks = [one for mask in rule.ignore for one in sufficient(mask)]
    dead = [(leaf, mask) for leaf in speaking_leaves(rule) for mask in masks if covers(mask, leaf)]
    rest: Rule | None = rule
    for leaf, _ in dead:
        rest = without_leaf(rest, leaf) if rest else None
    for leaf, mask in dead:
        whole = "" if rest else ", so this can never match"
        yield Doubt(
            f"{show(leaf)} never counts: ignore: takes every {show(mask)} away{whole}",
            "ignore: is for longer phrases that hold the word, such as summit invitation",
            (mask.text,),
        )


def _always(parts: tuple[Node, ...]) -> Iterator[Doubt]:
    for part in parts:
        if not isinstance(part, Not) and holds_on_nothing(part):
            refused = next((show(one) for one in walk(part) if isinstance(one, Not)), "")
            yield Doubt(
                f"({_cut(part)}) holds on nearly every entry: one of its sides only excludes",
                f"write AND {refused} beside the others" if refused else "",
                (refused, _cut(part)),
            )


def _repeated(parts: tuple[Node, ...]) -> Iterator[Doubt]:
    for number, part in enumerate(parts):
        if part in parts[:number]:
            yield Doubt(f"{_cut(part)} is asked for twice", "delete one of the two", (_cut(part),))


def _miscounted(count: int, part: Node) -> Iterator[Doubt]:
    listed = len(part.parts) if isinstance(part, Or) else 1
    if 1 < listed < count:
        yield Doubt(
            f"atleast counts mentions in the whole entry, of any of its {listed} items: {count} are asked",
            "to ask for every item write all: in the place of atleast: and of:",
            (f"ATLEAST/{count}", str(count)),
        )


def _near_itself(near: Near) -> Iterator[Doubt]:
    sides = (near.left, near.right)
    within = next((one for one, other in (sides, sides[::-1]) if implies(one, other)), None)
    if within is not None:
        yield Doubt(
            f"{_cut(within)} is on both sides of {near.operator}: no mention is near itself, so a second is looked for",
            "take it out of one side",
            (show(within), near.operator),
        )


def _needless(node: Node, *, exact: bool) -> Iterator[Doubt]:
    """Alternatives that are never needed; where places count, only those of the very same words."""
    parts = node.parts if isinstance(node, Or) else ()
    for number, part in enumerate(parts):
        if isinstance(part, Leaf) and not (exact and " " in part.text):
            yield from _outdone(part, parts[:number], parts[number + 1 :])
    for child in children(node):
        yield from _needless(child, exact=exact or isinstance(node, Near | AtLeast | Field))


def _outdone(part: Leaf, before: tuple[Node, ...], behind: tuple[Node, ...]) -> Iterator[Doubt]:
    if part in before:
        yield Doubt(f"{show(part)} stands twice in one group", "delete one of the two", (part.text,))
    elif other := next((one for one in (*before, *behind) if one != part and implies(part, one)), None):
        yield Doubt(f"{show(part)} adds nothing: {_cut(other)} finds it too", "delete it", (part.text,))


def _cut(node: Node) -> str:
    text = show(node)
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def shape(rule: Rule) -> tuple[object, ...]:
    """Equal for two rules that ask for the same in another order."""
    masks = frozenset(_unordered(mask) for mask in rule.ignore)
    return _unordered(rule.tree), masks, replace(rule.where)


def _unordered(node: Node) -> object:
    match node:
        case And(parts=parts) | Or(parts=parts):
            return type(node).__name__, frozenset(_unordered(part) for part in parts)
        case Group(part=part):
            return _unordered(part)
        case Near(left=left, right=right) if not node.ordered and not node.negated:
            return node.within, frozenset((_unordered(left), _unordered(right)))
        case Leaf():
            return node
        case _:
            named = getattr(node, "name", None), getattr(node, "count", None), getattr(node, "operator", None)
            return type(node).__name__, named, tuple(_unordered(child) for child in children(node))
