"""Foreign words made safe for chat services: they ping nobody, format nothing, and fit.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

JOINER = "\u2060"
"""Word joiner: invisible, never breaks a line, and no part of any mention or markup."""

CUT = "… (cut)"

_PLAIN_SCHEMES = frozenset({"mailto", "mailtos", "console", "file"})
"""Destinations that take text for what it is."""

_UNHURRIED_SCHEMES = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Receivers of our own user, which take messages as fast as they come."""

_LOOK_ALIKES = str.maketrans({"*": "\u2217", "`": "\u02cb", "~": "\u223c"})
_AFTER = re.compile(
    r"@(?!\u2060)"  # @everyone, @room, @name
    r"|<(?!\u2060)"  # <!channel>, <@U1>, <at>, tags
    r"|#(?!\u2060)"  # headings, #channel
    r"|&(?=[#\w])"  # entities
    r"|\](?=[(\[:])"  # [text](link), [text][id], [id]: link
    r"|:(?=[\w+-]+:)"  # :emoji:
)
_LINE_START = re.compile(r"^(?=[ \t]*(?:[>+=-]|\d+[.)]))", re.MULTILINE)
_LOOSE_UNDERSCORE = re.compile(r"(?<!\w)_+|_+(?!\w)|__+")
_BARS = re.compile(r"\|{2,}")
_LINK_TEXT = {"@": "%40", "*": "%2A", "~": "%7E", "`": "%60", "|": "%7C", "[": "%5B", "]": "%5D"}


def is_chat(url: str) -> bool:
    """Whether what a destination gets must be defused: everything but mail, console and file."""
    return _scheme(url) not in _PLAIN_SCHEMES


def is_paced(url: str) -> bool:
    """Whether a destination takes about one message a second, as public chat services do."""
    return _scheme(url) not in _PLAIN_SCHEMES | _UNHURRIED_SCHEMES


def _scheme(url: str) -> str:
    return url.partition(":")[0].strip().lower()


def defuse(text: str) -> str:
    """`text` as it reads, with everything that a chat service takes for a mention or for markup made inert.

    An invisible joiner stands after what opens a mention, a tag, a heading, a link or an emoji; stars, backquotes,
    tildes, double bars and loose underscores become characters that look alike. Defusing twice changes nothing.

    Args:
        text: Cleaned text; no links that are to be clicked, those go through `defuse_link`.
    """
    text = text.translate(_LOOK_ALIKES)
    text = _LOOSE_UNDERSCORE.sub(lambda run: "\uff3f" * len(run[0]), text)
    text = _BARS.sub(lambda run: "\u00a6" * len(run[0]), text)
    text = _AFTER.sub(lambda mark: mark[0] + JOINER, text)
    return _LINE_START.sub(JOINER, text)


def defuse_link(link: str) -> str:
    """An http link that still leads to the same page, with what could be a mention or markup percent-encoded.

    Source: RFC 3986 2.3, 6.2.2.2.
    """
    return "".join(_LINK_TEXT.get(c, c) for c in link)


def one_each(_character: str) -> int:
    """The cost of a character where a service counts characters."""
    return 1


def fit(text: str, room: int, cost: Callable[[str], int] = one_each) -> str:
    """`text` if it fits, else its beginning and a note that it was cut; never half a link.

    Args:
        text: Any text.
        room: What may be spent.
        cost: What a character costs once the service has escaped it.
    """
    if len(text) * 6 <= room or sum(map(cost, text)) <= room:
        return text
    left = room - sum(map(cost, CUT)) - cost("\n")
    if left <= 0:
        return _prefix(text, room, cost)
    kept = _prefix(text, left, cost)
    head, newline, line = kept.rpartition("\n")
    if newline and "://" in line:
        kept = head
    return kept.rstrip() + "\n" + CUT


def _prefix(text: str, room: int, cost: Callable[[str], int]) -> str:
    spent = 0
    for index, character in enumerate(text):
        spent += cost(character)
        if spent > room:
            return text[:index]
    return text
