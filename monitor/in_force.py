"""The rules in force: the configuration compiled, its file destinations placed in the state folder.

Flow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from monitor.alerts.notify import check_url
from monitor.config.configuration import Configuration
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Problem
from monitor.model.alert import Destination
from monitor.pages import missing_extra
from monitor.rules import Rules, compile_rules

MOST_NAMED = 5


def rules_of(settings: Settings, configuration: Configuration, before: Rules | None = None) -> Rules:
    """The configuration compiled, with file destinations placed in the state folder; see `compile_rules`.

    Raises:
        ConfigError: Something that it needs is not installed, a destination can never be used, or it does not compile.
    """
    if problems := [*missing_extra(configuration), *unusable(configuration)]:
        raise ConfigError(problems)
    rules = compile_rules(configuration, before)
    placed = {name: _placed(destination, settings.state) for name, destination in rules.destinations.items()}
    return replace(rules, destinations=placed)


def unusable(configuration: Configuration) -> list[Problem]:
    """A problem for each destination whose URL can never be used, each at its address in the configuration."""
    return [
        configuration.addressed[each.name].problem(f"the destination {each.name} cannot be used: {why}")
        for each in configuration.destinations
        if not is_in_state(each) and (why := check_url(each.url))
    ]


def _placed(destination: Destination, folder: Path) -> Destination:
    """A destination `file://name`, without a folder of its own, lies in the state folder."""
    if not is_in_state(destination):
        return destination
    return replace(destination, url=(folder.resolve() / destination.url.partition("://")[2]).as_uri())


def is_in_state(destination: Destination) -> bool:
    """Whether a destination is a file named without a folder: `file://alerts.txt`."""
    scheme, _, path = destination.url.partition("://")
    return scheme.lower() == "file" and not path.startswith("/")


def changes(before: Rules, after: Rules) -> dict[str, str]:
    """What an edit brought and took by name, for an activity line: under `new` and `gone`, where there is any."""
    had, has = _names(before), _names(after)
    said = {
        "new": _some(name for name in has if name not in had),
        "gone": _some(name for name in had if name not in has),
    }
    return {key: names for key, names in said.items() if names}


def _names(rules: Rules) -> dict[str, None]:
    """Of all feeds, watchlists and destinations, each with its kind."""
    feeds = (f"feed {feed.name or feed.url}" for feed in rules.feeds.values())
    watchlists = (f"watchlist {name}" for name in rules.watchlists)
    return dict.fromkeys((*feeds, *watchlists, *(f"destination {name}" for name in rules.destinations)))


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else ""
    return ", ".join(every[:MOST_NAMED]) + more


def size(rules: Rules) -> str:
    """How much is configured, for an activity line."""
    counts = {"feed": len(rules.feeds), "watchlist": len(rules.watchlists), "destination": len(rules.destinations)}
    return ", ".join(f"{count} {noun}" if count == 1 else f"{count} {noun}s" for noun, count in counts.items())
