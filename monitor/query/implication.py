"""Whether one clause holds wherever another does: judged by their words alone, so never wrongly yes.

Pure.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Or
from monitor.query.lemma import languages_of, lexicon, script
from monitor.query.where import TEXT_ZONES
from monitor.query.words import stem
from monitor.text.tokens import Token, tokenize

_WITHIN_TEXT = frozenset({"lead", *(zone.value for zone in TEXT_ZONES)})


def implies(one: Node, other: Node) -> bool:
    """Whether every entry that one clause holds on is one that the other holds on."""
    if one == other:
        return True
    return _narrower(one, other) or _wider(one, other)


def covers(wide: Leaf, narrow: Leaf) -> bool:
    """Whether a word or phrase is found wherever another is: `grain` is, where `grain deal` is."""
    if wide == narrow:
        return True
    words, longer = _words(wide.text), _words(narrow.text)
    if any(token.first != token.last for token in (*words, *longer)):
        return False
    rows = (longer[at : at + len(words)] for at in range(len(longer) - len(words) + 1))
    return any(
        all(_takes(wide.form, word, narrow.form, said) for word, said in zip(words, row, strict=True)) for row in rows
    )


@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[Token, ...]:
    return tuple(tokenize(text))


def _narrower(one: Node, other: Node) -> bool:
    """Whether what the first clause asks for is enough for the second."""
    match one:
        case Leaf():
            return isinstance(other, Leaf) and covers(other, one)
        case Or(parts=parts):
            return all(implies(part, other) for part in parts)
        case And(parts=parts):
            return any(implies(part, other) for part in parts)
        case Group(part=part) | AtLeast(part=part):
            return implies(part, other)
        case Field(name=name, part=part):
            same = isinstance(other, Field) and other.name == name and implies(part, other.part)
            return same or (name in _WITHIN_TEXT and implies(part, other))
        case Near(left=left, right=right):
            return implies(left, other) or (not one.negated and implies(right, other))
        case _:
            return False


def _wider(one: Node, other: Node) -> bool:
    match other:
        case Or(parts=parts):
            return any(implies(one, part) for part in parts)
        case And(parts=parts):
            return all(implies(one, part) for part in parts)
        case Group(part=part):
            return implies(one, part)
        case _:
            return False


def _takes(form: Form, word: Token, other_form: Form, other: Token) -> bool:
    """Whether a word in one form is found wherever another word in its form is."""
    plain = other_form in {Form.EXACT, Form.CASE}
    match form:
        case Form.INFLECTED:
            same = other_form is Form.INFLECTED and word.text == other.text
            return same or (plain and word.folded == other.folded)
        case Form.EXACT:
            return plain and word.folded == other.folded
        case Form.STEM:
            return (plain or other_form is Form.STEM) and stem(word.folded) == stem(other.folded)
        case Form.PREFIX:
            return _begin_so(word.folded, other_form, other)
        case Form.CASE | Form.LIKE:
            return other_form is form and word.text == other.text


def _begin_so(prefix: str, form: Form, word: Token) -> bool:
    """Whether all that a word is found as begins with a prefix."""
    if form is Form.INFLECTED and word.folded.startswith(prefix):
        tongues = languages_of(None, script(word.text))
        forms = {one for tongue in tongues for one in lexicon().forms(tongue, [word.text])[word.text]}
        return all(one.startswith(prefix) for one in forms)
    return form in {Form.EXACT, Form.CASE, Form.PREFIX} and word.folded.startswith(prefix)
