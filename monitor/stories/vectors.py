"""Vectors: texts as weighed terms, and how alike two of them are.

A text's length is taken when it arrives, by what its words said then: to compare a new text with many earlier ones,
only the new one's words are weighed.

Source: Salton and Buckley, Term-weighting approaches in automatic text retrieval, 1988.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from monitor.model.story import Fingerprint
from monitor.stories.profile import profile_of
from monitor.stories.rarity import Rarity
from monitor.stories.terms import spread

TITLE_SHARE = 0.4
"""Weight of the headlines' similarity beside that of headline and lead together."""

Lengths = tuple[float, float]
"""Of the headline and of headline and lead as vectors."""


@dataclass(frozen=True, slots=True)
class Vector:
    """Terms weighed by (1 + ln tf) · rarity."""

    parts: Mapping[int, float]
    """What each term adds to the product with a text that holds it once."""
    length: float

    def cosine(self, terms: Sequence[int], length: float) -> float:
        """The similarity to a text of these terms, each as often as it occurs, and of this length, 0..1."""
        parts = self.parts
        shared = [term for term in terms if term in parts]
        if not shared:
            return 0.0
        once = dict.fromkeys(shared)
        if len(once) == len(shared):
            product = sum([parts[term] for term in shared])
        else:
            product = sum([parts[term] * _factor(shared.count(term)) for term in once])
        return min(product / (self.length * length), 1.0)


@dataclass(frozen=True, slots=True)
class Vectors:
    """A text, weighed: as it is compared with others."""

    print: Fingerprint
    title: Vector
    lead: Vector
    """Headline and lead together; of a bare headline, the headline."""
    has_lead: bool

    @property
    def lengths(self) -> Lengths:
        """Of both vectors."""
        return self.title.length, self.lead.length

    def likeness(self, other: Fingerprint, lengths: Lengths, *, title_only: bool = False) -> float:
        """How alike another text is in its telling words, 0..1; by its headline alone where neither has a lead."""
        theirs = profile_of(other)
        title = self.title.cosine(theirs.headline, lengths[0])
        if title_only or not (self.has_lead or theirs.has_lead):
            return title
        lead = self.lead.cosine(theirs.lead, lengths[1])
        both = self.has_lead and theirs.has_lead
        return TITLE_SHARE * title + (1 - TITLE_SHARE) * lead if both else max(title, lead)


def vectors_of(print_: Fingerprint, rarity: Rarity) -> Vectors:
    """A text weighed by what its words say now."""
    profile = profile_of(print_)
    title = _vector(profile.headline, rarity)
    return Vectors(print_, title, _vector(profile.lead, rarity) if profile.has_lead else title, profile.has_lead)


def _vector(terms: Sequence[int], rarity: Rarity) -> Vector:
    parts, square = {}, 0.0
    for term, count in spread(terms).items():
        rare = rarity[term]
        weight = rare if count == 1 else rare * _factor(count)
        parts[term] = weight * rare
        square += weight * weight
    return Vector(parts, sqrt(square) or 1.0)


def _factor(count: int) -> float:
    return 1.0 if count == 1 else 1 + log(count)
