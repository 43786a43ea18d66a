r"""The one-line form of a query: text to tree, and for every slip the place and the mend.

    query = and | or | unary                  AND and OR may not be mixed at one level
    and   = unary { ("AND" | "AND NOT" | "NOT") unary }
    or    = unary { "OR" unary }
    unary = [ "NOT" ] near
    near  = atom { [ "NOT" ] ( "NEAR/" n | "ONEAR/" n ) atom }       left to right, binds tightest
    atom  = "(" query ")" | field ":" atom | leaf | "$" name | "ATLEAST/" n "(" query ")"
    leaf  = words | '"' words '"' | stem "*" | modifier ":" leaf
    A backslash before a word takes its meaning away: \and, \(

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from monitor.errors import QueryError
from monitor.query.ast import (
    DEEPEST,
    LONGEST,
    LONGEST_PHRASE,
    MODIFIERS,
    MOST_TERMS,
    SHORTEST_PREFIX,
    And,
    AtLeast,
    Field,
    Form,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Ref,
    depth,
    holds_on_nothing,
    placeless,
)
from monitor.query.lexer import Kind, Sign, did_you_mean, signs
from monitor.query.printer import show
from monitor.text.tokens import tokenize

JOIN_NEARS = "join words and OR groups with NEAR, and the NEARs with AND"
ONLY_EXCLUDES = "a query of exclusions alone matches nearly everything"
_STARTS = frozenset(
    {Kind.OPEN, Kind.WORD, Kind.QUOTED, Kind.PREFIX, Kind.NAME, Kind.FIELD, Kind.MODIFIER, Kind.ATLEAST}
)
_PROXIMITY = frozenset({Kind.NEAR, Kind.ONEAR})


def parse(text: str, names: Collection[str] | None = None) -> Node:
    """The tree of a whole query.

    Args:
        text: The query, at most 20,000 characters and 2,000 terms, 100 words in a phrase, 50 levels deep.
        names: The aliases that exist; None: any name is taken.

    Raises:
        QueryError: It is not a query, or one that would match nearly everything.
    """
    tree = _Parser(_bounded(text), names).whole()
    if holds_on_nothing(tree):
        raise QueryError(ONLY_EXCLUDES, 1, "say also what must occur: words AND NOT others")
    return tree


def parse_item(text: str, names: Collection[str] | None = None) -> Node:
    """The tree of one item of a YAML list, where `and`, `or` and `not` in small letters are plain words.

    Raises:
        QueryError: It is not a term or query.
    """
    return _Parser(_bounded(text), names, item=True).whole()


def _bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text):,} characters, at most {LONGEST:,} are taken", LONGEST + 1)
    return text


class _Parser:
    def __init__(self, text: str, names: Collection[str] | None, *, item: bool = False) -> None:
        self.signs = signs(text, item=item)
        self.names = names
        self.at = 0
        self.level = 0
        self.terms = 0

    @property
    def sign(self) -> Sign:
        return self.signs[self.at]

    def take(self) -> Sign:
        self.at += 1
        return self.signs[self.at - 1]

    def whole(self) -> Node:
        if self.sign.kind is Kind.END:
            raise QueryError("the query is empty", 1, "write at least one word")
        self.refuse_open_brackets()
        tree = self.query()
        if self.sign.kind is Kind.CLOSE:
            raise QueryError("this ) closes nothing", self.sign.column, "delete it, or open a ( before it")
        if depth(tree) > DEEPEST:
            raise QueryError(f"the query is nested more than {DEEPEST} levels deep", 1, "split it into aliases")
        return tree

    def refuse_open_brackets(self) -> None:
        """A missing bracket first: it makes nonsense of whatever else there is to say."""
        opened: list[Sign] = []
        for sign in self.signs:
            if sign.kind is Kind.OPEN:
                opened.append(sign)
            elif sign.kind is Kind.CLOSE and opened:
                opened.pop()
        if opened:
            raise QueryError("this ( is never closed", opened[-1].column, "write ) where it ends")

    def query(self) -> Node:
        operands, operators = [self.unary()], list[Sign]()
        while self.sign.kind in {Kind.AND, Kind.OR, Kind.NOT}:
            operators.append(self.take() if self.sign.kind is not Kind.NOT else self.sign)
            operands.append(self.unary())
        self.refuse_side_by_side()
        kinds = {Kind.OR if sign.kind is Kind.OR else Kind.AND for sign in operators}
        if len(kinds) > 1:
            raise _mixed(operands, operators)
        if not operators:
            return operands[0]
        return Or(tuple(operands)) if Kind.OR in kinds else And(tuple(operands))

    def unary(self) -> Node:
        if self.sign.kind is Kind.NOT:
            self.take()
            return Not(self.near())
        return self.near()

    def near(self) -> Node:
        column, links = self.sign.column, 0
        left = self.atom()
        while (operator := self.proximity()) is not None:
            sign, negated = operator
            right_column = self.sign.column
            right = self.atom()
            _refuse_placeless(left, column, sign)
            _refuse_placeless(right, right_column, sign)
            left = Near(left, right, sign.count, ordered=sign.kind is Kind.ONEAR, negated=negated)
            links += 1
            if links > DEEPEST:
                raise QueryError(f"more than {DEEPEST} NEAR in a row", sign.column)
        return left

    def proximity(self) -> tuple[Sign, bool] | None:
        if self.sign.kind in _PROXIMITY:
            return self.take(), False
        if self.sign.kind is Kind.NOT and self.signs[self.at + 1].kind in _PROXIMITY:
            self.take()
            return self.take(), True
        return None

    def atom(self) -> Node:
        sign = self.sign
        match sign.kind:
            case Kind.OPEN:
                return self.bracket()
            case Kind.ATLEAST:
                return self.at_least(self.take())
            case Kind.FIELD:
                self.take()
                return Field(sign.text, self.deeper(self.atom, sign.column))
            case Kind.NAME:
                return self.name(self.take())
            case Kind.WORD | Kind.QUOTED | Kind.PREFIX | Kind.MODIFIER:
                return self.leaf()
            case _:
                raise self.missing(sign)

    def missing(self, sign: Sign) -> QueryError:
        before = self.signs[self.at - 1] if self.at else None
        if before is not None and before.kind is Kind.OPEN:
            return QueryError("nothing between the brackets", before.column)
        if before is None:
            return QueryError(f"nothing stands before {sign.shown}", sign.column)
        what = f"before {sign.shown}" if sign.kind is not Kind.END else "there"
        return QueryError(f"{before.shown} needs a word or bracket behind it, nothing is {what}", before.column)

    def deeper(self, rule: Callable[[], Node], column: int) -> Node:
        if self.level >= DEEPEST:
            raise QueryError(f"the query is nested more than {DEEPEST} levels deep", column, "split it into aliases")
        self.level += 1
        tree = rule()
        self.level -= 1
        return tree

    def bracket(self) -> Node:
        opened = self.take()
        tree = self.deeper(self.query, opened.column)
        if self.sign.kind is not Kind.CLOSE:
            raise self.missing(self.sign)
        self.take()
        return tree

    def at_least(self, sign: Sign) -> Node:
        if self.sign.kind is not Kind.OPEN:
            raise QueryError(f"{sign.text} needs brackets", sign.column, f"write {sign.text} (…)")
        column = self.sign.column
        part = self.bracket()
        if holds_on_nothing(part):
            raise QueryError("what is only excluded cannot be counted", column)
        return AtLeast(sign.count, part)

    def name(self, sign: Sign) -> Node:
        self.count(sign)
        if self.names is not None and sign.text not in self.names:
            nearest = did_you_mean(sign.text, tuple(self.names))
            hint = f"did you mean ${nearest} ?" if nearest else "define it under aliases:"
            raise QueryError(f"unknown alias '${sign.text}'", sign.column, hint)
        return Ref(sign.text)

    def leaf(self) -> Leaf:
        sign = self.take()
        if sign.kind is Kind.MODIFIER:
            return self.modified(sign)
        if sign.kind is Kind.PREFIX:
            return self.checked(Leaf(sign.text, Form.PREFIX), sign)
        if sign.kind is Kind.QUOTED:
            return self.checked(Leaf(sign.text, Form.EXACT), sign)
        return self.checked(Leaf(self.phrase(sign)), sign)

    def phrase(self, first: Sign) -> str:
        words = [first.text]
        while self.sign.kind is Kind.WORD:
            words.append(self.take().text)
        if self.sign.kind is Kind.PREFIX:
            raise QueryError(
                "a prefix stands alone, not in a phrase",
                self.sign.column,
                f"write {' '.join(words)} ONEAR/1 {self.sign.shown}",
            )
        return " ".join(words)

    def modified(self, modifier: Sign) -> Leaf:
        sign = self.sign
        if sign.kind not in {Kind.WORD, Kind.QUOTED}:
            raise QueryError(f"{modifier.shown} needs words behind it", modifier.column, f"write {modifier.shown}word")
        self.take()
        text = sign.text if sign.kind is Kind.QUOTED else self.phrase(sign)
        return self.checked(Leaf(text, MODIFIERS[modifier.text]), modifier)

    def checked(self, leaf: Leaf, sign: Sign) -> Leaf:
        self.count(sign)
        tokens = tokenize(leaf.text)
        if not tokens:
            raise QueryError(f"no letter or digit in '{leaf.text[:40]}'", sign.column, "a term needs a word")
        if len(tokens) > LONGEST_PHRASE:
            message = f"a phrase of {len(tokens):,} words, at most {LONGEST_PHRASE} are taken"
            raise QueryError(message, sign.column, "keep the words that tell it from others")
        if leaf.form is Form.PREFIX and len(tokens) > 1:
            raise QueryError(f"{leaf.text}* is more than one word", sign.column, "a prefix is the start of one word")
        if leaf.form is Form.PREFIX and len(tokens[0].folded) < SHORTEST_PREFIX:
            hint = f"a prefix has {SHORTEST_PREFIX} letters or more"
            raise QueryError(f"{leaf.text}* is too short", sign.column, hint)
        if leaf.form is Form.LIKE and min(len(token.folded) for token in tokens) < SHORTEST_PREFIX:
            raise QueryError(f"like:{leaf.text} is too short", sign.column, "each name needs four letters or more")
        return leaf

    def count(self, sign: Sign) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise QueryError(f"more than {MOST_TERMS:,} terms", sign.column, "split it into several watchlists")

    def refuse_side_by_side(self) -> None:
        if self.sign.kind in _STARTS:
            before = self.signs[self.at - 1].shown
            raise QueryError(
                f"{before} and {self.sign.shown} stand side by side without an operator",
                self.sign.column,
                "write AND, OR or NEAR/n between them, or one pair of quotes around them",
            )


def _refuse_placeless(node: Node, column: int, sign: Sign) -> None:
    if word := placeless(node):
        raise QueryError(f"{word} cannot stand inside {sign.text}: it has no place in the text", column, JOIN_NEARS)


def _mixed(operands: list[Node], operators: list[Sign]) -> QueryError:
    second = next(sign for sign in operators if (sign.kind is Kind.OR) != (operators[0].kind is Kind.OR))
    readings = [_reading(operands, operators, tight=kind) for kind in (Kind.OR, Kind.AND)]
    return QueryError(
        f"OR and AND are mixed without brackets: {readings[0]}, or {readings[1]}?", second.column, "add the brackets"
    )


def _reading(operands: list[Node], operators: list[Sign], *, tight: Kind) -> str:
    """The mixture in print, `tight` binding tighter."""
    runs: list[list[Node]] = [[operands[0]]]
    for sign, operand in zip(operators, operands[1:], strict=True):
        if (sign.kind is Kind.OR) == (tight is Kind.OR):
            runs[-1].append(operand)
        else:
            runs.append([operand])
    inner, outer = (Or, And) if tight is Kind.OR else (And, Or)
    return show(outer(tuple(run[0] if len(run) == 1 else inner(tuple(run)) for run in runs)))
