"""The fingerprint of what decides: it changes with every constant and word list, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import monitor
from monitor.method import DECIDING, method_of

PACKAGE = Path(monitor.__file__).parent


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(PACKAGE, tmp_path / "monitor"))


def test_a_copy_of_the_program_elsewhere_has_the_same_method(copy):
    assert method_of(copy) == method_of()


@pytest.mark.parametrize("file", ["stories/cluster.py", "stories/stopwords.txt", "data/terms.txt", "places.py"])
def test_whatever_decides_enters_it(copy, file):
    (copy / file).write_text((copy / file).read_text("utf-8") + "\nMORE = 1\n", "utf-8")
    assert method_of(copy) != method_of()


def test_what_only_shows_or_stores_does_not_enter_it(copy):
    for file in ("cli/evaluating.py", "store/commit.py", "daemon.py"):
        (copy / file).write_text("")
    assert method_of(copy) == method_of()


def test_what_is_named_is_there():
    assert {name for name in DECIDING if (PACKAGE / name).exists()} == DECIDING
