"""The tree of a query: what the one-line form and the YAML form both become.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

FIELDS = (
    *("title", "lead", "summary", "body", "tail"),
    *("source", "author", "category", "lang", "country", "url"),
)
"""Names that may stand before a colon to say where to look; `lead` is the summary and the start of the body."""
NEAREST, FARTHEST = 1, 50
"""Bounds of the distance of NEAR, in words."""
SHORTEST_PREFIX = 4
DEEPEST = 50
"""Levels of nesting."""
MOST_TERMS = 2_000
LONGEST = 20_000
"""Characters of a query."""
LONGEST_PHRASE = 100
"""Words of a phrase, compounds as their parts and joined."""


class Form(StrEnum):
    """Which forms of its words a leaf takes."""

    INFLECTED = "inflected"
    EXACT = "exact"
    CASE = "case"
    STEM = "stem"
    LIKE = "like"
    PREFIX = "prefix"

    __hash__ = str.__hash__
    """That of any enumeration takes several times as long."""


MODIFIERS = {"exact": Form.EXACT, "case": Form.CASE, "stem": Form.STEM, "like": Form.LIKE}
"""What may stand before a colon to say which forms of a word count."""


class Leaf(NamedTuple):
    """A word or a phrase; a tuple because it is hashed for each story."""

    text: str
    """Words with one space between them, as they were written; without the star of a prefix."""
    form: Form = Form.INFLECTED


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of an alias group, not yet looked up."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """An alias group with what it stands for."""

    name: str
    part: Node


@dataclass(frozen=True, slots=True)
class Field:
    """Look only there."""

    name: str
    """One of FIELDS."""
    part: Node


@dataclass(frozen=True, slots=True)
class Not:
    """True when its part is not."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """True when all of its parts are; two parts or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True when one of its parts is; two parts or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two mentions at most so many words apart, in one zone; negated: a left one without such a right one."""

    left: Node
    right: Node
    within: int
    ordered: bool = False
    negated: bool = False

    @property
    def operator(self) -> str:
        """As it is written between its sides: `NOT ONEAR/5`."""
        return f"{'NOT ' if self.negated else ''}{'O' if self.ordered else ''}NEAR/{self.within}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Its part holds, with so many mentions or more over the whole entry; overlapping ones are one."""

    count: int
    part: Node


Node = Leaf | Ref | Group | Field | Not | And | Or | Near | AtLeast


def children(node: Node) -> tuple[Node, ...]:
    """The nodes one level below."""
    match node:
        case Leaf() | Ref():
            return ()
        case Group(part=part) | Field(part=part) | Not(part=part) | AtLeast(part=part):
            return (part,)
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Near(left=left, right=right):
            return (left, right)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its parts, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def depth(node: Node) -> int:
    """Levels of the tree; 1 for a leaf."""
    return 1 + max((depth(child) for child in children(node)), default=0)


def placeless(node: Node) -> str | None:
    """The operator in the tree that has no place in a text, so that nothing can be near it; None: there is none."""
    words = {Not: "NOT", And: "AND", AtLeast: "ATLEAST"}
    return next((words[type(part)] for part in walk(node) if isinstance(part, Not | And | AtLeast)), None)


def holds_on_nothing(node: Node) -> bool:
    """True when the query says yes to an entry in which none of its words occur: it only excludes."""
    match node:
        case Leaf() | Ref() | Near() | AtLeast():
            return False
        case Group(part=part) | Field(part=part):
            return holds_on_nothing(part)
        case Not(part=part):
            return not holds_on_nothing(part)
        case And(parts=parts):
            return all(holds_on_nothing(part) for part in parts)
        case Or(parts=parts):
            return any(holds_on_nothing(part) for part in parts)


def rebuilt(node: Node, parts: tuple[Node, ...]) -> Node:
    """The same node over other parts, as many as it had."""
    match node:
        case Leaf() | Ref():
            return node
        case Group(name=name):
            return Group(name, parts[0])
        case Field(name=name):
            return Field(name, parts[0])
        case Not():
            return Not(parts[0])
        case AtLeast(count=count):
            return AtLeast(count, parts[0])
        case And():
            return And(parts)
        case Or():
            return Or(parts)
        case Near():
            return Near(parts[0], parts[1], node.within, node.ordered, node.negated)
