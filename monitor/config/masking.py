"""Lines of a configuration file as they may be shown: whatever may be a secret becomes `***`.

Destinations hold passwords and tokens, so a line there is shown only when it cannot hold one.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"

_OPEN_BLOCKS = frozenset({"feeds", "aliases", "watchlists"})
"""Top-level keys whose lines hold no secrets but passwords inside a URL."""

_NAMING_BLOCKS = frozenset({"on_error", "corpora"})
"""Top-level keys whose lines hold names and paths."""

_PLAIN_KEYS = frozenset({"quiet", "digest", "at", "from", "to", "timezone", "url_file", "allow_private"})
_KEY = re.compile(r"""\s*(?:-\s+)?["']?([\w-]+)["']?\s*:(?:\s+|$)""")
_PASSWORD = re.compile(r"://(?:[^\s/@]*:\S*|[^\s/@]+)@")
_OTHER_SERVICE = re.compile(r"\b(?!(?i:https?)://)([A-Za-z][\w+.-]*://)\S+")
_DIRECTIVE = re.compile(r"%(?:YAML|TAG)?\b[\s\d.]*")
_SUSPECT = re.compile(r"url|@|//")
_EMPTY = re.compile(r"(?:[>|][+-]?\d?)?\s*$")


def masked(lines: Iterable[str]) -> tuple[str, ...]:
    """Each line with `***` in the place of what may be secret; line numbers and indentation stay."""
    block, margin, shown = "", None, []
    for line in lines:
        key = _KEY.match(line)
        indent = len(line) - len(line.lstrip())
        if line.strip() and not line.lstrip().startswith("#"):
            margin = indent if margin is None else margin
            block = _block(line, key, block) if indent <= margin else block
        is_open = block in _OPEN_BLOCKS or (block in _NAMING_BLOCKS and not _SUSPECT.search(line))
        shown.append(without_password(line) if is_open else _guarded(line, key))
    return tuple(shown)


def without_password(text: str) -> str:
    """The text with `***` for a user and password inside a URL, and for all of a URL that is not of the web."""
    return _OTHER_SERVICE.sub(rf"\1{HIDDEN}", _PASSWORD.sub(f"://{HIDDEN}@", text))


def _block(line: str, key: re.Match[str] | None, before: str) -> str:
    """The top-level key that a line with no more than the least indentation belongs to; a list may stand there too."""
    if line.lstrip()[:1] in "-]}":
        return before
    return key[1] if key else ""


def _guarded(line: str, key: re.Match[str] | None) -> str:
    text = line.strip()
    if not text or _DIRECTIVE.fullmatch(text):
        return line
    if key is None or text.startswith("#"):
        return line[: len(line) - len(line.lstrip())] + HIDDEN
    rest = line[key.end() :]
    if _EMPTY.match(rest) and "://" not in rest:
        return line
    if key[1] in _PLAIN_KEYS and not _SUSPECT.search(rest):
        return line
    return line[: key.end()] + HIDDEN
