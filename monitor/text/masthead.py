"""Whose page it is: the outlet's name, as the page itself gives it away.

Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.text.furniture import Kind, classify
from monitor.text.lists import read_words

_SUFFIX = re.compile(r"\s+[-–—|·]\s+(?P<name>(?!\s)[^-–—|·]{2,40})$")
_KEPT_CHARACTERS = 15
_LINES = 200
_HOST = re.compile(
    r"(?<![\w.-])(?:https?://|[\w.+-]{1,64}@)?((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,6})(?![\w-])", re.IGNORECASE
)
_HOSTS = read_words("monitor.text", "hosts.txt")
_WORDS = re.compile(r"[^\W_]+")


def unsuffixed(title: str, lines: Sequence[str] = ()) -> tuple[str, str]:
    """A headline without the outlet's name behind a dash or bar, and that name.

    The name goes only where the page also shows the headline without it, or where the bar leaves no doubt.
    """
    found = _SUFFIX.search(title)
    if found is None or found.start() < _KEPT_CHARACTERS:
        return title, ""
    bare, name = title[: found.start()].rstrip(), found["name"].strip()
    if bare in lines or ("|" in found[0] and len(name.split()) <= 4):
        return bare, name
    return title, ""


def outlet_of(lines: Sequence[str], title: str) -> str:
    """The outlet's name: what its own addresses spell, else a short first line; empty when the page does not tell."""
    near = [*lines[:_LINES], *lines[_LINES:][-_LINES:]]
    for label, _ in Counter(_labels(near)).most_common(3):
        if name := _spelled(near, label):
            return name
    return _first_line(near, title)


def _labels(lines: Sequence[str]) -> Iterator[str]:
    """The telling part of each host named in the lines: `newsweek` of `worldnews@newsweek.com`."""
    for line in lines:
        for host in _HOST.findall(line[:2_000]):
            parts = host.lower().split(".")
            at = -3 if len(parts) > 2 and parts[-2] in _HOSTS["second_level"] else -2
            if parts[at] not in _HOSTS["elsewhere"]:
                yield parts[at]


def _spelled(lines: Sequence[str], label: str) -> str:
    """The one to four capitalised words that, written together, are the label."""
    letters = label.replace("-", "")
    for line in lines:
        if letters[:2] not in line.lower():
            continue
        words = _WORDS.findall(line[:2_000])
        for size in range(1, 5):
            for at in range(len(words) - size + 1):
                run = words[at : at + size]
                if run[0][0].isupper() and "".join(run).lower() == letters:
                    return " ".join(run)
    return ""


def _first_line(lines: Sequence[str], title: str) -> str:
    if not lines or lines[0] == title:
        return ""
    first = classify(lines[0])
    words = first.text.split()
    named = all(word[0].isupper() or len(word) < 4 for word in words) and not any(c.isdigit() for c in first.text)
    return first.text if first.kind is Kind.PLAIN and 1 <= len(words) <= 4 and named else ""
