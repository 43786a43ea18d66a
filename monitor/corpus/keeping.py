"""The corpora of a running program: filled at its start, kept as files and commands leave them.

Flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.corpus.following import Difference, add_seeds, differences, follow, open_index
from monitor.corpus.importing import GoOn, Imported, Progress
from monitor.errors import StateLocked
from monitor.store.store import Store
from monitor.store.views import CorpusSummary
from monitor.stories.known import CorpusIndex
from monitor.telemetry import log
from monitor.timing import EPOCH

LOOK_AGAIN = timedelta(minutes=5)
"""Between two looks whether the files of a configured corpus have changed."""


def fill(store: Store, configured: Mapping[str, Path]) -> None:
    """Add the corpora that are not there yet, before the feeds end the first start."""
    if not store.feeds.states():
        add_seeds(store)
    for different in [each for each in differences(store, configured) if each.is_new]:
        log().info(str(different))
        _say(different, follow(store, different, _logged))


def _logged(at: Progress) -> bool:
    """Say in the log how far an import is, every ten thousand articles."""
    if at.articles and at.articles % 10_000 == 0:
        log().info("importing", articles=at.articles, file=f"{at.files} of {at.of}")
    return True


def _say(different: Difference, done: Imported) -> None:
    said = "corpus imported" if done.finished else "import stopped; it goes on at the next start"
    log().info(said, corpus=different.name, articles=done.new, unread=done.unread)


@dataclass(slots=True, kw_only=True)
class Corpora:
    """What is known of the corpora of one store."""

    store: Store
    present: list[CorpusSummary]
    """As they were when their index was opened."""
    complaints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What could not be read of each configured corpus when it was told last."""
    due_at: datetime = EPOCH
    """When to look next whether the files of configured corpora have changed."""

    def changed(self) -> CorpusIndex | None:
        """The index of everything that is known, if articles came or went since it was opened last."""
        present = self.store.corpora.list()
        if present == self.present:
            return None
        index, self.present = open_index(self.store), present
        log().info("corpora read", articles=sum(corpus.articles for corpus in present))
        return index

    def follow(self, configured: Mapping[str, Path], now: datetime, go_on: GoOn) -> Iterator[tuple[str, str]]:
        """Read the configured corpora whose files have changed, and look again in five minutes.

        Yields:
            Subject and detail of what people have to be told: files that could not be read, each once.
        """
        self.due_at = now + LOOK_AGAIN
        for different in differences(self.store, configured):
            log().info(str(different))
            try:
                done = follow(self.store, different, go_on)
            except StateLocked:
                return  # a command imports now: in five minutes, then
            _say(different, done)
            if done.finished and done.complaints != self.complaints.get(different.name, ()):
                self.complaints[different.name] = done.complaints
                if done.complaints:
                    counts = f"articles that were read: {done.new}; places that were not: {done.unread}"
                    yield f"not all of the corpus {different.name} could be read", "\n".join((counts, *done.complaints))
