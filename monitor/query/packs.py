"""The alias groups that come with the program: `$pack:nato` and its like.

Pure, but for reading the data file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from monitor.query.ast import Group, Node, Or, Ref, children, rebuilt
from monitor.query.parser import parse_item

PREFIX = "pack:"


@cache
def packs() -> Mapping[str, Group]:
    """The groups by name, `pack:` included, with every name in them written out."""
    text = resources.files("monitor.query").joinpath("packs.txt").read_text("utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    written = {PREFIX + name: [parse_item(item.strip()) for item in items.split("|")] for name, _, items in lines}
    return {name: Group(name, _whole(nodes, written)) for name, nodes in written.items()}


def _whole(nodes: list[Node], written: Mapping[str, list[Node]]) -> Node:
    known = tuple(_expanded(node, written) for node in nodes)
    return known[0] if len(known) == 1 else Or(known)


def _expanded(node: Node, written: Mapping[str, list[Node]]) -> Node:
    if isinstance(node, Ref):
        return Group(node.name, _whole(written[node.name], written))
    return rebuilt(node, tuple(_expanded(child, written) for child in children(node)))
