"""What a rule would have sent, tried on an archive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.archive import Library, Subject
from monitor.backtest import backtest, difference
from monitor.model.entry import OutcomeKind
from monitor.model.watch import Again, Grouping, Watchlist
from monitor.query.compile import Rule, rule_of
from monitor.query.parser import parse
from monitor.store.store import Store
from tests.archives import FEED, Piece, keep
from tests.fakes import NOON, rules_of

RULES = rules_of(feeds=(FEED,), watchlists={})
ALWAYS = timedelta(days=400)


def subject(query: str, ignore: str = "", **policy) -> Subject:
    rule = rule_of("rule", query)
    masks = (parse(ignore),) if ignore else ()
    return Subject(
        rule=Rule("rule", rule.tree, masks, rule.where),
        watchlist=Watchlist(name="rule", title="Rule", query=query, **policy),
    )


@pytest.fixture
def archive(tmp_path):
    """`archive(*pieces)`: a library of an archive with these."""
    opened = []

    def make(*pieces: Piece) -> Library:
        keep(tmp_path / "state", NOON, *pieces)
        opened.append(Store.open(tmp_path / "state"))
        return Library(opened[-1])

    yield make
    for store in opened:
        store.close()


def tried(library: Library, one: Subject):
    return backtest(library, one, RULES, NOON - ALWAYS, NOON)


def test_one_story_rings_once_however_many_entries_match(archive):
    library = archive(
        Piece("NATO invites Ukraine", 3, story="a"),
        Piece("NATO invites Ukraine at last", 2, story="a", source="Gazette"),
        Piece("A bridge opens", 2),
        Piece("Ukraine invited by NATO again", 1),
    )
    found = tried(library, subject("invite AND Ukraine"))
    assert (found.entries, found.matches) == (4, 3)
    assert [alert.headline for alert in found.alerts] == ["Ukraine invited by NATO again", "NATO invites Ukraine"]
    assert found.alerts_a_day == pytest.approx(2 / 3)
    assert list(found.by_day.values()) == [1, 1]


def test_a_story_rings_again_as_its_watchlist_asks(archive):
    library = archive(*(Piece("NATO invites Ukraine", 5 - n, story="a", source=f"Outlet {n}") for n in range(4)))
    again = Again(sources=2, at_most_every=timedelta(hours=1))
    found = tried(library, subject("invite", again=again))
    assert [alert.why_now for alert in found.alerts] == ["2 more outlets", "new story"]
    assert tried(library, subject("invite")).alerts_a_day == pytest.approx(0.2)


def test_a_strict_watchlist_rings_for_what_is_only_probably_its_story(archive):
    library = archive(
        Piece("NATO invites Ukraine", 3, story="a"),
        Piece("NATO invites Ukraine at last", 2, story="a", alike=0.5),
        Piece("Sweden invites NATO", 1, story="a", alike=0.31),
    )
    assert len(tried(library, subject("invite")).alerts) == 1
    found = tried(library, subject("invite", grouping=Grouping.STRICT)).alerts
    assert [alert.why_now for alert in found] == ["only 0.31 alike: perhaps another event", "new story"]


def test_a_revised_headline_rings_again_when_it_came(archive):
    library = archive(Piece("NATO may invite Ukraine", 5, revised=(("NATO invites Ukraine", 4), ("NATO rests", 3))))
    again = Again(revised=True, at_most_every=timedelta(hours=1))
    found = tried(library, subject("invite", again=again))
    assert [(alert.headline, alert.why_now) for alert in found.alerts] == [
        ("NATO invites Ukraine", "headline revised"),
        ("NATO may invite Ukraine", "new story"),
    ]
    assert (found.tried, found.matches, found.revised) == (1, 1, 1)
    assert [round((NOON - alert.at) / timedelta(days=1)) for alert in found.alerts] == [4, 5]
    assert len(tried(library, subject("invite")).alerts) == 1


def test_an_entry_that_matches_only_since_its_revision_rings_then(archive):
    library = archive(
        Piece("NATO rests", 5, revised=(("NATO invites Ukraine", 2),)),
        Piece("NATO sleeps", 4, kind=OutcomeKind.BASELINE, revised=(("NATO invites Georgia", 1),)),
    )
    found = tried(library, subject("invite"))
    assert [(alert.headline, alert.why_now) for alert in found.alerts] == [
        ("NATO invites Georgia", "a revision now matches"),
        ("NATO invites Ukraine", "a revision now matches"),
    ]
    assert found.quiet == {}


def test_what_was_no_news_rings_for_nobody_and_is_counted(archive):
    library = archive(
        Piece("NATO invites Ukraine", 3, kind=OutcomeKind.BASELINE),
        Piece("NATO invites Kyiv", 2, kind=OutcomeKind.KNOWN),
        Piece("NATO invites Georgia", 1, kind=OutcomeKind.MUTED),
    )
    found = tried(library, subject("invite", shadow=True))
    assert [alert.headline for alert in found.alerts] == ["NATO invites Georgia"]
    assert found.quiet == {OutcomeKind.BASELINE: 1, OutcomeKind.KNOWN: 1}


def test_what_a_corpus_knows_is_silent_only_for_watchlists_that_heed_it(archive):
    known = {"kind": OutcomeKind.KNOWN, "known": ("seeds",)}
    library = archive(
        Piece("A bridge opens", 9),
        Piece("NATO invites Kyiv", 5, **known),
        Piece("NATO invites Tbilisi", 4, kind=OutcomeKind.ALERTED, known=("seeds",)),
        Piece("NATO invites Chisinau", 3, kind=OutcomeKind.ALERTED),
        Piece("NATO invites Skopje", 2, published=90, **known),
    )
    rings = {
        chosen: [alert.headline for alert in tried(library, subject("invite", corpora=chosen)).alerts]
        for chosen in (None, frozenset({"seeds"}), frozenset({"archive"}), frozenset())
    }
    assert rings[None] == rings[frozenset({"seeds"})] == ["NATO invites Chisinau"]
    assert rings[frozenset()] == rings[frozenset({"archive"})]
    assert rings[frozenset()] == ["NATO invites Chisinau", "NATO invites Tbilisi", "NATO invites Kyiv"]
    assert tried(library, subject("invite")).quiet == {OutcomeKind.KNOWN: 3}
    assert tried(library, subject("invite", corpora=frozenset())).quiet == {OutcomeKind.TOO_OLD: 1}


def test_what_a_corpus_knew_in_the_first_poll_of_a_feed_stood_there_already(archive):
    library = archive(
        Piece("NATO invites Kyiv", 5, kind=OutcomeKind.KNOWN, known=("seeds",)),
        Piece("NATO invites Skopje", 2, kind=OutcomeKind.KNOWN, known=("seeds",)),
    )
    found = tried(library, subject("invite", corpora=frozenset()))
    assert [alert.headline for alert in found.alerts] == ["NATO invites Skopje"]
    assert found.quiet == {OutcomeKind.BASELINE: 1}


def test_a_watchlist_hears_only_its_feeds(archive):
    library = archive(Piece("NATO invites Ukraine"))
    assert tried(library, subject("invite", feeds=frozenset({"Wire"}))).matches == 1
    assert tried(library, subject("invite", feeds=frozenset({"Gazette"}))).matches == 0


def test_each_term_says_what_it_contributed(archive):
    library = archive(Piece("Kyiv is invited", 2), Piece("Kyiv and Ukraine are invited", 1))
    found = tried(library, subject("invite AND (Kyiv OR Ukraine OR Kiev)"))
    assert {term.term: (term.alerts, term.alone) for term in found.terms} == {
        "invite": (2, 2),
        "Kyiv": (2, 1),
        "Ukraine": (1, 0),
        "Kiev": (0, 0),
    }


@pytest.mark.parametrize(
    ("query", "ignore", "name"),
    [
        ("invite AND NOT summit", "", "NOT summit"),
        ("invite NOT NEAR/3 summit", "", "invite NOT NEAR/3 summit"),
        ("invite", "invited to a summit", "ignore: invited to a summit"),
    ],
)
def test_each_exclusion_says_what_it_removed(archive, query, ignore, name):
    library = archive(Piece("Kyiv is invited to a summit", 2), Piece("Kyiv is invited to join", 1))
    found = tried(library, subject(query, ignore))
    (exclusion,) = found.exclusions
    assert (exclusion.exclusion, exclusion.removed, exclusion.share) == (name, 1, 0.5)
    assert exclusion.headlines == ("Kyiv is invited to a summit",)
    assert (found.matches, found.removed) == (1, 1)


def test_nothing_is_written(archive):
    library = archive(Piece("NATO invites Ukraine"))
    before = library.store.listings.counts()
    assert tried(library, subject("invite")).alerts
    assert library.store.listings.counts() == before


def test_an_edit_gains_and_loses_stories_and_says_why_one_is_lost(archive):
    library = archive(
        Piece("Kyiv is invited to a summit", 3), Piece("Kyiv is invited to join", 2), Piece("Kiev is invited", 1)
    )
    old, new = subject("invite AND Kyiv"), subject("invite AND (Kyiv OR Kiev) AND NOT summit")
    found = difference(library, old, new, RULES, NOON - ALWAYS)
    assert [alert.headline for alert in found.gained] == ["Kiev is invited"]
    assert [(alert.headline, why) for alert, why in found.lost] == [
        ("Kyiv is invited to a summit", "excluded, but summit occurs")
    ]
    assert found.kept == 1
    back = difference(library, new, old, RULES, NOON - ALWAYS)
    assert ({a.id for a in back.gained}, back.kept) == ({a.id for a, _ in found.lost}, 1)


def test_an_empty_archive_has_nothing_to_say(archive):
    found = tried(archive(), subject("invite"))
    assert (found.entries, found.alerts, found.terms[0].alerts) == (0, (), 0)
