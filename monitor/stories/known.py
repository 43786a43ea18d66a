"""Corpora: is an entry an article that was known before it came, and of which is it at least reminiscent.

Three ways to be known: the body shares its passages with the article's; headline and summary use the words of its
headline and lead; headline and summary are quoted from its body. None of them is met by a new text on an old subject.

Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.model.ids import ArticleId
from monitor.model.story import Article, CorpusHit, Fingerprint
from monitor.stories.copies import ENOUGH_SHINGLES, FUZZY, SHARED, TITLE_WORDS
from monitor.stories.headline import Difference, difference
from monitor.stories.rarity import background, cosine, unit, weighted
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
_MOST_POSTED = 4_000_000
_CANDIDATES = 10
_HEAVY = 12
_MOST_POSTINGS = 2_000
_LOW = 0xFFFFFFFF


class _Facts(NamedTuple):
    """An article without its features."""

    id: ArticleId
    corpus: str
    title: str
    outlet: str
    published: str | None
    title_key: str


class _Features(NamedTuple):
    """Its features, packed: the upper halves of its hashes, and its lead."""

    shingles: array[int]
    pairs: array[int]
    terms: array[int]
    weights: array[float]


class _Draft(NamedTuple):
    """What is asked about: an entry's features."""

    print: Fingerprint
    halves: frozenset[int]
    pairs: frozenset[int]
    lead: Mapping[int, float]


class CorpusIndex:
    """All known articles, by headline, by telling words of the lead, and by a sample of their shingles.

    Exact up to some 8,000 articles of 500 words; from there on fewer shingles are indexed, so that an article of
    which only a few passages are left may be missed, while whole ones are not.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        self._facts: list[_Facts] = []
        self._features: list[_Features] = []
        self._titles: dict[str, int] = {}
        self._terms: dict[int, array[int]] = {}
        for article in articles:
            self._add(article)
        self._rate, self._posted = _posted([f.shingles for f in self._features])

    def __len__(self) -> int:
        return len(self._facts)

    def nearest(self, print_: Fingerprint, title: str, text: str) -> CorpusHit | None:
        """The article that an entry repeats, else the one it is most related to; None when there is neither.

        Args:
            print_: The entry's fingerprint.
            title: Its headline as published.
            text: Its body, or its summary where there is no body.
        """
        if not self._facts:
            return None
        found = words(f"{title}\n{text[:SUMMARY_CHARACTERS]}")
        draft = _Draft(
            print_,
            frozenset(h >> 32 for h in print_.shingles),
            frozenset(h >> 32 for h in shingles(found, 2)),
            weighted(print_.terms, {}),
        )
        hits = (hit for number in self._candidates(draft) for hit in self._hits(number, draft))
        return max(hits, key=lambda hit: (hit.known, hit.score), default=None)

    def _add(self, article: Article) -> None:
        number = len(self._facts)
        facts = (article.id, article.corpus, article.title, article.outlet, article.published, article.title_key)
        self._facts.append(_Facts(*facts))
        self._features.append(
            _Features(
                array("I", [h >> 32 for h in article.shingles]),
                array("I", [h >> 32 for h in article.pairs]),
                array("I", [term for term, _ in article.lead]),
                array("f", [weight for _, weight in article.lead]),
            )
        )
        if article.title_key:
            self._titles.setdefault(article.title_key, number)
        for term, _ in article.lead:
            self._terms.setdefault(term, array("I")).append(number)

    def _candidates(self, draft: _Draft) -> Iterable[int]:
        """Numbers of the articles worth comparing, each once."""
        same = self._titles.get(draft.print.title)
        found = [*([] if same is None else [same]), *self._by_passages(draft.halves), *self._by_terms(draft.lead)]
        return dict.fromkeys(found)

    def _by_passages(self, halves: Iterable[int]) -> Iterator[int]:
        counts: Counter[int] = Counter()
        for half in halves:
            if half % self._rate == 0:
                counts.update(_under(self._posted, half))
        return (number for number, _ in counts.most_common(_CANDIDATES))

    def _by_terms(self, lead: Mapping[int, float]) -> list[int]:
        scores: dict[int, float] = {}
        for term in nlargest(_HEAVY, lead, key=lead.__getitem__):
            posted = self._terms.get(term, ())
            for number in posted if len(posted) <= _MOST_POSTINGS else ():
                scores[number] = scores.get(number, 0.0) + lead[term] ** 2
        return nlargest(_CANDIDATES, scores, key=scores.__getitem__)

    def _hits(self, number: int, draft: _Draft) -> Iterator[CorpusHit]:
        """Every evidence that the entry is, or is related to, one article."""
        features, facts = self._features[number], self._facts[number]
        shared = _shared_passages(draft, features)
        if shared is not None and shared >= RELATED_PASSAGES:
            why = f"{shared:.0%} of the passages of the shorter text stand in the other"
            yield _hit(facts, shared, "shared passages", why, known=shared >= SHARED)
        if (shared is None or shared >= _OTHER_TEXT) and _same_headline(draft.print.title, facts.title_key):
            yield _hit(facts, 1.0, "headline", "it has its headline", known=True)
        if (quoted := _quoted(draft, features)) >= QUOTED:
            why = f"{quoted:.0%} of headline and summary stand word for word in it"
            yield _hit(facts, quoted, "quoted", why, known=True)
        if (like := _like(draft, features)) >= RELATED_LEAD:
            why = f"headline and summary are {like:.2f} like its headline and lead; {SAME_LEAD} is the same"
            yield _hit(facts, like, "lead", why, known=like >= SAME_LEAD)


def _posted(features: Sequence[array[int]]) -> tuple[int, array[int]]:
    """Every n-th shingle with the number of its article, as one sorted array; and that n, a power of 2."""
    total, rate = sum(len(found) for found in features), 1
    while total > _MOST_POSTED * rate:
        rate *= 2
    pairs = [half << 32 | number for number, found in enumerate(features) for half in found if half % rate == 0]
    pairs.sort()
    return rate, array("Q", pairs)


def _under(posted: array[int], half: int) -> Iterator[int]:
    """The numbers of the articles that hold a shingle."""
    at = bisect_left(posted, half << 32)
    while at < len(posted) and posted[at] >> 32 == half:
        yield posted[at] & _LOW
        at += 1


def _shared_passages(draft: _Draft, features: _Features) -> float | None:
    """The share of the shorter text's passages that stand in the other; None where a side has too few."""
    shorter = min(len(draft.halves), len(features.shingles))
    return len(draft.halves.intersection(features.shingles)) / shorter if shorter >= ENOUGH_SHINGLES else None


def _quoted(draft: _Draft, features: _Features) -> float:
    if len(draft.pairs) < ENOUGH_PAIRS:
        return 0.0
    return len(draft.pairs.intersection(features.pairs)) / len(draft.pairs)


def _like(draft: _Draft, features: _Features) -> float:
    if len(draft.lead) < ENOUGH_TERMS:
        return 0.0
    raw = zip(features.terms, features.weights, strict=True)
    return min(cosine(draft.lead, unit({term: weight * background(term) for term, weight in raw})), 1.0)


def _same_headline(title: str, key: str) -> bool:
    """Whether two normalised headlines are one, wording aside; short ones are never."""
    if min(title.count(" "), key.count(" ")) < TITLE_WORDS - 1:
        return False
    if title == key:
        return True
    return fuzz.token_sort_ratio(title, key) >= FUZZY and difference(title, key) is Difference.WORDING


def _hit(facts: _Facts, score: float, method: str, why: str, *, known: bool) -> CorpusHit:
    return CorpusHit(
        corpus=facts.corpus,
        article_id=facts.id,
        title=facts.title,
        outlet=facts.outlet,
        published=facts.published,
        score=score,
        method=method,
        known=known,
        why=why,
    )
