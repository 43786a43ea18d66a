"""What a script is: what the newspapers print around the process that is killed, how receivers answer, step by step.

A step is an instant and a thing to do.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TAKE, LATER, POISON, SWALLOW, DEAD = "take", "later", "poison", "swallow", "dead"
"""How a receiver answers: well; later; never to what names Poison; it takes the message and hangs up; never to us."""
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeiou"]
FEEDS = ("wire", "echo", "late")
"""The last one is added by the edit."""

MAIL = "mailto://127.0.0.1:{smtp}/?from=monitor@localhost&to=mail@localhost&mode=insecure"
HOOK = "json://{web}/hook"


@dataclass(frozen=True, slots=True)
class Step:
    """One instant of a script."""

    name: str
    minutes: float
    """After noon."""
    action: str = "round"
    answers: Mapping[str, str] = field(default_factory=dict)
    """How the receivers answer that do not simply take what they get."""
    prints: tuple[tuple[str, str, str], ...] = ()
    """What is new in a paper from now on: (feed, guid, headline)."""
    opens: bool = False
    """The process ends before this step and is started anew."""

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)

    @property
    def is_command(self) -> bool:
        """Whether this is done by a command in a process of its own, with no daemon beside it."""
        return self.action.startswith("command ")


@dataclass(frozen=True, slots=True)
class Script:
    """A row of steps, and what is configured in them."""

    steps: tuple[Step, ...]
    destinations: Mapping[str, str]
    """What stands behind the name in monitor.yaml, with {web} and {smtp} for the two servers."""
    policy: str = ""
    """What else stands in monitor.yaml."""
    watchlist: str = ""
    """What else stands in the watchlist."""
    regroups: bool = False
    """Which alerts go out in one message may depend on the moment of a kill."""
    imports: bool = False
    """Articles lie ready to be imported, and a next version of the schema."""
    queries: Mapping[str, str] = field(default_factory=lambda: {"all": "invitation"})
    """The watchlists."""
    again: str = "{revised: true, at_most_every: 1s}"
    texts: Mapping[str, str] = field(default_factory=dict)
    """The text that stands in the paper beside the headline, by guid."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The article at the link of an item, by guid."""
    in_full: tuple[str, ...] = ()
    """Papers whose articles are read in full."""
    regroupings: tuple[str, ...] = ()
    """What becomes of stories, in order: merged or split."""

    def configuration(self, web: str, smtp: int, *, edited: bool) -> str:
        """monitor.yaml; edited, it has one feed more."""
        feeds = "".join(
            f"  - url: http://{web}/{paper}\n    name: {paper}\n    every: 5m\n    allow_private: true\n"
            + ("    full_text: true\n" if paper in self.in_full else "")
            for paper in FEEDS[: 3 if edited else 2]
        )
        to = "".join(f"  {name}: {{{text.format(web=web, smtp=smtp)}}}\n" for name, text in self.destinations.items())
        return f"feeds:\n{feeds}destinations:\n{to}on_error: [mail]\n{self.policy}"

    def watchlists(self) -> str:
        to = ", ".join(self.destinations)
        rows = (
            f"  - name: {name}\n    title: {name.title()}\n    query: {query}\n    to: [{to}]\n    again: {self.again}\n"
            for name, query in self.queries.items()
        )
        return f"watchlists:\n{''.join(rows)}{self.watchlist}"

    def document(self, feed: str, step: int, web: str = "") -> bytes:
        """A paper as it stands at a step, newest first; a later headline of a guid replaces the earlier one."""
        items = {guid: title for s in self.steps[: step + 1] for paper, guid, title in s.prints if paper == feed}
        rows = "".join(self._item(feed, guid, title, web) for guid, title in reversed(items.items()))
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{feed}</title>{rows}</channel></rss>'.encode()

    def _item(self, feed: str, guid: str, title: str, web: str) -> str:
        link = f"<link>http://{web}/page/{guid}</link>" if guid in self.pages else ""
        if feed not in self.in_full:
            link = f"<link>http://{feed}.example/{guid}</link>"
        text = f"<description>{self.texts[guid]}</description>" if guid in self.texts else ""
        return f"<item><guid>{guid}</guid><title>{title}</title>{link}{text}</item>"

    def number(self, name: str) -> int:
        """Which step bears this name."""
        return [step.name for step in self.steps].index(name)


def headline(token: str) -> str:
    """A headline that matches the watchlist and is like no other."""
    words = random.Random(token)
    return f"{token} invitation " + " ".join("".join(words.choices(SYLLABLES, k=4)) for _ in range(7))


def news(feed: str, *numbers: int, word: str = "Story") -> tuple[tuple[str, str, str], ...]:
    """New items of a paper, by their numbers."""
    return tuple((feed, str(number), headline(f"{word}{number}x")) for number in numbers)
