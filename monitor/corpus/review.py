"""What is the matter with the corpora, for `check` and `status`: not read, changed, not readable, not there.

Flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from monitor.config.configuration import Configuration
from monitor.config.suggest import did_you_mean
from monitor.corpus.following import SEEDS, differences
from monitor.corpus.reading import is_readable_kind
from monitor.corpus.sources import damage, files_of
from monitor.errors import Problem
from monitor.store.store import Store
from monitor.store.views import CorpusSummary

LOOKED_AT = 1_000
"""Files of a corpus that are opened to see whether they can be."""

_SOON = "a running monitor takes it in within five minutes, or at once when it is sent SIGHUP"


def review(configuration: Configuration, store: Store | None) -> Iterator[Problem]:
    """Warnings on the corpora: those that the configuration names, and those that watchlists choose.

    Args:
        configuration: As written.
        store: What was read so far; None where nothing was.
    """
    summaries = store.corpora.list() if store else ()
    for name, path in configuration.corpora.items():
        for why in (*unopened(path), *(_complaints(s) for s in summaries if s.name == name and s.unread)):
            yield _warning(f"the corpus {name}: {why}")
    for different in differences(store, configuration.corpora) if store else ():
        if not different.is_new:
            yield _warning(f"{different}: {_SOON}")
    known = {SEEDS, *configuration.corpora, *(summary.name for summary in summaries)}
    for source in configuration.watchlists:
        for name in sorted((source.watchlist.corpora or set()) - known):
            message = f"{source.watchlist.name}: there is no corpus {name}"
            yield replace(source.mark.problem(message, did_you_mean(name, known)), severity="warning")


def unopened(path: Path) -> Iterator[str]:
    """What can be said of a path without reading it: nothing there is of a kind that is read, or cannot be opened."""
    found = list(islice(files_of([path]), LOOKED_AT))
    readable = [file for file in found if is_readable_kind(file)]
    if not readable:
        yield f"{path}: holds no file of a kind that is read"
    faults = [f"{file}: {why}" for file in readable if (why := _fault(file))]
    if faults:
        yield f"{len(faults)} of its files cannot be opened; the first is {faults[0]}"


def trouble(summaries: Iterable[CorpusSummary]) -> Iterator[str]:
    """A line for each corpus of which something could not be read."""
    return (f"{summary.name}: {_complaints(summary)}" for summary in summaries if summary.unread)


def _complaints(summary: CorpusSummary) -> str:
    first = f"; the first: {summary.complaints[0]}" if summary.complaints else ""
    places = "1 place" if summary.unread == 1 else f"{summary.unread:,} places"
    return f"{places} in it could not be read{first}"


def _fault(file: Path) -> str:
    if not file.is_file():
        return "no regular file"
    try:
        file.open("rb").close()
    except OSError as error:
        return damage(error)
    return ""


def _warning(message: str) -> Problem:
    return Problem("monitor.yaml", 0, 0, message, severity="warning")
