"""Spellings and names in the archive that a watchlist does not know.

Flow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.archive import Library, Subject
from monitor.model.archive import AnyOf, Archived
from monitor.query.ast import Form, Group, Leaf, walk
from monitor.query.frequency import COMMON
from monitor.query.like import bound, distance
from monitor.query.retrieval import Holdings, known_words
from monitor.query.variants import speaking_leaves, without_exclusions
from monitor.text.tokens import Token, fold, tokenize
from monitor.timing import EPOCH

FEWEST = 2
"""Entries that must hold a spelling."""
SAMPLED = 40
"""Newest entries in which a spelling is looked at."""
MOSTLY = 0.6
"""Share of its occurrences that must begin with a capital."""
MOST_COMPANIONS = 10
_LOOKED_AT = 400
_OFTENER = 8.0
_SHORTEST_NAME = 5
_LONG_ENOUGH = 4
_LONG_NAME = 7
"""From so many letters on a name may begin with another letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word of the archive that is nearly a name of the watchlist."""

    text: str
    """As it is mostly written."""
    like: str
    """The watchlist's own spelling."""
    group: str | None
    """The alias group that has it."""
    entries: int
    beside: int
    """Of the newest entries with it, those that hold something else of the watchlist too."""
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A name that stands in matches far oftener than elsewhere."""

    text: str
    matches: int
    entries: int


def spellings(library: Library, subject: Subject) -> tuple[Spelling, ...]:
    """Words of the archive that `like:` would take for a name of the watchlist, the surest first."""
    leaves = [leaf for leaf in speaking_leaves(subject.rule) if _is_name(leaf)]
    known = known_words(library.holdings, subject.rule)
    groups = _groups(subject)
    found: dict[str, Spelling] = {}
    for leaf in leaves:
        for term in _near(fold(leaf.text), known, library.holdings):
            spelling = _spelling(library, leaf, term, groups.get(leaf), known)
            if spelling is not None:
                found.setdefault(term, spelling)
    return tuple(sorted(found.values(), key=lambda one: (-one.beside, -one.entries, one.text)))


def companions(library: Library, subject: Subject, since: datetime) -> tuple[Companion, ...]:
    """Capitalised words of what the watchlist's words are found in that are rare elsewhere; the most telling first."""
    rule = without_exclusions(subject.rule)
    known = known_words(library.holdings, subject.rule)
    spelt: dict[str, Counter[str]] = {}
    looked = 0
    for archived in library.candidates([rule], since, subject.watchlist.name, newest=_LOOKED_AT):
        looked += 1
        for token in {token.folded: token for token in _names_of(archived)}.values():
            if token.folded not in known and token.folded not in COMMON:
                spelt.setdefault(token.folded, Counter())[token.text] += 1
    total = max(library.store.archive.size(EPOCH), 1)  # as the index counts
    found = []
    for folded, texts in spelt.items():
        held, everywhere = texts.total(), max(library.holdings.count(folded), 1)
        if held >= 3 and (held / max(looked, 1)) > _OFTENER * everywhere / total:
            found.append(Companion(text=texts.most_common(1)[0][0], matches=held, entries=everywhere))
    best = sorted(found, key=lambda one: (-one.matches * one.matches / one.entries, one.text))
    return tuple(best[:MOST_COMPANIONS])


def _is_name(leaf: Leaf) -> bool:
    one = " " not in leaf.text and leaf.form in {Form.INFLECTED, Form.EXACT, Form.LIKE, Form.CASE}
    return one and len(leaf.text) >= _SHORTEST_NAME and leaf.text[0].isupper() and not leaf.text.isupper()


def _groups(subject: Subject) -> dict[Leaf, str]:
    """The innermost alias group of each leaf that stands in one of the watchlist's own."""
    found: dict[Leaf, str] = {}
    for node in walk(subject.rule.tree):
        if isinstance(node, Group) and not node.name.startswith("pack:"):
            found.update({leaf: node.name for leaf in walk(node) if isinstance(leaf, Leaf)})
    return found


def _near(name: str, known: Collection[str], holdings: Holdings) -> Iterator[str]:
    """The words of the archive whose spelling is near a name and none that the watchlist knows."""
    limit = bound(name)
    for folded in holdings.spelt_near(name, limit):
        if folded in known or len(folded) < _SHORTEST_NAME or (folded[0] != name[0] and len(name) < _LONG_NAME):
            continue
        if holdings.count(folded) >= FEWEST and distance(name, folded, limit) <= limit:
            yield folded


def _spelling(library: Library, leaf: Leaf, folded: str, group: str | None, known: Collection[str]) -> Spelling | None:
    """The word as a proposal; None where it is mostly written small, or a form of a name the watchlist has."""
    archive = library.store.archive
    rows = archive.rows(EPOCH, AnyOf(tuple(library.holdings.folded[folded])), SAMPLED)
    sampled = list(archive.read(rows))
    tokens = [token for archived in sampled for token in _tokens(archived) if token.folded == folded]
    capitals = Counter(token.text for token in tokens if token.text[0].isupper())
    if not tokens or capitals.total() < MOSTLY * len(tokens):
        return None
    others = {word for word in known if len(word) >= _LONG_ENOUGH and word not in COMMON}
    return Spelling(
        text=capitals.most_common(1)[0][0],
        like=leaf.text,
        group=group,
        entries=library.holdings.count(folded),
        beside=sum(any(token.folded in others for token in _tokens(archived)) for archived in sampled),
        headline=sampled[-1].entry.title,
    )


def _tokens(archived: Archived) -> list[Token]:
    entry = archived.entry
    return [token for text in (entry.title, entry.summary, entry.body) for token in tokenize(text)]


def _names_of(archived: Archived) -> list[Token]:
    single = (token for token in _tokens(archived) if token.first == token.last)
    return [token for token in single if token.text[0].isupper() and len(token.text) >= _LONG_ENOUGH]
