"""Stories over several polls: what grows together, what drifts apart, and that the cut of the polls does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.feeds.identity import identify
from monitor.model.alert import Told
from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.plan import Arrival, Memory, Plan, Vicinity
from monitor.model.story import Regroup, Regrouping, Relation, Story
from monitor.model.watch import Again, Grouping
from monitor.plan import plan
from monitor.stories.copies import fingerprint
from monitor.stories.window import Window, nearest_stories
from tests.fakes import NOON, feed, fetched, item, parsed, rules_of, state
from tests.titles import TITLES

WIRE = feed("Wire")
RULES = rules_of(feeds=(WIRE,), watchlists={"harbour": "harbour", "quay": "quay"}, destinations=("desk",))

CLOSED = "Island council closes old harbour to cargo ships"
LEAVE = "Freight firms must leave Selby quay by spring, mayor says"
NOW_LATER = NOON + timedelta(minutes=5)
BOTH = "Council closes old harbour to cargo ships, freight firms must leave Selby quay by spring"
OTTERS = "Otters return to the northern bay after forty years"


@dataclass
class World:
    """What a service remembers from poll to poll, in memory."""

    rules: object = RULES
    window: Window = field(default_factory=Window)
    stories: dict[StoryId, Story] = field(default_factory=dict)
    told: dict[tuple[str, StoryId], Told] = field(default_factory=dict)
    story_of: dict[EntryId, StoryId] = field(default_factory=dict)
    strands: dict[EntryId, EntryId] = field(default_factory=dict)
    regroupings: list[Regrouping] = field(default_factory=list)

    def poll(self, *titles: str, now: datetime = NOON, source: str = "") -> Plan:
        """Polls a document with these headlines, the oldest first."""
        items = [item(title, f"{len(self.story_of) + n}-{title}", source=source) for n, title in enumerate(titles)]
        document = parsed(items[::-1])
        identified = identify(document, WIRE, state(WIRE), now)
        arrival = Arrival(feed=WIRE, state=state(WIRE), outcome=fetched(), parsed=document, identified=identified)
        made = plan(arrival, self._memory(identified.entries), self.rules, now)
        self._remember(made)
        return made

    def groups(self) -> set[frozenset[EntryId]]:
        stories: dict[StoryId, set[EntryId]] = {}
        for entry, story in self.story_of.items():
            stories.setdefault(story, set()).add(entry)
        return {frozenset(entries) for entries in stories.values()}

    def _memory(self, entries) -> Memory:
        vicinities = {}
        for entry in entries:
            print_ = fingerprint(entry.title, "", entry.link)
            near = self.window.near(print_)
            members = self.window.members(nearest_stories(near))
            vicinities[entry.id] = Vicinity(fingerprint=print_, near=near, members=members)
        texts = [text for v in vicinities.values() for text in v.texts]
        return Memory(
            vicinities=vicinities,
            stream=self.window.stream(texts),
            stories=self.stories,
            strands=self.strands,
            told=self.told,
        )

    def _remember(self, made: Plan) -> None:
        self.window.take(made.neighbours, made.regroupings)
        for regrouping in made.regroupings:
            self.regroupings.append(regrouping)
            if regrouping.kind is Regroup.MERGED:
                self.stories.pop(regrouping.other_id, None)
                self.told = {key: told for key, told in self.told.items() if key[1] != regrouping.other_id}
                moved = [e for e, story in self.story_of.items() if story == regrouping.other_id]
                self.story_of |= dict.fromkeys(moved, regrouping.story_id)
            else:
                self.story_of |= dict.fromkeys(regrouping.moved, regrouping.other_id)
        self.stories |= {story.id: story for story in made.stories}
        self.story_of |= {p.entry.id: p.kinship.story_id for p in made.entries}
        self.strands |= {p.entry.id: p.kinship.strand for p in made.entries}
        self.told |= {(told.watchlist, told.story_id): told for told in made.told}


def test_two_stories_that_an_entry_shows_to_be_one_are_merged_and_nobody_is_told_twice():
    world = World()
    first, second = world.poll(CLOSED), world.poll(LEAVE, now=NOON + timedelta(minutes=5))
    assert [alert.watchlist for alert in (*first.alerts, *second.alerts)] == ["harbour", "quay"]
    third = world.poll(BOTH, now=NOON + timedelta(minutes=9))
    (regrouping,) = third.regroupings
    assert (regrouping.kind, regrouping.story_id) == (Regroup.MERGED, first.stories[0].id)
    assert regrouping.other_id == second.stories[0].id
    assert "turned out to be one story" in regrouping.why
    assert third.alerts == ()
    (story,) = world.stories.values()
    assert (story.entries, story.title) == (3, CLOSED)
    assert len(world.groups()) == 1
    assert {told.times for told in world.told.values()} == {1}


def test_after_a_merger_more_outlets_are_counted_from_there():
    eager = {name: replace(w, again=Again(sources=1)) for name, w in RULES.watchlists.items()}
    world = World(rules=replace(RULES, watchlists=eager))
    world.poll(CLOSED)
    world.poll(LEAVE)
    assert world.poll(BOTH, now=NOON + timedelta(days=1)).alerts == ()


def test_stories_of_one_poll_are_merged_too():
    world = World()
    made = world.poll(CLOSED, LEAVE, BOTH)
    assert len(made.regroupings) == 1
    assert len({planned.kinship.story_id for planned in made.entries}) == 1
    assert [story.entries for story in made.stories] == [3]
    assert len(world.groups()) == 1


def test_stories_that_only_share_a_word_stay_two():
    world = World()
    world.poll(CLOSED, "Seals delight harbour tourists with a winter show", OTTERS)
    assert world.regroupings == []
    assert len(world.groups()) == 3


def test_what_resembles_a_story_that_is_no_longer_kept_opens_one_of_its_own_and_rings():
    world = World()
    first = world.poll(CLOSED)
    world.stories.clear()
    world.told.clear()
    second = world.poll(CLOSED, now=NOW_LATER)
    (planned,), (alert,) = second.entries, second.alerts
    assert planned.kinship.story_id == story_id(planned.entry.id) == alert.story_id
    assert alert.id != first.alerts[0].id
    assert "no longer kept" in planned.kinship.why


DRIFT = [
    "Storm Maren tears roofs off houses in Lindholm",
    "Storm Maren: roofs torn off in Lindholm, houses damaged",
    "Lindholm counts roofs and houses damaged by storm Maren",
    "Houses in Lindholm lose roofs to storm Maren",
    "Storm Maren delays ferry to Selby, Lindholm roofs repaired",
    "Ferry to Selby delayed by storm Maren, pilots refuse to sail",
    "Ferry pilots refuse to sail to Selby, union calls strike",
    "Union of ferry pilots calls strike on Selby line",
    "Ferry pilots strike: union calls off Selby line",
    "Strike of ferry pilots empties Selby line, union says",
    "Ferry pilots' union extends strike on Selby line",
    "Selby line idle as ferry pilots' strike goes on, union says",
]


def test_a_story_that_drifted_to_another_event_is_split_and_nobody_is_told():
    world = World(rules=rules_of(feeds=(WIRE,), watchlists={"ferry": "ferry OR storm"}, destinations=("desk",)))
    plans = [world.poll(title, now=NOON + timedelta(hours=n)) for n, title in enumerate(DRIFT)]
    assert sum(len(made.alerts) for made in plans) == 1
    (regrouping,) = [r for r in world.regroupings if r.kind is Regroup.SPLIT]
    assert set(regrouping.moved) < set(world.story_of)
    assert "drifted" in regrouping.why
    old, new = world.stories[regrouping.story_id], world.stories[regrouping.other_id]
    assert old.entries + new.entries == len(DRIFT)
    assert {("ferry", old.id), ("ferry", new.id)} == set(world.told)
    assert len(world.groups()) == 2


@pytest.mark.parametrize("copied", [2, 9])
def test_each_part_of_a_split_story_counts_its_own_outlets_and_a_copy_is_no_voice(copied: int):
    world = World()
    titles = [*DRIFT[:copied], f"{DRIFT[copied - 1]}!", *DRIFT[copied:]]
    plans = [world.poll(t, now=NOON + timedelta(hours=n), source=f"Paper {n}") for n, t in enumerate(titles)]
    assert [n for n, made in enumerate(plans) if made.entries[0].kinship.relation is Relation.COPY] == [copied]
    (regrouping,) = world.regroupings
    for story in (regrouping.story_id, regrouping.other_id):
        numbers = [n for n, its in enumerate(world.story_of.values()) if its == story]
        assert world.stories[story].outlets == tuple(f"Paper {n}" for n in numbers)
        assert world.stories[story].owners == tuple(f"paper {n}" for n in numbers if n != copied)


def test_a_split_story_keeps_the_outlets_of_entries_that_are_no_longer_recent():
    world = World()
    (opened,) = world.poll(DRIFT[0], source="Paper 0").stories
    world.stories[opened.id] = replace(opened, entries=2, outlets=("Older Paper", "Paper 0"))
    for n, title in enumerate(DRIFT[1:], start=1):
        world.poll(title, now=NOON + timedelta(hours=n), source=f"Paper {n}")
    (regrouping,) = world.regroupings
    new = world.stories[regrouping.other_id]
    assert new.outlets == tuple(f"Paper {n}" for n, its in enumerate(world.story_of.values()) if its == new.id)
    assert world.stories[opened.id].outlets == ("Older Paper", *(f"Paper {n}" for n in range(len(DRIFT))))
    assert world.stories[opened.id].entries + new.entries == len(DRIFT) + 1


@given(st.lists(TITLES, min_size=1, max_size=14), st.data())
@settings(max_examples=80, deadline=None)
def test_how_the_entries_are_cut_into_polls_changes_no_story(titles: list[str], data: st.DataObject):
    one, cut = World(), World()
    for title in titles:
        one.poll(title)
    left = list(titles)
    while left:
        size = data.draw(st.integers(1, len(left)))
        cut.poll(*left[:size])
        left = left[size:]
    assume(all(r.kind is Regroup.MERGED for r in (*one.regroupings, *cut.regroupings)))  # a split asks who came first
    assert cut.groups() == one.groups()


@given(st.lists(TITLES, min_size=1, max_size=14))
@settings(max_examples=40, deadline=None)
def test_the_same_entries_in_the_same_order_give_the_same_stories(titles: list[str]):
    worlds = [World(), World()]
    for world in worlds:
        for title in titles:
            world.poll(title)
    assert worlds[0].story_of == worlds[1].story_of
    assert worlds[0].stories == worlds[1].stories


@given(st.lists(TITLES, min_size=1, max_size=14))
@settings(max_examples=40, deadline=None)
def test_a_story_counts_the_entries_that_are_in_it(titles: list[str]):
    world = World()
    for title in titles:
        world.poll(title)
    assert {frozenset({story}): n.entries for story, n in world.stories.items()} == {
        frozenset({story}): sum(s == story for s in world.story_of.values()) for story in world.stories
    }
    assert set(world.story_of.values()) == set(world.stories)


@given(st.lists(TITLES, min_size=2, max_size=14), st.integers(0, 6), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_a_strict_watchlist_rings_once_for_each_part_of_a_story_that_surely_tells_one_event(
    titles: list[str], added: int, size: int
):
    """Whenever it was added, and however stories merged and split meanwhile."""
    strict = rules_of(feeds=(WIRE,), watchlists={"sea": "harbour OR ferry"}, grouping=Grouping.STRICT)
    world, heads, told = World(rules=rules_of(feeds=(WIRE,))), {}, set()
    for at in range(0, len(titles), size):
        if at >= added:
            world.rules = strict
        made = world.poll(*titles[at : at + size])
        rang = {alert.entry_id for alert in made.alerts}
        for planned in made.entries:
            kin, entry = planned.kinship, planned.entry.id
            heads[entry] = heads[kin.of] if kin.of and kin.is_certain else entry
            assert (entry in rang) is (bool(planned.matches) and heads[entry] not in told)
            told |= {heads[entry]} if entry in rang else set()


def test_headlines_of_two_words_merge_no_stories():
    world = World()
    world.poll("Ferry resumes", "Storm tears roofs off houses on the ferry quay")
    world.poll("Ferry storm", now=NOON + timedelta(minutes=5))
    assert world.regroupings == []
