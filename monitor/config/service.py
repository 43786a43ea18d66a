"""`monitor.yaml`: feeds, destinations and service-wide policy.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.config.aliases import ALIASES, NO_ALIASES, Alias
from monitor.config.destinations import DESTINATIONS, DestinationLines
from monitor.config.fields import Field, Reading, Record
from monitor.config.kinds import CORPUS_NAME, NAME, NOTHING, TEXT, by_name, one_or_more, optional
from monitor.config.limits import LONGEST_SPAN, rate
from monitor.config.subscriptions import FEEDS, FeedLine, repeated_feeds
from monitor.located import Located, Text
from monitor.model.watch import Rate

NO_FEEDS: tuple[FeedLine, ...] = ()
NO_DESTINATIONS: tuple[DestinationLines, ...] = ()
NOBODY: tuple[Text, ...] = ()
NO_CORPORA: tuple[tuple[Text, Text], ...] = ()

PATH = Field(
    name="path",
    kind=TEXT,
    default=NOTHING,
    required=True,
    meaning="A file or folder of known articles; relative to this folder.",
    also=("folder", "dir", "file"),
)
CORPUS = Record(name="a corpus", meaning="A named set of known articles.", fields=(PATH,))


def _corpus(pair: tuple[Text, Located]) -> tuple[Text, Text]:
    name = CORPUS_NAME.read(pair[0])
    reading = Reading(pair[1], CORPUS)
    path = reading.take(PATH)
    reading.done()
    return name, path


SUBSCRIPTIONS = Field(
    name="feeds",
    kind=FEEDS,
    default=NO_FEEDS,
    meaning="What is polled.",
    otherwise="none",
    also=("sources", "subscriptions", "urls", "rss"),
)
RECIPIENTS = Field(
    name="destinations",
    kind=DESTINATIONS,
    default=NO_DESTINATIONS,
    meaning="Where alerts go, by name.",
    otherwise="none",
    also=("channels", "notify", "outputs", "targets", "notifications"),
)
ON_ERROR = Field(
    name="on_error",
    kind=one_or_more(NAME, "a destination or a list of them"),
    default=NOBODY,
    meaning="Destinations that hear of the service's own trouble: a failing feed, a dead destination, a bad edit.",
    otherwise="every destination",
    also=("on_failure", "errors", "admin"),
)
CORPORA = Field(
    name="corpora",
    kind=by_name("corpora", CORPUS_NAME, _corpus, CORPUS.schema(), "a mapping of names to corpora"),
    default=NO_CORPORA,
    meaning="Further sets of known articles: an entry that repeats one of them is not news.",
    otherwise="none",
    also=("corpus", "seeds"),
)
SHARED_ALIASES = Field(
    name="aliases",
    kind=ALIASES,
    default=NO_ALIASES,
    meaning="Names for groups of words, for all watchlists: `$nato` in a query stands for the group `nato`.",
    otherwise="none",
    also=("alias", "groups", "synonyms"),
)
FLOOD = Field(
    name="flood",
    kind=optional(rate(LONGEST_SPAN)),
    default=None,
    meaning="Alerts of all watchlists together, such as `200/h`, beyond which they are held until a person looks.",
    otherwise="no limit",
    also=("flood_limit", "breaker", "max_alerts", "limit"),
)
SERVICE = Record(
    name="monitor.yaml",
    meaning="Feeds, destinations and service-wide policy.",
    fields=(SUBSCRIPTIONS, RECIPIENTS, ON_ERROR, FLOOD, CORPORA, SHARED_ALIASES),
    hints={"watchlists": "watchlists stand in files of their own beside monitor.yaml"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFile:
    """All of monitor.yaml."""

    feeds: tuple[FeedLine, ...] = ()
    destinations: tuple[DestinationLines, ...] = ()
    on_error: tuple[Text, ...] = ()
    flood: Rate | None = None
    corpora: tuple[tuple[Text, Text], ...] = ()
    """Name and path of each."""
    aliases: tuple[Alias, ...] = ()


def read_service(root: Located) -> ServiceFile:
    """What monitor.yaml says.

    Raises:
        ConfigError: with every problem found.
    """
    reading = Reading(root, SERVICE)
    service = ServiceFile(
        feeds=reading.take(SUBSCRIPTIONS),
        destinations=reading.take(RECIPIENTS),
        on_error=reading.take(ON_ERROR),
        flood=reading.take(FLOOD),
        corpora=reading.take(CORPORA),
        aliases=reading.take(SHARED_ALIASES),
    )
    reading.problems += repeated_feeds(service.feeds)
    reading.done()
    return service
