"""Names that one file uses and another defines."""

from __future__ import annotations

import pytest

from monitor.config.load import load
from monitor.errors import ConfigError, Problem

SERVICE = """\
feeds:
  - {url: https://news.example/a, name: World Desk, tags: [world]}
  - {url: https://news.example/b}
destinations:
  desk: {url: console://}
  chat: {url: console://%s}
on_error: %s
"""


def problems(write, **files: str) -> list[Problem]:
    with pytest.raises(ConfigError) as error:
        load(write(**files), {})
    return error.value.problems


def service(chat: str = "", on_error: str = "desk") -> str:
    return (SERVICE % ("", on_error)).replace("chat: {url: console://}", f"chat: {{url: console://{chat}}}")


def watchlist(row: str, name: str = "summit") -> str:
    return f"watchlists:\n  - name: {name}\n    query: summit\n    {row}\n"


@pytest.mark.parametrize("name", ["World Desk", "world"])
def test_a_watchlist_picks_a_feed_by_its_name_or_tag(write, name: str) -> None:
    configuration = load(write(monitor_yaml=service(), nato_yaml=watchlist(f"feeds: [{name}]")), {})
    assert configuration.watchlists[0].watchlist.feeds == {name}


@pytest.mark.parametrize(
    ("row", "message", "hint"),
    [
        ("feeds: [wrold]", "'wrold' is not the tag or name of a feed in monitor.yaml", "did you mean world?"),
        ("feeds: [world desk]", "'world desk' is not the tag or name", "did you mean World Desk?"),
        ("to: [dsek]", "'dsek' is not a destination in monitor.yaml", "did you mean desk?"),
        ("to: none", "'none' is not a destination", "shadow: true lets a watchlist tell nobody"),
        ("to: [nobody, desk]", "'nobody' is not a destination", "shadow: true lets a watchlist tell nobody"),
    ],
)
def test_a_name_that_nothing_bears_is_met_with_the_nearest(write, row: str, message: str, hint: str) -> None:
    (problem,) = problems(write, monitor_yaml=service(), nato_yaml=watchlist(row))
    assert message in problem.message
    assert hint in problem.hint
    assert problem.line == 4
    assert problem.source[problem.column - 1 :].startswith(problem.message.split("'")[1])


def test_on_error_names_destinations_too(write) -> None:
    (problem,) = problems(write, monitor_yaml=service(on_error="[desk, admin]"))
    assert problem.message == "'admin' is not a destination in monitor.yaml"
    assert problem.hint == "known: chat, desk"


def test_where_nothing_is_defined_that_is_said(write) -> None:
    (problem,) = problems(write, monitor_yaml="feeds: []\n", nato_yaml=watchlist("to: desk"))
    assert problem.hint == "none is defined yet"


def test_a_destination_is_not_its_own_fallback(write) -> None:
    (problem,) = problems(write, monitor_yaml=service(", fallback: chat"))
    assert problem.message == "a destination cannot be its own fallback"


def test_a_fallback_that_nothing_bears_is_named(write) -> None:
    (problem,) = problems(write, monitor_yaml=service(", fallback: dekc"))
    assert problem.hint == "did you mean desk?"


def test_each_watchlist_of_all_files_has_a_name_of_its_own(write) -> None:
    found = problems(
        write,
        monitor_yaml=service(),
        a_yaml=watchlist("to: desk"),
        b_yaml=watchlist("to: chat"),
        nato_yaml="aliases: {a: b}\n",
    )
    (problem,) = found
    assert problem.message == "a second watchlist is named 'summit'"
    assert problem.file.endswith("b.yaml")
    assert problem.hint.endswith("a.yaml:2; rename one")


def test_a_third_of_a_name_points_at_the_first_as_well(write) -> None:
    files = {f"{letter}_yaml": watchlist("to: desk") for letter in "abc"}
    found = problems(write, monitor_yaml=service(), nato_yaml="", **files)
    assert [problem.file.rpartition("/")[2] for problem in found] == ["b.yaml", "c.yaml"]
    assert all("a.yaml:2" in problem.hint for problem in found)


def test_a_feed_listed_twice_is_said_where_it_stands_again(write) -> None:
    text = "feeds:\n  - https://news.example/a\n  - url: https://news.example/a\n    tags: [x]\n"
    (problem,) = problems(write, monitor_yaml=text, nato_yaml="")
    assert (problem.line, problem.message) == (3, "the feed 'https://news.example/a' is listed twice")
    assert "the first is in line 2" in problem.hint
