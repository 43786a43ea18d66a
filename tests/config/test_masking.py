"""Which lines of a file may be shown, and what of them: everything that helps, nothing that may be secret."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.load import load
from monitor.config.masking import HIDDEN, masked, without_password
from monitor.errors import ConfigError

TOKEN = "T0k3nOfADesk"
OPEN = ("feeds", "aliases", "watchlists")
GUARDED = ("destinations", "secrets", "x")
LINES = st.lists(st.text(st.sampled_from("ab:-#'\"{}[]>| /@\tü*&!%"), max_size=14), max_size=12)


@st.composite
def documents(draw: st.DrawFn) -> list[str]:
    """Blocks in any order and indentation, a secret somewhere in those that may hold one."""
    lines = []
    for name in draw(st.permutations(["feeds", "watchlists", "destinations", "on_error", "aliases"])):
        quote = draw(st.sampled_from(["", "'", '"']))
        lines.append(f"{quote}{name}{quote}:" + draw(st.sampled_from(["", " ", "   # ours"])))
        step = " " * draw(st.integers(1, 4))
        if name != "destinations":
            dash = draw(st.sampled_from(["- ", f"{step}- "]))
            lines += [f"{dash}name: World", f"{' ' * len(dash)}query: a AND b"]
            continue
        lines.append(f"{step}{draw(st.sampled_from(['desk', 'feeds', 'watchlists', 'aliases']))}:")
        shapes = (
            [f"url: https://hooks.example/{TOKEN}"],
            [f"url: 'slack://{TOKEN}/x'  # {TOKEN}"],
            [f"# url: {TOKEN}", "url: console://"],
            ["url: >-", f"  tgram://{TOKEN}", f"  {TOKEN}"],
            [f"ulr: {TOKEN}"],
            [f"{{url: {TOKEN}}}"],
            [f"- {TOKEN}"],
            [f'"url": "{TOKEN}"'],
            [f"quiet: {{url: {TOKEN}}}"],
            [f"url_file: https://{TOKEN}"],
            [TOKEN],
        )
        lines += [step * 2 + row for row in draw(st.sampled_from(shapes))]
    return lines


@settings(max_examples=80)
@given(documents())
def test_no_secret_of_a_destination_is_shown_in_any_layout(lines: list[str]) -> None:
    assert TOKEN not in "\n".join(masked(lines))


@settings(max_examples=40)
@given(documents())
def test_lines_of_feeds_and_watchlists_are_shown_in_any_layout(lines: list[str]) -> None:
    shown = masked(lines)
    blocks = dict.fromkeys(OPEN, 0)
    current = ""
    for line, seen in zip(lines, shown, strict=True):
        if not line.startswith((" ", "-", "#")):
            current = line.strip("'\"").split(":")[0].rstrip("'\"")
        if current in blocks:
            assert seen == line
            blocks[current] += 1
    assert set(blocks.values()) == {3}


@settings(max_examples=40)
@given(LINES)
def test_no_line_is_gained_or_lost_and_its_indentation_stays(lines: list[str]) -> None:
    shown = masked(lines)
    assert len(shown) == len(lines)
    for line, seen in zip(lines, shown, strict=True):
        indent = len(line) - len(line.lstrip())
        assert seen[:indent] == line[:indent] or seen == line
        assert bool(seen.strip()) == bool(line.strip())


@settings(max_examples=40)
@given(LINES)
def test_what_is_masked_needs_no_masking(lines: list[str]) -> None:
    assert masked(masked(lines)) == masked(lines)


@pytest.mark.parametrize("block", OPEN)
@pytest.mark.parametrize("dash", ["- ", "  - ", "    - "])
def test_a_list_may_stand_as_far_left_as_its_key(block: str, dash: str) -> None:
    lines = (f"{block}:", f"{dash}name: World", f"{' ' * len(dash)}every: 5", "", f"{dash}name: Europe")
    assert masked(lines) == lines


@pytest.mark.parametrize("block", GUARDED)
def test_a_list_below_any_other_key_is_hidden(block: str) -> None:
    assert masked([f"{block}:", f"- {TOKEN}", f"- url: {TOKEN}"]) == (f"{block}:", HIDDEN, f"- url: {HIDDEN}")


def test_a_file_that_is_a_list_is_hidden() -> None:
    assert masked([f"- url: {TOKEN}", f"  name: {TOKEN}"]) == (f"- url: {HIDDEN}", f"  name: {HIDDEN}")


@pytest.mark.parametrize(
    "row",
    [
        'quiet: {from: "22:00", to: "07:00"}',
        "digest: {at: [08:00]}",
        "timezone: Europe/Berlin",
        "url_file: /run/secrets/slack",
        "allow_private: true",
        "url:",
        "url: >-",
        "url: |2",
    ],
)
def test_what_cannot_be_secret_of_a_destination_is_shown(row: str) -> None:
    lines = ("destinations:", "  desk:", f"    {row}")
    assert masked(lines) == lines


@pytest.mark.parametrize(
    "row", [f"quiet: https://{TOKEN}", f"from: me@{TOKEN}", f"digest: {{url: {TOKEN}}}", f"timezone: //{TOKEN}"]
)
def test_a_plain_key_with_an_address_in_it_is_hidden(row: str) -> None:
    assert masked(["destinations:", "  desk:", f"    {row}"])[2] == f"    {row.partition(':')[0]}: {HIDDEN}"


@pytest.mark.parametrize("block", ["on_error", "corpora"])
def test_names_and_paths_are_shown_and_addresses_among_them_are_not(block: str) -> None:
    assert masked([f"{block}:", "  - desk"]) == (f"{block}:", "  - desk")
    assert TOKEN not in masked([f"{block}: {{url: x/{TOKEN}}}"])[0]
    assert TOKEN not in masked([f"{block}:", f"  old: https://{TOKEN}"])[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://news.example/a?b=c", "https://news.example/a?b=c"),
        ("https://me:pw@news.example/a", "https://***@news.example/a"),
        ("https://me@news.example/a", "https://***@news.example/a"),
        ("https://me:p@ss@news.example/a", "https://***@news.example/a"),
        ("https://me:p/ss@news.example/a", "https://***@news.example/a"),
        ("slack://a/b/c and more", "slack://*** and more"),
        ("mailto://u:p@h https://a.example/", "mailto://*** https://a.example/"),
        ("HTTPS://a.example/", "HTTPS://a.example/"),
        ("write to me@news.example", "write to me@news.example"),
    ],
)
def test_of_an_address_only_what_the_world_may_know_is_shown(text: str, shown: str) -> None:
    assert without_password(text) == shown


@settings(max_examples=40)
@given(st.text(st.sampled_from("ab:/@. "), max_size=25))
def test_hiding_twice_changes_nothing(text: str) -> None:
    assert without_password(without_password(text)) == without_password(text)


def test_a_mistake_in_a_list_without_indentation_shows_its_line(write) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(nato_yaml="watchlists:\n- name: summit\n  querry: a\n"), {})
    (problem,) = error.value.problems
    assert problem.source == "  querry: a"
    assert problem.message == "unknown key 'querry' in a watchlist"
