"""What a folder of configuration amounts to, once all of it is understood.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import Problem
from monitor.located import Items, Mark, Pairs, Text
from monitor.model.alert import Destination
from monitor.model.feed import Feed
from monitor.model.watch import Rate, Watchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistSource:
    """A watchlist as its file says it: policy understood, expression not yet compiled."""

    watchlist: Watchlist
    """Its `query` is empty: the printer fills it when the expression is compiled."""
    expression: Pairs
    """Its keys that say what must occur, untouched."""
    aliases: Mapping[str, Items | Text]
    """The service's shared aliases and the file's own, which come first."""
    examples_match: tuple[Text, ...] = ()
    examples_no_match: tuple[Text, ...] = ()
    mark: Mark
    """Where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Feeds, destinations, watchlists and service-wide policy."""

    feeds: tuple[Feed, ...] = ()
    destinations: tuple[Destination, ...] = ()
    addressed: Mapping[str, Mark] = field(default_factory=dict)
    """Where each destination's address stands, by its name."""
    on_error: tuple[str, ...] = ()
    """Destinations that hear of the service's own trouble."""
    corpora: Mapping[str, Path] = field(default_factory=dict)
    """Folder or file of each further corpus, by its name."""
    aliases: Mapping[str, Items | Text] = field(default_factory=dict)
    """Shared by all watchlists."""
    watchlists: tuple[WatchlistSource, ...] = ()
    flood: Rate | None = None
    """Alerts of all watchlists together beyond which nothing goes out by itself."""
    files: Mapping[Path, str] = field(default_factory=dict)
    """Each file that was read, with a digest that changes when it does."""
    fingerprint: str = ""
    """Changes when any of the files does."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What must never be shown: addresses of destinations, and the passwords and tokens in them."""
    warnings: tuple[Problem, ...] = ()
    """What is allowed and yet worth a second look."""
