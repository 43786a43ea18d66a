"""Configuration and queries compiled into what a decision needs: feeds, watchlists, percolator, destinations.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.config.configuration import Configuration, WatchlistSource
from monitor.errors import ConfigError, Problem
from monitor.located import Text, bare
from monitor.model.alert import Destination
from monitor.model.entry import Entry
from monitor.model.feed import Feed
from monitor.model.ids import EntryId, FeedId, digest
from monitor.model.watch import Match, Rate, Watchlist
from monitor.query.aliases import Aliases
from monitor.query.compile import Rule, compile_rule
from monitor.query.percolator import Percolator

DRAFT_FEED = FeedId("draft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything the user configured, ready to be asked; replaced as a whole by a reload."""

    feeds: Mapping[FeedId, Feed]
    watchlists: Mapping[str, Watchlist]
    destinations: Mapping[str, Destination]
    on_error: tuple[str, ...]
    """Destinations that hear of the service's own trouble; every one where none is named."""
    percolator: Percolator
    written: Mapping[str, str] = field(default_factory=dict)
    """Digest of the expression and the aliases that each watchlist was compiled from."""
    fingerprint: str
    flood: Rate | None = None
    """Alerts of all watchlists together beyond which nothing goes out by itself."""

    def matches(self, feed: Feed, entry: Entry) -> tuple[Match, ...]:
        """The watchlists that listen to this feed and match this entry, by name."""
        found = self.percolator.matches(entry, lambda name: listens(self.watchlists[name], feed))
        return tuple(found.values())


def listens(watchlist: Watchlist, feed: Feed) -> bool:
    """Whether a watchlist takes entries of this feed: it names the feed, one of its tags, or nothing."""
    return not watchlist.feeds or feed.name in watchlist.feeds or bool(watchlist.feeds & feed.tags)


def heeds(watchlist: Watchlist, corpora: AbstractSet[str]) -> bool:
    """Whether what one of these corpora knows is no news to a watchlist: it chose one of them, or chose none at all."""
    return bool(corpora if watchlist.corpora is None else watchlist.corpora & corpora)


def compile_rules(configuration: Configuration, before: Rules | None = None) -> Rules:
    """The configuration with every query compiled.

    Args:
        configuration: What the files say.
        before: What was in force; a watchlist whose expression and aliases are as they were is taken from it.

    Raises:
        ConfigError: With every problem of every query; nothing is half-compiled.
    """
    sources = {source.watchlist.name: source for source in configuration.watchlists}
    written = dict(zip(sources, map(_written, sources.values(), _aliases_written(sources.values())), strict=True))
    kept = {
        name: before.watchlists[name].query for name in sources if before and before.written.get(name) == written[name]
    }
    rules = _compiled(source for name, source in sources.items() if name not in kept)
    queries = {**kept, **{rule.name: rule.query for rule in rules}}
    return Rules(
        feeds={feed.id: feed for feed in configuration.feeds},
        watchlists={name: replace(source.watchlist, query=queries[name]) for name, source in sources.items()},
        destinations={d.name: d for d in configuration.destinations},
        on_error=configuration.on_error or tuple(d.name for d in configuration.destinations),
        percolator=_percolator(rules, sources, before),
        written=written,
        fingerprint=configuration.fingerprint,
        flood=configuration.flood,
    )


def _compiled(sources: Iterable[WatchlistSource]) -> list[Rule]:
    problems: list[Problem] = []
    rules: list[Rule] = []
    groups: dict[int, Aliases] = {}
    for source in sources:
        known = groups.setdefault(id(source.aliases), Aliases(source.aliases))
        try:
            rules.append(compile_rule(source.watchlist.name, source.expression, known))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return rules


def _percolator(rules: Iterable[Rule], names: Collection[str], before: Rules | None) -> Percolator:
    if before is None:
        return Percolator(rules)
    gone = [name for name in before.watchlists if name not in names]
    return before.percolator.with_rules(rules, without=gone)


def _written(source: WatchlistSource, aliases: str) -> str:
    return digest(repr(bare(source.expression)), aliases)


def _aliases_written(sources: Iterable[WatchlistSource]) -> Iterator[str]:
    """For each source its aliases, as a digest; the watchlists of one file have the same."""
    known: dict[int, str] = {}
    for source in sources:
        if id(source.aliases) not in known:
            known[id(source.aliases)] = digest(repr({name: bare(value) for name, value in source.aliases.items()}))
        yield known[id(source.aliases)]


def failing_examples(rules: Rules, sources: Iterable[WatchlistSource], now: datetime) -> list[Problem]:
    """The examples written in the watchlists that do not come out as they say, each with its place."""
    return [
        _failed(source.watchlist.name, example, should, now, rules)
        for source in sources
        for examples, should in ((source.examples_match, True), (source.examples_no_match, False))
        for example in examples
        if _matches(rules, source.watchlist.name, example, now) is not should
    ]


def draft(title: str, text: str, now: datetime, language: str | None = None) -> Entry:
    """An entry that no feed published: a typed-in story, or an example of a watchlist."""
    return Entry(
        id=EntryId("draft"),
        feed_id=DRAFT_FEED,
        key="draft",
        title=title,
        summary=text,
        language=language,
        first_seen_at=now,
    )


def _matches(rules: Rules, name: str, example: Text, now: datetime) -> bool:
    return name in rules.percolator.matches(draft(example.value, "", now))


def _failed(name: str, example: Text, should: bool, now: datetime, rules: Rules) -> Problem:
    message = "should match, and does not" if should else "should not match, and does"
    entry = draft(example.value, "", now)
    found = rules.percolator.matches(entry).get(name)
    words = ", ".join(found.words) if found else ""
    note = f"matched by {words}" if words else rules.percolator.explain(name, entry).note
    hint = note or f"the query is {rules.watchlists[name].query}"
    return example.mark.problem(f"example of {name} {message}: {example.value}", hint)
