"""Names that one part of the configuration uses and another defines: destinations, feeds, watchlists.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.config.destinations import DestinationLines
from monitor.config.service import ServiceFile
from monitor.config.suggest import did_you_mean, named
from monitor.config.watchlists import WatchlistFile, WatchlistLines
from monitor.errors import Problem
from monitor.located import Mark, Text

_NOBODY = frozenset({"no", "none", "nobody", "null", "false", "off"})


def broken_references(service: ServiceFile, files: Iterable[WatchlistFile]) -> Iterator[Problem]:
    """A problem for each name that nothing bears."""
    destinations = {lines.name.value for lines in service.destinations}
    feeds = {name for line in service.feeds for name in (*line.feed.tags, line.feed.name) if name}
    yield from _unknown(service.on_error, destinations, "a destination in monitor.yaml")
    for line in service.destinations:
        yield from _fallback(line, destinations)
    for lines in _all(files):
        yield from _unknown(lines.to, destinations, "a destination in monitor.yaml")
        yield from _unknown(lines.feeds, feeds, "the tag or name of a feed in monitor.yaml")


def _fallback(line: DestinationLines, destinations: set[str]) -> Iterator[Problem]:
    if line.fallback is None:
        return
    if line.fallback.value == line.name.value:
        yield line.fallback.mark.problem("a destination cannot be its own fallback", "name another one")
    yield from _unknown([line.fallback], destinations, "a destination in monitor.yaml")


def repeated_names(files: Iterable[WatchlistFile]) -> Iterator[Problem]:
    """A problem for each watchlist name that was taken before, in any file."""
    first: dict[str, Mark] = {}
    for lines in _all(files):
        place = first.setdefault(lines.name.value, lines.name.mark)
        if place is not lines.name.mark:
            where = f"the first is in {place.file}:{place.line}"
            yield lines.name.mark.problem(f"a second watchlist is named {named(lines.name)}", f"{where}; rename one")


def _all(files: Iterable[WatchlistFile]) -> Iterator[WatchlistLines]:
    return (lines for file in files for lines in file.watchlists)


def _unknown(wanted: Iterable[Text], known: set[str], what: str) -> Iterator[Problem]:
    for text in wanted:
        if text.value not in known:
            hint = did_you_mean(text.value, known) or "none is defined yet"
            if text.value.lower() in _NOBODY:
                hint = f"shadow: true lets a watchlist tell nobody; {hint}"
            yield text.mark.problem(f"{named(text)} is not {what}", hint)
