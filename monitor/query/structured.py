"""The YAML form of a query: lists and mappings to the same tree that the one-line form gives.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from monitor.errors import Problem, QueryError
from monitor.located import Items, Located, Mark, Pairs, Text
from monitor.model.watch import Strength, Zone
from monitor.query.ast import DEEPEST, FARTHEST, NEAREST, And, AtLeast, Near, Node, Not, Or, holds_on_nothing, placeless
from monitor.query.codes import country_problem, language_problem
from monitor.query.lexer import did_you_mean
from monitor.query.parser import JOIN_NEARS, ONLY_EXCLUDES, parse, parse_item
from monitor.query.where import CHOOSABLE_ZONES, EVERYTHING, Where

_TOP_KEYS = ("ignore", "where")
_KEYS = ("query", "all", "any", "near", "onear", "atleast", "of", "not_near", "none")
_WHERE_LISTS = ("lang", "source", "source_not", "country", "author", "category")
_MOST_MENTIONS = 1_000
_FILTERS_TOO = {
    **dict.fromkeys(("language", "languages"), "lang"),
    **dict.fromkeys(("site", "domain", "host", "outlet", "outlets", "sources", "feed", "feeds"), "source"),
    **dict.fromkeys(("exclude_source", "not_source", "source_none"), "source_not"),
    **dict.fromkeys(("in", "fields", "field", "where", "zone"), "zones"),
    **dict.fromkeys(("strength", "minimum", "min_strength"), "min"),
    **dict.fromkeys(("tag", "tags", "section"), "category"),
}
"""What people write for a filter."""
_ZONES_TOO = {"headline": "title", "text": "body", "content": "body", "description": "summary", "teaser": "summary"}
_CODES = {"lang": language_problem, "country": country_problem}
_AS_KEY = {"AND": "all:", "NOT": "none:", "ATLEAST": "atleast:"}


@dataclass(slots=True)
class Expression:
    """What was read of a watchlist's expression, and what was wrong with it."""

    tree: Node | None = None
    ignore: tuple[Node, ...] = ()
    where: Where = EVERYTHING
    problems: list[Problem] = field(default_factory=list)


def read_expression(expression: Pairs, names: Collection[str]) -> Expression:
    """The tree, masks and filters of a watchlist; every problem found, with its place."""
    return _Reader(names).whole(expression)


def read_item(value: Located, names: Collection[str], problems: list[Problem]) -> Node | None:
    """The tree of one list item; None, and an entry in `problems`, when there is none."""
    reader = _Reader(names)
    node = reader.item(value, 0)
    problems += reader.found.problems
    return node


class _Reader:
    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.found = Expression()

    def refuse(self, mark: Mark, message: str, hint: str = "") -> None:
        self.found.problems.append(mark.problem(message, hint))

    def whole(self, expression: Pairs) -> Expression:
        inner = tuple((key, value) for key, value in expression if key.value not in _TOP_KEYS)
        if (ignored := expression.get("ignore")) is not None:
            self.found.ignore = self.masks(ignored)
        if (where := expression.get("where")) is not None:
            self.found.where = self.where(where)
        self.found.tree = self.mapping(Pairs(inner, expression.mark), 0)
        if self.found.tree is not None and holds_on_nothing(self.found.tree) and not self.found.problems:
            self.refuse(expression.mark, ONLY_EXCLUDES, "say also what must occur: all:, any:, near: or query:")
        return self.found

    def masks(self, value: Located) -> tuple[Node, ...]:
        masks = tuple(self.items(value, "ignore", 0))
        for mask in masks:
            if word := placeless(mask):
                self.refuse(value.mark, f"{word} cannot stand in ignore: it has no place in the text", JOIN_NEARS)
        return masks

    def item(self, value: Located, level: int) -> Node | None:
        match value:
            case Text():
                return self.text(value, parse_item)
            case Pairs():
                return self.mapping(value, level + 1)
            case Items():
                self.refuse(value.mark, "a list inside of a list", "write any: or all: before the inner list")
                return None

    def text(self, value: Text, rule: Callable[[str, Collection[str]], Node]) -> Node | None:
        if not value.value.strip():
            hint = "a # begins a comment in YAML: put such words in quotes" if "#" in value.mark.source else ""
            what = "the query is empty" if rule is parse else "an empty item"
            self.refuse(value.mark, what, hint or "write at least one word")
            return None
        try:
            return rule(value.value, self.names)
        except QueryError as error:
            self.refuse(value.place(error.column), error.message, error.hint)
            return None

    def items(self, value: Located, key: str, level: int) -> list[Node]:
        if isinstance(value, Pairs):
            self.refuse(value.mark, f"{key}: takes a list", "begin each item with a dash")
            return []
        values = value.values if isinstance(value, Items) else (value,)
        if not values:
            self.refuse(value.mark, f"{key}: is an empty group", "write at least one item")
        return [node for one in values if (node := self.item(one, level)) is not None]

    def mapping(self, pairs: Pairs, level: int) -> Node | None:
        if level > DEEPEST:
            self.refuse(pairs.mark, f"nested more than {DEEPEST} levels deep", "split it into aliases")
            return None
        before = len(self.found.problems)
        parts = [part for key, value in pairs for part in self.clause(key, value, pairs, level)]
        excluded = self.items(none, "none", level) if (none := pairs.get("none")) is not None else []
        if not parts and not excluded and len(self.found.problems) == before:
            self.refuse(pairs.mark, "nothing to look for", "write query:, all:, any: or near:")
        if (not_near := pairs.get("not_near")) is not None and parts:
            parts = [node] if (node := self.not_near(_joined(parts, And), not_near, level)) else []
        whole = [*parts, *(Not(node) for node in excluded)]
        return _joined(whole, And) if whole else None

    def clause(self, key: Text, value: Located, pairs: Pairs, level: int) -> list[Node]:
        """The nodes that one key adds, to be joined by AND."""
        match key.value:
            case "query":
                node = self.query(value)
                return [node] if node else []
            case "all":
                return self.items(value, "all", level)
            case "any":
                nodes = self.items(value, "any", level)
                return [_joined(nodes, Or)] if nodes else []
            case "near" | "onear" | "atleast":
                node = self.counted(key, value, pairs, level)
                return [node] if node else []
            case "of" | "none" | "not_near":
                return self.companion(key, pairs)
            case _:
                self.unknown(key, level)
                return []

    def companion(self, key: Text, pairs: Pairs) -> list[Node]:
        if key.value == "of" and not any(pairs.get(name) for name in ("near", "onear", "atleast")):
            self.refuse(key.mark, "of: stands alone", "it belongs to near:, onear: or atleast:")
        return []

    def query(self, value: Located) -> Node | None:
        if isinstance(value, Text):
            return self.text(value, parse)
        self.refuse(value.mark, "query: takes one text", "write >- behind it and the query on the next line")
        return None

    def unknown(self, key: Text, level: int) -> None:
        if key.value in _TOP_KEYS:
            self.refuse(
                key.mark, f"{key.value}: stands only at the top of a watchlist", "move it out, to the column of name:"
            )
            return
        nearest = did_you_mean(key.value, _KEYS if level else (*_KEYS, *_TOP_KEYS))
        hint = f"did you mean {nearest}: ?" if nearest else "text with a colon belongs in quotes"
        self.refuse(key.mark, f"unknown key '{key.value}'", hint)

    def counted(self, key: Text, value: Located, pairs: Pairs, level: int) -> Node | None:
        low, high = (1, _MOST_MENTIONS) if key.value == "atleast" else (NEAREST, FARTHEST)
        count = self.number(key.value, value, low, high)
        of = pairs.get("of")
        if of is None:
            self.refuse(key.mark, f"{key.value}: needs of:", f"write {key.value}: {_shown(value)} and of: with a list")
            return None
        before = len(self.found.problems)
        nodes = self.items(of, "of", level)
        if count is None or not nodes or len(self.found.problems) > before:
            return None
        if key.value == "atleast":
            return AtLeast(count, _joined(nodes, Or))
        return self.chain(nodes, count, of, ordered=key.value == "onear")

    def chain(self, nodes: list[Node], within: int, of: Located, *, ordered: bool) -> Node | None:
        """The items, all of them read, one near the other."""
        marks = [one.mark for one in of] if isinstance(of, Items) else [of.mark]
        if len(nodes) < 2:
            hint = "write two items under of:; alternatives of one item stand under any:"
            self.refuse(of.mark, "near: needs two things that are near each other", hint)
            return None
        placed = [self.has_place(node, mark) for node, mark in zip(nodes, marks, strict=True)]
        if not all(placed):
            return None
        left = nodes[0]
        for right in nodes[1:]:
            left = Near(left, right, within, ordered=ordered)
        return left

    def not_near(self, left: Node, value: Located, level: int) -> Node | None:
        if not isinstance(value, Pairs) or value.get("within") is None or value.get("of") is None:
            self.refuse(value.mark, "not_near: needs within: and of:", "write {within: 6, of: [words]}")
            return None
        for key, _ in value:
            if key.value not in {"within", "of"}:
                self.refuse(key.mark, f"unknown key '{key.value}'", "not_near: has within: and of:")
        within = self.number("within", value.get("within"), NEAREST, FARTHEST)
        nodes = self.items(of, "of", level) if (of := value.get("of")) is not None else []
        if within is None or not nodes:
            return None
        node = Near(left, _joined(nodes, Or), within, negated=True)
        return node if self.has_place(node, value.mark) else None

    def has_place(self, node: Node, mark: Mark) -> bool:
        word = placeless(node)
        if word:
            message = f"{_AS_KEY[word]} or {word} cannot stand inside near: it has no place in the text"
            self.refuse(mark, message, "join words and any: groups with near:, and the nears with all:")
        return word is None

    def number(self, key: str, value: Located | None, low: int, high: int) -> int | None:
        text = value.value if isinstance(value, Text) else ""
        if text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high:
            return int(text)
        assert value is not None
        self.refuse(value.mark, f"{key}: takes a number from {low} to {high}", f"write {key}: 8")
        return None

    def where(self, value: Located) -> Where:
        if not isinstance(value, Pairs):
            self.refuse(value.mark, "where: takes keys", f"one of {', '.join((*_WHERE_LISTS, 'zones', 'min'))}")
            return Where()
        lists: dict[str, tuple[str, ...]] = {}
        where = Where()
        for key, inner in value:
            if key.value in _WHERE_LISTS:
                lists[key.value] = tuple(text.value for text in self.names_of(inner, key.value))
            elif key.value not in {"zones", "min"}:
                self.refuse(key.mark, f"unknown filter '{key.value}'", _filter_meant(key.value))
        zones, least = value.get("zones"), value.get("min")
        chosen = self.zones(zones) if zones is not None else where.zones
        return Where(**lists, zones=chosen, min=self.strength(least) if least is not None else where.min)

    def names_of(self, value: Located, key: str) -> list[Text]:
        values = value.values if isinstance(value, Items) else (value,)
        texts = [text for text in values if isinstance(text, Text) and text.value.strip()]
        if len(texts) != len(values) or not texts:
            self.refuse(value.mark, f"{key}: takes a name or a list of names")
        for text in texts:
            if problem := _CODES[key](text.value) if key in _CODES else None:
                self.refuse(text.mark, *problem)
        return texts

    def zones(self, value: Located) -> tuple[Zone, ...]:
        known = {zone.value: zone for zone in CHOOSABLE_ZONES}
        chosen = []
        for text in self.names_of(value, "zones"):
            if text.value in known:
                chosen.append(known[text.value])
            else:
                meant = _ZONES_TOO.get(text.value.lower())
                hint = f"did you mean {meant}?" if meant else f"one of {', '.join(known)}"
                self.refuse(text.mark, f"unknown zone '{text.value}'", hint)
        return tuple(chosen)

    def strength(self, value: Located) -> Strength:
        known = {strength.label: strength for strength in Strength}
        text = value.value if isinstance(value, Text) else ""
        if text not in known:
            self.refuse(value.mark, f"min: takes one of {', '.join(known)}")
        return known.get(text, Strength.PASSING)


def _filter_meant(word: str) -> str:
    filters = (*_WHERE_LISTS, "zones", "min")
    meant = _FILTERS_TOO.get(word.lower()) or did_you_mean(word, filters)
    return f"did you mean {meant}: ?" if meant else f"one of {', '.join(filters)}"


def _shown(value: Located) -> str:
    return value.value if isinstance(value, Text) else "8"


def _joined(nodes: list[Node], kind: type[And | Or]) -> Node:
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))
