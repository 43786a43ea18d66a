"""What is allowed in a query, but rarely meant; all that can be said without the archive.

Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from monitor.query.ast import Form, Leaf, Near, walk
from monitor.query.compile import Rule
from monitor.query.dictionary import pairs
from monitor.query.lemma import is_name, lexicon, may_be_name, script
from monitor.query.sieve import COMMON
from monitor.text.tokens import fold, tokenize

WIDE_NEAR = 15
MANY_WORDS = 25
"""Words a prefix may stand for before it is called broad."""

_WORDS_TOO = frozenset(resources.files("monitor.query").joinpath("acronyms.txt").read_text("utf-8").split())
"""Acronyms that are words in small letters."""
_HARMLESS = frozenset(".,;:!?'’‘ʼ\"-‐‑–—()… ")
_DICTIONARY = {"latin": "en", "cyrillic": "uk"}


def lint(rule: Rule) -> list[str]:
    """Warnings about a rule, each a sentence with its mend; empty when there is nothing to say."""
    _look_up(rule)
    found = [sentence for leaf in rule.leaves for sentence in _leaf_warnings(leaf)]
    found += [
        f"{node.operator}: words so far apart rarely belong together; {WIDE_NEAR} is a long sentence"
        for node in walk(rule.tree)
        if isinstance(node, Near) and node.within > WIDE_NEAR
    ]
    if isinstance(rule.tree, Leaf) and rule.tree.form is not Form.CASE and fold(rule.tree.text) in COMMON:
        found.append(f"{rule.tree.text} alone occurs in more than one story of a hundred; add what it is about")
    return list(dict.fromkeys(found))


def _look_up(rule: Rule) -> None:
    """Ask the dictionary once for every word that may be a name, so that it is read through only once."""
    words = [token.text for leaf in rule.leaves if leaf.form is Form.INFLECTED for token in tokenize(leaf.text)]
    names = [word for word in words if may_be_name(word)]
    lexicon().forms("en", [*names, *(word.lower() for word in names)])


def _leaf_warnings(leaf: Leaf) -> Iterator[str]:
    tokens = [token for token in tokenize(leaf.text) if token.first == token.last]
    if lost := _lost(leaf.text):
        read = " ".join(token.text for token in tokens)
        yield f"{leaf.text} is read as {read}: {lost} is no part of a word"
    if leaf.form is Form.PREFIX and (count := _expansions(tokens[0].folded)) > MANY_WORDS:
        yield f"{leaf.text}* stands for {count} words; a longer prefix says what is meant"
    if leaf.form not in {Form.INFLECTED, Form.EXACT} or len(tokens) != 1:
        return
    word = tokens[0]
    if word.text.isupper() and word.folded in _WORDS_TOO:
        yield f"{leaf.text} is a word in small letters too; write case:{word.text}"
    if leaf.form is Form.INFLECTED and is_name(word.text, lexicon()):
        yield f"{leaf.text} with a capital is a name and has no other form; write {word.folded} or put it in quotes"


def _lost(text: str) -> str:
    """The signs of a leaf that no token holds and that are more than punctuation."""
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    rest = (char for place, char in enumerate(text) if place not in covered and char not in _HARMLESS)
    return "".join(char for char in rest if unicodedata.category(char)[0] in "PS")


@lru_cache(maxsize=1_000)
def _expansions(prefix: str) -> int:
    """How many words of a dictionary begin so; 0 where there is none for the script."""
    language = _DICTIONARY.get(script(prefix))
    if language is None:
        return 0
    start = prefix.encode()
    return sum(
        form.lower().startswith(start) if form.isascii() else _begins(form, prefix) for form, _ in pairs(language)
    )


def _begins(form: bytes, prefix: str) -> bool:
    return fold(form.decode(errors="replace")).startswith(prefix)
