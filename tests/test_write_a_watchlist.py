"""The how-to from a subject to a watchlist, followed step by step: each command is run, what it prints is what is shown.

MONITOR_TEST_UPDATE=1 writes what is printed into the page.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.app import clock
from monitor.archive import Library
from monitor.backtest import rehearse
from monitor.cli.root import cli
from monitor.config.load import load
from monitor.model.feed import FeedState
from monitor.model.plan import Plan, Poll
from monitor.rules import compile_rules
from monitor.store.store import Store
from tests.archives import FEED, Piece, keep
from tests.pages import DOCS, squeezed

PAGE = DOCS / "how-to" / "write-a-watchlist.md"
STEP = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$|^<!-- (?P<event>.*?) -->$", re.DOTALL | re.MULTILINE)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SERVICE = f"""\
feeds:
  - {{url: "{FEED.url}", name: Wire}}
destinations:
  desk: {{url: console://}}
"""
QUIET = (
    "Mayor opens the fish market",
    "Snow closes the Olden pass",
    "School choir sings in Skarvik",
    "Herring is back",
)
ARCHIVE = (
    *(Piece(f"{title}, day {n}", 28.5 - n) for n, title in enumerate(QUIET * 5)),
    Piece("Ferry crews vote to strike over pay", 27, "Seven in ten said yes.", story="ballot", source="Skarvik Post"),
    Piece("Yes to a strike, say ferry crews", 26, story="ballot", source="Coast Radio"),
    Piece("Fjordlink cancels night ferries as strike begins", 25, "Passengers were told to stay at home."),
    Piece("Walkout leaves islands without boats", 24, "The milk runs low on Inner Holm."),
    Piece("Fjordlinck stays silent on walkout", 23),
    Piece("No boats on Sunday as walkout spreads", 22, "Fjordlinck asks for patience."),
    Piece("Lightning strikes ferry off Skarvik", 21, "Nobody was hurt."),
    Piece("Ferry company strikes deal with bank", 20),
    Piece("Fjordlink and its crews agree, and the strike is over", 16),
    Piece("Film of the great ferry strike wins a prize", 14),
    Piece("Hunger strike of a ferry captain enters third day", 12),
    Piece("Pilots walk out, ferries wait in the harbour", 10),
)
EVENTS = {
    "a week passes": (
        Piece("Engineers call a strike on the Fjordlink ferries", 4, "It begins on Monday."),
        Piece("Mail boats stop for a one-day strike", 3),
    ),
    "another week passes": (
        Piece("Ferry strike: talks begin in Skarvik", 2, "Both sides sent their chairs."),
        Piece("Football: late strike sinks Ferry Town", 1.5, "A league match to forget."),
        Piece("Ferry Town strike twice in the second half", 1, "A league win at last."),
    ),
}
"""What becomes of the world between two steps."""


@dataclass
class Reader:
    """Somebody who follows the page in an empty folder."""

    folder: Path

    def do(self, line: str) -> str:
        """What a line of a shell block prints."""
        words = shlex.split(line)
        if words[0] != "monitor":
            return subprocess.run(words, cwd=self.folder, check=True, capture_output=True, text=True).stdout
        result = CliRunner().invoke(cli, words[1:])
        assert result.exit_code in (0, 78), result.output
        return result.output

    def live(self, pieces: tuple[Piece, ...]) -> None:
        """Stories come: stored with what the watchlist in force makes of them, alerts included."""
        rules = compile_rules(load(self.folder / "watchlists", {}))
        (watchlist,) = rules.watchlists.values()
        now = clock()
        found = [rules.percolator.matches(self.entry(piece)) for piece in pieces]
        known = [replace(piece, matches=tuple(some.values())) for piece, some in zip(pieces, found, strict=True)]
        keep(self.folder / "state", now, *known)
        with Store.open(self.folder / "state", daemon=True) as store:
            since = now - timedelta(days=max(piece.days for piece in pieces) + 0.1)
            matched = store.archive.matched(watchlist.name, since)
            alerts = () if watchlist.shadow else tuple(rehearse(Library(store), watchlist, matched)[0])
            store.commit(_told(alerts, now))

    def entry(self, piece: Piece):
        with Store.open(self.folder / "state", daemon=True) as store:
            (first, *_) = store.listings.entries()
        return replace(first.entry, title=piece.title, summary=piece.summary, body=piece.body)


def _told(alerts, now) -> Plan:
    return Plan(
        poll=Poll(feed_id=FEED.id, at=now, result="200", fetched=0),
        state=FeedState(feed_id=FEED.id, due_at=now, due_reason="test", baselined=True),
        alerts=alerts,
    )


def steps(text: str) -> Iterator[re.Match[str]]:
    return STEP.finditer(text)


def alike(text: str) -> str:
    return DAY.sub("DAY", squeezed(text)).strip()


@pytest.fixture
def reader(tmp_path, monkeypatch):
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "monitor.yaml").write_text(SERVICE)
    keep(tmp_path / "state", clock(), *ARCHIVE)
    monkeypatch.chdir(tmp_path)
    return Reader(tmp_path)


def test_each_command_of_the_page_prints_what_the_page_shows(reader):
    page = PAGE.read_text("utf-8")
    fresh, at, said, compared = [], 0, "", 0
    for step in steps(page):
        text = step["text"]
        if step["event"]:
            reader.live(EVENTS[step["event"]])
        elif step["kind"] == "yaml" and text.startswith("# ") and ".yaml\n" in text:
            (reader.folder / text[2:].split("\n")[0]).write_text(text)
        elif step["kind"] == "sh":
            said = "".join(reader.do(line) for line in text.splitlines())
        elif step["kind"] == "text":
            compared += 1
            if alike(said) != alike(text):
                fresh += [page[at : step.start("text")], said.strip("\n") + "\n"]
                at = step.end("text")
    if os.environ.get("MONITOR_TEST_UPDATE"):
        PAGE.write_text("".join([*fresh, page[at:]]), encoding="utf-8")
    else:
        assert fresh == [], "MONITOR_TEST_UPDATE=1 writes the page anew"
    assert compared == 10
