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
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Ref,
    children,
    holds_on_nothing,
    rebuilt,
    walk,
)
from monitor.query.compile import Rule
from monitor.query.printer import show


@dataclass(frozen=True, slots=True)
class Variant:
    """A rule that differs from another in one of its parts, and that part as it is written."""

    part: str
    rule: Rule


def without_exclusions(rule: Rule) -> Rule:
    """The rule with everything that only takes away left out."""
    tree = rule.tree
    for exclusion in dict.fromkeys(_exclusions(tree)):
        tree = _freed_of(tree, exclusion)
    return replace(rule, tree=tree, ignore=())


def exclusions(rule: Rule) -> tuple[Variant, ...]:
    """The rule without each of its exclusions: NOT and `none`, NOT NEAR, `ignore`."""
    nodes = dict.fromkeys(_exclusions(rule.tree))
    found = [Variant(show(node), replace(rule, tree=_freed_of(rule.tree, node))) for node in nodes]
    for mask in dict.fromkeys(rule.ignore):
        rest = tuple(other for other in rule.ignore if other != mask)
        found.append(Variant(f"ignore: {show(mask)}", replace(rule, ignore=rest)))
    return tuple(found)


def speaking_leaves(rule: Rule) -> tuple[Leaf, ...]:
    """The words and phrases of the rule that can make it hold, each once, in order; not those of exclusions."""
    return tuple(dict.fromkeys(_speaking(rule.tree)))


def without_leaf(rule: Rule, leaf: Leaf) -> Rule | None:
    """The rule as if the word did not occur; None when it could hold on nothing then."""
    tree = _lacking(rule.tree, leaf)
    return None if tree is None or holds_on_nothing(tree) else replace(rule, tree=tree)


def relaxed(rule: Rule) -> tuple[Variant, ...]:
    """The rule with each of its clauses given up in turn, or a NEAR taken twice as wide; the part is that clause.

    Two variants may name the same part.
    """
    tree = rule.tree
    asked = dict.fromkeys(_asked(tree))
    found = [(show(node), wider) for node in asked for wider in _widened(tree, node)]
    found += [(show(node), rest) for node in asked if _is_simple(node) and (rest := _given_up(tree, node)) is not None]
    usable = [(part, changed) for part, changed in found if changed != tree and not holds_on_nothing(changed)]
    return tuple(Variant(part, replace(rule, tree=changed)) for part, changed in dict.fromkeys(usable))


def with_distance(rule: Rule, near: Near, within: int) -> Rule:
    """The rule with one of its NEAR drawn to another distance."""
    return replace(rule, tree=_replaced(rule.tree, near, replace(near, within=within)))


def _exclusions(node: Node) -> Iterator[Node]:
    """What only takes away: operands NOT of an AND that also asks for something, and NEAR that is negated."""
    match node:
        case Not():
            return
        case And(parts=parts) if any(not isinstance(part, Not) for part in parts):
            yield from (part for part in parts if isinstance(part, Not))
        case Near(negated=True):
            yield node
        case _:
            pass
    for child in children(node):
        yield from _exclusions(child)


def _freed_of(node: Node, exclusion: Node) -> Node:
    if node == exclusion and isinstance(node, Near):
        return _freed_of(node.left, exclusion)
    if isinstance(node, And):
        kept = tuple(_freed_of(part, exclusion) for part in node.parts if part != exclusion)
        return kept[0] if len(kept) == 1 else And(kept)
    return rebuilt(node, tuple(_freed_of(child, exclusion) for child in children(node)))


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


def _asked(node: Node) -> Iterator[Node]:
    """What a near miss may lack: operands of AND and NEAR, every NEAR and ATLEAST; nothing within exclusions."""
    match node:
        case Not() | Near(negated=True):
            return
        case And() | Near():
            yield from children(node)
        case _:
            pass
    if isinstance(node, Near | AtLeast):
        yield node
    for child in children(node):
        yield from _asked(child)


def _is_simple(node: Node) -> bool:
    """Whether a clause is words and alternatives of words, so that giving it up is one step."""
    return not any(
        isinstance(part, And | AtLeast | Not) or (isinstance(part, Near) and not part.negated) for part in walk(node)
    )


def _widened(node: Node, clause: Node) -> Iterator[Node]:
    """The tree with a NEAR twice as wide or in any order, with one mention fewer asked."""
    match clause:
        case Near(within=within, ordered=ordered, negated=False):
            yield _replaced(node, clause, replace(clause, within=min(2 * within, FARTHEST)))
            if ordered:
                yield _replaced(node, clause, replace(clause, ordered=False))
        case AtLeast(count=count, part=part) if count > 1:
            yield _replaced(node, clause, part if count == 2 else AtLeast(count - 1, part))
        case _:
            return


def _replaced(node: Node, old: Node, new: Node) -> Node:
    if node == old:
        return new
    return rebuilt(node, tuple(_replaced(child, old, new) for child in children(node)))


def _given_up(node: Node, clause: Node) -> Node | None:
    """The tree without a clause where an AND or a NEAR asks for it; None when nothing is left."""
    if node == clause:
        return None
    match node:
        case Leaf() | Ref() | Not() | Near(negated=True):
            return node
        case And() | Near():
            kept = [rest for child in children(node) if (rest := _given_up(child, clause)) is not None]
            if len(kept) < 2:
                return kept[0] if kept else None
            return And(tuple(kept)) if isinstance(node, And) else rebuilt(node, tuple(kept))
        case Or(parts=parts):
            return Or(tuple(part if part == clause else _given_up(part, clause) or part for part in parts))
        case _:
            rest = _given_up(children(node)[0], clause)
            return None if rest is None else rebuilt(node, (rest,))
