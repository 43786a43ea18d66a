"""A tree back to the YAML form; reading it again gives the same tree.

Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from monitor.model.watch import Strength
from monitor.query.ast import And, AtLeast, Near, Node, Not, Or
from monitor.query.printer import show
from monitor.query.where import TEXT_ZONES, Where

Shape = str | int | list["Shape"] | dict[str, "Shape"]
"""What YAML is made of."""

_PLAIN = re.compile(r"[^\W\d_$][\w’-]*(?: [^\W_][\w’-]*)*|\$[\w-]+")
_SPOKEN_FOR = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_NARROW = 90


def show_yaml(tree: Node, ignore: Sequence[Node] = (), where: Where | None = None) -> str:
    """The keys of a watchlist that make up its expression, in block style."""
    shape = _mapping(tree)
    if ignore:
        shape["ignore"] = [_item(node) for node in ignore]
    if where is not None and (filters := _filters(where)):
        shape["where"] = filters
    return "\n".join(_lines(shape)) + "\n"


def _mapping(node: Node) -> dict[str, Shape]:
    """The node as keys."""
    match node:
        case And(parts=parts):
            return _conjunction(parts)
        case Or(parts=parts):
            return {"any": [_item(part) for part in parts]}
        case Near() if node.negated and not node.ordered and not _is_not_near(node.left):
            return {**_mapping(node.left), "not_near": {"within": node.within, "of": _alternatives(node.right)}}
        case Near() if not node.negated:
            of: list[Shape] = [_item(node.left), _item(node.right)]
            return {"onear" if node.ordered else "near": node.within, "of": of}
        case AtLeast(count=count, part=part):
            return {"atleast": count, "of": _alternatives(part)}
        case _:
            return {"all": [show(node)]}


def _is_not_near(node: Node) -> bool:
    return isinstance(node, Near) and node.negated


def _conjunction(parts: tuple[Node, ...]) -> dict[str, Shape]:
    """`all:` with what comes first, `none:` with the exclusions at the end."""
    end = len(parts)
    while end > 1 and isinstance(parts[end - 1], Not):
        end -= 1
    wanted: dict[str, Shape] = {"all": [_item(part) for part in parts[:end]]}
    excluded: list[Shape] = [_item(part.part) for part in parts[end:] if isinstance(part, Not)]
    return {**wanted, "none": excluded} if excluded else wanted


def _item(node: Node) -> Shape:
    """The node as one item of a list."""
    shape = _mapping(node)
    return show(node) if set(shape) == {"all"} and not isinstance(node, And) else shape


def _alternatives(node: Node) -> list[Shape]:
    return [_item(part) for part in node.parts] if isinstance(node, Or) else [_item(node)]


def _filters(where: Where) -> dict[str, Shape]:
    names = ("lang", "source", "source_not", "country", "author", "category")
    filters: dict[str, Shape] = {name: list(values) for name in names if (values := getattr(where, name))}
    if where.zones != TEXT_ZONES:
        filters["zones"] = [zone.value for zone in where.zones]
    if where.min is not Strength.PASSING:
        filters["min"] = where.min.label
    return filters


def _lines(shape: Mapping[str, Shape]) -> Iterator[str]:
    for key, value in shape.items():
        match value:
            case str() | int():
                yield f"{key}: {_scalar(value)}"
            case list() if _is_short(value):
                yield f"{key}: {_flow(value)}"
            case list():
                yield f"{key}:"
                yield from (line for item in value for line in _item_lines(item))
            case _:
                yield f"{key}:"
                yield from (f"  {line}" for line in _lines(value))


def _item_lines(item: Shape) -> Iterator[str]:
    inner = list(_lines(item)) if isinstance(item, dict) else [_flow(item)]
    yield f"  - {inner[0]}"
    yield from (f"    {line}" for line in inner[1:])


def _is_short(items: list[Shape]) -> bool:
    return all(isinstance(item, str) for item in items) and len(_flow(items)) <= _NARROW


def _flow(shape: Shape) -> str:
    match shape:
        case list():
            return f"[{', '.join(_flow(item) for item in shape)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_flow(value)}' for key, value in shape.items())}}}"
        case _:
            return _scalar(shape)


def _scalar(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _SPOKEN_FOR
    return value if plain else json.dumps(value, ensure_ascii=False)
