"""OPML: lists of feeds as other readers write and read them.

Pure.

Source: http://opml.org/spec2.opml
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from monitor.errors import MonitorError
from monitor.feeds.markup import Unfit, prepared
from monitor.model.feed import Feed
from monitor.text.clean import clean_line

_LONGEST = 10_000_000
_DEEPEST = 20

Outline = tuple[str, str, tuple[str, ...]]
"""URL, name and tags of a feed."""


def read_opml(text: str) -> list[Outline]:
    """The feeds of a list with the folders they stand in as tags, each URL once.

    Args:
        text: The document; at most 10 million characters, folders at most 20 deep.

    Raises:
        MonitorError: It is no OPML.
    """
    if len(text) > _LONGEST:
        raise MonitorError("OPML: too long: at most 10 million characters are read")
    try:
        markup = prepared(text.lstrip("\ufeff \t\r\n"))
        outlines = list(_outlines(markup.text)) if markup.root == "opml" else None
    except (Unfit, expat.ExpatError) as error:
        raise MonitorError(f"OPML: cannot be read: {error}") from error
    if outlines is None:
        raise MonitorError(f"OPML: not an OPML document: it begins with <{clean_line(markup.root, 40)}>")
    unique: dict[str, Outline] = {}
    for outline in outlines:
        unique.setdefault(outline[0], outline)
    return list(unique.values())


def write_opml(feeds: Iterable[Feed], title: str = "Feeds") -> str:
    """The list as a document, tags as categories.

    User names and passwords in URLs are written as they are.
    """
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for feed in feeds:
        name, tags = feed.name or feed.url, sorted(feed.tags)
        attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        SubElement(body, "outline", attributes | ({"category": ",".join(tags)} if tags else {}))
    indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="unicode") + "\n"


def _outlines(text: str) -> Iterator[Outline]:
    """The outlines that name a feed, in the document's order."""
    folders: list[str] = []
    found: list[Outline] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.lower() != "outline":
            return
        values = {key.lower(): value for key, value in attributes.items()}
        label = clean_line(values.get("title") or values.get("text", ""), 200)
        url = values.get("xmlurl", "").strip()
        if len(folders) >= _DEEPEST:
            raise Unfit("its folders are too deep")
        if url:
            found.append((url, label, _tags(folders, values.get("category", ""))))
        folders.append("" if url else label)

    def end(name: str) -> None:
        if name.lower() == "outline":
            folders.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(text, True)
    yield from found


def _tags(folders: list[str], category: str) -> tuple[str, ...]:
    named = (clean_line(part.strip("/"), 100) for part in category.split(","))
    return tuple(dict.fromkeys(tag for tag in (*folders, *named) if tag))
