"""Each pair in `tests/golden` is one quirk: `quirk.feed` as it came, `quirk.json` as it must be read."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.feeds.parse import parse
from monitor.model.feed import Document, Failed, ParsedEntry, ParsedFeed

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(values: dict[str, object], usual: dict[str, object]) -> dict[str, object]:
    """What differs from the usual, as JSON can say it."""
    return {name: plain(value) for name, value in values.items() if value != usual[name]}


def plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case tuple():
            return list(value)
        case _:
            return value


def summary(result: ParsedFeed | Failed) -> dict[str, object]:
    if isinstance(result, Failed):
        return {"fault": str(result.fault), "detail": result.detail}
    entries = [said(asdict(entry), asdict(ParsedEntry())) for entry in result.entries]
    return said(asdict(result) | {"entries": ()}, asdict(ParsedFeed())) | {"entries": entries}


@pytest.mark.parametrize("quirk", sorted(path.stem for path in GOLDEN.glob("*.feed")))
def test_a_quirk_is_read_as_it_should_be(quirk):
    document = Document(body=(GOLDEN / f"{quirk}.feed").read_bytes(), headers={}, url="https://feeds.example/rss.xml")
    expected = json.loads((GOLDEN / f"{quirk}.json").read_text("utf-8"))
    assert summary(parse(document, NOW)) == expected


def test_every_golden_file_has_its_pair():
    assert {path.stem for path in GOLDEN.glob("*.feed")} == {path.stem for path in GOLDEN.glob("*.json")} != set()
