"""Corpora: is an entry an article that was known before it came, and of which is it at least reminiscent.

Three ways to be known: the body shares its passages with the article's; headline and summary use the words of its
headline and lead; headline and summary are quoted from its body. None of them is met by a new text on an old subject.

Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain, islice
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.model.story import Article, CorpusHit, Fingerprint, Postings, Segment
from monitor.stories.copies import ENOUGH_SHINGLES, FUZZY, SHARED, TITLE_WORDS
from monitor.stories.headline import Difference, difference
from monitor.stories.rarity import Rarity, background, cosine, unit, weighted
from monitor.stories.segments import FINEST, TERM, TITLE, segment_of, shingle_part, title_hash, under
from monitor.text.shingles import shingles
from monitor.text.tokens import words

LEAD_CHARACTERS = 600
"""How much of an article's body stands for it beside its headline."""

SUMMARY_CHARACTERS = 600
"""How much of an entry's text counts as its summary."""

SAME_LEAD = 0.55
RELATED_LEAD = 0.45
QUOTED = 0.45
RELATED_PASSAGES = 0.26

ENOUGH_PAIRS = 20
"""2-word shingles that headline and summary need before being quoted says anything."""

ENOUGH_TERMS = 8
"""Distinct terms that headline and summary need before resembling a lead says anything."""

_OTHER_TEXT = 0.1
_CANDIDATES = 6
_HEAVY = 12
_MOST_POSTINGS = 1_500
"""Postings looked through for one entry's words; the words that fewest articles hold come first."""

Fetch = Callable[[Sequence[int]], Iterable[Article]]
"""The articles with these numbers, as far as they are there."""


class _Draft(NamedTuple):
    """What is asked about: an entry's article."""

    print: Fingerprint
    halves: frozenset[int]
    pairs: frozenset[int]
    lead: Mapping[int, float]


class CorpusIndex:
    """All known articles, by headline, by telling words of the lead, and by a sample of their shingles.

    The segments are held in memory, some 500 bytes an article; the few articles that are worth comparing are fetched.
    A text that shares half its passages with an article is found but for one case in hundreds; in corpora of more
    than some 30,000 articles, an excerpt of only a few sentences under another headline may be missed.

    Args:
        segments: Of all corpora; levels below `level` may be absent.
        fetch: Gives the articles by their numbers.
        level: From which level on shingles are asked for.
    """

    def __init__(self, segments: Sequence[Segment], fetch: Fetch, level: int = FINEST) -> None:
        self._size = sum(segment.articles for segment in segments)
        self._parts: dict[str, list[Postings]] = {}
        for name, posted in chain.from_iterable(segment.parts.items() for segment in segments):
            self._parts.setdefault(name, []).append(posted)
        self._fetch = fetch
        self._sample = (1 << level) - 1

    def __len__(self) -> int:
        return self._size

    def hits(self, print_: Fingerprint, title: str, text: str) -> tuple[CorpusHit, ...]:
        """The articles that an entry repeats, or is most related to: the best one of each corpus, the best first.

        Args:
            print_: The entry's fingerprint.
            title: Its headline as published.
            text: Its body, or its summary where there is no body.
        """
        if not self._size:
            return ()
        found = words(f"{title}\n{text[:SUMMARY_CHARACTERS]}")
        draft = _Draft(
            print_,
            frozenset(h >> 32 for h in print_.shingles),
            frozenset(h >> 32 for h in shingles(found, 2)),
            weighted(print_.terms, Rarity()),
        )
        hits = (hit for article in self._fetch(self._candidates(draft)) for hit in _hits(article, draft))
        best: dict[str, CorpusHit] = {}
        for hit in sorted(hits, key=lambda hit: (hit.known, hit.score), reverse=True):
            best.setdefault(hit.corpus, hit)
        return tuple(best.values())

    def _candidates(self, draft: _Draft) -> list[int]:
        """Numbers of the articles worth comparing, each once."""
        title = draft.print.title
        same = islice(chain.from_iterable(self._under(TITLE, title_hash(title))), _CANDIDATES) if title else ()
        return list(dict.fromkeys([*same, *self._by_passages(draft.halves), *self._by_terms(draft.lead)]))

    def _by_passages(self, halves: Iterable[int]) -> Iterator[int]:
        sampled = (half for half in halves if not half & self._sample)
        found = (self._under(shingle_part(half), half) for half in sampled)
        counts = Counter(chain.from_iterable(chain.from_iterable(found)))
        return (number for number, _ in counts.most_common(_CANDIDATES))

    def _by_terms(self, lead: Mapping[int, float]) -> list[int]:
        heavy = [(term, self._under(TERM, term)) for term in nlargest(_HEAVY, lead, key=lead.__getitem__)]
        scores: dict[int, float] = {}
        left = _MOST_POSTINGS
        for size, term, posted in sorted((sum(map(len, posted)), term, posted) for term, posted in heavy):
            left -= size
            for number in chain.from_iterable(posted) if left >= 0 else ():
                scores[number] = scores.get(number, 0.0) + lead[term] ** 2
        return nlargest(_CANDIDATES, scores, key=scores.__getitem__)

    def _under(self, part: str, key: int) -> list[array[int]]:
        return under(self._parts.get(part, ()), key)


def index_of(articles: Iterable[Article]) -> CorpusIndex:
    """The index of articles that are all held in memory."""
    numbered = dict(enumerate(articles, start=1))
    return CorpusIndex([segment_of(numbered.items())], lambda numbers: [numbered[n] for n in numbers])


def _hits(article: Article, draft: _Draft) -> Iterator[CorpusHit]:
    """Every evidence that the entry is, or is related to, one article."""
    shared = _shared_passages(draft, article)
    if shared is not None and shared >= RELATED_PASSAGES:
        why = f"{shared:.0%} of the passages of the shorter text stand in the other"
        yield _hit(article, shared, "shared passages", why, known=shared >= SHARED)
    if (shared is None or shared >= _OTHER_TEXT) and _same_headline(draft.print.title, article.title_key):
        yield _hit(article, 1.0, "headline", "it has its headline", known=True)
    if (quoted := _quoted(draft, article)) >= QUOTED:
        why = f"{quoted:.0%} of headline and summary stand word for word in it"
        yield _hit(article, quoted, "quoted", why, known=True)
    if (like := _like(draft, article)) >= RELATED_LEAD:
        why = f"headline and summary are {like:.2f} like its headline and lead; {SAME_LEAD} is the same"
        yield _hit(article, like, "lead", why, known=like >= SAME_LEAD)


def _shared_passages(draft: _Draft, article: Article) -> float | None:
    """The share of the shorter text's passages that stand in the other; None where a side has too few."""
    shorter = min(len(draft.halves), len(article.shingles))
    return len(draft.halves.intersection(article.shingles)) / shorter if shorter >= ENOUGH_SHINGLES else None


def _quoted(draft: _Draft, article: Article) -> float:
    if len(draft.pairs) < ENOUGH_PAIRS:
        return 0.0
    return len(draft.pairs.intersection(article.pairs)) / len(draft.pairs)


def _like(draft: _Draft, article: Article) -> float:
    if len(draft.lead) < ENOUGH_TERMS:
        return 0.0
    theirs = unit({term: weight * background(term) for term, weight in article.lead})
    return min(cosine(draft.lead, theirs), 1.0)


def _same_headline(title: str, key: str) -> bool:
    """Whether two normalised headlines are one, wording aside; short ones are never."""
    if min(title.count(" "), key.count(" ")) < TITLE_WORDS - 1:
        return False
    if title == key:
        return True
    return fuzz.token_sort_ratio(title, key) >= FUZZY and difference(title, key) is Difference.WORDING


def _hit(article: Article, score: float, method: str, why: str, *, known: bool) -> CorpusHit:
    return CorpusHit(
        corpus=article.corpus,
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        score=score,
        method=method,
        known=known,
        why=why,
    )
