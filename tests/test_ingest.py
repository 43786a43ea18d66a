"""The life of feeds, from due to told, over a real store; only the network is scripted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from monitor.cli.root import cli
from monitor.corpus.articles import article_of
from monitor.deliver.deliveries import Deliveries
from monitor.feeds.parse import parse
from monitor.ingest import Ingest
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Failed, Fault, NotModified
from monitor.model.watch import Grouping
from monitor.store.store import Store
from monitor.store.views import Page
from monitor.stories.known import index_of
from monitor.text.article import ArticleText
from tests.fakes import FakeClock, FakeFetch, FakeSend, feed, fetched, rss, rules_of

WIRE, GAZETTE, COURIER = feed("Wire"), feed("Gazette"), feed("Courier")
LETTER = (
    "Foreign ministers agreed on Thursday night to send Ukraine a formal invitation to join NATO, three diplomats in "
    "the room said. The letter is to be signed before the end of the month and names no date for accession. Two members "
    "asked for a sentence on reforms of the courts, which was added after midnight. The ratification by every "
    "parliament is expected to take at least two years, and one government has already announced a referendum."
)
QUERY = "(invite OR invitation) NEAR/9 (NATO OR alliance)"
FERRY = "Ferry resumes", "The first boat left at dawn."
CLOSED = "Island council closes old harbour to cargo ships"
LEAVE = "Freight firms must leave Selby quay by spring, mayor says"
BOTH = "Council closes old harbour to cargo ships, freight firms must leave Selby quay by spring"


@dataclass
class World:
    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    fetch: FakeFetch = field(default_factory=FakeFetch)
    send: FakeSend = field(default_factory=FakeSend)

    def __post_init__(self):
        self.use()

    def use(self, **policy):
        queries = {"invitation": QUERY, "harbour": "harbour", "quay": "quay"}
        self.rules = rules_of(feeds=(WIRE, GAZETTE, COURIER), watchlists=queries, **policy)
        self.store.feeds.sync(list(self.rules.feeds.values()), self.clock())
        self.ingest = Ingest(
            store=self.store,
            submit=self.fetch.submit,
            parse=parse,
            clock=self.clock,
            rules=self.rules,
            corpora=index_of(self.store.corpora.articles()),
        )
        self.ingest.remember()
        self.deliveries = Deliveries(
            store=self.store,
            send=self.send,
            clock=self.clock,
            destinations=self.rules.destinations,
            on_error=self.rules.on_error,
        )

    def publishes(self, who, *items):
        self.fetch.script[who.url] = [fetched(rss(*items, title=who.name))]

    def round(self, **passed):
        """Time passes, every feed is asked, everything due is sent; returns the new outcomes, oldest first."""
        self.clock.advance(**(passed or {"hours": 7}))
        before = {row.answer.outcome.entry_id: row.answer.outcome.why for row in self.rows()}
        self.ingest.poll_due()
        self.deliveries.run_until_idle()
        return [
            r.answer.outcome.kind
            for r in reversed(self.rows())
            if before.get(r.answer.outcome.entry_id) != r.answer.outcome.why
        ]

    def rows(self):
        return self.store.listings.entries(Page(limit=1000))

    def subjects(self):
        return [message.subject for _, message in self.send.sent]


@pytest.fixture
def world(tmp_path):
    with Store.open(tmp_path / "state", daemon=True) as store:
        yield World(store)


@pytest.fixture
def awake(world):
    """A world whose feeds have had their first poll."""
    return woken(world)


def woken(world):
    for who in (WIRE, GAZETTE, COURIER):
        world.publishes(who, (f"{who.name}-0", *FERRY))
    world.round(minutes=1)
    return world


def test_what_stands_in_a_feed_at_first_sight_alerts_nobody(world):
    world.publishes(WIRE, ("w1", "NATO invites Ukraine", "An invitation to the alliance."))
    assert world.round(minutes=1) == [OutcomeKind.BASELINE]
    assert world.send.sent == []


def test_a_new_story_rings_once(awake):
    awake.publishes(
        WIRE, ("w1", "NATO invites Ukraine", LETTER), ("Wire-0", "Ferry resumes", "The first boat left at dawn.")
    )
    assert awake.round() == [OutcomeKind.ALERTED]
    assert awake.round() == []
    assert len(awake.send.sent) == 1
    assert "NATO invites Ukraine" in awake.subjects()[0]


def test_copies_in_other_outlets_join_the_story_and_do_not_ring_again(awake):
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine to join, diplomats say", LETTER))
    awake.round()
    awake.publishes(GAZETTE, ("g1", "UPDATE: NATO invites Ukraine to join, diplomats say", LETTER))
    awake.publishes(COURIER, ("c1", "A letter after midnight", LETTER.replace("three diplomats", "diplomats")))
    assert awake.round() == [OutcomeKind.COPY, OutcomeKind.COPY]
    (story,) = [s for s in awake.store.listings.stories(Page()) if "NATO" in s.title]
    assert set(story.outlets) == {"Wire", "Gazette", "Courier"}
    assert len(awake.send.sent) == 1


def test_copies_that_arrive_within_one_document_ring_once(awake):
    awake.publishes(
        WIRE,
        ("w2", "NATO invites Ukraine to join, diplomats say", LETTER),
        ("w1", "NATO invites Ukraine to join, diplomats say - Wire", LETTER),
    )
    assert sorted(awake.round()) == [OutcomeKind.ALERTED, OutcomeKind.COPY]
    assert len(awake.send.sent) == 1


def test_a_copy_rings_when_nobody_was_told_of_the_original(world):
    world.publishes(WIRE, ("w1", "NATO invites Ukraine to join, diplomats say", LETTER))
    world.publishes(GAZETTE, ("g0", "Ferry resumes", "The first boat left at dawn."))
    world.round(minutes=1)
    world.publishes(GAZETTE, ("g1", "NATO invites Ukraine to join, diplomats say", LETTER))
    assert world.round() == [OutcomeKind.ALERTED]
    assert "copy" in world.rows()[0].answer.outcome.why


def test_a_revision_is_matched_again_and_rings_only_for_who_had_not_rung(awake):
    awake.publishes(WIRE, ("w1", "Ministers meet in the night", "Nothing was said."))
    assert awake.round() == [OutcomeKind.NO_MATCH]
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine", LETTER))
    assert awake.round() == [OutcomeKind.ALERTED]
    awake.publishes(WIRE, ("w1", "NATO signs its invitation to Ukraine", LETTER))
    assert awake.round() == [OutcomeKind.REVISION]
    assert len(awake.send.sent) == 1


def test_what_a_corpus_knew_rings_when_its_publisher_writes_it_anew_under_the_same_headline(awake):
    known = ArticleText(title="NATO invites Ukraine", outlet="Strait Times", published="2023-07-11", body=LETTER)
    awake.ingest.corpora = index_of([article_of("archive", known)])
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine", LETTER))
    assert awake.round() == [OutcomeKind.KNOWN]
    awake.ingest.corpora = index_of([])
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine", "The letter came on Friday."))
    assert awake.round() == [OutcomeKind.ALERTED]


def test_a_strict_watchlist_is_told_once_of_what_surely_is_one_event_however_long_the_chain(awake):
    awake.use(grouping=Grouping.STRICT)
    retold = "Cargo ships barred from old harbour, island council votes"
    awake.publishes(WIRE, ("w1", CLOSED, ""))
    assert awake.round(minutes=30) == [OutcomeKind.ALERTED]
    awake.publishes(GAZETTE, ("g1", retold, ""))
    assert awake.round(minutes=30) == [OutcomeKind.TOLD]
    awake.publishes(COURIER, ("c1", retold, ""))
    assert awake.round(minutes=30) == [OutcomeKind.COPY]
    awake.publishes(GAZETTE, ("g1", "Cargo ships barred from old harbour at last", ""))
    assert awake.round(hours=80) == [OutcomeKind.REVISION]


def test_no_entry_is_without_outcome(awake):
    awake.publishes(WIRE, *((f"w{n}", f"Story number {n} of the night", f"Text {n}.") for n in range(30)))
    awake.round()
    for poll in awake.store.listings.polls(Page(limit=100)):
        assert poll.remainder == 0


def test_a_feed_that_fails_says_so_and_recovers(awake):
    awake.fetch.script[WIRE.url] = [Failed(fault=Fault.STATUS, status=500, detail="HTTP 500")]
    awake.round()
    state = awake.store.feeds.states()[WIRE.id]
    assert (state.failures, state.fault) == (1, Fault.STATUS)
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine", LETTER))
    assert awake.round() == [OutcomeKind.ALERTED]
    assert awake.store.feeds.states()[WIRE.id].failures == 0


def test_validators_are_sent_back_and_304_changes_nothing(awake):
    awake.fetch.script[WIRE.url] = [fetched(rss(("w1", "Rain", "Rain.")), headers={"etag": '"v1"'}), NotModified()]
    awake.round()
    awake.round()
    assert awake.fetch.asked[-1].etag in ('"v1"', None)
    assert '"v1"' in [request.etag for request in awake.fetch.asked if request.url == WIRE.url]


def test_two_stories_published_under_one_guid_are_both_told(awake):
    awake.publishes(WIRE, ("same", "NATO invites Ukraine", LETTER))
    awake.round()
    body = rss(("same", "Parliament accepts the alliance's invitation to talks", "Another matter entirely."))
    awake.fetch.script[WIRE.url] = [fetched(body.replace(b"/same</link>", b"/other</link>"))]
    assert awake.round() == [OutcomeKind.ALERTED]
    assert len(awake.send.sent) == 2


def test_a_memory_rebuilt_after_a_restart_still_knows_the_copies(awake):
    awake.publishes(WIRE, ("w1", "NATO invites Ukraine to join, diplomats say", LETTER))
    awake.round()
    awake.use()
    awake.publishes(GAZETTE, ("g1", "NATO invites Ukraine to join, diplomats say", LETTER))
    assert awake.round() == [OutcomeKind.COPY]


def test_stories_that_turn_out_to_be_one_stay_one_after_a_restart_and_are_found_under_either_id(tmp_path):
    with Store.open(tmp_path, daemon=True) as store:
        world = woken(World(store))
        world.publishes(WIRE, ("w1", CLOSED, ""))
        world.round()
        world.publishes(GAZETTE, ("g1", LEAVE, ""))
        world.round()
        old, new = sorted((s for s in store.listings.stories(Page()) if s.entries == 1), key=lambda s: s.first_at)
    with Store.open(tmp_path, daemon=True) as store:
        world = World(store, clock=world.clock, send=world.send)
        world.publishes(COURIER, ("c1", BOTH, ""))
        assert world.round() == [OutcomeKind.TOLD]
    with Store.open(tmp_path, daemon=True) as store:
        world = World(store, clock=world.clock, send=world.send)
        world.publishes(WIRE, ("w2", f"{LEAVE} again", ""))
        assert world.round() == [OutcomeKind.COPY]
        joined = world.rows()[0].entry.id
    assert [subject.split("] ")[1] for subject in world.subjects()] == [CLOSED, LEAVE]
    shown = CliRunner().invoke(cli, ["--state", str(tmp_path), "stories", new.id[:10]]).output
    assert shown.startswith(
        f"{CLOSED}  ({old.id[:10]}, 4 entries, 3 outlets)\nmerged: {old.id[:10]} took in {new.id[:10]}"
    )
    assert all(title in " ".join(shown.split()) for title in (CLOSED, LEAVE))
    explained = CliRunner().invoke(cli, ["--state", str(tmp_path), "explain", joined]).output
    assert f"merged   {old.id[:10]} took in {new.id[:10]}" in explained
    assert "resembles" not in explained


def test_a_feed_removed_while_it_was_asked_harms_nothing(awake):
    awake.ingest.rules = replace(awake.rules, feeds={GAZETTE.id: GAZETTE})
    awake.round()
    assert awake.store.feeds.states()[GAZETTE.id].checked_at == awake.clock()


def test_our_own_mistake_with_one_feed_does_not_stop_the_others(awake):
    def broken(document, now):
        if b"poison" in document.body:
            raise ZeroDivisionError
        return parse(document, now)

    awake.ingest.parse = broken
    awake.publishes(WIRE, ("p1", "poison", "poison"))
    awake.publishes(GAZETTE, ("g1", "NATO invites Ukraine", LETTER))
    assert awake.round() == [OutcomeKind.ALERTED]
    assert awake.store.feeds.states()[WIRE.id].fault is Fault.UNREADABLE


def test_what_first_appears_with_an_old_date_does_not_ring(awake):
    old = rss(("w1", "NATO invites Ukraine", LETTER)).replace(
        b"</guid>", b"</guid><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate>"
    )
    awake.fetch.script[WIRE.url] = [fetched(old)]
    assert awake.round() == [OutcomeKind.TOO_OLD]


def test_a_round_ends_when_it_is_told_to_stop(awake):
    awake.clock.advance(hours=7)
    awake.ingest.stopping.set()
    assert awake.ingest.poll_due() == 0
    assert awake.store.feeds.next_due() <= awake.clock() + timedelta(0)
