"""A feed's text made harmless before any XML parser sees it.

What costs a parser the square of its input (declarations, entities, endless repetitions) is taken out or refused
here, in one pass each, and what merely offends it (controls, impossible character references) is mended.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from xml.sax.saxutils import escape

import regex as re

_MOST_CATEGORIES = 200
_MOST_ENTITIES = 10
_LONGEST_ENTITIES = 4_096
_MOST_EXPANDED = 1_000_000

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,100})")
_FEED_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PROPER_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|html|opml)[\s>]", re.IGNORECASE)
_MISPLACED_WITHIN = 65_536
_DOCTYPE = re.compile(
    r"""<!DOCTYPE (?> [^\["'>]+ | "[^"]*" | '[^']*' )*+
    (?: \[ (?P<subset> (?> [^\]"'<]+ | "[^"]*" | '[^']*' | <(?!!--) | <!--(?:[^-]|-(?!->))*+--> )*+ ) \] \s* )? >""",
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,100})\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));|([A-Za-z][\w.-]{0,100});)?")
_MINE = frozenset(["lt", "gt", "amp", "quot", "apos"])

_OPENER = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSER = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.IGNORECASE)
_CATEGORY = re.compile(
    r"""
    (?P<opener> <(?:[\w.-]{1,40}:)?(?:item|entry)[\s>] )
    | <(?P<name>category|dc:subject)\b [^<>]*+
      (?: (?<=/)> | > (?> [^<]+ | <!\[CDATA\[ [^\]<]{0,500}+ \]\]> )*+ </(?P=name)> )
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Unfit(ValueError):
    """The document is refused; its text says why, in one line for people."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document from its root element on."""

    text: str
    root: str
    """Local name of the root element, in lower case; empty when there is none."""


def prepared(text: str) -> Prepared:
    """The document without declaration, document type, comments before the root, and characters that XML forbids.

    Named entities of HTML and of the document type are replaced, what only looks like a reference is escaped, and
    what stands before a feed's root by mistake is gone.

    Raises:
        Unfit: The document type declares more than 10 entities or 4 KB, or they would grow beyond measure.

    Source:
        XML 1.0 2.2 (characters), 4.1 (references).
    """
    text = _ILLEGAL.sub("", text)
    start, entities = _prolog(text)
    if not _PROPER_ROOT.match(text, start) and (misplaced := _FEED_ROOT.search(text, 0, _MISPLACED_WITHIN)):
        start = misplaced.start()
    root = _ROOT.match(text, start)
    return Prepared(_resolved(text[start:], entities), root[1].lower() if root else "")


def entry_spans(text: str) -> list[tuple[int, int]]:
    """Where each entry of the document begins and ends; what stands between two belongs to the first."""
    starts = [opener.start() for opener in _OPENER.finditer(text)]
    if not starts:
        return []
    end = max((closer.end() for closer in _CLOSER.finditer(text, starts[-1])), default=len(text))
    return list(zip(starts, [*starts[1:], end], strict=True))


def with_entries(text: str, spans: list[tuple[int, int]], kept: slice) -> str:
    """The document with the head and end that it has, and only some of its entries."""
    chosen = spans[kept]
    return text[: spans[0][0]] + text[chosen[0][0] : chosen[-1][1]] + text[spans[-1][1] :]


def with_fewer_categories(text: str) -> str:
    """The document with at most 200 categories for each entry: parsers compare each with all before it."""
    if text.count("<category") + text.count("<dc:subject") <= _MOST_CATEGORIES:
        return text
    seen = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal seen
        seen = 0 if found["opener"] else seen + 1
        return found[0] if seen <= _MOST_CATEGORIES else ""

    return _CATEGORY.sub(kept, text)


def ends_inside_entry(text: str) -> bool:
    """Whether the last entry is never closed: the document was cut off in it."""
    spans = entry_spans(text)
    return bool(spans) and _CLOSER.search(text, spans[-1][0]) is None


def _prolog(text: str) -> tuple[int, dict[str, str]]:
    """Where the root element may begin, and the entities that are declared before it."""
    at, entities = 0, dict[str, str]()
    while True:
        at = _past_space(text, at)
        if text.startswith("<!--", at):
            at = _past(text, "-->", at)
        elif text.startswith("<?", at):
            at = _past(text, "?>", at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            declaration = _DOCTYPE.match(text, at)
            if declaration is None:
                raise Unfit("its document type is damaged")
            entities |= _entities(declaration["subset"] or "")
            at = declaration.end()
        else:
            return at, entities


_SPACE = re.compile(r"[\s\ufeff]*+")


def _past_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _past(text: str, mark: str, at: int) -> int:
    end = text.find(mark, at)
    return len(text) if end < 0 else end + len(mark)


def _entities(subset: str) -> dict[str, str]:
    count = subset.upper().count("<!ENTITY")
    if count > _MOST_ENTITIES or (count and len(subset) > _LONGEST_ENTITIES):
        raise Unfit("its document type declares too many entities")
    return {name: double or single for name, double, single in _ENTITY.findall(subset)}


def _resolved(text: str, entities: dict[str, str]) -> str:
    """References to characters and entities that no XML parser may be asked to follow, followed; not inside CDATA."""
    values = {name: escape(unescape(value)) for name, value in entities.items()}
    if sum(text.count(f"&{name};") * len(value) for name, value in values.items()) > _MOST_EXPANDED:
        raise Unfit("its entities grow beyond measure")

    def replacement(reference: re.Match[str]) -> str:
        hexadecimal, decimal, name = reference.groups()
        if name is not None:
            return _entity(name, values)
        if hexadecimal is None and decimal is None:
            return "&amp;"
        return reference[0] if _is_character(hexadecimal, decimal) else ""

    return "".join(
        piece if piece.startswith("<![CDATA[") else _REFERENCE.sub(replacement, piece) for piece in _sections(text)
    )


def _sections(text: str) -> Iterator[str]:
    """The text in pieces, each CDATA section one of its own."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        yield text[at:start]
        at = _past(text, "]]>", start)
        yield text[start:at]
    yield text[at:]


def _entity(name: str, values: dict[str, str]) -> str:
    """What stands for a named reference: itself, where XML or nobody knows it."""
    if name in _MINE:
        return f"&{name};"
    value = html5.get(f"{name};")
    return values.get(name) or (f"&amp;{name};" if value is None else escape(value))


def _is_character(hexadecimal: str | None, decimal: str | None) -> bool:
    """Whether a character reference names a character that XML allows."""
    digits = (hexadecimal or decimal or "").lstrip("0")
    if not digits or len(digits) > 7:
        return False
    number = int(digits, 16 if hexadecimal else 10)
    return number <= 0x10FFFF and _ILLEGAL.match(chr(number)) is None
