"""What YAML makes of text that was not meant as YAML, said in words that mend it.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.config.masking import HIDDEN
from monitor.config.page import Page
from monitor.errors import Problem
from monitor.located import Mark, Text

FOLD = "put the whole query on its own line below `query: >-`"
VARIABLE = "inside of {…} or […], put text that holds ${…} in quotes"

_WORD = re.compile(r"[^\s,\[\]{}]+")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a YAML parser said, places counted from 0."""

    said: str
    line: int
    column: int
    opened: tuple[int, int] | None = None
    """Where the thing began that could not be finished."""


def special(mark: Mark, what: str) -> Problem:
    """For text that YAML takes for one of its own devices: `*vite`, `&x`, `!x`."""
    word = _word(mark)
    if not word or HIDDEN in word:
        return mark.problem(f"this is {what}, not text", "write the value out")
    group = f"; for a group of words write ${word[1:]} and name it under aliases:" if word[0] in "*&" else ""
    return mark.problem(f"{word} is {what}, not text", _quote(word) + group)


def empty_item(mark: Mark) -> Problem:
    """For a list item with nothing in it, most often because `#` began a comment."""
    rest = mark.source[mark.column - 1 :].lstrip("- ")
    if not rest.startswith("#"):
        return mark.problem("an empty list item", "write text after the dash, or delete the line")
    column = mark.source.index("#", mark.column - 1) + 1
    place = Mark(mark.file, mark.line, column, mark.source)
    return place.problem("an empty list item: # begins a comment", _quote(rest.rstrip()))


def swallowed_item(text: Text) -> Problem | None:
    """For plain text over several lines of which one looks like an item of its own."""
    for mark in text.origin[1:]:
        if text.quote == 0 and not _is_block(text) and mark.source.lstrip().startswith("- "):
            return mark.problem("this line was read as more text of the item above", "indent it like that item")
    return None


def _is_block(text: Text) -> bool:
    return text.mark.source[text.mark.column - 1 :][:1] in ("|", ">")


def explain(page: Page, complaint: Complaint) -> Problem:
    """The parser's complaint as a problem with its place, its cause and its mend."""
    mark = page.mark(complaint.line, complaint.column)
    for pattern, say in _EXPLANATIONS:
        if re.search(pattern, complaint.said):
            return say(page, complaint, mark)
    return mark.problem(f"this is not YAML: {complaint.said}")


def _reserved(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    sign = _raw(page, complaint)[complaint.column : complaint.column + 1]
    return mark.problem(f"text cannot begin with {sign.strip() or 'a tab'}", _quote(_word(mark)))


def _device(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    """For `*`, `&` or `!` with nothing behind it that YAML could read."""
    if complaint.opened is None:
        return _reserved(page, complaint, mark)
    return _reserved(page, Complaint(complaint.said, *complaint.opened), page.mark(*complaint.opened))


def _dash(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    if _raw(page, complaint)[: complaint.column].rstrip().endswith(":"):
        return mark.problem("a list cannot begin on the line of its key", "begin each item on a line of its own")
    return mark.problem("a dash cannot stand here", "begin the item on a line of its own, or quote the text")


def _missing_blank(_page: Page, _complaint: Complaint, mark: Mark) -> Problem:
    return mark.problem("a space is missing after the colon", "write key: value")


def _unclosed_quote(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    place = page.mark(*complaint.opened) if complaint.opened else mark
    return place.problem("this quote is never closed", "inside '…' an apostrophe is written ''")


def _unclosed_bracket(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    if "${" in _raw(page, complaint):
        return mark.problem("the } of ${…} was read as YAML's", VARIABLE)
    if complaint.opened is None or complaint.opened[0] == complaint.line:
        return mark.problem("a comma or a closing bracket is missing before this", "quote text that holds , [ ] { or }")
    place = page.mark(*complaint.opened)
    return place.problem(f"this bracket is not closed before line {mark.line}", "close it, or quote the text")


def _raw(page: Page, complaint: Complaint) -> str:
    """The line as it is; never shown."""
    return page.lines[complaint.line] if complaint.line < len(page.lines) else ""


def _after_scalar(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    if "${" in _raw(page, complaint):
        return mark.problem("the } of ${…} was read as YAML's", VARIABLE)
    before = _raw(page, complaint)[: complaint.column].rstrip()
    if before.endswith("'") and _raw(page, complaint)[len(before) : len(before) + 1].isalpha():
        return mark.problem("the ' before this ends the text", "inside '…' an apostrophe is written ''; or use \"…\"")
    if before.strip(" -?") and before[-1] in "\"'":
        return mark.problem(
            "text follows a closing quote: quotes here are YAML's, not the query's", f"{FOLD}, or wrap all of it in '…'"
        )
    if before.strip(" -?") and before[-1] in "]}":
        return mark.problem("text follows a closing bracket: [ and { begin YAML lists here", FOLD)
    if "'-'" in complaint.said:
        return mark.problem(
            "this line belongs to no list item: a dash is missing or the indentation is off",
            "align it with the keys above it",
        )
    return mark.problem("this line's indentation fits no line above", "align it with the keys it belongs to")


def _no_colon(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    place = page.mark(*complaint.opened) if complaint.opened else mark
    glued = re.match(r"\s*(?:- )?[\w-]+:\S", place.source)
    hint = "a space is missing after the colon" if glued else "write key: value"
    return place.problem("a key without ': '", hint)


def _second_colon(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    if ": " in _raw(page, complaint)[: complaint.column]:
        in_query = re.match(r"\s*(?:- )?query\s*:", _raw(page, complaint))
        hint = "in a query write title:word without a space" if in_query else 'wrap the value in "…"'
        return mark.problem("a second ': ' in one line", hint)
    above = page.lines[complaint.line - 1] if complaint.line else ""
    if glued := re.match(r"\s*(?:- )?[\w-]+:(?=[^\s/])", above):
        place = page.mark(complaint.line - 1, glued.end() - 1)
        return place.problem("a space is missing after the colon", "write key: value")
    return mark.problem("a key cannot stand here: the indentation is off", "align it with the keys it belongs to")


def _block_header(_page: Page, _complaint: Complaint, mark: Mark) -> Problem:
    return mark.problem("text on the line of > or |", "begin the text on the next line, indented; or quote it")


def _escape(_page: Page, _complaint: Complaint, mark: Mark) -> Problem:
    return mark.problem('a backslash in "…" that means nothing', "use '…', where a backslash is a backslash")


def _lone_bracket(page: Page, complaint: Complaint, mark: Mark) -> Problem:
    sign = _raw(page, complaint)[complaint.column : complaint.column + 1]
    if sign == ",":
        return mark.problem("nothing stands before this comma", "delete it, or quote the text")
    if not sign:
        return _still_open(page, mark)
    return mark.problem(f"{sign} closes nothing", "quote text that begins with a bracket")


def _still_open(page: Page, mark: Mark) -> Problem:
    """For a file that ends inside a list: the last line that opens more brackets than it closes."""
    for number in range(len(page.lines) - 1, -1, -1):
        line = page.lines[number]
        if len(re.findall(r"[\[{]", line)) > len(re.findall(r"[\]}]", line)):
            place = page.mark(number, max(line.rfind("["), line.rfind("{")))
            return place.problem("this bracket is not closed before the file ends", "close it, or quote the text")
    return mark.problem("the file ends too early")


def _directive(_page: Page, _complaint: Complaint, mark: Mark) -> Problem:
    return mark.problem("a line beginning with % is a YAML directive", "quote the text, or delete the line")


def _second_document(_page: Page, _complaint: Complaint, mark: Mark) -> Problem:
    return mark.problem(
        "text after the end of the YAML", "a file is one mapping: key: value lines, all at one indentation"
    )


_EXPLANATIONS = (
    (r"cannot start any token|mapping keys are not allowed", _reserved),
    (r"unexpected end of stream|found unexpected document", _unclosed_quote),
    (r"alphabetic or numeric|whitespace or line break|expected ' '|URI|expected '>'", _device),
    (r"sequence entries", _dash),
    (r"found unexpected ':'", _missing_blank),
    (r"',' or|but got", _unclosed_bracket),
    (r"<document start>", _second_document),
    (r"expected comment or line break|comment or a line break|indentation indicator", _block_header),
    (r"did not find expected (key|'-')|expected <block end>", _after_scalar),
    (r"could not find expected ':'", _no_colon),
    (r"mapping values are not allowed", _second_colon),
    (r"escape|hexdecimal", _escape),
    (r"node content", _lone_bracket),
    (r"directive|incompatible YAML|alphabetical|version number|a digit", _directive),
)


def _word(mark: Mark) -> str:
    """What stands at the mark, taken from the line as it may be shown."""
    found = _WORD.match(mark.source, max(mark.column - 1, 0))
    return found[0] if found else ""


def _quote(word: str) -> str:
    if not word:
        return "put the text in quotes"
    return f"put the text in quotes: '{word}'" if '"' in word else f'put the text in quotes: "{word}"'
