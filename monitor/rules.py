"""Configuration and queries compiled into what a decision needs: feeds, watchlists, percolator, destinations.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.config.configuration import Configuration, WatchlistSource
from monitor.errors import ConfigError, Problem
from monitor.located import Text
from monitor.model.alert import Destination
from monitor.model.entry import Entry
from monitor.model.feed import Feed
from monitor.model.ids import EntryId, FeedId
from monitor.model.watch import Match, Rate, Watchlist
from monitor.query.compile import Rule, compile_rule
from monitor.query.lint import lint
from monitor.query.percolator import Percolator
from monitor.stories.terms import title_terms

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
    topics: frozenset[int] = frozenset()
    """Terms, as the stories room counts them, of everything the watchlists ask for."""
    fingerprint: str
    flood: Rate | None = None
    """Alerts of all watchlists together beyond which nothing goes out by itself."""

    def matches(self, feed: Feed, entry: Entry) -> tuple[Match, ...]:
        """The watchlists that listen to this feed and match this entry, by name."""
        return tuple(m for m in self.percolator.matches(entry) if listens(self.watchlists[m.watchlist], feed))


def listens(watchlist: Watchlist, feed: Feed) -> bool:
    """Whether a watchlist takes entries of this feed: it names the feed, one of its tags, or nothing."""
    return not watchlist.feeds or feed.name in watchlist.feeds or bool(watchlist.feeds & feed.tags)


def compile_rules(configuration: Configuration) -> Rules:
    """The configuration with every query compiled.

    Raises:
        ConfigError: With every problem of every query; nothing is half-compiled.
    """
    problems: list[Problem] = []
    rules: list[Rule] = []
    for source in configuration.watchlists:
        try:
            rules.append(compile_rule(source.watchlist.name, source.expression, source.aliases))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    printed = {rule.name: rule.query for rule in rules}
    return Rules(
        feeds={feed.id: feed for feed in configuration.feeds},
        watchlists={
            s.watchlist.name: replace(s.watchlist, query=printed[s.watchlist.name]) for s in configuration.watchlists
        },
        destinations={d.name: d for d in configuration.destinations},
        on_error=configuration.on_error or tuple(d.name for d in configuration.destinations),
        percolator=Percolator(rules),
        topics=frozenset(term for rule in rules for leaf in rule.leaves for term in title_terms(leaf.text)),
        fingerprint=configuration.fingerprint,
        flood=configuration.flood,
    )


def failing_examples(rules: Rules, sources: Iterable[WatchlistSource], now: datetime) -> list[Problem]:
    """The examples written in the watchlists that do not come out as they say, each with its place."""
    return [
        _failed(source.watchlist.name, example, should, now, rules)
        for source in sources
        for examples, should in ((source.examples_match, True), (source.examples_no_match, False))
        for example in examples
        if _matches(rules, source.watchlist.name, example, now) is not should
    ]


def doubts(rules: Rules, sources: Iterable[WatchlistSource]) -> list[Problem]:
    """What is allowed in the watchlists' queries but rarely meant, as warnings with their place."""
    compiled = {rule.name: rule for rule in rules.percolator.rules}
    return [
        replace(source.mark.problem(f"{source.watchlist.name}: {sentence}"), severity="warning")
        for source in sources
        for sentence in lint(compiled[source.watchlist.name])
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
    return any(m.watchlist == name for m in rules.percolator.matches(draft(example.value, "", now)))


def _failed(name: str, example: Text, should: bool, now: datetime, rules: Rules) -> Problem:
    message = "should match, and does not" if should else "should not match, and does"
    reason = rules.percolator.explain(name, draft(example.value, "", now))
    hint = reason.note or f"the query is {rules.watchlists[name].query}"
    return example.mark.problem(f"example of {name} {message}: {example.value}", hint)
