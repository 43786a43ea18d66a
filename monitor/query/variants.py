"""A rule made a little different: without an exclusion, without a word, with one clause given up.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.query.ast import (
    FARTHEST,
    And,
    AtLeast,
    Group,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Ref,
    children,
    holds_on_nothing,
    rebuilt,
)
from monitor.query.compile import Rule
from monitor.query.printer import show


@dataclass(frozen=True, slots=True)
class Variant:
    """A rule without one of its parts, and that part as it is written."""

    part: str
    rule: Rule


def without_exclusions(rule: Rule) -> Rule:
    """The rule with everything that only takes away left out."""
    return replace(rule, tree=_freed(rule.tree), ignore=())


def exclusions(rule: Rule) -> tuple[Variant, ...]:
    """The rule without each of its exclusions: NOT and `none`, NOT NEAR, `ignore`."""
    found = [Variant(part, replace(rule, tree=tree)) for part, tree in _without_one(rule.tree)]
    for mask in rule.ignore:
        rest = tuple(other for other in rule.ignore if other != mask)
        found.append(Variant(f"ignore: {show(mask)}", replace(rule, ignore=rest)))
    unique = {variant.part: variant for variant in reversed(found)}
    return tuple(reversed(unique.values()))


def speaking_leaves(rule: Rule) -> tuple[Leaf, ...]:
    """The words and phrases of the rule that can make it hold, each once, in order; not those of exclusions."""
    return tuple(dict.fromkeys(_speaking(rule.tree)))


def without_leaf(rule: Rule, leaf: Leaf) -> Rule | None:
    """The rule as if the word did not occur; None when it could hold on nothing then."""
    tree = _lacking(rule.tree, leaf)
    return None if tree is None or holds_on_nothing(tree) else replace(rule, tree=tree)


def relaxed(rule: Rule) -> tuple[Variant, ...]:
    """The rule with each of its clauses given up in turn, or its NEAR taken twice as wide; the part is that clause."""
    found = [
        Variant(part, replace(rule, tree=tree)) for part, tree in _relaxed(rule.tree) if not holds_on_nothing(tree)
    ]
    return tuple({variant.part: variant for variant in found}.values())


def _freed(node: Node) -> Node:
    match node:
        case And(parts=parts):
            kept = tuple(_freed(part) for part in parts if not isinstance(part, Not))
            if not kept:
                return node
            return kept[0] if len(kept) == 1 else And(kept)
        case Near(left=left, negated=True):
            return _freed(left)
        case Not():
            return node
        case _:
            return rebuilt(node, tuple(_freed(child) for child in children(node)))


def _without_one(node: Node) -> Iterator[tuple[str, Node]]:
    """Each exclusion in the tree, and the tree without it."""
    if isinstance(node, And) and any(not isinstance(part, Not) for part in node.parts):
        for at, part in enumerate(node.parts):
            if isinstance(part, Not):
                rest = node.parts[:at] + node.parts[at + 1 :]
                yield show(part), rest[0] if len(rest) == 1 else And(rest)
    if isinstance(node, Near) and node.negated:
        yield show(node), node.left
    if isinstance(node, Not):
        return
    yield from _inside(node, _without_one)


def _speaking(node: Node) -> Iterator[Leaf]:
    match node:
        case Leaf():
            yield node
        case Not() | Ref():
            return
        case Near(left=left, negated=True):
            yield from _speaking(left)
        case _:
            for child in children(node):
                yield from _speaking(child)


def _lacking(node: Node, leaf: Leaf) -> Node | None:
    """The tree when a leaf never occurs; None when it cannot hold."""
    match node:
        case Leaf():
            return None if node == leaf else node
        case Ref() | Not():
            return node
        case Near(left=left, right=right, negated=True):
            kept = _lacking(left, leaf)
            return None if kept is None else rebuilt(node, (kept, right))
        case Or(parts=parts):
            some = tuple(kept for part in parts if (kept := _lacking(part, leaf)) is not None)
            if not some:
                return None
            return some[0] if len(some) == 1 else Or(some)
        case _:
            every = [_lacking(child, leaf) for child in children(node)]
            known = tuple(one for one in every if one is not None)
            return rebuilt(node, known) if len(known) == len(every) else None


def _relaxed(node: Node) -> Iterator[tuple[str, Node]]:
    match node:
        case And(parts=parts):
            for at, part in enumerate(parts):
                rest = parts[:at] + parts[at + 1 :]
                if not isinstance(part, Not | And | Near):
                    yield show(part), rest[0] if len(rest) == 1 else And(rest)
            yield from _inside(node, _relaxed)
        case Near(negated=False, left=left, right=right, within=within):
            wider = min(2 * within, FARTHEST)
            if wider > within:
                yield show(node), replace(node, within=wider)
            if node.ordered:
                yield show(node), replace(node, ordered=False)
            for gone, kept in ((left, right), (right, left)):
                if not isinstance(gone, Near):
                    yield show(gone), kept
            yield from _inside(node, _relaxed)
        case AtLeast(count=count, part=part) if count > 1:
            yield show(node), part if count == 2 else AtLeast(count - 1, part)
        case Not() | Leaf() | Ref():
            return
        case Near() | AtLeast():
            return
        case _:
            yield from _inside(node, _relaxed)


def _inside(node: Node, change: _Change) -> Iterator[tuple[str, Node]]:
    """The node with each of its children changed in turn."""
    parts = children(node)
    for at, part in enumerate(parts):
        for name, changed in change(part):
            yield name, _named_anew(node, parts[:at] + (changed,) + parts[at + 1 :])
