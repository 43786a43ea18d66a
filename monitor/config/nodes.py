"""Strict YAML: bytes to values that remember their place, without anything that can surprise or explode.

The parser's event stream feeds a stack of our own, so depth is bounded before anything is built; composing
nodes with the C loader ends the process at 100,000 levels. Anchors, aliases, merge keys, tags, duplicate keys,
directives and second documents are refused; every scalar is text.

Edge: PyYAML.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from monitor.config.origin import block_pieces, escapes_of, flow_pieces, origin_of
from monitor.config.page import Page, page
from monitor.config.traps import Complaint, explain, special
from monitor.config.tree import Stopped, Tree
from monitor.errors import ConfigError
from monitor.located import Located, Mark, Text

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_Node = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent


def read_nodes(file: str, data: bytes) -> Located | None:
    """The one value a file holds; None when it holds only comments.

    Raises:
        ConfigError: with every problem up to the first one that nothing can be read beyond.
    """
    sheet, tree = page(file, data), Tree()
    try:
        _walk(sheet, tree)
    except Stopped:
        pass
    except (yaml.YAMLError, ValueError) as error:
        tree.problems.append(explain(sheet, _complaint(error)))
    if tree.problems:
        raise ConfigError(tree.problems)
    return _root(tree.root)


def _root(root: Located | None) -> Located | None:
    return None if isinstance(root, Text) and root.plain and not root.value else root


def _walk(sheet: Page, tree: Tree) -> None:
    documents = 0
    for event in yaml.parse(sheet.text, Loader=LOADER):
        mark = sheet.mark(*_place(event.start_mark))
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            _document(tree, mark, event, documents)
        else:
            _event(sheet, tree, mark, event)


def _event(sheet: Page, tree: Tree, mark: Mark, event: yaml.Event) -> None:
    if isinstance(event, _Node):
        _devices(tree, mark, event)
    if isinstance(event, yaml.ScalarEvent):
        tree.add(_text(sheet, tree, mark, event))
    elif isinstance(event, yaml.AliasEvent):
        _refuse(tree, mark, "a YAML alias")
        tree.add(Text("", mark, plain=False))
    elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
        tree.start(mark, mapping=isinstance(event, yaml.MappingStartEvent))
    elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
        tree.end()


def _document(tree: Tree, mark: Mark, event: yaml.DocumentStartEvent, number: int) -> None:
    if number > 1:
        tree.stop(mark.problem("a second document in one file", "move what follows --- into a file of its own"))
    if event.version or event.tags:
        tree.say(mark.problem("YAML directives (%) have no use here", "delete this line"))


def _devices(tree: Tree, mark: Mark, event: _Node) -> None:
    """Anchors and tags: the ways in which YAML makes one thing out of another."""
    if event.anchor is not None:
        _refuse(tree, mark, "a YAML anchor")
    if event.tag is not None:
        _refuse(tree, mark, "a YAML tag")


def _refuse(tree: Tree, mark: Mark, what: str) -> None:
    """Says it once for each line: a bomb has nine on one."""
    problem = special(mark, what)
    if not any(one.line == mark.line and one.message.endswith(what + ", not text") for one in tree.problems):
        tree.say(problem)


def _text(sheet: Page, tree: Tree, mark: Mark, event: yaml.ScalarEvent) -> Text:
    text = _located(sheet, mark, event)
    if found := _CONTROL.search(text.value):
        name = f"U+{ord(found[0]):04X}"
        tree.say(text.place(found.start() + 1).problem(f"an invisible character ({name}) in the text", "delete it"))
    device = event.anchor is not None or event.tag is not None
    return Text("", mark, plain=False) if device and not event.value else text


def _located(sheet: Page, mark: Mark, event: yaml.ScalarEvent) -> Text:
    (line, column), (last, end) = _place(event.start_mark), _place(event.end_mark)
    quote = 1 if event.style in ("'", '"') else 0
    if event.style in ("|", ">"):
        pieces = list(block_pieces(sheet, line + 1, last))
        return Text(event.value, mark, plain=False, origin=origin_of(sheet, pieces, event.value))
    if line != last:
        pieces = list(flow_pieces(sheet, (line, column + quote), (last, end - quote)))
        return Text(event.value, mark, plain=False, quote=quote, origin=origin_of(sheet, pieces, event.value))
    written = sheet.lines[line][column:end] if line < len(sheet.lines) else ""
    escapes = escapes_of(written, event.value) if quote else ()
    return Text(event.value, mark, plain=not quote, quote=quote, escapes=escapes)


def _place(mark: Any) -> tuple[int, int]:
    """Line and column from 0; parsers in C and in Python have marks of their own."""
    return mark.line, mark.column


def _complaint(error: Exception) -> Complaint:
    place = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "a character YAML does not know")
    if place is None:
        return Complaint(said, 0, 0)
    return Complaint(said, *_place(place), _place(opened) if opened else None)
