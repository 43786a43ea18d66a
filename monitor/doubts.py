"""What is allowed in watchlists and rarely meant, each doubt at its place in the file.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from monitor.config.configuration import WatchlistSource
from monitor.errors import Problem
from monitor.located import Items, Located, Mark, Pairs, Text
from monitor.query.ast import Form
from monitor.query.compile import Rule
from monitor.query.contradictions import shape
from monitor.query.doubt import Doubt
from monitor.query.lint import lint, look_up
from monitor.rules import Rules

_BEFORE = r"(?:^|[(:]|\b(?:AND|OR|NOT|O?NEAR/\d+)\b)\s*[\"“„«]?"
_BEHIND = r"(?=[\"”“»*]?\s*(?:$|\)|(?:AND|OR|NOT|O?NEAR)\b))"
"""Around a word or phrase that is a term of its own, not a part of a longer one."""


def doubts(rules: Rules, sources: Iterable[WatchlistSource]) -> list[Problem]:
    """A warning for each thing in the watchlists that most people would not mean, in the order of the watchlists."""
    listed = list(sources)
    compiled = {rule.name: rule for rule in rules.percolator.rules}
    look_up(compiled.values())
    found = [
        _warning(source, doubt)
        for source in listed
        for rule in (compiled[source.watchlist.name],)
        for doubt in (*lint(rule), *_names_without_dollar(rule, source.aliases))
    ]
    return list(dict.fromkeys([*found, *_twins(listed, compiled)]))


def _names_without_dollar(rule: Rule, aliases: Mapping[str, Items | Text]) -> Iterator[Doubt]:
    """Words that are the name of an alias and none of its words."""
    for leaf in rule.leaves:
        group = aliases.get(leaf.text)
        if group is not None and leaf.form is Form.INFLECTED and leaf.text not in {t.value for t in _texts(group)}:
            hint = f"for the alias of that name write ${leaf.text}"
            yield Doubt(f"{leaf.text} is looked for as a word", hint, (leaf.text,))


def _twins(sources: Iterable[WatchlistSource], compiled: Mapping[str, Rule]) -> Iterator[Problem]:
    """Each watchlist that hears and asks for the same as one before it, and tells the same people."""
    first: dict[object, str] = {}
    for source in sources:
        watchlist = source.watchlist
        heard = watchlist.feeds, watchlist.corpora, frozenset(watchlist.to), watchlist.shadow
        other = first.setdefault((shape(compiled[watchlist.name]), heard), watchlist.name)
        if other != watchlist.name:
            message = f"{watchlist.name} asks for the same as {other}, and tells the same"
            yield _severed(source.mark.problem(message, "everything would ring twice; delete one"))


def _warning(source: WatchlistSource, doubt: Doubt) -> Problem:
    for about in doubt.about:
        if (mark := _place(source, about)) is not None:
            return _severed(mark.problem(doubt.message, doubt.hint))
    return _severed(source.mark.problem(f"{source.watchlist.name}: {doubt.message}", doubt.hint))


def _severed(problem: Problem) -> Problem:
    return replace(problem, severity="warning")


def _place(source: WatchlistSource, about: str) -> Mark | None:
    """Where something stands in a watchlist's expression, or in an alias; None when it is written otherwise."""
    word = rf"(?<!\w){re.escape(about)}(?!\w)"
    texts = [*_texts(source.expression), *(text for group in source.aliases.values() for text in _texts(group))]
    for written in (rf"{_BEFORE}(?P<term>{word}){_BEHIND}", rf"(?P<term>{word})"):
        for text in texts:
            if found := re.search(written, text.value):
                return text.place(found.start("term") + 1)
    return None


def _texts(value: Located) -> Iterator[Text]:
    match value:
        case Text():
            yield value
        case Items():
            for one in value:
                yield from _texts(one)
        case Pairs():
            for _, one in value:
                yield from _texts(one)
