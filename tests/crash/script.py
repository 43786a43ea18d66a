"""What happens around the process that is killed: what the newspapers print, how receivers answer, step by step.

A step is an instant and a thing to do. Two scripts: the trip of news with everything that can befall a delivery, and the
chores on the state folder.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TAKE, LATER, POISON, SWALLOW = "take", "later", "poison", "swallow"
"""How a receiver answers: well; 503; 400 to what names Poison; it takes the message and hangs up."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instant of a script."""

    name: str
    minutes: float
    """After noon."""
    action: str = "round"
    hook: str = TAKE
    prints: tuple[tuple[str, str, str], ...] = ()
    """What is new in a paper from now on: (feed, guid, headline)."""
    opens: bool = False
    """The process ends before this step and is started anew."""

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)


def headline(token: str) -> str:
    """A headline that matches the watchlist and is like no other."""
    words = random.Random(token)
    return f"{token} invitation " + " ".join("".join(words.choices(SYLLABLES, k=4)) for _ in range(7))


SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeiou"]

NEWS = (
    Step("first start", 0, prints=(("wire", "old", headline("Old0x")), ("echo", "old", headline("Old1x")))),
    Step(
        "news",
        30,
        prints=(
            ("wire", "1", headline("Story1x")),
            ("wire", "2", headline("Story2x")),
            ("echo", "3", headline("Story3x")),
        ),
    ),
    Step(
        "follow-up",
        60,
        hook=LATER,
        prints=(("wire", "1", f"Update1x: {headline('Story1x')}"), ("echo", "2", headline("Story2x"))),
    ),
    Step("retry", 70),
    Step("poison", 100, hook=POISON, prints=(("wire", "4", headline("Poison4x")), ("wire", "5", headline("Story5x")))),
    Step("poison again", 100.5, hook=POISON),
    Step("dead letter", 101, hook=POISON),
    Step("answer lost", 130, hook=SWALLOW, prints=(("echo", "6", headline("Story6x")),)),
    Step("answer found", 140),
    Step("reload", 170, action="reload", prints=(("late", "old", headline("Old2x")),)),
    Step("new feed", 200, prints=(("late", "7", headline("Story7x")),)),
    Step("digest", 300.5, prints=(("wire", "8", headline("Story8x")),)),
    Step("breaker", 330, hook=LATER, prints=tuple(("wire", str(n), headline(f"Story{n}x")) for n in range(9, 15))),
    Step("recovery", 360),
    Step("evening", 480),
    Step("next day", 1741),
    Step("day after", 3181),
)

CHORES = (
    Step("first start", 0, prints=(("wire", "old", headline("Old0x")), ("echo", "old", headline("Old1x")))),
    Step("news", 30, hook=LATER, prints=(("wire", "1", headline("Story1x")), ("echo", "2", headline("Story2x")))),
    Step("migration", 32, opens=True),
    Step("backup", 33, action="backup"),
    Step("upkeep", 34, action="upkeep"),
    Step("import", 35, action="import"),
    Step("retention", 95, action="retention", prints=(("wire", "3", headline("Story3x")),)),
    Step("digest", 300.5),
    Step("next day", 1741),
)

SCRIPTS = {"news": NEWS, "chores": CHORES}
FEEDS = ("wire", "echo", "late")


def document(script: tuple[Step, ...], feed: str, step: int) -> bytes:
    """A paper as it stands at a step, newest first; a later headline of a guid replaces the earlier one."""
    items = {guid: title for s in script[: step + 1] for paper, guid, title in s.prints if paper == feed}
    rows = "".join(
        f"<item><guid>{guid}</guid><title>{title}</title><link>http://{feed}.example/{guid}</link></item>"
        for guid, title in reversed(items.items())
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{feed}</title>{rows}</channel></rss>'.encode()


def tokens(script: tuple[Step, ...]) -> set[str]:
    """The first words of every headline that must be told."""
    titles = [title for step in script for _, _, title in step.prints]
    return {word for title in titles for word in title.replace(":", "").split()[:2] if word.endswith("x")} - OLD


OLD = {"Old0x", "Old1x", "Old2x"}
"""What stood in a paper when it was first read."""


def configuration(origin: str, smtp: int, *, edited: bool) -> str:
    """monitor.yaml; edited, it has one feed more."""
    papers = FEEDS if edited else FEEDS[:2]
    feeds = "".join(
        f"  - url: {origin}/{paper}\n    name: {paper}\n    every: 5m\n    allow_private: true\n" for paper in papers
    )
    return f"""feeds:
{feeds}destinations:
  mail:
    url: mailto://127.0.0.1:{smtp}/?from=monitor@localhost&to=desk@localhost&mode=insecure
  hook:
    url: json://{origin.removeprefix("http://")}/hook
  evening:
    url: json://{origin.removeprefix("http://")}/evening
    digest: {{at: ["17:00"]}}
on_error: [mail]
"""


WATCHLIST = """watchlists:
  - name: all
    title: All
    query: invitation
    to: [mail, hook, evening]
    again: {revised: true, at_most_every: 1s}
"""
