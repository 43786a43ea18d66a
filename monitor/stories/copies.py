"""Copies: whether two entries are the same article, by which evidence, how sure.

Evidence is a shared link with the same headline, an equal headline, a headline that differs in its wording only, or
shared passages. Headlines that a paper uses again and again, and headlines that differ in a figure, a date or a
decisive word, are no evidence: such an entry may tell the same story, but it is not the same article.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.model.ids import EntryId, digest
from monitor.model.story import Fingerprint, Neighbour
from monitor.stories.headline import Difference, difference, masked_title, normal_title
from monitor.stories.profile import profile_of, text_terms
from monitor.stories.templates import template_key
from monitor.stories.terms import LEAD_CHARACTERS, lead_terms
from monitor.text.shingles import SHINGLE_WORDS, shingles
from monitor.text.tokens import words
from monitor.text.urls import canonical_url, host_of
from monitor.timing import ago

WINDOW = timedelta(hours=72)
"""How far apart two entries may be seen and still be the same article."""

MOST_SHINGLES = 4_000
ENOUGH_SHINGLES = 40
"""Shingles both sides need before their passages say anything."""

SHARED = 0.5
"""Share of the shorter text from which the two are one article. Real copies reach 0.26 at least, strangers 0.04."""

WORD_FOR_WORD = 0.9
"""The same for entries under headlines that are no evidence."""

FUZZY = 85
"""rapidfuzz's token_sort_ratio, 0..100."""

TITLE_WORDS = 5
SECOND_USE = timedelta(hours=12)
"""From this distance on, one host's equal headlines are taken for two items until a link or passages say otherwise."""

SAME_LEAD = 0.8
"""Share of the terms of two leads that must be the same."""

_OTHER_TEXT = 0.26
"""Below this share two texts are two, whatever their headlines."""


class Copy(NamedTuple):
    """The original, and what shows it."""

    of: Neighbour
    score: float
    """0..1."""
    method: str
    """`link`, `title`, `fuzzy title` or `shared passages`."""
    why: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two compared."""

    print: Fingerprint
    hashes: frozenset[int]
    title: frozenset[int]


def fingerprint(title: str, text: str, link: str | None) -> Fingerprint:
    """What is kept of an entry so that copies of it, and its story, are recognised.

    Args:
        title: The headline as published.
        text: The body, or the summary where there is no body; plain text.
        link: The entry's link, if any.
    """
    normal = normal_title(title)
    page = canonical_url(link) if link else None
    found = words(text)
    return Fingerprint(
        title=normal,
        host=host_of(link),
        shingles=shingles(found, SHINGLE_WORDS)[:MOST_SHINGLES],
        terms=lead_terms(normal, found if len(text) <= LEAD_CHARACTERS else words(text[:LEAD_CHARACTERS])),
        page=int(digest("page", page)[:15], 16) if page is not None and page.count("/") > 2 else 0,
    )


def copy_of(
    print_: Fingerprint, near: Sequence[Neighbour], now: datetime, *, templates: AbstractSet[str] = frozenset()
) -> Copy | None:
    """The neighbour of which a text seen `now` is a copy, by the best evidence; None when it is none.

    It does not matter which of the two came first: swapped, they are still copies, with the same score.

    Args:
        print_: The text.
        near: Earlier entries; those seen more than 72 hours before or after are passed over.
        now: When the text was seen.
        templates: Keys of headlines that their hosts use again and again.
    """
    noticed = notices(print_, near)
    side = _side(print_)
    found = (
        _compared(side, other, now, templates, has_notice=other.entry_id in noticed)
        for other in near
        if _is_worth_comparing(side, other.fingerprint) and abs(now - other.seen_at) <= WINDOW
    )
    return max((copy for copy in found if copy is not None), key=lambda copy: copy.score, default=None)


def passages(a: Fingerprint, b: Fingerprint) -> float | None:
    """The share of the shorter text's passages that stand in the other, 0..1; None where a side has too few."""
    return _passages(_side(a), b)


def share_half(a: AbstractSet[int], b: AbstractSet[int]) -> bool:
    """Whether the terms of two headlines share half of those of the longer one.

    Below that nobody need ask in what the two headlines differ.
    """
    return 2 * len(a & b) >= max(len(a), len(b), 1)


def is_recurring(a: Fingerprint, b: Neighbour, now: datetime, templates: AbstractSet[str]) -> bool:
    """Whether the headline alone says nothing: a template, or one host's second use of it on another day."""
    if templates and (template_key(a) in templates or template_key(b.fingerprint) in templates):
        return True
    if not a.host or a.host != b.fingerprint.host or abs(now - b.seen_at) < SECOND_USE:
        return False
    return masked_title(a.title) == masked_title(b.fingerprint.title)


def notices(print_: Fingerprint, near: Sequence[Neighbour]) -> frozenset[EntryId]:
    """The neighbours whose text is the same notice of their host, such as `subscribe to read on`.

    A text that stands on three pages of one host, under headlines that have little in common, is taken for one.
    """
    found = [n for n in near if print_.host == n.fingerprint.host and _is_elsewhere(print_, n.fingerprint)]
    if len(found) < 2:
        return frozenset()
    first = profile_of(found[0].fingerprint).title
    unlike = any(not share_half(first, profile_of(n.fingerprint).title) for n in found[1:])
    return frozenset(n.entry_id for n in found) if unlike else frozenset()


def _is_elsewhere(a: Fingerprint, b: Fingerprint) -> bool:
    """Whether one host shows the same lead on another page under an unlike headline."""
    if not a.host or a.page == b.page:
        return False
    mine, theirs = text_terms(a), text_terms(b)
    shared = len(mine & theirs)
    if shared < SAME_LEAD * max(len(mine) + len(theirs) - shared, 1):
        return False
    return not share_half(profile_of(a).title, profile_of(b).title)


def _side(print_: Fingerprint) -> _Side:
    hashes = frozenset(print_.shingles if len(print_.shingles) >= ENOUGH_SHINGLES else ())
    return _Side(print_, hashes, profile_of(print_).title)


def _is_worth_comparing(side: _Side, b: Fingerprint) -> bool:
    """Whether there can be evidence at all: a like headline, or enough passages on both sides."""
    if len(side.hashes) >= ENOUGH_SHINGLES and len(b.shingles) >= ENOUGH_SHINGLES:
        return True
    return side.print.title == b.title or share_half(side.title, profile_of(b).title)


def _compared(
    side: _Side, other: Neighbour, now: datetime, templates: AbstractSet[str], *, has_notice: bool
) -> Copy | None:
    """The best evidence that two entries are one article."""
    a, b = side.print, other.fingerprint
    differ = _difference(side, b)
    same_page = a.page != 0 and a.page == b.page
    if same_page and a.title and differ in {Difference.NONE, Difference.WORDING}:
        return _copy(other, 1.0, "link", f"“{a.title}” has the link and the headline of {_named(other, now)}")
    shared = None if has_notice else _passages(side, b)
    if shared is None and differ not in {Difference.NONE, Difference.WORDING}:
        return None
    evidence = differ not in {Difference.SERIES, Difference.FIGURES} and not is_recurring(a, other, now, templates)
    if shared is not None and shared >= (SHARED if evidence else WORD_FOR_WORD):
        why = f"{shared:.0%} of the passages of “{a.title}” or of {_named(other, now)} stand in the other"
        return _copy(other, shared, "shared passages", why)
    if not evidence or (shared is not None and shared < _OTHER_TEXT):
        return None
    return _same_headline(a, other, differ, now)


def _difference(side: _Side, b: Fingerprint) -> Difference:
    title = side.print.title
    if title != b.title and not share_half(side.title, profile_of(b).title):
        return Difference.MEANING
    return difference(title, b.title)


def _same_headline(a: Fingerprint, other: Neighbour, differ: Difference, now: datetime) -> Copy | None:
    b = other.fingerprint
    if min(a.title.count(" "), b.title.count(" ")) < TITLE_WORDS - 1:
        return None
    if differ is Difference.NONE:
        return _copy(other, 1.0, "title", f"“{a.title}” has the headline of {_named(other, now)}")
    score = fuzz.token_sort_ratio(a.title, b.title)
    if differ is not Difference.WORDING or score < FUZZY:
        return None
    why = f"“{a.title}” differs from {_named(other, now)} in {differ.value} only"
    return _copy(other, score / 100, "fuzzy title", why)


def _passages(side: _Side, b: Fingerprint) -> float | None:
    mine, theirs = side.print.shingles, b.shingles
    if len(mine) < ENOUGH_SHINGLES or len(theirs) < ENOUGH_SHINGLES:
        return None
    hashes = side.hashes
    if max(len(mine), len(theirs)) == MOST_SHINGLES:
        mine, theirs = _comparable(mine, theirs)
        hashes = frozenset(mine)
    shorter = min(len(mine), len(theirs))
    return len(hashes.intersection(theirs)) / shorter if shorter >= ENOUGH_SHINGLES else None


def _comparable(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of two sets of lowest hashes the part that both were asked for."""
    top = min(side[-1] for side in (a, b) if len(side) == MOST_SHINGLES)
    return tuple(h for h in a if h <= top), tuple(h for h in b if h <= top)


def _copy(of: Neighbour, score: float, method: str, why: str) -> Copy:
    return Copy(of, score, method, why)


def _named(other: Neighbour, now: datetime) -> str:
    where = f" of {other.fingerprint.host}" if other.fingerprint.host else ""
    return f"“{other.fingerprint.title}”{where}, seen {ago(now - other.seen_at)} before"
