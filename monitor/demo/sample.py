"""What the sample outlets publish, act by act; every word of it is invented.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType

ACTS = (
    "first contact: what already stands in the feeds alerts nobody",
    "a new story breaks on the Northern Wire",
    "three other outlets copy it",
    "an entry repeats an article that the corpus knows",
    "the publisher rewrites the headline",
    "a hostile entry tries to ping, script and mislead",
    "the broken feed stays broken; everything is seen and quiet",
    "evening comes: what the digest collected goes out in one message",
)


EVENING = len(ACTS) - 1
"""The act in which the clock is put forward."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a sample feed."""

    act: int
    """The act from which it stands in the feed."""
    outlet: str
    guid: str
    title: str
    summary: str
    link: str = ""
    until: int = 99
    """The first act in which it stands there no longer in this form."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One sample feed."""

    path: str
    name: str
    broken: bool = False


OUTLETS = (
    Outlet("wire", "Northern Wire"),
    Outlet("gazette", "Harbour Gazette"),
    Outlet("courier", "Capital Courier"),
    Outlet("meridian", "Daily Meridian"),
    Outlet("mirror", "Shady Mirror"),
    Outlet("bugle", "Broken Bugle", broken=True),
)

STORY = (
    "Foreign ministers of the alliance agreed on Thursday night to send Ukraine a formal invitation to join NATO, "
    "three diplomats in the room told this newspaper. The letter is to be signed by the secretary general before the "
    "end of the month and names no date for accession. Two members asked for a sentence on reforms of the courts, "
    "which was added after midnight. Kyiv had waited for such a letter since its application three autumns ago, and "
    "its ambassador was seen leaving the building with tears in her eyes. The ratification by every parliament is "
    "expected to take at least two years, and one government has already announced a referendum. Officials warned "
    "that nothing in the letter extends the mutual defence clause before the last signature has been deposited."
)

KNOWN_TITLE = "Harbour towns count the price of a closed strait"
KNOWN_TEXT = (
    "When the strait was closed in the spring, the harbour towns on its northern shore lost two thirds of their trade "
    "within a month. The fish auction in the old customs house now opens on Tuesdays only, and the cranes of the "
    "container quay stand idle behind a locked gate. Mayor Ilsabe Terhune has counted the price street by street: "
    "forty shops shut, nine hundred people on short time, one school merged with its neighbour across the bay. Her "
    "colleagues in the capital speak of an invitation to join a regional fund, but the forms run to two hundred pages "
    "and nobody in the town hall has found the time to fill them in. Ukraine and the NATO allies on the coast have "
    "promised pilots and tugs for the day the strait opens again, though no one will say when that day might come."
)

ITEMS = (
    Item(
        0, "wire", "w-1", "Ferry service to the islands resumes", "The first boat left at dawn with forty passengers."
    ),
    Item(
        0,
        "wire",
        "w-2",
        "Kyiv repeats its wish for an invitation to join NATO",
        "The minister told reporters that Ukraine had done its homework and hoped for an invitation this year.",
    ),
    Item(
        0, "gazette", "g-1", "Lighthouse keeper retires after four decades", "The lamp has been automatic since 1991."
    ),
    Item(0, "courier", "c-1", "Parliament debates the price of bread", "The vote is expected in the small hours."),
    Item(0, "meridian", "m-1", "A quiet year for the orchards", "Frost came late and the pickers came early."),
    Item(0, "mirror", "x-1", "Ten pictures of boats", "You will not believe the seventh."),
    Item(1, "wire", "w-3", "NATO to invite Ukraine to join the alliance, diplomats say", STORY, until=4),
    Item(1, "gazette", "g-2", "Town hall clock stops at ten to four", "A pigeon is suspected."),
    Item(2, "gazette", "g-3", "UPDATE: NATO to invite Ukraine to join the alliance, diplomats say", STORY),
    Item(2, "courier", "c-2", "Diplomats: NATO to invite Ukraine to join alliance", f"(Northern Wire) {STORY}"),
    Item(
        2,
        "meridian",
        "m-2",
        "A letter after midnight",
        STORY.replace("three diplomats in the room told this newspaper", "three diplomats told the Northern Wire"),
    ),
    Item(3, "courier", "c-3", "What a closed strait costs the towns on its shore", KNOWN_TEXT),
    Item(4, "wire", "w-3", "NATO signs letter inviting Ukraine to join; referendum announced", STORY),
    Item(
        5,
        "mirror",
        "x-2",
        "<script>alert(1)</script> @everyone NATO bandsmen \u202einvite\u202c cellists from Uk\u00adraine \U0001f3bb",
        "<img src=x onerror=alert(1)>An invitation to join the NATO brass band has reached the cellists of Ukraine, "
        '<a href="javascript:alert(1)">click here</a> https://evil.example/%0d%0aBcc:all@example.org',
        link="javascript:alert(document.cookie)",
    ),
)


def entries_of(outlet: str, act: int) -> tuple[Item, ...]:
    """What stands in an outlet's feed during an act, newest first."""
    there = [item for item in ITEMS if item.outlet == outlet and item.act <= act < item.until]
    return tuple(sorted(there, key=lambda item: item.act, reverse=True))


def rss(outlet: Outlet, act: int, origin: str) -> str:
    """The outlet's RSS 2.0 document during an act."""
    items = "\n".join(_item(_linked(item)) for item in entries_of(outlet.path, act))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{origin}/{outlet.path}</link><language>en</language>\n"
        f"{items}\n</channel></rss>\n"
    )


def _linked(item: Item) -> Item:
    return item if item.link else replace(item, link=f"https://{item.outlet}.example/{item.guid}?utm_source=rss")


def _item(item: Item) -> str:
    parts = {"guid": item.guid, "title": item.title, "link": item.link, "description": item.summary}
    return "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items()) + "</item>"


BY_PATH = MappingProxyType({outlet.path: outlet for outlet in OUTLETS})
