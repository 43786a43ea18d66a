"""A folder as a whole: everything understood, or every problem named and nothing loaded."""

from __future__ import annotations

import os
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config.expressions import EXPRESSION
from monitor.config.load import load
from monitor.errors import ConfigError
from monitor.model.alert import Quiet, Slots
from monitor.model.ids import feed_id
from monitor.model.watch import Again, Priority

RICH = """\
feeds:
  - url: https://news.example/world.rss
    name: World Desk
    tags: [world, english]
    every: 1h30m
    allow_private: [10.0.0.0/8, "fd00::/8"]
  - https://news.example/bare.rss
  - {url: http://localhost:8000/a.rss, allow_private: true, every: auto}
destinations:
  desk:
    url: console
  chat:
    url: slack://${TOKEN}/b/c
    quiet: {from: "22:00", to: 7:00, timezone: Europe/Berlin}
    digest: {at: ["17:00", "08:00"]}
on_error: desk
aliases:
  nato: [NATO, Alliance]
  ukraine: [Ukraine]
"""

RULES = """\
aliases:
  nato: OTAN
watchlists:
  - name: full
    title: Everything said
    all: [$nato, {near: 6, of: [a, b]}]
    none: [c]
    where: {lang: no}
    feeds: [world, World Desk]
    to: [chat, desk, chat]
    priority: urgent
    again: {sources: 5, revised: true, at_most_every: 90m}
    shadow: true
    examples:
      match: one text
      no_match: [two, three]
  - name: spare
    query: summit
"""


def refused(folder: Path, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(folder, env or {})
    return [problem.message for problem in error.value.problems]


def test_feeds_are_read(write) -> None:
    feeds = load(write(monitor_yaml=RICH, nato_yaml=RULES), {"TOKEN": "abcdefghij"}).feeds
    world, bare, local = feeds
    assert world.id == feed_id("https://news.example/world.rss")
    assert (world.name, world.tags, world.every) == ("World Desk", {"world", "english"}, timedelta(minutes=90))
    assert world.allow_private == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert (bare.url, bare.name, bare.tags, bare.allow_private) == (
        "https://news.example/bare.rss",
        None,
        frozenset(),
        (),
    )
    assert local.every is None
    assert ip_network("127.0.0.0/8") in local.allow_private
    assert ip_network("fe80::/10") in local.allow_private


def test_destinations_are_read(write) -> None:
    configuration = load(write(monitor_yaml=RICH, nato_yaml=RULES), {"TOKEN": "abcdefghij"})
    desk, chat = configuration.destinations
    assert (desk.name, desk.url, desk.quiet, desk.digest) == ("desk", "console://", None, None)
    assert chat.url == "slack://abcdefghij/b/c"
    assert chat.quiet == Quiet(start=time(22), end=time(7), timezone="Europe/Berlin")
    assert chat.digest == Slots(at=(time(8), time(17)), timezone="UTC")
    assert configuration.on_error == ("desk",)


def test_watchlists_are_read(write) -> None:
    folder = write(monitor_yaml=RICH, nato_yaml=RULES)
    full, spare = load(folder, {"TOKEN": "abcdefghij"}).watchlists
    assert full.watchlist.title == "Everything said"
    assert full.watchlist.feeds == {"world", "World Desk"}
    assert full.watchlist.to == ("chat", "desk")
    assert full.watchlist.priority is Priority.URGENT
    assert full.watchlist.again == Again(sources=5, revised=True, at_most_every=timedelta(minutes=90))
    assert full.watchlist.shadow is True
    assert (full.watchlist.file, full.watchlist.line) == (str(folder / "nato.yaml"), 4)
    assert [text.value for text in full.examples_match] == ["one text"]
    assert [text.value for text in full.examples_no_match] == ["two", "three"]
    assert spare.watchlist.title == "spare"
    assert spare.watchlist.priority is Priority.NORMAL


def test_a_watchlist_that_names_nobody_tells_everybody(write) -> None:
    spare = load(write(monitor_yaml=RICH, nato_yaml=RULES), {"TOKEN": "abcdefghij"}).watchlists[1]
    assert spare.watchlist.to == ("desk", "chat")
    assert spare.watchlist.feeds == frozenset()


def test_the_expression_is_passed_on_untouched(write) -> None:
    full, spare = load(write(monitor_yaml=RICH, nato_yaml=RULES), {"TOKEN": "abcdefghij"}).watchlists
    assert [key.value for key, _ in full.expression] == ["all", "none", "where"]
    assert [key.value for key, _ in spare.expression] == ["query"]
    assert spare.expression.get("query").place(1).line == 18


def test_every_key_of_an_expression_is_passed_on(write) -> None:
    rows = "".join(f"    {key}: [a]\n" for key in EXPRESSION)
    source = load(write(nato_yaml=f"watchlists:\n  - name: x\n{rows}"), {}).watchlists[0]
    assert {key.value for key, _ in source.expression} == EXPRESSION.keys()


def test_aliases_of_the_file_come_before_shared_ones(write) -> None:
    aliases = load(write(monitor_yaml=RICH, nato_yaml=RULES), {"TOKEN": "abcdefghij"}).watchlists[0].aliases
    assert aliases["nato"].value == "OTAN"
    assert [text.value for text in aliases["ukraine"]] == ["Ukraine"]


def test_corpora_stand_relative_to_the_folder(write, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    configuration = load(
        write(monitor_yaml="corpora: {old: {path: ../old}}\ndestinations: {desk: {url: console}}\n"), {}
    )
    assert configuration.corpora["old"].resolve() == tmp_path / "old"


def test_both_endings_are_read_and_nothing_else(write) -> None:
    folder = write(b_yml="watchlists:\n  - {name: b, query: b}\n")
    (folder / "c.yaml.bak").write_text("nonsense: [")
    (folder / ".hidden.yaml").write_text("nonsense: [")
    (folder / "notes.txt").write_text("nonsense")
    (folder / "inner").mkdir()
    (folder / "inner" / "d.yaml").write_text("nonsense: [")
    assert [source.watchlist.name for source in load(folder, {}).watchlists] == ["b", "membership"]


def test_problems_of_all_files_come_together_sorted_by_place(write) -> None:
    folder = write(
        monitor_yaml="feeds:\n  - {url: x, tgas: [a]}\ndestinations:\n  Desk: {url: console}\n",
        a_yaml="watchlists:\n  - {name: A, query: b}\n",
        b_yaml="watchlists: [\n",
    )
    with pytest.raises(ConfigError) as error:
        load(folder, {})
    places = [(Path(p.file).name, p.line) for p in error.value.problems]
    assert places == [("a.yaml", 2), ("b.yaml", 1), ("monitor.yaml", 2), ("monitor.yaml", 2), ("monitor.yaml", 4)]


def test_a_broken_monitor_yaml_does_not_blame_the_names_in_other_files(write) -> None:
    folder = write(monitor_yaml="feeds: [\n", a_yaml="watchlists:\n  - {name: a, query: b, to: [nobody]}\n")
    assert refused(folder) == ["this bracket is not closed before the file ends"]


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path / "nowhere", {})
    (problem,) = error.value.problems
    assert "no such file or directory" in problem.message
    assert "monitor init" in problem.hint


def hint_of(folder: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load(folder, {})
    (problem,) = error.value.problems
    return problem.hint


def test_a_file_in_the_place_of_the_folder_says_which_to_name(write) -> None:
    assert hint_of(write() / "monitor.yaml") == "name the folder that the file stands in"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_says_who_should(write) -> None:
    folder = write()
    for place in (folder / "monitor.yaml", folder):
        place.chmod(0)
        assert hint_of(folder) == "let the user that monitor runs as read it"
    folder.chmod(0o700)


def test_a_missing_monitor_yaml_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, {})
    (problem,) = error.value.problems
    assert problem.file == str(tmp_path / "monitor.yaml")
    assert "monitor init" in problem.hint


def test_monitor_yml_is_not_mistaken_for_a_watchlist_file(write) -> None:
    assert refused(write(monitor_yml="feeds: []\n")) == ["this name is not read"]


def test_a_pipe_or_folder_in_the_place_of_a_file_does_not_hang(write) -> None:
    folder = write()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    assert refused(folder) == ["cannot be read: not a regular file"] * 2


def test_a_dangling_link_is_named(write) -> None:
    folder = write()
    (folder / "gone.yaml").symlink_to("nowhere")
    assert refused(folder) == ["cannot be read: no such file or directory"]


def test_very_long_lines_are_cut_in_messages(write) -> None:
    folder = write(nato_yaml=f"watchlists: [{{name: x, query: {'a' * 50_000}, bogus: y}}]\n")
    with pytest.raises(ConfigError) as error:
        load(folder, {})
    assert len(str(error.value)) < 1_000


def test_the_fingerprint_follows_the_contents(write) -> None:
    first = load(write(), {})
    assert load(write(), {}).fingerprint == first.fingerprint
    changed = load(write(nato_yaml="watchlists:\n  - {name: other, query: a}\n"), {})
    assert changed.fingerprint != first.fingerprint
    assert load(write(more_yaml="aliases: {a: b}\n"), {}).fingerprint not in (first.fingerprint, changed.fingerprint)


def test_a_rotated_secret_changes_the_fingerprint(write) -> None:
    folder = write(monitor_yaml="destinations: {desk: {url_file: secret}}\n")
    secret = folder / "secret"
    secret.write_text("slack://a/b/c\n")
    secret.chmod(0o600)
    first = load(folder, {})
    secret.write_text("slack://a/b/other\n")
    second = load(folder, {})
    assert secret in first.files
    assert second.fingerprint != first.fingerprint
    assert second.destinations[0].url == "slack://a/b/other"


def test_reading_the_same_folder_twice_gives_the_same(write) -> None:
    folder = write(monitor_yaml=RICH, nato_yaml=RULES)
    assert load(folder, {"TOKEN": "abcdefghij"}) == load(folder, {"TOKEN": "abcdefghij"})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["monitor_yaml", "nato_yaml"]), st.binary(max_size=200))
def test_any_bytes_are_loaded_or_refused(write, name: str, data: bytes) -> None:
    assert_loaded_or_refused(write(**{name: data}))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([("monitor_yaml", RICH), ("nato_yaml", RULES)]),
    st.integers(0, 700),
    st.integers(0, 30),
    st.text("[]{}:-&*!\"'#|> \na1$", max_size=4),
)
def test_any_damage_is_loaded_or_refused(write, file: tuple[str, str], at: int, length: int, inserted: str) -> None:
    name, text = file
    good = {"monitor_yaml": RICH, "nato_yaml": RULES}
    assert_loaded_or_refused(write(**good | {name: text[:at] + inserted + text[at + length :]}))


def assert_loaded_or_refused(folder: Path) -> None:
    try:
        problems = load(folder, {"TOKEN": "abcdefghij"}).warnings
    except ConfigError as error:
        problems = tuple(error.problems)
        severities = {problem.severity for problem in problems}
    else:
        severities = {"error", *(problem.severity for problem in problems)}
    assert "error" in severities
    assert all(problem.message and problem.file for problem in problems)
