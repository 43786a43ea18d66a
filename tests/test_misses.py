"""Near misses, what to add, and what the archive makes of the watchlists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import misses
from monitor.archive import Library, Subject
from monitor.hindsight import hindsight
from monitor.misses import near_misses
from monitor.model.watch import Watchlist
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator
from monitor.spellings import companions, spellings
from monitor.store.store import Store
from tests.archives import FEED, Piece, keep
from tests.fakes import NOON, rules_of

RULES = rules_of(feeds=(FEED,), watchlists={})
SINCE = NOON - timedelta(days=60)


def subject(query: str) -> Subject:
    return Subject(rule=rule_of("rule", query), watchlist=Watchlist(name="rule", title="Rule", query=query))


@pytest.fixture
def archive(tmp_path):
    opened = []

    def make(*pieces: Piece) -> Library:
        keep(tmp_path / "state", NOON, *pieces)
        opened.append(Store.open(tmp_path / "state"))
        return Library(opened[-1])

    yield make
    for store in opened:
        store.close()


def test_near_misses_stand_under_the_clause_that_failed(archive):
    library = archive(
        Piece("NATO invites Ukraine", 4),
        Piece("NATO snubs Ukraine", 3),
        Piece("NATO snubs Ukraine again", 2),
        Piece("NATO invites Georgia", 1),
        Piece("A bridge opens"),
    )
    found = near_misses(library, subject("NATO AND invite AND Ukraine"), RULES, SINCE)
    assert [(one.clause, one.count) for one in found] == [("invite", 2), ("Ukraine", 1)]
    assert [miss.headline for miss in found[0].newest] == ["NATO snubs Ukraine again", "NATO snubs Ukraine"]
    assert found[0].instead[0] == ("snubs", 2)
    (newest, _) = near_misses(library, subject("NATO AND invite AND Ukraine"), RULES, SINCE, shown=1)
    assert [miss.headline for miss in newest.newest] == ["NATO snubs Ukraine again"]


def test_words_too_far_apart_are_a_near_miss_up_to_twice_the_distance(archive):
    library = archive(
        Piece("NATO one two three invites", 3),
        Piece("NATO one two three four five six invites", 2),
        Piece("NATO rests", 1),
    )
    found = near_misses(library, subject("NATO NEAR/3 invite"), RULES, SINCE)
    wider = next(one for one in found if "NEAR" in one.clause)
    assert [(miss.headline, miss.note) for miss in wider.newest] == [
        ("NATO one two three invites", "NATO … invites, 4 words apart: at most 3 allowed")
    ]


def test_a_clause_without_which_half_of_the_archive_would_match_has_no_near_misses(archive, monkeypatch):
    monkeypatch.setattr(misses, "FEW", 10)
    library = archive(
        *(Piece(f"NATO meets for the {n}th time", 1 + n / 100) for n in range(12)), Piece("A bridge opens")
    )
    (found,) = near_misses(library, subject("NATO AND bridge"), RULES, SINCE)[1:]
    assert (found.clause, found.broad, found.count, found.newest) == ("bridge", True, 10, ())


def test_what_matches_or_is_excluded_is_no_near_miss(archive):
    library = archive(Piece("NATO invites Ukraine", 2), Piece("NATO invites Eurovision", 1))
    assert near_misses(library, subject("NATO AND invite AND NOT Eurovision"), RULES, SINCE) == ()
    assert near_misses(library, subject("NATO AND (invite NOT NEAR/2 Eurovision)"), RULES, SINCE) == ()


def test_spellings_that_the_watchlist_does_not_know_are_found_with_what_they_resemble(archive):
    library = archive(
        Piece("Zelenskiy speaks in Kyiv", 3),
        Piece("Zelenskiy travels", 2),
        Piece("Zelensky speaks", 1),
        Piece("Zielinski speaks"),
        Piece("Zielinski sings"),
    )
    (found,) = spellings(library, subject("Zelensky OR Kyiv"))
    assert (found.text, found.like, found.entries, found.beside) == ("Zelenskiy", "Zelensky", 2, 1)
    assert spellings(library, subject("Zelensky OR Zelenskiy OR Kyiv")) == ()


def test_names_beside_its_words_that_are_rare_elsewhere_are_companions(archive):
    library = archive(
        *(Piece(f"NATO meets Rutte in place {n}", n + 1) for n in range(4)),
        *(Piece(f"Story {n} of another day", n + 1) for n in range(60)),
    )
    found = companions(library, subject("NATO"), SINCE)
    assert [(one.text, one.matches, one.entries) for one in found] == [("Rutte", 4, 4)]


def configured(**queries: str):
    rules = rules_of(feeds=(FEED,), watchlists=dict.fromkeys(queries, "word"))
    compiled = [Rule(name, rule_of(name, query).tree) for name, query in queries.items()]
    return type(rules)(
        **{name: getattr(rules, name) for name in rules.__dataclass_fields__ if name != "percolator"},
        percolator=Percolator(compiled),
    )


def test_the_archive_says_what_the_text_of_a_watchlist_does_not_show(archive):
    library = archive(
        *(Piece(f"Netanyahu speaks of item {n}", 1 + n / 100) for n in range(60)),
        *(Piece(f"Eurovision opens with song {n}", 1 + n / 100) for n in range(40)),
        *(Piece(f"Headline {n} of a quiet day", 1 + n / 100) for n in range(420)),
    )
    rules = configured(
        slip="Netanyahou AND item",
        twin="Netanyahu AND item",
        again="Netanyahu AND speak",
        shut="open AND NOT song",
        broad="Netanyahu",
    )
    seen = hindsight(library, rules, NOON)
    said = {name: " ".join(sentences) for name, sentences in seen.doubts.items()}
    assert "Netanyahou (nearest: netanyahu, 60 times)" in said["slip"]
    assert "matched the same 60 entries as again" in said["twin"]
    assert "removed 100% of what it met" in said["shut"]
    assert "Eurovision opens with song 0" in said["shut"]
    assert "alone occurs in 11.5% of the archive" in said["broad"]
    assert {one.watchlist: one.alerts_a_day for one in seen.expected}["twin"] > 10


def test_a_small_archive_says_nothing_about_words(archive):
    seen = hindsight(archive(Piece("NATO meets")), configured(slip="Netanyahou"), NOON)
    assert seen.doubts == {"slip": []}
    assert seen.entries == 1


def test_one_spelling_of_many_is_no_doubt_while_another_occurs(archive):
    library = archive(*(Piece(f"Kyiv speaks of item {n}", 1 + n / 100) for n in range(510)))
    seen = hindsight(library, configured(desk="item AND (Kyiv OR Kiew OR Київ)"), NOON)
    assert seen.doubts == {"desk": []}
