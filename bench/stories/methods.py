"""Ways to find the earlier entry that a new one repeats: each gives the nearest and how near it is, 0..1."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from monitor.stories.copies import fingerprint
from monitor.stories.headline import normal_title
from monitor.stories.rarity import Rarity, cosine, weighted
from monitor.stories.terms import title_terms
from monitor.text.shingles import word_hash
from monitor.text.tokens import words

Nearest = tuple[int | None, float]
PERMUTATIONS, BANDS = 128, 64
MODEL = os.environ.get("BENCH_SENTENCE_MODEL", "sentence-transformers/all-MiniLM-L6-v2")


class Missing(Exception):
    """Why a method cannot be asked here."""


def words_of(title: str, text: str) -> list[str]:
    return words(f"{title} {text[:300]}")


@dataclass
class ExactTitle:
    """The same normalised headline."""

    seen: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def take(self, title: str, _text: str) -> Nearest:
        found = self.seen.setdefault(normal_title(title), self.count)
        self.count += 1
        return (found, 1.0) if found < self.count - 1 else (None, 0.0)


@dataclass
class Fuzzy:
    """The best of all earlier headlines by one scorer of rapidfuzz."""

    scorer: object
    seen: list[str] = field(default_factory=list)

    def take(self, title: str, _text: str) -> Nearest:
        normal = normal_title(title)
        best = process.extractOne(normal, self.seen, scorer=self.scorer)
        self.seen.append(normal)
        return (best[2], best[1] / 100) if best else (None, 0.0)


@dataclass
class SimHash:
    """64 bits, one for each sign of the summed word hashes; near by the bits that agree."""

    seen: list[int] = field(default_factory=list)

    def take(self, title: str, text: str) -> Nearest:
        mine = simhash(words_of(title, text))
        near = max(range(len(self.seen)), key=lambda at: 64 - (mine ^ self.seen[at]).bit_count(), default=None)
        score = 0.0 if near is None else 1 - (mine ^ self.seen[near]).bit_count() / 64
        self.seen.append(mine)
        return near, score


def simhash(found: list[str]) -> int:
    sums = [0] * 64
    for word, times in Counter(found).items():
        bits = word_hash(word)
        for place in range(64):
            sums[place] += times if bits >> place & 1 else -times
    return sum(1 << place for place, total in enumerate(sums) if total > 0)


@dataclass
class Cosine:
    """Plain tf-idf cosine of headline and lead, rarity from the shipped table alone."""

    rarity: Rarity = field(default_factory=Rarity)
    seen: list = field(default_factory=list)
    under: dict[int, list[int]] = field(default_factory=dict)

    def take(self, title: str, text: str) -> Nearest:
        print_ = fingerprint(title, text, None)
        mine = weighted(print_.terms or title_terms(print_.title), self.rarity)
        near = {at for term in mine for at in self.under.get(term, ())}
        scored = ((cosine(mine, self.seen[at]), at) for at in near)
        score, best = max(scored, default=(0.0, None))
        for term in mine:
            self.under.setdefault(term, []).append(len(self.seen))
        self.seen.append(mine)
        return best, score


class Datasketch:
    """MinHash-LSH over the words of headline and lead, by datasketch."""

    def __init__(self) -> None:
        try:
            from datasketch import MinHash, MinHashLSH  # noqa: PLC0415  a peer that may be missing
        except ImportError as error:
            raise Missing("not installed") from error
        self.make, self.index, self.seen = MinHash, MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, 2)), []

    def take(self, title: str, text: str) -> Nearest:
        mine = self.make(num_perm=PERMUTATIONS)
        mine.update_batch([word.encode() for word in words_of(title, text)])
        scored = ((mine.jaccard(self.seen[at]), at) for at in self.index.query(mine))
        score, best = max(scored, default=(0.0, None))
        self.index.insert(len(self.seen), mine)
        self.seen.append(mine)
        return best, score


class Rensa:
    """The same by rensa."""

    def __init__(self) -> None:
        try:
            from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415  a peer that may be missing
        except ImportError as error:
            raise Missing("not installed") from error
        self.make, self.seen = RMinHash, []
        self.index = RMinHashLSH(threshold=0.2, num_perm=PERMUTATIONS, num_bands=BANDS)

    def take(self, title: str, text: str) -> Nearest:
        mine = self.make(num_perm=PERMUTATIONS, seed=1)
        mine.update(words_of(title, text))
        scored = ((mine.jaccard(self.seen[at]), at) for at in self.index.query(mine))
        score, best = max(scored, default=(0.0, None))
        self.index.insert(len(self.seen), mine)
        self.seen.append(mine)
        return best, score


@cache
def sentence_model():
    """A model of sentence-transformers that is on this machine; nothing is downloaded."""
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  a peer that may be missing
    except ImportError as error:
        raise Missing("not installed") from error
    try:
        return SentenceTransformer(MODEL, device="cpu", local_files_only=True)
    except OSError as error:
        raise Missing("no model here") from error


class Embeddings:
    """The cosine of sentence embeddings of headline and lead."""

    def __init__(self) -> None:
        self.model, self.seen = sentence_model(), []

    def take(self, title: str, text: str) -> Nearest:
        mine = self.model.encode(f"{title}. {text[:300]}", normalize_embeddings=True)
        scored = ((float(mine @ other), at) for at, other in enumerate(self.seen))
        score, best = max(scored, default=(0.0, None))
        self.seen.append(mine)
        return best, max(score, 0.0)


PEERS = {
    "exact title": ExactTitle,
    "rapidfuzz token_set": lambda: Fuzzy(fuzz.token_set_ratio),
    "rapidfuzz token_sort": lambda: Fuzzy(fuzz.token_sort_ratio),
    "MinHash-LSH, datasketch": Datasketch,
    "MinHash-LSH, rensa": Rensa,
    "SimHash": SimHash,
    "tf-idf cosine, shipped idf": Cosine,
    "sentence embeddings": Embeddings,
}
