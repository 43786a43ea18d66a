"""The documents: what is generated is what the program says, what is named exists, what is shown runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator

import click
import pytest

from bench.stories.page import PICTURE, kept_table
from bench.stories.picture import drawn
from monitor.alerts.contact import FIRST_CONTACT
from monitor.alerts.limits import FLOOD
from monitor.cli.root import cli
from monitor.config.expressions import EXPRESSION
from monitor.config.settings import SETTINGS
from monitor.model.alert import DeliveryState, Verdict
from monitor.model.entry import OutcomeKind
from monitor.model.feed import Fault, Identity
from monitor.model.story import Regroup, Relation
from monitor.model.watch import Priority, Strength
from monitor.model.wording import FIELDS
from tests.pages import CODE, DOCS, FENCE, PAGES, REFERENCE, ROOT, named, place, section, slug
from tests.reference_pages import GENERATED, RECORDS, error_classes, helps

BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n)(.*?)(<!-- end of generated -->)", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED = {
    "outcomes.md#outcomes-of-entries": OutcomeKind,
    "outcomes.md#states-of-deliveries": DeliveryState,
    "outcomes.md#verdicts-on-one-try": Verdict,
    "outcomes.md#relations-of-an-entry-to-its-story": Relation,
    "outcomes.md#regroupings-of-stories": Regroup,
    "outcomes.md#strengths": [strength.label for strength in Strength],
    "outcomes.md#priorities": [priority.name.lower() for priority in Priority],
    "outcomes.md#ways-to-tell-entries-of-a-feed-apart": Identity,
    "feed-faults.md#faults-of-feeds": Fault,
    "errors.md#errors": [name for name in error_classes() if name != "MonitorError"],
    "settings.md#settings": [setting.variable for setting in SETTINGS],
    "commands.md#commands": [name for name, _ in helps()],
    "configuration.md#where": EXPRESSION["where"]["properties"],
}
"""Section of a page → what it must name, no less and no more."""


# What is generated, and what is named


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_what_is_generated_is_what_the_program_says(page):
    text = page.read_text()
    fresh = BLOCK.sub(lambda found: f"{found[1]}\n{GENERATED[found[2]]()}\n{found[4]}", text)
    if os.environ.get("MONITOR_TEST_UPDATE"):
        page.write_text(fresh)
    else:
        assert text == fresh, "MONITOR_TEST_UPDATE=1 ./run test tests/test_docs.py rewrites it"


def test_each_generated_part_stands_in_one_page():
    found = [name for page in PAGES for _, name, _, _ in BLOCK.findall(page.read_text())]
    assert sorted(found) == sorted(GENERATED)


@pytest.mark.parametrize("where", NAMED)
def test_the_reference_names_all_there_is_and_nothing_else(where):
    page, _, name = where.partition("#")
    assert named(section(REFERENCE / page, name)) == {str(each) for each in NAMED[where]}


def test_every_key_of_the_configuration_has_a_row():
    rows = named((REFERENCE / "configuration.md").read_text())
    assert {field.name for record in RECORDS for field in record.fields} <= rows
    assert {*EXPRESSION, *EXPRESSION["not_near"]["properties"]} <= rows


def test_every_notice_that_is_written_is_explained():
    source = "".join(path.read_text() for path in (ROOT / "monitor").rglob("*.py"))
    kinds = set(re.findall(r'"((?:feed|destination|alert|edit) (?:[a-z]+|not delivered))"', source))
    kinds |= {*re.findall(r'\.tell\("([a-z ]+)"', source), FLOOD, FIRST_CONTACT}
    assert kinds == named(section(REFERENCE / "outcomes.md", "notices"))


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        there = (page.parent / path) if path else page
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", FENCE.sub("", there.read_text()), re.MULTILINE)
            assert anchor in map(slug, headings), target


def test_every_page_is_reached_from_the_index():
    index = (DOCS / "README.md").read_text()
    listed = {(DOCS / target).resolve() for target in LINK.findall(index)}
    assert set(DOCS.rglob("*.md")) - {DOCS / "README.md"} <= listed


def test_the_picture_of_story_grouping_shows_its_table():
    assert PICTURE.read_text() == drawn(kept_table())


def test_decisions_fit_on_one_page():
    for page in (DOCS / "decisions").iterdir():
        lines = page.read_text().splitlines()
        assert len(lines) <= 40, page.name
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Price"]


# Commands


def command_lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        text = page.read_text()
        blocks = [block for _, language, block in FENCE.findall(text) if language == "sh"]
        lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        spans = CODE.findall(FENCE.sub("", BLOCK.sub("", text)))
        for line in dict.fromkeys([*lines, *spans]):
            if re.match(r"(\w+=\S+ )*(\./run|monitor) ", line):
                yield place(page), line


def misread(line: str) -> str:
    """Why the command line would not be understood; empty when it would."""
    words = shlex.split(line, comments=True)
    while "=" in words[0]:
        words.pop(0)
    if words[0] == "./run" and words[1] in ("test", "lint", "lock", "help"):
        return ""
    try:
        resolve(words[1:])
    except click.exceptions.Exit:
        return ""
    except click.UsageError as wrong:
        return "" if "does not exist" in wrong.message else wrong.format_message()
    return ""


def test_every_command_that_takes_words_shows_one_line_to_copy_that_would_be_understood():
    for name, text in helps():
        usage, _, example = text.partition("\n  Example")
        if "Commands:" not in text and re.search(r"\] (?!COMMAND)\S", usage.splitlines()[0]):
            assert example, name
        for line in example.replace("s:\n", ": ").splitlines():
            shown = line.removeprefix(": ").strip()
            assert shown.startswith("monitor "), name
            assert len(shown) + len("Example: ") <= 76, "it would be broken at 80 columns"
            assert misread(shown) == ""


def resolve(words: list[str]) -> None:
    context = cli.make_context("monitor", words)
    command: click.Command = cli
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)


@pytest.mark.parametrize(("page", "line"), [*command_lines()], ids=lambda value: value[:60])
def test_every_command_that_is_shown_exists_with_its_options(page, line):
    assert misread(line) == "", page


@pytest.mark.parametrize("line", ["monitor chekc", "monitor run --onec", "monitor deliveries --state gone"])
def test_a_command_that_does_not_exist_would_be_noticed(line):
    assert misread(line)


def test_every_field_of_a_template_is_explained():
    page = (ROOT / "docs" / "how-to" / "send-mail-and-chat.md").read_text()
    assert [name for name in FIELDS if f"| `{{{name}}}` |" not in page] == []
