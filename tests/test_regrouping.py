"""Days in which stories grow together and drift apart over and over: what is stored, remembered and told agrees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from monitor.feeds.parse import parse
from monitor.ingest import Ingest
from monitor.model.entry import OutcomeKind
from monitor.model.plan import Plan
from monitor.model.story import Regroup
from monitor.model.watch import Again, Grouping
from monitor.store.store import Store
from monitor.store.views import Page
from monitor.stories.known import index_of
from tests.fakes import NOON, FakeClock, FakeFetch, feed, fetched, rss, rules_of

FEEDS = WIRE, GAZETTE = feed("Wire"), feed("Gazette")
SUBJECTS = [
    "storm maren roofs lindholm houses damaged torn",
    "ferry pilots strike union selby line idle",
    "harbour council closes freight quay cargo ships",
    "otters return northern bay forty seals winter",
]
QUERIES = {"weather": "storm OR strike", "sea": "ferry OR harbour", "otters": "otters"}
EAGER = Again(sources=1, revised=True, at_most_every=timedelta(0))
ALL = Page(limit=10_000)


@dataclass
class Day:
    """Two feeds whose headlines wander from subject to subject, polled into one store."""

    store: Store
    dice: Random
    clock: FakeClock = field(default_factory=FakeClock)
    fetch: FakeFetch = field(default_factory=FakeFetch)
    published: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: {f.id: [] for f in FEEDS})
    plans: list[Plan] = field(default_factory=list)
    number: int = 0
    again: Again = EAGER
    grouping: Grouping = Grouping.BALANCED

    def __post_init__(self):
        rules = rules_of(feeds=FEEDS, watchlists=QUERIES, again=self.again, grouping=self.grouping)
        self.store.feeds.sync(FEEDS, self.clock())
        self.ingest = Ingest(
            store=self.store,
            submit=self.fetch.submit,
            parse=parse,
            clock=self.clock,
            rules=rules,
            corpora=index_of([]),
            after_commit=self.plans.append,
        )

    def pass_by(self):
        for who in FEEDS:
            mine = self.published[who.id]
            mine[:] = [(g, self.headline(), text) if self.dice.random() < 0.05 else (g, t, text) for g, t, text in mine]
            mine[:0] = [self.item() for _ in range(self.dice.choice((0, 1, 2, 5, 12, 20)))]
            self.fetch.script[who.url] = [fetched(rss(*mine[:60], title=who.name))]
        self.clock.advance(hours=self.dice.choice((0.5, 1, 3, 7, 30)))
        self.store.feeds.make_due([f.id for f in FEEDS], self.clock())
        self.ingest.poll_due()

    def publish(self, who, *titles):
        """One paper prints these, the oldest first, and is polled half an hour later."""
        self.number += len(titles)
        mine = self.published[who.id]
        mine[:0] = [(f"g{self.number - n}", title, "") for n, title in enumerate(reversed(titles))]
        self.fetch.script[who.url] = [fetched(rss(*mine[:60], title=who.name))]
        self.clock.advance(minutes=30)
        self.store.feeds.make_due([who.id], self.clock())
        self.ingest.poll_due()

    def item(self):
        self.number += 1
        return f"g{self.number}", self.headline(), ""

    def headline(self):
        now, soon = (SUBJECTS[(self.number // 6 + n) % 4].split() for n in (0, 1))
        mixed = [*self.dice.sample(now, 3), *self.dice.sample(soon, 3)]
        words = self.dice.choice((now, now, now, now, soon, soon, mixed, mixed, mixed, " ".join(SUBJECTS).split()))
        return " ".join(self.dice.sample(words, self.dice.randint(5, 6))).capitalize()


def problems(day: Day) -> list[str]:
    """What of the store, the window and the plans does not fit together."""
    rows = day.store.listings.entries(ALL)
    stands = {row.entry.id: row.kinship.story_id for row in rows}
    stories = {story.id: story for story in day.store.listings.stories(ALL)}
    remembered = day.ingest.window.members(stories)
    rang = [alert.id for plan in day.plans for alert in plan.alerts]
    told = day.store.recall.told({told.story_id for plan in day.plans for told in plan.told})
    found = {
        "no outcome": [row for row in rows if row.answer is None],
        "wrong count": {s.id: s.entries for s in stories.values()}.items() ^ Counter(stands.values()).items(),
        "first entry elsewhere": [s for s in stories.values() if stands[s.first_entry_id] != s.id],
        "remembered elsewhere": [n for some in remembered.values() for n in some if stands[n.entry_id] != n.story_id],
        "lost or told twice": Counter(rang) - Counter({alert.id for alert in day.store.listings.alerts(ALL)}),
        "told of no story": [key for key in told if key[1] not in stories],
        "damage": day.store.admin.integrity_check(),
        "our mistake": [state for state in day.store.feeds.states().values() if state.fault],
    }
    return [f"{name}: {what}" for name, what in found.items() if what]


@pytest.mark.parametrize("seed", [1, 97, 118, 264, 311, 472])
def test_however_stories_merge_and_split_all_that_is_known_of_them_agrees(tmp_path, seed):
    with Store.open(tmp_path / "state", daemon=True) as store:
        day = Day(store, Random(seed))
        for _ in range(9):
            day.pass_by()
            assert problems(day) == []
            if day.dice.random() < 0.2:
                day.ingest.remember()
        assert any(plan.regroupings for plan in day.plans)


@pytest.mark.parametrize("seed", [97, 264, 472])
def test_a_strict_watchlist_was_told_of_every_part_of_a_story_that_it_matched(tmp_path, seed):
    with Store.open(tmp_path / "state", daemon=True) as store:
        day = Day(store, Random(seed), again=Again(), grouping=Grouping.STRICT)
        for _ in range(7):
            day.pass_by()
            assert problems(day) == []
            day.ingest.remember()
        rows = [row for row in store.listings.entries(ALL) if row.answer.outcome.kind is not OutcomeKind.BASELINE]
        told = store.recall.told({row.kinship.story_id for row in rows})
        untold = [
            row.entry.title
            for row in rows
            for name in row.answer.outcome.watchlists
            if row.kinship.strand not in told[name, row.kinship.story_id].strands
        ]
        assert untold == []
        assert any(not row.kinship.is_certain for row in rows)


TOGETHER_AND_APART = "ffffbbssss"
"""Headlines of the ferry, of both, of the storm: those between hold two stories together that those at the ends part."""


def alternating(dice: Random, kind: str) -> str:
    storm, ferry = (subject.split() for subject in SUBJECTS[:2])
    words = {"s": dice.sample(storm, 6), "f": dice.sample(ferry, 6), "b": dice.sample(storm, 4) + dice.sample(ferry, 4)}
    return " ".join(dice.sample(words[kind], len(words[kind])))


@pytest.mark.parametrize("again", [Again(), Again(sources=1, revised=True, stronger=True)])
def test_papers_that_make_stories_merge_and_split_for_ever_ring_no_more_than_they_may(tmp_path, again):
    with Store.open(tmp_path / "state", daemon=True) as store:
        day = Day(store, Random(1), again=again)
        for who in FEEDS:
            day.publish(who)
        kinds = TOGETHER_AND_APART * 9
        for at in range(0, len(kinds), 3):
            day.publish(FEEDS[at % 2], *(alternating(day.dice, kind) for kind in kinds[at : at + 3]))
        assert problems(day) == []
        regroupings = Counter(r.kind for plan in day.plans for r in plan.regroupings)
        assert min(regroupings[kind] for kind in Regroup) > 4
        rang = Counter(alert.watchlist for plan in day.plans for alert in plan.alerts)
        slots = 1 if again == Again() else 1 + (day.clock() - NOON) // again.at_most_every
        assert max(rang.values()) <= 2 * slots  # two events
        stories = store.listings.stories(ALL)
        told = store.recall.told({story.id for story in stories})
        assert len(stories) <= 4
        assert all(each.times <= rang[each.watchlist] for each in told.values())
