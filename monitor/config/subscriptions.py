"""The `feeds:` of monitor.yaml.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from monitor.config.addresses import FEED_URL, NETWORKS
from monitor.config.fields import Field, Kind, Reading, Record
from monitor.config.kinds import LINE, NOTHING, TAGS, YES_NO, duration, list_of, optional
from monitor.config.suggest import quoted
from monitor.errors import Problem
from monitor.located import Located, Mark, Text
from monitor.model.feed import Feed, Network
from monitor.model.ids import feed_id

NO_TAGS: tuple[Text, ...] = ()
NO_NETWORKS: tuple[Network, ...] = ()

_SPAN = duration(timedelta(seconds=1), timedelta(weeks=4))


def _every(value: Located) -> timedelta | None:
    return None if isinstance(value, Text) and value.value == "auto" else _SPAN.read(value)


URL = Field(
    name="url",
    kind=FEED_URL,
    default=NOTHING,
    required=True,
    meaning="Address of an RSS, Atom, RDF or JSON feed.",
    also=("link", "href", "feed", "xmlurl", "address"),
)
NAME = Field(
    name="name",
    kind=optional(LINE),
    default=None,
    meaning="Shown in alerts; watchlists can pick the feed by it.",
    otherwise="the feed's own title",
    also=("title", "label"),
)
FEED_TAGS = Field(
    name="tags",
    kind=TAGS,
    default=NO_TAGS,
    meaning="Watchlists pick feeds by tag.",
    also=("tag", "labels", "categories", "groups"),
)
EVERY = Field(
    name="every",
    kind=Kind(_every, {"anyOf": [{"const": "auto"}, _SPAN.schema]}, "auto, or a duration such as 5m or 1h"),
    default=None,
    meaning="How often to ask; `auto` learns the feed's rhythm.",
    otherwise="auto",
    also=("interval", "poll", "schedule", "refresh", "frequency"),
)
ALLOW_PRIVATE = Field(
    name="allow_private",
    kind=NETWORKS,
    default=NO_NETWORKS,
    meaning="May this address resolve to a private network? `true` means loopback, RFC 1918, unique local and "
    "link-local addresses; a list names networks.",
    otherwise="false",
    also=("private", "allow_local"),
)
FULL_TEXT = Field(
    name="full_text",
    kind=YES_NO,
    default=False,
    meaning="Read the page of each new entry and judge it once more by its whole text; with the extra `article`.",
    otherwise="false",
    also=("fulltext", "full_article", "scrape", "article"),
)
FEED = Record(
    name="a feed",
    meaning="One feed to poll.",
    fields=(URL, NAME, FEED_TAGS, EVERY, ALLOW_PRIVATE, FULL_TEXT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """A feed, and where it stands."""

    feed: Feed
    mark: Mark


def read_feed(value: Located) -> FeedLine:
    """One item of the list: a mapping, or an address alone.

    Raises:
        ConfigError: with all that is wrong with it.
    """
    if isinstance(value, Text):
        url = FEED_URL.read(value)
        return FeedLine(feed=Feed(id=feed_id(url.value), url=url.value), mark=value.mark)
    reading = Reading(value, FEED)
    url, name = reading.take(URL), reading.take(NAME)
    feed = Feed(
        id=feed_id(url.value),
        url=url.value,
        name=name.value if name else None,
        tags=frozenset(tag.value for tag in reading.take(FEED_TAGS)),
        every=reading.take(EVERY),
        allow_private=reading.take(ALLOW_PRIVATE),
        full_text=reading.take(FULL_TEXT),
    )
    reading.done()
    return FeedLine(feed=feed, mark=url.mark)


FEEDS = list_of(read_feed, {"anyOf": [FEED_URL.schema, FEED.schema()]}, "a list of feeds")


def repeated_feeds(lines: Iterable[FeedLine]) -> list[Problem]:
    """A problem for each address that stands twice; with one address there is one feed."""
    first: dict[str, Mark] = {}
    problems = []
    for line in lines:
        place = first.setdefault(line.feed.url, line.mark)
        if place is not line.mark:
            hint = f"the first is in line {place.line}; keep one and give it all the tags"
            problems.append(line.mark.problem(f"the feed {quoted(line.feed.url)} is listed twice", hint))
    return problems
