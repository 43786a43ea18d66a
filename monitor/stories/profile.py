"""Profiles: the terms of a text as sets, counted once however often it is compared.

Pure.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from monitor.model.story import Fingerprint
from monitor.stories.terms import spread, title_terms

_REMEMBERED = 4_096


class Profile(NamedTuple):
    """A fingerprint's terms."""

    title: frozenset[int]
    """The headline's, each once."""
    headline: tuple[int, ...]
    """The headline's, as often as they occur."""
    lead: tuple[int, ...]
    """Of headline and lead, as often as they occur; of the headline where there is no lead."""
    has_lead: bool


_remembered = OrderedDict[int, tuple[Fingerprint, Profile]]()
"""By identity: to hash a fingerprint would cost more than it saves. What is kept alive keeps its identity."""


def profile_of(print_: Fingerprint) -> Profile:
    """The profile of a fingerprint; of the same object, the same."""
    found = _remembered.get(id(print_))
    return found[1] if found is not None and found[0] is print_ else profiled(print_, title_terms(print_.title))


def profiled(print_: Fingerprint, headline: tuple[int, ...]) -> Profile:
    """The same for a fingerprint whose headline's terms are known."""
    has_lead = len(print_.terms) > len(headline)
    made = Profile(frozenset(headline), headline, print_.terms if has_lead else headline, has_lead)
    while len(_remembered) >= _REMEMBERED:
        _remembered.popitem(last=False)
    _remembered[id(print_)] = print_, made
    return made


def text_terms(print_: Fingerprint) -> frozenset[int]:
    """The terms of the lead without what only the headline holds; empty where there is no lead."""
    headline = spread(title_terms(print_.title))
    return frozenset(term for term, count in spread(print_.terms).items() if count > headline.get(term, 0))
