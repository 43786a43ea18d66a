"""Feeds captured from the world, and the fixtures of four parsers, each of which must be read without a fault."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.feeds.parse import parse
from monitor.model.feed import Document, Failed, Fault, ParsedFeed

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "feeds"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.exists(), reason="the folder of shared samples is not beside the project"),
]


def read(path: Path) -> ParsedFeed | Failed:
    return parse(Document(body=path.read_bytes(), headers={}, url="https://feeds.example/rss.xml"), NOW)


def test_captured_feeds_have_the_entries_that_were_counted():
    rows = list(csv.DictReader((SAMPLES / "captured" / "SOURCES.tsv").read_text("utf-8").splitlines(), delimiter="\t"))
    wrong = []
    for row in rows[::2]:
        feed = read(SAMPLES / "captured" / row["file"])
        found = len(feed.entries) + feed.dropped if isinstance(feed, ParsedFeed) else feed.detail
        if found != int(row["entries"]) or (isinstance(feed, ParsedFeed) and feed.lost):
            wrong.append((row["file"], row["entries"], found))
    assert not wrong
    assert len(rows) > 200


def test_captured_entries_have_headlines_links_and_dates():
    feeds = [read(path) for path in sorted((SAMPLES / "captured").glob("*.xml"))[::8]]
    entries = [feed.entries for feed in feeds if isinstance(feed, ParsedFeed) and feed.entries]
    for field, share in (("title", 0.9), ("link", 0.9), ("published_at", 0.9), ("guid", 0.6)):
        complete = sum(all(getattr(entry, field) for entry in each) for each in entries)
        assert complete > share * len(entries), field


def test_fixtures_of_other_parsers_are_read():
    paths = [
        path
        for path in sorted((SAMPLES / "fixtures").rglob("*"))
        if path.suffix in {".xml", ".json", ".rss", ".atom", ".rdf"}
    ]
    failed = [result for path in paths[::2] if isinstance(result := read(path), Failed)]
    assert all(failure.fault is Fault.NOT_A_FEED for failure in failed)
    assert len(failed) < 0.01 * len(paths)
