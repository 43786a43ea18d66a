"""Ids: hashes of what identifies a thing, so that writing it twice changes nothing.

Pure.
"""

from __future__ import annotations

import hashlib
from typing import NewType

FeedId = NewType("FeedId", str)
EntryId = NewType("EntryId", str)
StoryId = NewType("StoryId", str)
AlertId = NewType("AlertId", str)
NoticeId = NewType("NoticeId", str)
DeliveryId = NewType("DeliveryId", str)
ArticleId = NewType("ArticleId", str)


def digest(*parts: str) -> str:
    """Twenty hexadecimal digits that depend on every part and on where one part ends.

    Source: BLAKE2b (RFC 7693), 80 bits: a collision among 10⁹ ids has probability below 10⁻⁶.
    """
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=10).hexdigest()


def feed_id(url: str) -> FeedId:
    """The id of a feed: its URL as the user wrote it."""
    return FeedId(digest("feed", url))


def entry_id(feed: FeedId, key: str) -> EntryId:
    """The id of an entry: its feed and the key that its feed's identity policy gives it."""
    return EntryId(digest("entry", feed, key))


def story_id(first: EntryId) -> StoryId:
    """The id of a story: the entry that opened it."""
    return StoryId(digest("story", first))


def alert_id(watchlist: str, story: StoryId, number: int) -> AlertId:
    """The id of an alert: one watchlist, one story, the n-th time."""
    return AlertId(digest("alert", watchlist, story, str(number)))


def delivery_id(what: AlertId | NoticeId, destination: str) -> DeliveryId:
    """The id of a delivery: what is told, and to whom."""
    return DeliveryId(digest("delivery", what, destination))
