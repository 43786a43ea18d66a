"""Which messages belong into one thread of a chat, and in which channel that thread stands.

Pure.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from monitor.model.alert import ChatThread, Destination, Parcel, Receipt, Verdict
from monitor.model.ids import StoryId, digest

_NAMES_A_CHANNEL = frozenset({"to", "channel", "channels", "team", "topic", "thread", "url_prefix"})
"""Parameters of apprise URLs."""


def story_of(parcel: Parcel) -> StoryId | None:
    """The story that a message is about, whose messages share a thread; None for digests and notices."""
    match parcel:
        case Parcel(deliveries=(_,), alerts=(alert,), notices=()):
            return alert.story_id
        case _:
            return None


def place_of(url: str) -> str:
    """A digest of the channel that a destination's URL leads to; user name and password are no part of it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return digest("place")
    named = sorted((name, value) for name, value in parse_qsl(parts.query) if name.lower() in _NAMES_A_CHANNEL)
    channel = (parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path, parts.fragment)
    return digest("place", *channel, *(f"{name}={value}" for name, value in named))


def begun(destination: Destination, parcel: Parcel, receipt: Receipt, now: datetime) -> ChatThread | None:
    """The thread that a message began, where its service has threads and the message is about one story."""
    story_id = story_of(parcel)
    if story_id is None or not receipt.root or receipt.verdict is not Verdict.SENT:
        return None
    place = place_of(destination.url)
    return ChatThread(destination=destination.name, story_id=story_id, place=place, root=receipt.root, at=now)
