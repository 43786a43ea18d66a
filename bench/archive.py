"""An archive to measure on: headlines with summaries, in stories, over some weeks.

Headlines come from the labelled data beside the project where that is there; else they are made up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import entry_id, feed_id, story_id
from monitor.model.plan import Plan, PlannedEntry, Poll
from monitor.model.story import Fingerprint, Kinship, Relation, Story
from monitor.store.store import Store

STREAM = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "stories" / "stream_60k.jsonl"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAYS = 60
FEED = Feed(
    id=feed_id("https://news.example/rss"),
    url="https://news.example/rss",
    name="Example",
    tags=frozenset({"world", "europe"}),
)
AT_ONCE = 2_000
SUBJECTS = [
    "Ukraine",
    "Kyiv",
    "NATO",
    "The government",
    "A court",
    "Zelensky",
    "The mayor",
    "Brussels",
    "Moscow",
    "A bank",
    "The club",
    "Parliament",
]
VERBS = [
    "invites",
    "rejects",
    "opens",
    "wins",
    "delays",
    "buys",
    "invited",
    "warns of",
    "asks for",
    "leaves",
    "joins",
    "discusses",
]
OBJECTS = [
    "a summit",
    "membership",
    "the alliance",
    "a bridge",
    "elections",
    "a ceasefire",
    "gas prices",
    "an invitation",
    "a road map",
    "the cup",
]


def headlines() -> list[str]:
    """Real headlines where they are, else made up ones, always the same."""
    if STREAM.exists():
        return [json.loads(line)["title"] for line in STREAM.read_text("utf-8").splitlines()]
    dice = random.Random(1)
    made = (f"{dice.choice(SUBJECTS)} {dice.choice(VERBS)} {dice.choice(OBJECTS)}" for _ in range(60_000))
    return [f"{title} in {_place(dice)}" for title in made]


def _place(dice: random.Random) -> str:
    return "".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(3)).capitalize()


def made_entries(count: int, until: datetime = NOW) -> Iterator[Entry]:
    """So many entries: a headline, and a summary of some 30 words made of others."""
    titles, dice = headlines(), random.Random(2)
    step = timedelta(days=DAYS) / count
    for number in range(count):
        key = f"e{number}"
        title = titles[number % len(titles)]
        yield Entry(
            id=entry_id(FEED.id, key),
            feed_id=FEED.id,
            key=key,
            title=title,
            summary=". ".join(dice.choice(titles) for _ in range(3)),
            link=f"https://news.example/{number}",
            canonical_url=f"https://news.example/{number}",
            language="en",
            source=f"Outlet {number % 40}",
            content_hash=key,
            first_seen_at=until - timedelta(days=DAYS) + step * number,
        )


def fill(folder: Path, count: int, until: datetime = NOW) -> None:
    """Writes an archive of so many entries into a state folder; every fifth entry joins the story before it."""
    with Store.open(folder, daemon=True) as store:
        store.feeds.sync([FEED], NOW)
        batch: list[Entry] = []
        for entry in made_entries(count, until):
            batch.append(entry)
            if len(batch) == AT_ONCE:
                store.commit(_plan(batch))
                batch = []
        if batch:
            store.commit(_plan(batch))


def _plan(batch: list[Entry]) -> Plan:
    at = batch[-1].first_seen_at
    stories, planned = [], []
    for number, entry in enumerate(batch):
        first = batch[number - 1] if number % 5 == 4 else entry
        relation = Relation.FIRST if first is entry else Relation.SAME_STORY
        kin = Kinship(relation=relation, story_id=story_id(first.id))
        planned.append(PlannedEntry(entry=entry, fingerprint=Fingerprint(title=entry.title.lower()), kinship=kin))
        if first is entry:
            stories.append(Story(id=kin.story_id, title=entry.title, first_entry_id=entry.id, first_at=at, last_at=at))
    return Plan(
        poll=Poll(feed_id=FEED.id, at=at, result="200", fetched=len(batch)),
        state=FeedState(feed_id=FEED.id, due_at=at, due_reason="bench", baselined=True),
        entries=tuple(planned),
        stories=tuple(stories),
        outcomes=tuple(Outcome(entry_id=e.id, kind=OutcomeKind.NO_MATCH, why="") for e in batch),
    )
