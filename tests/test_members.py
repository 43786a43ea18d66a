"""What the entries of one poll make of the stories is what a window says that takes them in one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.members import Members
from monitor.model.ids import EntryId, FeedId, StoryId, story_id
from monitor.model.plan import Memory, Vicinity
from monitor.model.story import Neighbour, Regroup, Regrouping
from monitor.stories.copies import fingerprint
from monitor.stories.rarity import Rarity
from monitor.stories.vectors import vectors_of
from monitor.stories.window import Window
from tests.fakes import NOON
from tests.titles import TITLES

LATER = NOON + timedelta(hours=1)


def neighbour(name: EntryId, title: str, story: StoryId, at: datetime) -> Neighbour:
    print_ = fingerprint(title, "", "")
    return Neighbour(
        entry_id=name,
        feed_id=FeedId("f"),
        story_id=story,
        fingerprint=print_,
        seen_at=at,
        outlet="Wire",
        lengths=vectors_of(print_, Rarity()).lengths,
    )


@dataclass
class Twins:
    """The members of a poll, and a window to which the same is done."""

    window: Window
    vicinities: dict[str, Vicinity]
    stands: dict[EntryId, StoryId]
    members: Members = field(init=False)
    opened: dict[EntryId, StoryId] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = [text for vicinity in self.vicinities.values() for text in vicinity.texts]
        self.members = Members(Memory(vicinities=self.vicinities, stream=self.window.stream(self.texts)))
        self.opened = dict(self.stands)

    def put(self, name: EntryId, title: str, story: StoryId) -> None:
        arrived = neighbour(name, title, story, LATER)
        self.members.put(arrived)
        self.window.add(arrived)
        self.stands[name] = story

    def regroup(self, kind: Regroup, story: StoryId, other: StoryId, moved: tuple[EntryId, ...]) -> None:
        made = Regrouping(
            kind=kind, story_id=story, other_id=other, entry_id=EntryId("e0"), moved=moved, score=1.0, why=""
        )
        self.members.regroup(made)
        self.window.regroup(made)
        self.stands |= dict.fromkeys(moved, other if kind is Regroup.SPLIT else story)

    def agree(self) -> None:
        for story, known in self.window.members(set(self.stands.values())).items():
            found = self.members.of(story)
            assert [(n.entry_id, n.story_id, n.fingerprint) for n in found] == [
                (n.entry_id, n.story_id, n.fingerprint) for n in known
            ]
        rarity, whole = self.members.rarity(), self.window.rarity()
        assert all(rarity[term] == whole[term] for text in self.texts for term in text.terms)
        for vicinity in self.vicinities.values():
            near = self.members.near(vectors_of(vicinity.fingerprint, rarity), vicinity.near)
            assert len({n.entry_id for n in near}) == len(near)
            assert {n.entry_id: n.story_id for n in near}.items() <= self.stands.items()
        before = {name: self.members.story_now(name, story) for name, story in self.opened.items()}
        assert before.items() <= self.stands.items()


@st.composite
def twins(draw: st.DrawFn) -> Twins:
    window, stands = Window(), dict[EntryId, StoryId]()
    for number, (title, joined) in enumerate(draw(st.lists(st.tuples(TITLES, st.integers(0, 3)), max_size=8))):
        name, stories = EntryId(f"e{number}"), list(dict.fromkeys(stands.values()))
        stands[name] = stories[joined] if joined < len(stories) else story_id(name)
        window.add(neighbour(name, title, stands[name], NOON + timedelta(minutes=number)))
    prints = [fingerprint(title, "", "") for title in draw(st.lists(TITLES, min_size=2, max_size=10))]
    members = window.members(set(stands.values()))
    vicinities = {p.title: Vicinity(fingerprint=p, near=window.near(p), members=members) for p in prints}
    return Twins(window, vicinities, stands)


@given(twins(), st.data())
@settings(max_examples=60, deadline=None)
def test_members_after_mergers_splits_and_revisions_are_those_of_a_window(both: Twins, data: st.DataObject) -> None:
    for number, title in enumerate(both.vicinities):
        stories, old = sorted(set(both.stands.values())), sorted(both.opened.keys() - both.members.arrived.keys())
        ways = ["new", *["revise"] * bool(old), *["merge"] * (len(stories) > 1), *["split"] * bool(stories)]
        match data.draw(st.sampled_from(ways)):
            case "new":
                name = EntryId(f"n{number}")
                both.put(name, title, data.draw(st.sampled_from([*stories, story_id(name)])))
            case "revise":
                name = data.draw(st.sampled_from(old))
                both.put(name, title, both.stands[name])
            case "merge":
                stays, goes = data.draw(st.permutations(stories))[:2]
                moved = tuple(entry for entry, story in both.stands.items() if story == goes)
                both.regroup(Regroup.MERGED, stays, goes, moved)
            case "split":
                story = data.draw(st.sampled_from(stories))
                moved = tuple(n.entry_id for n in both.members.of(story))[1:]
                if moved and story_id(moved[0]) not in stories:
                    both.regroup(Regroup.SPLIT, story, story_id(moved[0]), moved)
        both.agree()


def test_an_entry_that_nobody_looked_at_goes_with_its_story_however_often_that_is_merged() -> None:
    first, second, third, fourth = (story_id(EntryId(name)) for name in "abcd")
    old = EntryId("not near")
    members = Members(Memory())
    for stays, goes in ((first, second), (third, fourth)):
        members.regroup(merger(stays, goes))
    assert [members.story_now(old, story) for story in (second, fourth)] == [first, third]
    members.regroup(merger(third, first))
    assert {members.story_now(old, story) for story in (first, second, third, fourth)} == {third}


def merger(stays: StoryId, goes: StoryId) -> Regrouping:
    return Regrouping(
        kind=Regroup.MERGED, story_id=stays, other_id=goes, entry_id=EntryId("e"), moved=(), score=1.0, why=""
    )
