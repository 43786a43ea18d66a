"""Alias groups: `$name` to what it stands for, with loops and unknown names found.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.errors import Problem
from monitor.located import Items, Located, Mark, Text
from monitor.query.ast import (
    DEEPEST,
    Group,
    Leaf,
    Node,
    Or,
    Ref,
    children,
    placeless,
    rebuilt,
)
from monitor.query.packs import packs
from monitor.query.structured import read_item

MOST_EXPANDED = 20_000
"""Terms of one watchlist with every alias written out."""


class Aliases:
    """The alias groups that watchlists may name; each is read when it is first asked for.

    A group that cannot be read gives its problems to every watchlist that names it.
    """

    def __init__(self, groups: Mapping[str, Items | Text]) -> None:
        self._groups = groups
        self._known: dict[str, tuple[Node | None, tuple[Problem, ...]]] = {}
        self._open: list[str] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Names without `$`, in the order of the file; those of the packs behind them."""
        return (*self._groups, *packs())

    def expand(self, node: Node, problems: list[Problem]) -> Node | None:
        """The tree with every name replaced by what it stands for; None when a problem was found and noted."""
        match node:
            case Leaf() | Group():
                return node
            case Ref(name=name) if name in packs():
                return packs()[name]
            case Ref(name=name):
                return self._group(name, problems)
            case _:
                parts = [self.expand(part, problems) for part in children(node)]
                known = [part for part in parts if part is not None]
                return rebuilt(node, tuple(known)) if len(known) == len(parts) else None

    def problems(self) -> list[Problem]:
        """Everything wrong in any group, used or not."""
        found: list[Problem] = []
        for name in self._groups:
            self._group(name, found)
        return found

    def _group(self, name: str, problems: list[Problem]) -> Node | None:
        if name in self._open:
            self._refuse_loop(name, problems)
            return None
        if len(self._open) >= DEEPEST:
            problems.append(self._groups[name].mark.problem(f"aliases within aliases, more than {DEEPEST} levels deep"))
            return None
        if name not in self._known:
            self._open.append(name)
            found: list[Problem] = []
            node = self._read(self._groups[name], found)
            self._open.pop()
            self._known[name] = (Group(name, node) if node is not None else None, tuple(found))
        group, noted = self._known[name]
        problems += [problem for problem in noted if problem not in problems]
        return group

    def _refuse_loop(self, name: str, problems: list[Problem]) -> None:
        loop = " → ".join(f"${one}" for one in [*self._open[self._open.index(name) :], name])
        mark = self._groups[name].mark
        problems.append(mark.problem(f"alias cycle: {loop}", "an alias cannot stand for itself"))

    def _read(self, group: Items | Text, problems: list[Problem]) -> Node | None:
        values = group.values if isinstance(group, Items) else (group,)
        if not values:
            problems.append(group.mark.problem("an empty alias group", "write at least one word or phrase"))
        nodes = [self._item(node, value.mark, problems) for value, node in self._nodes(values, problems)]
        known = tuple(node for node in nodes if node is not None)
        if not known:
            return None
        return known[0] if len(known) == 1 else Or(known)

    def _nodes(self, values: tuple[Located, ...], problems: list[Problem]) -> list[tuple[Text, Node]]:
        found = []
        for value in values:
            if not isinstance(value, Text):
                problems.append(value.mark.problem("an alias item is one word or phrase", "write it on one line"))
            elif (node := read_item(value, self.names, problems)) is not None:
                found.append((value, node))
        return found

    def _item(self, node: Node, mark: Mark, problems: list[Problem]) -> Node | None:
        if word := placeless(node):
            problems.append(mark.problem(f"{word} cannot stand in an alias", "an alias holds words and phrases"))
            return None
        return self.expand(node, problems)


def terms(node: Node, counted: dict[int, int] | None = None) -> int:
    """How many leaves the tree has with every alias written out; a group that is named twice counts twice."""
    memo = {} if counted is None else counted
    if id(node) not in memo:
        memo[id(node)] = 1 if isinstance(node, Leaf) else sum(terms(child, memo) for child in children(node))
    return memo[id(node)]
