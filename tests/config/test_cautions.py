"""What is allowed and yet said: warnings that refuse nothing."""

from __future__ import annotations

import pytest

from monitor.config.load import load

FEED = "feeds:\n  - {url: https://news.example/a.rss, name: A}\n"
DESK = "destinations: {desk: {url: console://}}\n"


def warnings(folder) -> list[tuple[int, str]]:
    found = load(folder, {}).warnings
    assert {warning.severity for warning in found} <= {"warning"}
    return [(warning.line, warning.message) for warning in found]


def test_a_plain_good_configuration_gives_none(write) -> None:
    assert warnings(write()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DESK, "no feeds: nothing will be polled"),
        (FEED, "no destinations: nobody will be told"),
        (f"{DESK}{FEED}  - {{url: https://news.example/b.rss, name: A}}\n", "a second feed is named 'A'"),
        (f"{DESK}{FEED}  - {{url: https://b.example/b.rss, every: 30s}}\n", "asked more often than once a minute"),
    ],
)
def test_something_most_people_would_not_mean_is_said(write, text: str, message: str) -> None:
    (found,) = warnings(write(monitor_yaml=text, nato_yaml="watchlists: [{name: a, query: b}]\n"))
    assert message in found[1]


def test_one_s_own_server_may_be_asked_as_often_as_one_likes(write) -> None:
    text = f"{DESK}feeds: [{{url: http://localhost/a.rss, every: 1s, allow_private: true}}]\n"
    assert warnings(write(monitor_yaml=text, nato_yaml="watchlists: [{name: a, query: b}]\n")) == []


def test_a_folder_without_watchlists_is_said_once(write) -> None:
    assert warnings(write(nato_yaml="# nothing yet\n")) == [(0, "no watchlists: nothing will match")]


def test_an_empty_file_beside_others_is_said(write) -> None:
    assert warnings(write(empty_yaml="")) == [(0, "no watchlists in this file")]


def test_a_file_of_aliases_alone_is_fine(write) -> None:
    assert warnings(write(words_yaml="aliases: {nato: [NATO]}\n")) == []


def test_a_warning_reads_as_one(write) -> None:
    (warning,) = load(write(empty_yaml=""), {}).warnings
    assert str(warning).endswith("empty.yaml: warning: no watchlists in this file")
