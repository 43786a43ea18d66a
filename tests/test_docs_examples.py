"""What the documents show: queries match as they say, configurations load, the tutorial comes out."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from monitor.alerts.notify import check_url
from monitor.app import clock
from monitor.cli.root import cli
from monitor.config.expressions import EXPRESSION
from monitor.config.load import load
from monitor.config.nodes import read_nodes
from monitor.in_force import is_in_state
from monitor.located import Items, Pairs
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.model.watch import Zone
from monitor.query.aliases import Aliases
from monitor.query.ast import FIELDS, MODIFIERS
from monitor.query.compile import compile_rule
from monitor.query.lexer import OPERATORS
from monitor.query.percolator import Percolator
from monitor.rules import compile_rules, failing_examples
from monitor.store.store import Store
from tests.pages import CODE, DOCS, PAGES, REFERENCE, ROOT, Shown, place, shown, squeezed

FOREIGN_YAML = ("container.md", "systemd.md")
ENVIRONMENT = {
    "SMTP_USER": "monitor",
    "SMTP_PASSWORD": "correct-horse",
    "TELEGRAM_TOKEN": "123456789:abcdefg_hijklmnop",
    "TELEGRAM_CHAT": "12315544",
}
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk"


# Queries


def cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def queries() -> Iterator[tuple[str, str, str]]:
    """Each query of the tables of query.md, with a text it matches and one it does not."""
    text = (REFERENCE / "query.md").read_text()
    for table in re.findall(r"^\| query \| matches \| does not match \|\n\|.*\n((?:\|.*\n)+)", text, re.MULTILINE):
        for line in table.splitlines():
            query, yes, no = cells(line)
            yield query.strip("`"), yes, no


def yaml_forms() -> Iterator[tuple[str, str, str]]:
    """Each expression in YAML of query.md, with a text it matches and one it does not."""
    text = (REFERENCE / "query.md").read_text()
    both = r"^```yaml\n(.*?)^```\n\n\| matches \| does not match \|\n\|[^\n]*\n((?:\|[^\n]*\n)+)"
    for expression, table in re.findall(both, text, re.MULTILINE | re.DOTALL):
        for line in table.splitlines():
            yes, no = cells(line)
            yield expression.split("```yaml\n")[-1], yes, no


def page_aliases() -> dict[str, Items]:
    blocks = [block.text for block in shown(REFERENCE / "query.md") if block.text.startswith("aliases:")]
    groups = [tree(block).get("aliases") for block in blocks]
    return {key.value: value for group in groups for key, value in group}


def tree(text: str) -> Pairs:
    found = read_nodes("query.md", text.encode())
    assert isinstance(found, Pairs)
    return found


def entry(cell: str) -> Entry:
    """An entry as a cell says it: its headline, or parts such as `summary: …` with `<br>` between."""
    made = Entry(id=EntryId("e"), feed_id=FeedId("f"), key="k", first_seen_at=clock(), language="en")
    for part in cell.split("<br>"):
        key, colon, text = part.partition(": ")
        zones = {*map(str, Zone), "language", "link"}
        name, value = (key, text) if colon and key in zones else ("title", part)
        many = {"author": "authors", "category": "categories"}
        made = replace(made, **{many.get(name, name): (value,) if name in many else value})
    return made


def holds(expression: str, cell: str) -> bool:
    rule = compile_rule("example", tree(expression), Aliases(page_aliases()))
    return bool(Percolator([rule]).matches(entry(cell)))


@pytest.mark.parametrize(("query", "yes", "no"), [*queries()])
def test_each_example_of_a_query_comes_out_as_it_says(query, yes, no):
    expression = f"query: '{query.replace(chr(39), chr(39) * 2)}'"
    assert holds(expression, yes)
    assert not holds(expression, no)


@pytest.mark.parametrize(("expression", "yes", "no"), [*yaml_forms()])
def test_each_example_of_the_yaml_form_comes_out_as_it_says(expression, yes, no):
    assert holds(expression, yes)
    assert not holds(expression, no)


@pytest.mark.parametrize("name", [*(f"{field}:" for field in FIELDS), *(f"{mod}:" for mod in MODIFIERS), *OPERATORS])
def test_every_field_modifier_and_operator_of_queries_has_a_row(name):
    examples = {query for query, *_ in queries()}
    explained = CODE.findall((REFERENCE / "query.md").read_text())
    assert any(name in query for query in explained)
    assert name == "country:" or any(name in query for query in examples)


def test_every_key_of_an_expression_has_an_example():
    keys = {key for expression, _, _ in yaml_forms() for key in re.findall(r"(\w+):", expression)}
    assert {*EXPRESSION} <= keys


# Configuration


def configurations() -> Iterator[Shown]:
    for page in PAGES:
        if page.name not in FOREIGN_YAML and page != REFERENCE / "query.md":
            yield from (block for block in shown(page) if block.language == "yaml")


def write(block: Shown, folder: Path) -> None:
    """The block as a working folder: what it leaves out is added, what it points to is made."""
    text = re.sub(r"/run/secrets/\w+", str(folder / "secret.txt"), block.text)
    (folder / "secret.txt").write_text(SLACK)
    for path in re.findall(r"path: ([\w/]+)", text):
        (folder / path).mkdir(parents=True)
    if re.search(r"^(feeds|destinations|corpora|on_error):", text, re.MULTILINE):
        (folder / "monitor.yaml").write_text(text)
        return
    names = {name for group in re.findall(r"\bto: \[(.*?)\]", text) for name in group.split(", ")}
    lines = [f"  {name}: {{url: 'console://'}}\n" for name in sorted(names)]
    (folder / "monitor.yaml").write_text("destinations:\n" + "".join(lines) if lines else "feeds: []\n")
    (folder / "watchlist.yaml").write_text(text)


@pytest.mark.parametrize("block", [*configurations()], ids=lambda block: place(block.page))
def test_every_configuration_that_is_shown_loads(block, tmp_path):
    write(block, tmp_path)
    configuration = load(tmp_path, ENVIRONMENT)
    rules = compile_rules(configuration)
    first = block.file == "watchlists/ferries.yaml" and "query: strike AND ferry\n" in block.text
    meant_to_fail = first or (block.file == "desk/watchlists/bridge.yaml" and "query: bridge\n" in block.text)
    assert len(failing_examples(rules, configuration.watchlists, clock())) == meant_to_fail
    for destination in configuration.destinations:
        if not is_in_state(destination):
            assert check_url(destination.url) is None, destination.name


def test_the_files_of_the_readme_work_together(tmp_path):
    for block in shown(ROOT / "README.md"):
        if block.file:
            (tmp_path / Path(block.file).name).write_text(block.text)
    configuration = load(tmp_path, ENVIRONMENT)
    assert len(configuration.feeds) == len(configuration.destinations) == len(configuration.watchlists) == 1
    assert not failing_examples(compile_rules(configuration), configuration.watchlists, clock())


def test_the_alert_in_the_readme_is_what_its_watchlist_sends(desk):
    blocks = shown(ROOT / "README.md")
    watchlist = next(block.text for block in blocks if block.file.endswith("membership.yaml"))
    (desk.watchlists / "invitation.yaml").write_text(watchlist.replace("to: [desk]", "to: [file]"))
    desk.monitor("run", "--once")
    desk.outlets.act = 1
    desk.make_due()
    desk.monitor("run", "--once")
    picture = next(block.text for block in blocks if block.language == "text")
    told = squeezed(desk.told).strip()
    assert told.startswith("── [monitor] already in the archive"), "the summary of the first contact comes first"
    assert told.endswith(squeezed(picture).strip())


def test_the_readme_counts_what_comes_with_it():
    configuration = load(ROOT / "watchlists", {})
    counted = f"{len(configuration.feeds)} feeds and {len(configuration.watchlists)} watchlists"
    assert counted in (ROOT / "README.md").read_text()


# The tutorial


@pytest.fixture
def village(tmp_path, monkeypatch):
    """A folder that a reader of the tutorial works in, and the port at which its feed is served."""
    (tmp_path / "desk/feed").mkdir(parents=True)
    (tmp_path / "desk/watchlists").mkdir()
    monkeypatch.chdir(tmp_path)
    handler = partial(Quiet, directory=tmp_path / "desk/feed")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_port
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def follow(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Do what a line of the tutorial says; returns what it prints."""
    words = shlex.split(line)
    if words[0] == "export":
        for word in words[1:]:
            monkeypatch.setenv(*word.split("=", 1))
    if words[0] == "cat":
        return Path(words[1]).read_text()
    if words[0] != "./run" or words[1] == "demo" or words[1:] == ["run"]:
        return ""
    if "--once" in words and Path("desk/state/monitor.db").exists():
        with Store.open(Path("desk/state")) as store:
            store.feeds.make_due(list(store.feeds.states()), clock())
    result = CliRunner().invoke(cli, words[1:])
    assert result.exit_code in (0, 78), result.output
    return result.output


def test_the_tutorial_comes_out_as_it_says(village, monkeypatch):
    said, compared = "", 0
    for number, block in enumerate(shown(DOCS / "tutorial/first-alert.md")):
        if block.file:
            Path(block.file).write_text(block.text.replace("127.0.0.1:8000/news", f"127.0.0.1:{village}/news"))
            os.utime(block.file, (number, number))  # the server tells changes apart by the second
        elif block.language == "sh":
            said = "".join(follow(line, monkeypatch) for line in block.text.splitlines())
        elif block.language == "text":
            compared += 1
            for line in squeezed(block.text).splitlines():
                assert line in squeezed(said).splitlines()
    assert compared == 5
