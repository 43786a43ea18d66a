"""The locks in requirements/: complete, hashed, in agreement, and without addresses.

Pure.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
DECLARED = {"monitor": PROJECT["project"]["dependencies"], **EXTRAS, **PROJECT["dependency-groups"]}


def pins(lock: Path) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def test_each_group_has_its_lock():
    assert [lock.stem for lock in LOCKS] == sorted(DECLARED)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_the_lock_pins_every_declared_package_within_its_range(lock):
    pinned = pins(lock)
    for text in DECLARED[lock.stem]:
        wanted = Requirement(text)
        version = pinned.get(canonicalize_name(wanted.name), "nothing")
        assert wanted.specifier.contains(version), f"{lock.name} has {version} for {text}; ./run lock mends it"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_has_hashes_and_no_line_names_an_address(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_the_locks_agree_on_each_package_they_share():
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
