"""Lists of words and phrases that stand in files beside the code, in sections.

A section begins with its name in square brackets; what follows on that line is for people. Lines with `#` are
comments.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_SECTION = re.compile(r"\[(\w+)\]")


def read_lists(package: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of each section of a file in `package`, in order."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in files(package).joinpath(name).read_text("utf-8").splitlines():
        if head := _SECTION.match(line):
            lines = sections.setdefault(head[1], [])
        elif line.strip() and not line.startswith("#"):
            lines.append(line.strip())
    return {section: tuple(found) for section, found in sections.items()}


def read_words(package: str, name: str) -> Mapping[str, frozenset[str]]:
    """The words of each section of a file in `package`, several on a line."""
    return {section: frozenset(" ".join(lines).split()) for section, lines in read_lists(package, name).items()}
