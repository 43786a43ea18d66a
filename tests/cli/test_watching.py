"""What the commands on watchlists print: figures for people, and YAML that can be taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backtest import Backtest, Difference, Exclusion, Term
from monitor.cli.backtesting import (
    MOST_DAYS,
    MOST_UNUSED,
    _days,
    _exclusions,
    _newest,
    _print,
    _print_change,
    _rate,
    _terms,
)
from monitor.cli.marking import _patch as patch_of_marks
from monitor.cli.silencing import Span
from monitor.cli.suggesting import _patch
from monitor.config.nodes import read_nodes
from monitor.located import bare
from monitor.model.entry import OutcomeKind
from monitor.model.ids import StoryId
from monitor.model.watch import Watchlist
from monitor.proposals import Proposal
from monitor.spellings import Companion, Spelling
from tests.store.samples import DAY, NOW, an_alert, an_entry

WATCHLIST = Watchlist(name="summit", title="Summit", query="summit", file="watchlists/summit.yaml", line=3)
NAMES = st.sampled_from(
    [
        "Kyiv",
        "No",
        "null",
        "1e3",
        "O'Brien",
        "4.5bn",
        "Київ",
        "हिन्दी",
        "東京",
        "true",
        "Yes",
        "AT&T",
        "F-16",
        "Zelenskyy",
        "x",
    ]
)
HEADLINES = st.text(st.sampled_from("ab #:'\"{}[]-*&!%@`|>京"), max_size=100)
SPELLINGS = st.builds(
    Spelling, text=NAMES, like=NAMES, group=st.none() | st.sampled_from(["kyiv", "हिन्दी", "a-b"]), entries=st.integers(1, 2_000), beside=st.integers(0, 3), headline=HEADLINES
)  # fmt: skip
COMPANIONS = st.builds(Companion, text=NAMES, matches=st.integers(1, 9), entries=st.integers(1, 9))


def alerts(number: int, days: float = 0.0):
    return tuple(
        an_alert(StoryId(f"s{n}"), an_entry(str(n)), number=n + 1, at=NOW - days * n * DAY) for n in range(number)
    )


def result(number: int = 0, days: float = 30.0, spread: float = 0.0, **more: object) -> Backtest:
    fields = {"entries": 10, "tried": 5, "matches": number, "alerts": alerts(number, spread), "quiet": {}}
    return Backtest(watchlist="summit", query="summit", since=NOW - days * DAY, until=NOW, **{**fields, **more})


def plain(yaml: str) -> dict[str, object]:
    root = read_nodes("f.yaml", f"watchlists: []\n{yaml}".encode())
    return {key: value for key, value in bare(root) if key != "watchlists"}


@settings(max_examples=40)
@given(st.lists(SPELLINGS, max_size=5), st.lists(COMPANIONS, max_size=3))
def test_spellings_are_printed_as_yaml_that_reads_back_as_them(alike: list[Spelling], beside: list[Companion]) -> None:
    found = plain("\n".join(_patch(WATCHLIST, alike, beside)) + "\n")
    groups = dict.fromkeys(one.group for one in alike if one.group)
    written = dict(found.get("aliases", ()))
    assert written == {group: [one.text for one in alike if one.group == group] for group in groups}
    assert found.get("any", []) == [one.text for one in alike if not one.group]


def test_where_nothing_is_found_that_is_said() -> None:
    assert list(_patch(WATCHLIST, [], [])) == [
        "# summit, watchlists/summit.yaml:3",
        "# no spelling in the archive is near one of its names and unknown to it",
    ]


PROPOSALS = st.lists(
    st.builds(Proposal, key=st.just("none"), value=NAMES, removes=st.just(("a",)), loses=st.lists(HEADLINES, max_size=4).map(tuple)), max_size=4
)  # fmt: skip


@settings(max_examples=25)
@given(PROPOSALS)
def test_exclusions_are_printed_as_yaml_that_reads_back_as_them(found: list[Proposal]) -> None:
    lines = list(patch_of_marks(found, bad=3, rang=4))
    assert plain("\n".join(lines) + "\n").get("none", []) == [one.value for one in found]
    assert sum(line.strip().startswith("# lost:") for line in lines) == sum(min(len(one.loses), 3) for one in found)


@pytest.mark.parametrize(
    ("bad", "words"), [(0, "none is marked bad"), (5, "nothing that is proposed here would spare a bad one")]
)
def test_where_there_is_nothing_to_propose_that_is_said(bad: int, words: str) -> None:
    (line,) = patch_of_marks([], bad=bad, rang=0)
    assert words in line


@pytest.mark.parametrize(
    ("number", "days", "said"),
    [
        (0, 30, "0.0 a day"),
        (1, 30, "one every 30 days"),
        (5, 29, "one every 6 days"),
        (9, 10, "one every 1 day"),
        (10, 10, "1.0 a day"),
        (25, 10, "2.5 a day"),
        (1, 0.25, "1.0 a day"),
    ],
)
def test_how_often_it_would_ring_is_said_in_words(number: int, days: float, said: str) -> None:
    assert _rate(result(number, days)) == said


@pytest.mark.parametrize(("most", "bar"), [(1, 1), (10, 10), (20, 20), (400, 20)])
def test_the_longest_day_is_twenty_signs_long_at_most_and_none_is_empty(most: int, bar: int) -> None:
    rows = list(_days(result(most + 1, alerts=(*alerts(most), alerts(2, 3.0)[1]))))
    assert rows == ["2026-02-26  ▪ 1", f"2026-03-01  {'▪' * bar} {most}"]


def test_only_the_last_days_are_drawn() -> None:
    rows = list(_days(result(40, days=60, spread=1.0)))
    assert len(rows) == MOST_DAYS
    assert rows[-1].startswith("2026-03-01")


def test_terms_are_told_by_what_they_brought_and_those_that_brought_nothing_together() -> None:
    terms = (
        Term(term="a", alerts=1, alone=0),
        Term(term="b", alerts=5, alone=2),
        *(Term(term=f"x{n}", alerts=0, alone=0) for n in range(MOST_UNUSED + 2)),
    )
    lines = list(_terms(terms))
    assert lines[:2] == ["term b: 5 alerts, 2 by it alone", "term a: 1 alert"]
    assert lines[2].startswith("contributed nothing: x0, x1,")
    assert lines[2].endswith("and 2 more")
    assert len(lines) == 3


def test_an_exclusion_says_what_it_removed() -> None:
    removed = Exclusion(exclusion="sport", removed=3, share=0.25, headlines=("One", "Two"))
    idle = Exclusion(exclusion="opera", removed=0, share=0.0, headlines=())
    assert list(_exclusions(result(exclusions=(removed, idle)))) == [
        "exclusion sport: removed 3 entries, 25% of what it met", "    “One”", "    “Two”", "exclusion opera: removed nothing",
    ]  # fmt: skip


def test_a_screen_says_all_of_it(capsys) -> None:
    change = Difference(gained=alerts(1), lost=((alerts(1)[0], "it does not match any more"),), kept=2)
    _print(result(2, spread=1.0, quiet={OutcomeKind.COPY: 3}, revised=1), change, 1)
    shown = capsys.readouterr().out
    for words in (
        "summit: 2 alerts in 30 days, one every 15 days",
        "10 entries since 2026-01-30, 5 tried, 2 matched, 3 copy; 2 stories told; 1 later version replayed by headline",
        "beside the watchlist in force: 1 gained, 1 lost, 2 kept",
        "it does not match any more",
    ):
        assert words in shown
    assert shown.count("Ministers agree on item") == 3


def test_a_snippet_that_says_no_more_than_the_headline_is_left_out() -> None:
    (alert,) = alerts(1)
    assert len(list(_newest([alert], 5))) == 2
    assert len(list(_newest([replace(alert, snippet=alert.headline, marks=())], 5))) == 1
    assert list(_newest([alert], 0)) == []


def test_nothing_gained_and_nothing_lost_prints_nothing(capsys) -> None:
    _print_change(Difference(gained=(), lost=(), kept=5))
    assert capsys.readouterr().out == ""


@settings(max_examples=40)
@given(st.integers(1, 99_999), st.sampled_from("mhdwMHDW"))
def test_a_span_on_the_command_line_is_so_many_of_its_unit(number: int, unit: str) -> None:
    size = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}[unit.lower()]
    assert Span().convert(f" {number}{unit} ", None, None) == timedelta(seconds=number * size)


@pytest.mark.parametrize("text", ["", "0h", "5", "h", "1.5h", "-1h", "1h30m", "100000d", "٣d", "5s", "1 h"])
def test_anything_else_is_no_span(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 90m, 8h, 3d or 2w"):
        Span().convert(text, None, None)


def test_the_longest_span_reaches_no_year_that_is_none() -> None:
    longest = Span().convert("99999w", None, None)
    assert NOW + longest
    assert NOW - longest
