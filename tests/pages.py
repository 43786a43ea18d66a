"""The documents as the tests read them: pages, fenced blocks, sections, what a section names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))

FENCE = re.compile(r"^(\s*)```(\w*)\n(.*?)^\s*```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
SWAPS = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8000"),
    (re.compile(r"\b[0-9a-f]{10,20}\b"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "DATE"),
    (re.compile(r"\b\d+ s ago"), "N s ago"),
)
"""What differs from run to run, and what stands for it when two texts are compared."""


@dataclass(frozen=True)
class Shown:
    """One fenced block of a page."""

    page: Path
    language: str
    text: str

    @property
    def file(self) -> str:
        """The file it is to be saved as, by its first line; empty when it is none."""
        found = re.match(r"(?:# |<!-- )([\w/.-]+\.(?:yaml|xml))(?: -->)?\n", self.text)
        return found[1] if found else ""


def shown(page: Path) -> list[Shown]:
    return [Shown(page, language, text) for _, language, text in FENCE.findall(page.read_text())]


def place(page: Path) -> str:
    return str(page.relative_to(ROOT))


def slug(heading: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.strip().lower()))


def section(page: Path, name: str) -> str:
    """The part of a page below the heading of this slug, to the next heading of its level."""
    prose = FENCE.sub("", page.read_text())
    level, rest = next(
        (m[1], prose[m.end() :]) for m in re.finditer(r"^(#+) (.+)$", prose, re.MULTILINE) if slug(m[2]) == name
    )
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def named(text: str) -> set[str]:
    """What a text explains: code in its headings and in the first cells of its tables."""
    cells = re.findall(r"^(?:#+ |\| )`(.+?)`(?: \|.*)?$", text, re.MULTILINE)
    return {cell.replace("\\|", "|") for cell in cells}


def squeezed(text: str) -> str:
    for pattern, stands_for in SWAPS:
        text = pattern.sub(stands_for, text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines())
