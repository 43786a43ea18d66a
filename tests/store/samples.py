"""Model values for the store's tests; every builder takes the fields a test speaks of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

from monitor.model.alert import Alert, Delivery, Notice, Told
from monitor.model.entry import Entry, Outcome, OutcomeKind
from monitor.model.feed import Feed, FeedState
from monitor.model.ids import (
    AlertId,
    ArticleId,
    EntryId,
    FeedId,
    NoticeId,
    StoryId,
    alert_id,
    delivery_id,
    entry_id,
    feed_id,
    story_id,
)
from monitor.model.plan import Plan, PlannedEntry, Poll
from monitor.model.story import Article, CorpusHit, Fingerprint, Kinship, Relation, Story
from monitor.model.watch import Hit, Match, Reason, Strength, Zone

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_feed(url: str = "https://news.example/rss", **more: Any) -> Feed:
    return Feed(id=feed_id(url), url=url, **more)


FEED = a_feed()


def an_entry(key: str = "1", feed: Feed = FEED, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "title": f"Ministers agree on item {key}",
        "summary": "A short teaser.",
        "body": "The ministers met on Monday and agreed.",
        "link": f"https://news.example/{key}",
        "canonical_url": f"https://news.example/{key}",
        "source": "The Example",
        "content_hash": f"hash-{key}",
        "first_seen_at": NOW,
    }
    return Entry(id=entry_id(feed.id, key), feed_id=feed.id, key=key, **{**fields, **more})


def a_match(watchlist: str = "agreement", **more: Any) -> Match:
    hit = Hit(zone=Zone.TITLE, start=10, end=15, text="agree", form="agree*")
    tree = Reason(clause="a AND b", ok=True, parts=(Reason(clause="agree*", ok=True, hits=(hit,)),), note="near")
    fields: dict[str, Any] = {"strength": Strength.HEADLINE, "score": 0.9, "reason": tree, "snippet": "Ministers agree"}
    return Match(watchlist=watchlist, marks=((10, 15),), words=("agree",), **{**fields, **more})


def a_story(entry: Entry, **more: Any) -> Story:
    fields: dict[str, Any] = {
        "first_at": entry.first_seen_at,
        "last_at": entry.first_seen_at,
        "outlets": (entry.source,),
    }
    return Story(id=story_id(entry.id), first_entry_id=entry.id, **{"title": entry.title, **fields, **more})


def an_alert(story: StoryId, entry: Entry, watchlist: str = "agreement", number: int = 1, **more: Any) -> Alert:
    fields: dict[str, Any] = {
        "watchlist_title": "Ministers agree",
        "at": NOW,
        "why_now": "new story",
        "headline": entry.title,
        "snippet": "Ministers agree",
        "marks": ((10, 15),),
        "published_at": NOW - HOUR,
        "outlets": ("The Example",),
    }
    return Alert(
        id=alert_id(watchlist, story, number),
        watchlist=watchlist,
        story_id=story,
        entry_id=entry.id,
        number=number,
        **{**fields, **more},
    )


def a_delivery(what: AlertId | NoticeId, destination: str = "desk", *, notice: bool = False, **more: Any) -> Delivery:
    told = {"notice_id": what} if notice else {"alert_id": what}
    fields: dict[str, Any] = {"due_at": NOW, "created_at": NOW, **told}
    return Delivery(id=delivery_id(what, destination), destination=destination, **{**fields, **more})


def a_notice(name: str = "n1", **more: Any) -> Notice:
    fields: dict[str, Any] = {"kind": "feed failing", "subject": "A feed fails", "detail": "HTTP 500", "at": NOW}
    return Notice(id=NoticeId(name), **{**fields, **more})


def planned(entry: Entry, **more: Any) -> PlannedEntry:
    fields: dict[str, Any] = {
        "fingerprint": Fingerprint(title=entry.title.lower(), host="news.example", shingles=(1, 2**64 - 1)),
        "kinship": Kinship(relation=Relation.FIRST, story_id=story_id(entry.id), method="none near"),
    }
    return PlannedEntry(entry=entry, **{**fields, **more})


def a_hit(**more: Any) -> CorpusHit:
    fields: dict[str, Any] = {"outlet": "Old Times", "published": "2024-01-02", "score": 0.8, "method": "title"}
    return CorpusHit(corpus="seeds", article_id=ArticleId("a1"), title="Old", known=False, **{**fields, **more})


def a_state(feed: Feed = FEED, **more: Any) -> FeedState:
    fields: dict[str, Any] = {"due_at": NOW + HOUR, "due_reason": "its rhythm", "checked_at": NOW, "baselined": True}
    return FeedState(feed_id=feed.id, **{**fields, **more})


def a_plan(*entries: PlannedEntry, feed: Feed = FEED, at: datetime = NOW, **more: Any) -> Plan:
    fields: dict[str, Any] = {
        "poll": Poll(feed_id=feed.id, at=at, result="200", fetched=len(entries), counts={OutcomeKind.NO_MATCH: 1}),
        "state": a_state(feed),
        "stories": tuple(a_story(p.entry) for p in entries),
        "outcomes": tuple(Outcome(entry_id=p.entry.id, kind=OutcomeKind.NO_MATCH, why="no rule") for p in entries),
    }
    return Plan(entries=entries, **{**fields, **more})


def an_alerting_plan(key: str = "1", *, feed: Feed = FEED, to: tuple[str, ...] = ("desk",), at: datetime = NOW) -> Plan:
    """One new entry that matches, rings, and waits for each destination."""
    entry = an_entry(key, feed, first_seen_at=at)
    story = story_id(entry.id)
    alert = an_alert(story, entry, at=at)
    return a_plan(
        planned(entry, matches=(a_match(),), corpora=(a_hit(),)),
        feed=feed,
        at=at,
        outcomes=(Outcome(entry_id=entry.id, kind=OutcomeKind.ALERTED, why="new story", watchlists=("agreement",)),),
        alerts=(alert,),
        deliveries=tuple(a_delivery(alert.id, name, due_at=at, created_at=at) for name in to),
        told=(Told(watchlist="agreement", story_id=story, times=1, last_at=at, outlets=1, strength=Strength.HEADLINE),),
    )


def an_article(name: str = "a1", corpus: str = "seeds", **more: Any) -> Article:
    fields: dict[str, Any] = {
        "title": "An old headline",
        "published": "2024-01-02",
        "shingles": (4, 2**32 - 1),
        "pairs": (1, 2),
        "lead": ((2**31, 1.0), (7, 1 + log(3))),
    }
    return Article(id=ArticleId(name), corpus=corpus, **{**fields, **more})


NO_FEED = FeedId("none")
NO_ENTRY = EntryId("none")
