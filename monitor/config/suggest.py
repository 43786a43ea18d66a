"""The name that was probably meant, and names as they may be shown in a message.

Pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from monitor.config.masking import without_password
from monitor.located import Text

_LONGEST = 60


def did_you_mean(word: str, known: Iterable[str], also: Mapping[str, str] | None = None) -> str:
    """A hint: the nearest known name, else all of them, else nothing.

    Args:
        word: what was written.
        known: what could have been written.
        also: words people use for a known name, by that word.
    """
    names = sorted(set(known))
    if also and word.lower() in also:
        return f"did you mean {also[word.lower()]}?"
    by_fold = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower()[:_LONGEST], by_fold, n=1, cutoff=0.6)
    if near:
        return f"did you mean {by_fold[near[0]]}?"
    return "known: " + ", ".join(names) if 0 < len(names) <= 20 else ""


def shown(text: Text) -> bool:
    """Whether the source line of a message shows this text anyway, so that repeating it tells nothing secret."""
    return text.value in text.mark.source


def named(text: Text) -> str:
    """A text of a file in quotes, for a message; `this` where its line is kept hidden."""
    return quoted(text.value) if shown(text) else "this"


def quoted(value: str) -> str:
    """A value in quotes: one line, cut, unprintable characters escaped, no password."""
    text = without_password(value)
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text) + "'"
