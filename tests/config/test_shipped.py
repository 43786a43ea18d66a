"""The watchlists of the repository and the starter files: good as they lie there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.config.load import load
from monitor.config.schema import schema_files
from monitor.config.starter import starter_files
from monitor.rules import compile_rules, failing_examples

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A folder with the starter files."""
    for name, text in starter_files().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_shipped_folder_loads_without_a_warning() -> None:
    configuration = load(ROOT / "watchlists", {})
    assert configuration.warnings == ()
    assert {source.watchlist.name for source in configuration.watchlists} >= {
        *("membership-invitation", "ceasefire-talks", "article-5", "sanctions-package", "nato-summit")
    }


def test_the_shipped_feeds_are_many_public_and_named() -> None:
    feeds = load(ROOT / "watchlists", {}).feeds
    assert len(feeds) >= 30
    assert all(feed.url.startswith("https://") and feed.name and feed.tags and not feed.allow_private for feed in feeds)
    assert len({urlsplit(feed.url).hostname for feed in feeds}) >= 28


def test_the_shipped_destinations_need_no_secret() -> None:
    configuration = load(ROOT / "watchlists", {})
    assert {d.name: d.url for d in configuration.destinations} == {"desk": "console://", "archive": "file://alerts.log"}
    assert configuration.secrets == frozenset()


def test_the_examples_in_the_shipped_watchlists_come_out_as_they_say() -> None:
    configuration = load(ROOT / "watchlists", {})
    rules = compile_rules(configuration)
    assert [str(problem) for problem in failing_examples(rules, configuration.watchlists, NOW)] == []
    assert all(source.examples_match and source.examples_no_match for source in configuration.watchlists)


def test_the_starter_files_load_and_their_examples_hold(started: Path) -> None:
    configuration = load(started, {})
    assert configuration.warnings == ()
    assert (len(configuration.feeds), len(configuration.destinations), len(configuration.watchlists)) == (2, 1, 1)
    assert failing_examples(compile_rules(configuration), configuration.watchlists, NOW) == []


def test_the_examples_commented_out_are_good_when_the_comment_is_taken_off(started: Path) -> None:
    path = started / "monitor.yaml"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(uncommented(row) for row in rows[5:]), encoding="utf-8")
    (started / "alerts").write_text("slack://a/b/c\n")
    text = path.read_text(encoding="utf-8").replace("/run/secrets/slack_url          #", "alerts #")
    path.write_text(text, encoding="utf-8")
    configuration = load(started, {"SMTP_USER": "u", "SMTP_PASSWORD": "p"})
    assert [d.name for d in configuration.destinations] == ["desk", "mail", "chat", "file"]
    assert len(configuration.feeds) == 3


def uncommented(row: str) -> str:
    """The row as its writer would uncomment it; sentences stay comments."""
    if (
        row.lstrip().startswith("# ")
        and not row.lstrip().startswith("#   # ")
        and (":" in row and "password comes" not in row)
    ):
        return row.replace("# ", "", 1)
    return row


@pytest.mark.parametrize("name", ["monitor", "membership"])
def test_the_first_line_of_a_starter_file_names_a_schema_that_is_written_too(started: Path, name: str) -> None:
    first = (started / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (started / first.partition("=")[2]).is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "watchlists").glob("*.yaml")), ids=lambda path: path.name)
def test_the_first_line_of_a_shipped_file_names_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    named = (path.parent / first.partition("=")[2]).resolve()
    assert named.is_file()
    assert named.name in schema_files()
