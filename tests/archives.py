"""An archive to try watchlists on: entries written through the real store, days ago as a test says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import entry_id, feed_id, story_id
from monitor.model.plan import Plan, PlannedEntry, Poll
from monitor.model.story import CERTAIN, CorpusHit, Fingerprint, Kinship, Relation, Story
from monitor.model.watch import Match
from monitor.store.store import Store

FEED = Feed(id=feed_id("https://wire.example/rss"), url="https://wire.example/rss", name="Wire")


@dataclass(frozen=True)
class Piece:
    """One entry of the archive; `story` joins those that bear the same one."""

    title: str
    days: float = 1.0
    summary: str = ""
    body: str = ""
    source: str = "Wire"
    language: str | None = "en"
    story: str = ""
    alike: float = 1.0
    """How sure it is that it tells its story."""
    kind: OutcomeKind = OutcomeKind.NO_MATCH
    matches: tuple[Match, ...] = ()
    known: tuple[str, ...] = ()
    """The corpora that know it."""
    published: float | None = None
    """How many days ago it says that it was published."""
    revised: tuple[tuple[str, float], ...] = ()
    """Later headlines, and how many days ago each came."""


def keep(folder: Path, now: datetime, *pieces: Piece) -> None:
    """Writes the pieces into the store of a state folder, oldest first."""
    ordered = sorted(pieces, key=lambda piece: -piece.days)
    first: dict[str, Entry] = {}
    with Store.open(folder, daemon=True) as store:
        store.feeds.sync([FEED], now)
        for number, piece in enumerate(ordered):
            entry = _entry(number, piece, now)
            opener = first.setdefault(piece.story or entry.key, entry)
            store.commit(_plan(entry, opener, piece))
            for revision, (title, days) in enumerate(piece.revised, 1):
                changed = replace(entry, title=title, revision=revision, previous_title=entry.title)
                store.commit(_revision(changed, opener, piece, now - timedelta(days=days)))


def _entry(number: int, piece: Piece, now: datetime) -> Entry:
    key = f"{number}-{piece.title}"
    return Entry(
        id=entry_id(FEED.id, key),
        feed_id=FEED.id,
        key=key,
        title=piece.title,
        summary=piece.summary,
        body=piece.body,
        link=f"https://wire.example/{number}",
        language=piece.language,
        source=piece.source,
        content_hash=key,
        published_at=None if piece.published is None else now - timedelta(days=piece.published),
        first_seen_at=now - timedelta(days=piece.days),
    )


def _plan(entry: Entry, opener: Entry, piece: Piece) -> Plan:
    at = entry.first_seen_at
    relation = Relation.FIRST if opener is entry else Relation.SAME_STORY
    strand = opener.id if piece.alike >= CERTAIN else entry.id
    kin = Kinship(relation=relation, story_id=story_id(opener.id), score=piece.alike, strand=strand)
    prints = Fingerprint(title=entry.title.lower())
    return Plan(
        poll=Poll(feed_id=FEED.id, at=at, result="200", fetched=1),
        state=FeedState(feed_id=FEED.id, due_at=at, due_reason="test", baselined=True),
        entries=(
            PlannedEntry(entry=entry, fingerprint=prints, kinship=kin, matches=piece.matches, corpora=_hits(piece)),
        ),
        stories=(Story(id=kin.story_id, title=opener.title, first_entry_id=opener.id, first_at=at, last_at=at),),
        outcomes=(Outcome(entry_id=entry.id, kind=piece.kind, why="test"),),
    )


def _hits(piece: Piece) -> tuple[CorpusHit, ...]:
    facts = {"article_id": "a", "title": piece.title, "score": 0.9, "method": "shared passages", "why": "test"}
    return tuple(CorpusHit(corpus=name, outlet="Archive", published=None, known=True, **facts) for name in piece.known)


def _revision(entry: Entry, opener: Entry, piece: Piece, at: datetime) -> Plan:
    first = _plan(entry, opener, piece)
    planned = replace(first.entries[0], kinship=None)
    outcome = Outcome(entry_id=entry.id, kind=OutcomeKind.REVISION, why="test")
    return replace(first, poll=replace(first.poll, at=at), entries=(planned,), stories=(), outcomes=(outcome,))
