"""A tree back to the one-line form; reading it again gives the same tree.

Pure.
"""

from __future__ import annotations

from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Not, Or, Ref
from monitor.query.lexer import escaped


def show(node: Node) -> str:
    """The query in one line; an alias group by its name."""
    match node:
        case Leaf():
            return _leaf(node)
        case Ref(name=name) | Group(name=name):
            return f"${name}"
        case Field(name=name, part=part):
            return f"{name}:{_atom(part)}"
        case Not(part=part):
            return f"NOT {_atom(part)}"
        case AtLeast(count=count, part=part):
            return f"ATLEAST/{count} ({show(part)})"
        case Near(left=left, right=right):
            return f"{_atom(left)} {node.operator} {_atom(right)}"
        case And(parts=parts):
            return "".join(_joined(part, "AND", first=number == 0) for number, part in enumerate(parts))
        case Or(parts=parts):
            return "".join(_joined(part, "OR", first=number == 0) for number, part in enumerate(parts))


def _joined(part: Node, operator: str, *, first: bool) -> str:
    text = show(part) if isinstance(part, Not) else _atom(part)
    return text if first else f" {operator} {text}"


def _atom(node: Node) -> str:
    simple = isinstance(node, Leaf | Ref | Group | Field | AtLeast)
    return show(node) if simple else f"({show(node)})"


def _leaf(leaf: Leaf) -> str:
    if leaf.form is Form.EXACT:
        return f'"{leaf.text}"'
    words = " ".join(escaped(word) for word in leaf.text.split(" "))
    match leaf.form:
        case Form.PREFIX:
            return f"{leaf.text}*"
        case Form.INFLECTED:
            return words
        case _:
            return f"{leaf.form}:{words}"
