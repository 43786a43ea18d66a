"""A rule as a question to a full-text index: what must occur in every entry that the rule can hold on.

The index holds words in small letters, cut at every hyphen, dot and apostrophe. So each word of the rule is looked up
among the words that occur there at all: a word of the index counts where a token spelt so could be the rule's word.
What the index finds may be too much, never too little; the evaluator decides.

Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import regex

from monitor.model.archive import AllOf, AnyOf, Wanted
from monitor.query.ast import SHORTEST_PREFIX, Form, Leaf, walk
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon, languages_of, script
from monitor.query.like import alike, bound
from monitor.query.sieve import Check, Sieve
from monitor.query.where import language_of
from monitor.query.words import Word, stem, ways
from monitor.text.tokens import fold

_ELSEWHERE = -1
"""The number of every word that is looked for where the index does not reach."""
_ONE_BY_ONE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー々]")
NOTHING = AnyOf(())
"""What no entry holds."""
_MOST_LETTERS = 6
"""Letters of the longest acronym that may be written with dots."""


@dataclass(slots=True)
class Holdings:
    """The words of an archive, and in how many entries each stands."""

    counts: Mapping[str, int]
    languages: Collection[str | None]
    """Tags that its entries bear."""
    lexicon: Lexicon
    folded: dict[str, list[str]] = field(init=False)
    """Words of the index by their folded form."""
    _by_length: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    _written: dict[tuple[Word, frozenset[str]], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folded = defaultdict(list)
        for term in self.counts:
            self.folded[fold(term)].append(term)

    def count(self, folded: str) -> int:
        """In how many entries a folded word stands, about."""
        return sum(self.counts[term] for term in self.folded.get(folded, ()))

    def forms(self, words: Collection[Word], languages: Iterable[str | None]) -> dict[Word, frozenset[str]]:
        """For each word the folded words of texts that are the word in one of these languages."""
        found: dict[Word, set[str]] = {word: {fold(word.text)} for word in words}
        for writing in ("latin", "cyrillic", "other"):
            inflected = [word for word in words if word.form is Form.INFLECTED and script(word.text) == writing]
            tongues = {tongue for tag in (None, *languages) for tongue in languages_of(tag, writing)}
            for tongue in sorted(tongues) if inflected else ():
                known = self.lexicon.forms(tongue, [word.text for word in inflected])
                for word in inflected:
                    found[word] |= known[word.text]
        return {word: frozenset(forms) for word, forms in found.items()}

    def spelt_near(self, name: str, limit: float) -> Iterator[str]:
        """The folded words that may be within a distance of a name: of such a length, and of mostly its letters."""
        if not self._by_length:
            for folded in self.folded:
                self._by_length.setdefault(len(folded), []).append((_letters(folded), folded))
        letters, most = _letters(name), int(4 * limit)
        for length in range(len(name) - int(2 * limit), len(name) + int(2 * limit) + 1):
            for others, folded in self._by_length.get(length, ()):
                if (letters ^ others).bit_count() <= most:
                    yield folded

    def wordings(self, word: Word, forms: frozenset[str]) -> tuple[str, ...]:
        """What the index may hold where a text says the word: its own words, and words in a row."""
        known = self._written.get((word, forms))
        if known is None:
            known = self._written[word, forms] = tuple(dict.fromkeys(self._wordings(word, forms)))
        return known

    def _wordings(self, word: Word, forms: Collection[str]) -> Iterator[str]:
        match word.form:
            case Form.STEM:
                yield from self._matching(word.text[:SHORTEST_PREFIX], lambda folded: stem(folded) == word.text)
                yield from self._broken(word.text, ends=True)
            case Form.PREFIX:
                yield from self._matching(word.text, lambda _: True)
                yield from self._broken(word.text, ends=True)
            case Form.LIKE:
                yield from self._like(word.text)
                yield from self._broken(word.text)
            case Form.EXACT | Form.INFLECTED | Form.CASE:
                for form in sorted(forms):
                    yield from self._spelt(form)

    def _spelt(self, form: str) -> Iterator[str]:
        if _ONE_BY_ONE.match(form):
            yield from (term for term in self.counts if form[0] in term)
            return
        yield from self.folded.get(form, ())
        if not form.isalnum():
            yield form
        yield from self._broken(form)

    def _broken(self, form: str, *, ends: bool = False) -> Iterator[str]:
        """The form where a text has a hyphen or a dot in it: `co-operation`, `U.S.`"""
        last = "*" if ends else ""
        for at in range(1, len(form)):
            if (form[:at] in self.counts) and (ends or form[at:] in self.counts):
                yield f"{form[:at]} {form[at:]}{last}"
        if 2 < len(form) <= _MOST_LETTERS:
            yield " ".join(form) + last

    def _matching(self, start: str, fits: Callable[[str], bool]) -> Iterator[str]:
        for folded, terms in self.folded.items():
            if folded.startswith(start) and fits(folded):
                yield from terms

    def _like(self, name: str) -> Iterator[str]:
        for folded in self.spelt_near(name, bound(name)):
            if alike(name, folded):
                yield from self.folded[folded]


def _letters(word: str) -> int:
    """A bit for each letter; two letters may share one, so that words seem more alike than they are, never less."""
    found = 0
    for char in word:
        found |= 1 << (ord(char) % 61)
    return found


def known_words(holdings: Holdings, *rules: Rule) -> frozenset[str]:
    """Every folded word that a word of the rules takes, exclusions included."""
    nodes = (part for rule in rules for node in (rule.tree, *rule.ignore) for part in walk(node))
    leaves = dict.fromkeys(part for part in nodes if isinstance(part, Leaf))
    words = {_inflected(word) for leaf in leaves for way in ways(leaf) for word in way}
    forms = holdings.forms(words, holdings.languages)
    return frozenset(form for some in forms.values() for form in some)


def _inflected(word: Word) -> Word:
    return Word(Form.INFLECTED, word.text) if word.form is Form.EXACT else word


def wanted(rules: Iterable[Rule], holdings: Holdings) -> Wanted | None:
    """What an entry must hold so that one of the rules can hold on it; None when nothing need occur."""
    each = [_of_rule(rule, holdings) for rule in rules]
    return _either(each)


def _of_rule(rule: Rule, holdings: Holdings) -> Wanted | None:
    words: dict[Word, int] = {}

    def number(layer: int, word: Word) -> int:
        return _ELSEWHERE if layer else words.setdefault(word, len(words))

    check = Sieve(number).check(rule.tree, rule.area)
    kept = {language_of(tag) for tag in rule.where.lang}
    tongues = [tag for tag in holdings.languages if not kept or language_of(tag) in kept]
    forms = holdings.forms(list(words), tongues)
    return _of_check(check, {words[word]: holdings.wordings(word, forms[word]) for word in words})


def _of_check(check: Check, said: Mapping[int, tuple[str, ...]]) -> Wanted | None:
    """The check in the words of the index; None where it asks for nothing that the index knows."""
    parts: list[Wanted] = [
        AnyOf(tuple(dict.fromkeys(wording for number in sorted(numbers) for wording in said[number])))
        for numbers in check.words
        if _ELSEWHERE not in numbers
    ]
    for row in check.choices:
        choice = _either([_of_check(one, said) for one in row])
        if choice is not None:
            parts.append(choice)
    return _together(parts)


def _either(choices: Collection[Wanted | None]) -> Wanted | None:
    known = [choice for choice in choices if choice is not None]
    if len(known) < len(choices):
        return None
    possible = [choice for choice in dict.fromkeys(known) if choice != NOTHING]
    return possible[0] if len(possible) == 1 else AnyOf(tuple(possible))


def _together(parts: list[Wanted]) -> Wanted | None:
    if not parts:
        return None
    if NOTHING in parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
