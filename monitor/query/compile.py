"""A watchlist's expression to a rule that can be asked, or to the list of what is wrong with it.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import ConfigError, Problem
from monitor.located import Pairs
from monitor.query.aliases import MOST_EXPANDED, Aliases, terms
from monitor.query.analysis import Area, area_of
from monitor.query.ast import DEEPEST, Group, Leaf, Node, depth, holds_on_nothing, walk
from monitor.query.parser import ONLY_EXCLUDES, parse
from monitor.query.printer import show
from monitor.query.structured import read_expression
from monitor.query.where import EVERYTHING, Where
from monitor.query.yaml_form import show_yaml


@dataclass(frozen=True, slots=True)
class Rule:
    """A watchlist's expression, compiled: its aliases written out, its masks and filters apart."""

    name: str
    tree: Node
    ignore: tuple[Node, ...] = ()
    where: Where = EVERYTHING

    @property
    def query(self) -> str:
        """The expression in one line, aliases by name; `ignore` and `where` have no place in it."""
        return show(self.tree)

    @property
    def yaml(self) -> str:
        """The whole expression in the YAML form."""
        return show_yaml(self.tree, self.ignore, self.where)

    @property
    def area(self) -> Area:
        """Where words are looked for when no field says otherwise."""
        return area_of(self.where.zones)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every word and phrase of the expression, aliases written out, each once, in order."""
        return tuple(dict.fromkeys(_leaves(self.tree)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The alias groups that the expression names, each once."""
        return tuple(dict.fromkeys(node for node in walk(self.tree) if isinstance(node, Group)))


def compile_rule(name: str, expression: Pairs, groups: Aliases) -> Rule:
    """The rule of one watchlist.

    Args:
        name: The watchlist's name.
        expression: Its keys `query`, `all`, `any`, `near` …, as they stand in the file.
        groups: Every alias group it may name; rules that are given the same share what these stand for.

    Raises:
        ConfigError: Something is wrong; holds every problem found, each with file, line and column.
    """
    found = read_expression(expression, groups.names)
    problems = list(found.problems)
    trees = [groups.expand(node, problems) for node in (found.tree, *found.ignore) if node is not None]
    whole = [tree for tree in trees if tree is not None]
    if not problems:
        problems += _too_much(whole, expression)
    if problems or found.tree is None:
        raise ConfigError(problems)
    return Rule(name, whole[0], tuple(whole[1:]), found.where)


def rule_of(name: str, query: str) -> Rule:
    """The rule of a query in one line, with no aliases but the packs: for the command line and for tests.

    Raises:
        QueryError: It is not a query, or it names an alias.
    """
    groups = Aliases({})
    tree = groups.expand(parse(query, groups.names), [])
    assert tree is not None
    return Rule(name, tree)


def _too_much(trees: list[Node], expression: Pairs) -> list[Problem]:
    count = sum(terms(tree) for tree in trees)
    if count > MOST_EXPANDED:
        message = f"{count:,} terms with all aliases written out, at most {MOST_EXPANDED:,} are taken"
        return [expression.mark.problem(message, "split it into several watchlists")]
    if max(depth(tree) for tree in trees) > 2 * DEEPEST:
        return [expression.mark.problem("aliases and brackets are nested too deep", "split it into several watchlists")]
    if holds_on_nothing(trees[0]):
        return [expression.mark.problem(ONLY_EXCLUDES, "say also what must occur")]
    return []


def _leaves(node: Node) -> Iterator[Leaf]:
    return (part for part in walk(node) if isinstance(part, Leaf))
