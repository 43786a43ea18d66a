"""Copies of real articles, made as sites make them: which methods find them, and take nothing else for one.

Of each full article beside the project, three outlets' reports of each of a hundred events, one copy of each kind is made.
The headline of a copy is that of another report of the same event, so that headlines mislead. What must stay apart are
all pairs of the articles themselves, among them the 300 pairs of reports of one event.

python -m bench.stories.same_article
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from bench.stories.methods import simhash
from bench.stories.page import ROOT
from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Fingerprint, Neighbour
from monitor.stories.cluster import likeness
from monitor.stories.copies import copy_of, fingerprint
from monitor.stories.headline import normal_title
from monitor.stories.metrics import recall_at
from monitor.stories.rarity import Rarity, cosine, weighted
from monitor.stories.terms import lead_terms
from monitor.text.shingles import shingles
from monitor.text.tokens import words
from monitor.timing import EPOCH

DATA = ROOT.parent / "shared" / "data" / "stories" / "basil.jsonl"
PRECISION = 0.99
ABOVE = "Skip to the main content\nNewsletters\nSign in\nShare this report with your friends\nListen to this report\n"
BELOW = (
    "\nRead more of this desk's reports in our newsletter.\nAll rights reserved.\nMost read\nWeather for the weekend\n"
)


class Text(NamedTuple):
    """A headline and what is below it."""

    title: str
    body: str


class Told(NamedTuple):
    """An article beside the two other outlets' reports of its event."""

    article: Text
    second: Text
    third: Text


class Method(NamedTuple):
    """What is kept of a text, and how alike two of these are."""

    keep: Callable[[Text], Any]
    alike: Callable[[Any, Any], float]


def _sentences(body: str) -> list[str]:
    return re.split(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])", body)


def retitled(told: Told) -> Text:
    return Text(told.second.title, told.article.body)


def shortened(told: Told) -> Text:
    """The first third, as the shorter versions of a wire service are."""
    found = _sentences(told.article.body)
    return Text(told.second.title, " ".join(found[: max(len(found) // 3, 4)]))


def reworked(told: Told) -> Text:
    """Every third sentence is one of the third outlet."""
    mine, theirs = _sentences(told.article.body), _sentences(told.third.body)
    mixed = (theirs[at % len(theirs)] if at % 3 == 2 else each for at, each in enumerate(mine))
    return Text(told.second.title, " ".join(mixed))


def reordered(told: Told) -> Text:
    """The second half before the first."""
    found = _sentences(told.article.body)
    half = len(found) // 2
    return Text(told.second.title, " ".join([*found[half:], *found[:half]]))


def wrapped(told: Told) -> Text:
    """Within another site's page."""
    return Text(told.second.title, f"{ABOVE}{told.article.body}{BELOW}")


KINDS = (retitled, shortened, reworked, reordered, wrapped)

METHODS = {
    "monitor": Method(lambda text: fingerprint(text.title, text.body, None), likeness),
    "3-word shingles, Jaccard": Method(
        lambda text: frozenset(shingles(words(text.body), 3)), lambda a, b: len(a & b) / (len(a | b) or 1)
    ),
    "tf-idf cosine, shipped idf": Method(
        lambda text: weighted(lead_terms(normal_title(text.title), words(text.body)), Rarity()), cosine
    ),
    "SimHash": Method(
        lambda text: simhash(words(f"{text.title} {text.body}")), lambda a, b: 1 - (a ^ b).bit_count() / 64
    ),
    "rapidfuzz token_set, headlines": Method(
        lambda text: normal_title(text.title), lambda a, b: fuzz.token_set_ratio(a, b) / 100
    ),
}


def articles() -> Iterator[Told]:
    """Each article of the file."""
    told = defaultdict(list)
    for line in DATA.read_text("utf-8").splitlines():
        row = json.loads(line)
        told[row["cluster"]].append(Text(row["title"], row["text"]))
    for reports in told.values():
        yield from (Told(*reports[at:], *reports[:at]) for at in range(len(reports)))


def scored(method: Method, events: Sequence[Told]) -> tuple[dict[str, float], float]:
    """Recall at this precision for each kind of copy, and the seconds of processor time that it took."""
    start = time.process_time()
    kept = [method.keep(told.article) for told in events]
    apart = [method.alike(a, b) for a, b in combinations(kept, 2)]
    found = {}
    for kind in KINDS:
        same = [method.alike(a, method.keep(kind(told))) for a, told in zip(kept, events, strict=True)]
        labels = [True] * len(same) + [False] * len(apart)
        found[kind.__name__] = recall_at(PRECISION, labels, same + apart)
    return found, time.process_time() - start


def decided(events: Sequence[Told]) -> str:
    """What the program says with its own thresholds: how many copies it knows, which articles it takes for copies.

    Of a copy that has another report's headline, or holds all of a short one, either may be said to be the original.
    """
    prints = [fingerprint(*told.article, None) for told in events]
    near = [_neighbour(number, print_) for number, print_ in enumerate(prints)]
    wrong = sum(copy_of(print_, near[:at], EPOCH) is not None for at, print_ in enumerate(prints))
    right = {kind.__name__: 0 for kind in KINDS}
    for kind in KINDS:
        for told in events:
            copy = copy_of(fingerprint(*kind(told), None), near, EPOCH)
            right[kind.__name__] += copy is not None and copy.of.fingerprint.title in _titles(told)
    found = ", ".join(f"{name} {count}" for name, count in right.items())
    return f"decided by the program, of {len(events)} each: {found}; articles taken for a copy: {wrong}"


def _titles(told: Told) -> set[str]:
    return {normal_title(text.title) for text in told}


def _neighbour(number: int, print_: Fingerprint) -> Neighbour:
    name = f"{number:020x}"
    return Neighbour(
        entry_id=EntryId(name), feed_id=FeedId(name), story_id=StoryId(name), fingerprint=print_, seen_at=EPOCH
    )


def main() -> None:
    events = list(articles())
    print(f"| recall at precision {PRECISION} | {' | '.join(kind.__name__ for kind in KINDS)} | speed |")
    print("| --- " * (len(KINDS) + 2) + "|")
    ours = 0.0
    for name, method in METHODS.items():
        found, seconds = scored(method, events)
        ours = ours or seconds
        print(f"| {name} | {' | '.join(f'{recall:.3f}' for recall in found.values())} | × {ours / seconds:.1f} |")
    print(decided(events))


if __name__ == "__main__":
    main()
