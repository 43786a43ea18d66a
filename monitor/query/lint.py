"""What is allowed in a query, but rarely meant; all that can be said without the archive.

Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from importlib import resources

from monitor.query.ast import Form, Leaf, Near, walk
from monitor.query.compile import Rule
from monitor.query.contradictions import contradictions, sufficient
from monitor.query.dictionary import beginning
from monitor.query.doubt import Doubt
from monitor.query.frequency import COMMON
from monitor.query.lemma import is_name, lexicon, may_be_name, script
from monitor.query.lookalikes import mixed
from monitor.query.printer import show
from monitor.text.tokens import Token, fold, tokenize

WIDE_NEAR = 15
MANY_WORDS = 25
"""Words a prefix may stand for before it is called broad."""

_WORDS_TOO = frozenset(resources.files("monitor.query").joinpath("acronyms.txt").read_text("utf-8").split())
"""Acronyms that are words in small letters."""
_HARMLESS = frozenset(".,;:!?'’‘ʼ\"-‐‑–—()… ")
_DICTIONARY = {"latin": "en", "cyrillic": "uk"}
_ARTICLES = ("the", "a", "an")
_LONG_ENOUGH = 4
"""Letters of a word that says something beside an article."""
_expansions: dict[str, int] = {}
"""How many words of a dictionary begin with each prefix that was ever asked for."""


def lint(rule: Rule) -> list[Doubt]:
    """Doubts about a rule, each with its mend; empty when there is nothing to say."""
    look_up([rule])
    found = [doubt for leaf in _leaves(rule) for doubt in _of_leaf(leaf)]
    found += (_of_near(node) for node in walk(rule.tree) if isinstance(node, Near) and node.within > WIDE_NEAR)
    found += (_too_common(leaf) for leaf in sufficient(rule.tree) if _is_common(leaf))
    return list(dict.fromkeys([*found, *contradictions(rule)]))


def look_up(rules: Iterable[Rule]) -> None:
    """Ask the dictionaries once for all that doubts about these rules hang on, so that each is read through once."""
    leaves = dict.fromkeys(leaf for rule in rules for leaf in _leaves(rule))
    single = [(leaf.form, token) for leaf in leaves for token in tokenize(leaf.text)]
    names = [token.text for form, token in single if form is Form.INFLECTED and may_be_name(token.text)]
    lexicon().forms("en", [*names, *(word.lower() for word in names)])
    starts = {token.folded for form, token in single if form is Form.PREFIX} - _expansions.keys()
    for writing, language in _DICTIONARY.items():
        asked = {start for start in starts if script(start) == writing}
        _expansions.update(beginning(language, asked) if asked else {})


def _leaves(rule: Rule) -> Iterator[Leaf]:
    """The words and phrases of a rule, those it ignores too; each once."""
    masked = (part for mask in rule.ignore for part in walk(mask) if isinstance(part, Leaf))
    return iter(dict.fromkeys((*rule.leaves, *masked)))


def _of_near(node: Near) -> Doubt:
    hint = f"{WIDE_NEAR} is a long sentence"
    return Doubt(f"{node.operator}: words so far apart rarely belong together", hint, (node.operator, str(node.within)))


def _is_common(leaf: Leaf) -> bool:
    return leaf.form is not Form.CASE and fold(leaf.text) in COMMON


def _too_common(leaf: Leaf) -> Doubt:
    return Doubt(
        f"{leaf.text} alone is enough to match, and occurs in more than one story of a hundred",
        "ask for a second thing too: AND, all: or near:",
        (leaf.text,),
    )


def _of_leaf(leaf: Leaf) -> Iterator[Doubt]:
    tokens = [token for token in tokenize(leaf.text) if token.first == token.last]
    about = (leaf.text,)
    if lost := _lost(leaf.text):
        read = " ".join(token.text for token in tokens)
        yield Doubt(
            f"{leaf.text} is read as {read}: {lost} is no part of a word",
            f"add a word that stands near it, so that {read} alone is not enough",
            about,
        )
    for token in tokens:
        if found := mixed(token.text):
            yield Doubt(found.message, found.hint, about)
    if leaf.form is Form.PREFIX and (count := _expansions.get(tokens[0].folded, 0)) > MANY_WORDS:
        yield Doubt(f"{leaf.text}* stands for {count} words", "a longer prefix says what is meant", about)
    if leaf.form not in {Form.INFLECTED, Form.EXACT}:
        return
    if tokens[0].text in _ARTICLES and max(len(token.text) for token in tokens) >= _LONG_ENOUGH:
        rest = leaf.text.partition(" ")[2]
        yield Doubt(f"{leaf.text} is found only with its {tokens[0].text}", f"{rest} finds more", about)
    elif len(tokens) == 1:
        yield from _of_word(leaf, tokens[0])


def _of_word(leaf: Leaf, word: Token) -> Iterator[Doubt]:
    if word.text.isupper() and word.folded in _WORDS_TOO:
        yield Doubt(f"{leaf.text} is a word in small letters too", f"write case:{word.text}", (leaf.text,))
    if leaf.form is Form.INFLECTED and is_name(word.text, lexicon()):
        message = f"{show(leaf)} with a capital is a name and has no other form"
        yield Doubt(message, f"write {word.folded} or put it in quotes", (leaf.text,))


def _lost(text: str) -> str:
    """The signs of a leaf that no token holds and that are more than punctuation."""
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    rest = (char for place, char in enumerate(text) if place not in covered and char not in _HARMLESS)
    return "".join(char for char in rest if unicodedata.category(char)[0] in "PS")
