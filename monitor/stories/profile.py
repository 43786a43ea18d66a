"""Profiles: what is asked of a text again and again while it is compared, counted once.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import mul

from monitor.model.story import Fingerprint
from monitor.stories.terms import spread, title_terms

_REMEMBERED = 6_144


@dataclass(frozen=True, slots=True)
class Weights:
    """The terms of a text, each once, with 1 + ln of how often it occurs; no factors where each occurs once."""

    terms: tuple[int, ...]
    factors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A fingerprint's terms by themselves."""

    title_set: frozenset[int]
    text_set: frozenset[int]
    """The terms of the lead without what only the headline holds."""
    title: Weights
    lead: Weights
    """Headline and lead; the headline where there is no lead."""
    has_lead: bool


_remembered: dict[int, tuple[Fingerprint, Profile]] = {}
"""By identity: to hash a fingerprint would cost more than it saves. What is kept alive keeps its identity."""


def profile_of(print_: Fingerprint) -> Profile:
    """The profile of a fingerprint; of the same object, the same."""
    found = _remembered.get(id(print_))
    return found[1] if found is not None and found[0] is print_ else profiled(print_, title_terms(print_.title))


def profiled(print_: Fingerprint, headline: tuple[int, ...]) -> Profile:
    """The same for a fingerprint whose headline's terms are known."""
    titles = spread(headline)
    title = _weights(titles, headline)
    if len(print_.terms) > len(headline):
        leads = spread(print_.terms)
        text = frozenset([term for term, count in leads.items() if count > titles.get(term, 0)])
        made = Profile(frozenset(titles), text, title, _weights(leads, print_.terms), has_lead=True)
    else:
        made = Profile(frozenset(titles), frozenset(), title, title, has_lead=False)
    while len(_remembered) >= _REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    _remembered[id(print_)] = print_, made
    return made


def vector(weights: Weights, rarity: Mapping[int, float]) -> dict[int, float]:
    """The terms as a vector of length 1, by a rarity that knows every term; empty without terms."""
    raw = _raw(weights, rarity)
    length = sqrt(sum(map(mul, raw, raw)))
    return {term: weight / length for term, weight in zip(weights.terms, raw, strict=True)} if length else {}


def cosine_of(mine: Mapping[int, float], theirs: Weights, rarity: Mapping[int, float]) -> float:
    """The similarity of a vector of length 1 and a text, 0..1."""
    raw = _raw(theirs, rarity)
    length = sqrt(sum(map(mul, raw, raw)))
    shared = sum([mine[term] * weight for term, weight in zip(theirs.terms, raw, strict=True) if term in mine])
    return shared / length if length else 0.0


def _raw(weights: Weights, rarity: Mapping[int, float]) -> list[float]:
    found: Iterable[float] = map(rarity.__getitem__, weights.terms)
    return list(map(mul, weights.factors, found)) if weights.factors else list(found)


def _weights(counts: Mapping[int, int], terms: Sequence[int]) -> Weights:
    factors = tuple([1 + log(count) for count in counts.values()]) if len(counts) < len(terms) else ()
    return Weights(tuple(counts), factors)
