"""Where the figures of story grouping are kept, and the table in that page."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "stories.md"
PICTURE = PAGE.with_suffix(".svg")
BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def kept_table() -> str:
    """The table as it stands in the page."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def keep_table(found: str) -> None:
    """Put a table into the page in place of the one that is there."""
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{found}\n{END}{rest.partition(END)[2]}", "utf-8")
