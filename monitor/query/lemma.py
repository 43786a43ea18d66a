"""Inflection: which words of a text are forms of a word of a query, language by language.

By lemma, never by stem: `accession` is no form of `access`, `Invitational` none of `invitation`. The dictionaries are
asked once for each word of each watchlist, when the first entry of a language arrives; what is kept is the forms.

Pure, but for reading the dictionaries that come with the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from monitor.query.dictionary import families, languages
from monitor.query.where import language_of
from monitor.text.tokens import fold

_MOST_KEPT = 200_000
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC_LANGUAGES = frozenset({"uk", "ru", "bg", "mk"})
_OTHER_SCRIPTS = frozenset({"el", "fa", "hi", "hy", "ka"})
_UNTAGGED = {"latin": ("en",), "cyrillic": ("uk", "ru")}
"""Languages that are tried where an entry says nothing of its own, by script."""

_ENDINGS = {
    "en": (("", ("s",)),),
    "de": (("", ("s",)),),
    "uk": (("ький", ("ького", "ькому", "ьким")), ("ька", ("ької", "ькій", "ьку", "ькою"))),
    "ru": (("кий", ("кого", "кому", "ким", "ком")), ("кая", ("кой", "кую"))),
    "pl": (("ki", ("kiego", "kiemu", "kim")), ("ka", ("kiej", "ką"))),
}
"""How names that no dictionary holds are inflected: the ending, and what may stand in its place."""


def script(word: str) -> str:
    """`latin`, `cyrillic` or `other`, by the first letter of either."""
    if word.isascii() or _LATIN.search(word):
        return "latin"
    return "cyrillic" if _CYRILLIC.search(word) else "other"


def script_of_language(language: str) -> str:
    """The script a language is written in, as `script` names it."""
    if language in _CYRILLIC_LANGUAGES:
        return "cyrillic"
    return "other" if language in _OTHER_SCRIPTS else "latin"


@lru_cache(maxsize=1_000)
def languages_of(tag: str | None, writing: str) -> tuple[str, ...]:
    """The languages whose forms count for words of one script in an entry with this language tag.

    The entry's own language where it is written in that script; else English for Latin letters, Ukrainian and Russian
    for Cyrillic ones; nothing for scripts without a dictionary.
    """
    own = language_of(tag)
    if own is not None and script_of_language(own) == writing:
        return (own,) if own in languages() else ()
    return _UNTAGGED.get(writing, ())


def inflects(word: str) -> bool:
    """Whether a word of a query has forms at all: letters only, and not an acronym."""
    return len(word) > 1 and word.isalpha() and not word.isupper()


@dataclass(slots=True)
class Lexicon:
    """The inflected forms of the words that were ever asked for; grows by what watchlists say, bounded."""

    known: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def forms(self, language: str, words: Iterable[str]) -> dict[str, frozenset[str]]:
        """For each word its inflected forms in this language, folded, the word itself among them.

        A capital letter is kept in mind: `Gates` is a name and no plural of `gate`, while `Summit` is a summit.

        Args:
            language: ISO 639 code; one without a dictionary gives each word alone.
            words: As written in a query, one token each.
        """
        wanted = frozenset(words)
        found = {word: forms for word in wanted if (forms := self.known.get((language, word))) is not None}
        missing = set(wanted - found.keys())
        if missing:
            read = _forms(language, missing)
            if len(self.known) + len(read) > _MOST_KEPT:
                self.known.clear()
            self.known.update({(language, word): forms for word, forms in read.items()})
            found.update(read)
        return found


@cache
def lexicon() -> Lexicon:
    """The one lexicon that all percolators of a process share, so that a reload asks only for new words."""
    return Lexicon()


@dataclass(slots=True)
class _Found:
    """What one reading of a dictionary tells of some words."""

    bases: dict[str, str] = field(default_factory=dict)
    forms: dict[str, set[str]] = field(default_factory=dict)


def _forms(language: str, words: set[str]) -> dict[str, frozenset[str]]:
    asked = {word for word in words if inflects(word)} if language in languages() else set()
    found = _read(language, {spelling for word in asked for spelling in _spellings(word)}) if asked else _Found()
    return {word: _folded(language, word, _base(word, found) if word in asked else None, found) for word in words}


def _spellings(word: str) -> tuple[str, ...]:
    return (word, word.lower()) if word[0].isupper() else (word, word.capitalize())


def _read(language: str, spellings: set[str]) -> _Found:
    wanted = {spelling.encode() for spelling in spellings}
    found = _Found()
    for base, forms in families(language, wanted):
        regular = [form for form in forms if not _is_odd(form, base)]
        hits = wanted.intersection(regular)
        if hits or (regular and base in wanted):
            found.bases.update({form.decode(): base.decode() for form in hits})
            found.forms[base.decode()] = {form.decode(errors="replace") for form in regular}
    return found


def _is_odd(form: bytes, base: bytes) -> bool:
    """Whether it is the comparative of a participle (`invitinger`), which would make `inviting` a word of its own."""
    return form.endswith((b"inger", b"ingest", b"eder", b"edest")) and form[: len(base)] == base


def _base(word: str, found: _Found) -> str | None:
    """The base form of a query's word; None for a name."""
    own, other = _spellings(word)
    if own in found.bases or own in found.forms:
        return _base_as_spelt(own, found)
    base = _base_as_spelt(other, found)
    is_name = word[0].isupper() and base is not None and base != other
    return None if is_name else base


def _base_as_spelt(spelling: str, found: _Found) -> str | None:
    if found.forms.get(spelling, set()) - {spelling}:
        return spelling
    return found.bases.get(spelling)


def _folded(language: str, word: str, base: str | None, found: _Found) -> frozenset[str]:
    known = found.forms.get(base, set()) if base is not None else set()
    if base is None and inflects(word):
        known = {word[: -len(old) or None] + new for old, new in _regular_endings(language, word)}
    writing = script(word)
    return frozenset({fold(word), *(fold(form) for form in known if script(form) == writing)})


def _regular_endings(language: str, word: str) -> Iterator[tuple[str, str]]:
    for old, news in _ENDINGS.get(language, ()):
        if word.endswith(old) and (old or not word.endswith("s")):
            yield from ((old, new) for new in news)


def may_be_name(word: str) -> bool:
    """Whether a word of a query is a name by its looks: in Latin letters, the first a capital."""
    return inflects(word) and word[0].isupper() and script(word) == "latin"


def is_name(word: str, known: Lexicon) -> bool:
    """Whether a capitalised word of a query is read as a name, although in small letters it would have other forms."""
    if not may_be_name(word):
        return False
    return known.forms("en", (word,))[word] < known.forms("en", (word.lower(),))[word.lower()]
