"""Each pair in `tests/golden/watchlists` is one slip: `slip.yaml` as a person wrote it, `slip.txt` as `check` answers.

MONITOR_TEST_UPDATE=1 writes the answers anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.root import cli
from monitor.errors import Problem

GOLDEN = Path(__file__).resolve().parent / "golden" / "watchlists"
SERVICE = """\
feeds:
  - {url: https://news.example/world.rss, name: World Desk, tags: [world, english]}
  - {url: https://news.example/europe.rss, name: Europe Desk, tags: [europe]}
destinations:
  desk: {url: console://}
  archive: {url: file://alerts.log}
"""
SLIPS = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def check(folder: Path, *options: str):
    given = ["--state", str(folder / "state"), "--watchlists", str(folder), "check", *options]
    return CliRunner().invoke(cli, given)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "monitor.yaml").write_text(SERVICE)
    return tmp_path


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_answered_with_its_place_and_its_mend(slip, folder):
    (folder / "desk.yaml").write_bytes((GOLDEN / f"{slip}.yaml").read_bytes())
    result = check(folder)
    said = result.output.replace(f"{folder}/", "")
    if os.environ.get("MONITOR_TEST_UPDATE"):
        (GOLDEN / f"{slip}.txt").write_text(said, encoding="utf-8")
    assert said == (GOLDEN / f"{slip}.txt").read_text("utf-8")
    document = json.loads(check(folder, "--json").stdout)
    printed = "".join(f"{Problem(**problem)}\n" for problem in sorted(document["problems"], key=place))
    assert printed == result.stderr
    assert result.exit_code == (0 if document["ok"] else 78)


def place(problem: dict[str, object]) -> tuple[object, ...]:
    return tuple(problem[name] for name in ("file", "line", "column", "message"))


def test_every_slip_has_its_answer():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(SLIPS)
    assert len(SLIPS) >= 60
