"""Markup to text: what a reader of the page would see, blocks on lines of their own.

One pass over the tags, no tree: HTML parsers take the square of the input's length for deep nesting and for endless
attributes, and a feed chooses its markup.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import regex as re


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CODE = _names("script style")
_HIDDEN = _CODE | _names(
    "applet canvas head iframe math noembed noframes noscript object select svg template textarea title"
)
_BLOCKS = _names(
    "address article aside audio blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre section "
    "summary table tbody tfoot thead tr ul video"
)
_CELLS = _names("td th")

_TAG = re.compile(
    r"""
    <(?P<close>/?) (?P<name>[a-zA-Z][^\s/>]*+)
    (?> [^>"'=]+ | = \s* (?: "[^"]*" | '[^']*' ) | ["'=] )*+ >
    """,
    re.VERBOSE,
)
_OTHER = re.compile(r"<(?:!--(?P<comment>)|!\[CDATA\[(?P<cdata>)|[!?]|/?[a-zA-Z])")
_ENDLESS_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


def html_to_text(markup: str) -> str:
    """What a reader would see of `markup`: entities decoded, scripts and styles gone, each block on its own line.

    Spaces and line ends of the source count as one space; no line is empty. What looks like a tag and never ends is
    dropped with all that follows, as browsers do. The time it takes grows with the length alone.
    """
    if "<" not in markup and "&" not in markup:
        return " ".join(markup.split())
    lines = (" ".join(line.split()) for line in "".join(_pieces(markup)).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(markup: str) -> Iterator[str]:
    """The visible text between the tags, a newline for each edge of a block."""
    at, unclosed = 0, set[str]()
    while (start := markup.find("<", at)) >= 0:
        yield _decoded(markup[at:start])
        if tag := _TAG.match(markup, start):
            name = tag["name"].lower()
            yield "\n" if name in _BLOCKS else " " if name in _CELLS else ""
            at = tag.end() if tag["close"] else _after_hidden(markup, name, tag.end(), unclosed)
        else:
            at, text = _past_other(markup, start)
            yield text
    yield _decoded(markup[at:])


def _after_hidden(markup: str, name: str, end: int, unclosed: set[str]) -> int:
    """Where reading goes on after the opening tag that ends at `end`: past the contents of what is not shown."""
    if name not in _HIDDEN or name in unclosed:
        return end
    if close := re.compile(rf"</{name}\b", re.IGNORECASE).search(markup, end):
        return close.start()
    unclosed.add(name)
    return len(markup) if name in _CODE else end


def _past_other(markup: str, start: int) -> tuple[int, str]:
    """Where reading goes on after a `<` that opens no whole tag, and what of it is text."""
    other = _OTHER.match(markup, start)
    if other is None:
        return start + 1, "<"
    closer = "-->" if other["comment"] is not None else "]]>" if other["cdata"] is not None else ">"
    end = markup.find(closer, other.end())
    text = markup[other.end() : end] if closer == "]]>" and end >= 0 else ""
    return (end + len(closer) if end >= 0 else len(markup)), text


def _decoded(text: str) -> str:
    """A run of source text as it is shown: its own line ends are spaces."""
    if "&" in text:
        text = unescape(_ENDLESS_NUMBER.sub("\ufffd", text))
    return text.replace("\n", " ").replace("\r", " ")
