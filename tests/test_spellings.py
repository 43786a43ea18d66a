"""Names that an archive has and a watchlist does not: near its own in spelling, or beside them in the news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.archive import Library, Subject
from monitor.located import Items, Mark, Text
from monitor.model.watch import Watchlist
from monitor.query.aliases import Aliases
from monitor.query.compile import compile_rule, rule_of
from monitor.spellings import companions, spellings
from monitor.store.store import Store
from tests.archives import Piece, keep
from tests.fakes import NOON, one_line

SINCE = NOON - timedelta(days=30)


def subject(query: str) -> Subject:
    return Subject(rule=rule_of("rule", query), watchlist=Watchlist(name="rule", title="Rule", query=query))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    opened = []

    def make(*titles: str | Piece) -> Library:
        pieces = [one if isinstance(one, Piece) else Piece(one, 1 + n / 100) for n, one in enumerate(titles)]
        keep(tmp_path / "state", NOON, *pieces)
        opened.append(Store.open(tmp_path / "state"))
        return Library(opened[-1])

    yield make
    for store in opened:
        store.close()


@pytest.mark.parametrize(
    ("query", "titles", "found"),
    [
        ("Zelensky", ["Zelenskiy speaks", "Zelenskiy travels"], ["Zelenskiy"]),
        ("Zelensky", ["Zelenskiy speaks"], []),
        ("Zelensky", ["ZELENSKIY SPEAKS", "ZELENSKIY TRAVELS"], ["ZELENSKIY"]),
        ("Zelensky", ["a zelenskiy here", "a zelenskiy there"], []),
        ("Zelensky", ["a zelenskiy here", "Zelenskiy there", "Zelenskiy too"], ["Zelenskiy"]),
        ("Зеленський", ["Зеленский говорит", "Зеленский едет"], ["Зеленский"]),
        ("Zelensky", ["Selensky speaks", "Selensky travels"], ["Selensky"]),
        ("Kyiv", ["Kiev speaks", "Kiev travels"], []),
        ("NATO", ["NATTO speaks", "NATTO travels"], []),
        ('"Zelensky speaks"', ["Zelenskiy speaks", "Zelenskiy travels"], []),
        ("speaks AND NOT Zelensky", ["Zelenskiy speaks", "Zelenskiy travels"], []),
    ],
)
def test_a_spelling_is_a_name_near_one_of_the_watchlist_s_own(
    archive, query: str, titles: list[str], found: list[str]
) -> None:
    assert [one.text for one in spellings(archive(*titles), subject(query))] == found


def test_the_surest_spelling_comes_first(archive) -> None:
    library = archive(
        *(f"Selensky in place {n}" for n in range(5)),
        *(f"Zelenskiy and Kuleba in place {n}" for n in range(2)),
        "Zelensky and Kuleba",
    )
    found = spellings(library, subject("Zelensky AND Kuleba"))
    assert [(one.text, one.entries, one.beside) for one in found] == [("Zelenskiy", 2, 2), ("Selensky", 5, 0)]
    assert found[0].headline.startswith("Zelenskiy and Kuleba")


def test_a_spelling_belongs_to_the_alias_that_has_its_like(archive) -> None:
    mark = Mark("a.yaml", 1, 1)
    groups = Aliases({"leader": Items((Text("Zelensky", mark), Text("Kuleba", mark)), mark)})
    rule = compile_rule("rule", one_line("$leader AND (speaks OR travels)"), groups)
    (found,) = spellings(archive("Zelenskiy speaks", "Zelenskiy travels"), replace(subject("x"), rule=rule))
    assert (found.text, found.group) == ("Zelenskiy", "leader")


def test_a_companion_is_often_beside_its_words_and_rare_in_the_whole_archive(archive) -> None:
    late = [Piece(f"NATO meets Rutte on a ferry of Stena {n}", 1 + n / 10) for n in range(4)]
    twice = [Piece(f"NATO meets Rutte in Vilnius {n}", 2 + n / 10) for n in range(2)]
    old = [Piece(f"Day {n} on a ferry of Stena", 40 + n / 10) for n in range(50)]
    found = companions(archive(*late, *twice, *old), subject("NATO"), SINCE)
    assert [(one.text, one.matches, one.entries) for one in found] == [("Rutte", 6, 6)]


def test_an_archive_without_its_words_has_nothing_to_suggest(archive) -> None:
    library = archive("A bridge opens")
    assert spellings(library, subject("Zelensky")) == ()
    assert companions(library, subject("Zelensky"), SINCE) == ()
