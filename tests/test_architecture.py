"""The shape of the house: floors, doors, one clock, three broad handlers."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "monitor"
FILES = sorted(PACKAGE.rglob("*.py"))
CLOCKS = {"datetime.now", "datetime.utcnow", "time.time", "time.monotonic", "date.today", "datetime.today"}
DOORS = {
    "feedparser": {"monitor/feeds"},
    "apscheduler": {"monitor/daemon.py"},
    "rapidfuzz": {"monitor/stories"},
    "apprise": {"monitor/alerts"},
    "requests": {"monitor/alerts/wire.py"},
    "aiohttp": {"monitor/feeds"},
    "sqlalchemy": {"monitor/store"},
    "alembic": {"monitor/store"},
    "yaml": {"monitor/config"},
    "simplemma": {"monitor/query"},
    "click": {"monitor/cli"},
    "structlog": {"monitor/telemetry.py"},
}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file, the file itself first."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports_of(path: Path) -> set[str]:
    found = {alias.name for node in nodes(path) if isinstance(node, ast.Import) for alias in node.names}
    return found | {n.module for n in nodes(path) if isinstance(n, ast.ImportFrom) and n.module}


def test_the_import_contract_holds():
    pytest.importorskip("importlinter", reason="the import contract is checked where the lint group is installed")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", DOORS)
def test_each_outside_library_has_its_door(library):
    strangers = [
        str(path.relative_to(ROOT))
        for path in FILES
        if any(name.split(".")[0] == library for name in imports_of(path))
        and not any(str(path.relative_to(ROOT)).startswith(door) for door in DOORS[library])
    ]
    assert strangers == []


def test_the_wall_clock_is_read_in_one_place():
    reads = [
        f"{path.relative_to(ROOT)}"
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
    ]
    assert reads == ["monitor/app.py"]


def test_there_are_three_broad_handlers_and_one_around_hostile_bytes():
    broad = [
        str(path.relative_to(ROOT))
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert set(broad) <= {"monitor/ingest.py", "monitor/deliver/lane.py", "monitor/feeds/child.py"}
    assert len(broad) <= 3


def test_feedparser_is_given_bytes_and_never_a_name():
    calls = [
        ast.unparse(node)
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "feedparser.parse"
    ]
    assert calls
    assert all("BytesIO" in call for call in calls)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_module_opens_with_its_caption_and_kind(path):
    text = ast.get_docstring(nodes(path)[0])
    assert text, "no caption"
    if path.name != "__init__.py":
        kinds = ("Pure", "Edge:", "Flow.", "Door", "Worker")
        assert any(line.startswith(kinds) for line in text.splitlines()), "its kind is not said"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_is_longer_than_a_reader_can_hold(path):
    assert path.read_text(encoding="utf-8").count("\n") <= 350
