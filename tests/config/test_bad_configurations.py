"""Every kind of mistake: where it is pointed at, what is said, what is suggested."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from monitor.config.load import load
from monitor.errors import ConfigError, Problem, caret

ENV = {"GIVEN": "console://", "EMPTY": ""}


@dataclass(frozen=True)
class Bad:
    """One mistake in one file."""

    name: str
    file: str
    text: str
    line: int
    column: int
    message: str
    hint: str = ""


def in_feed(name: str, row: str, column: int, message: str, hint: str = "") -> Bad:
    """A mistake in the second line of a feed."""
    text = f"feeds:\n  - url: https://news.example/a.rss\n    {row}\n"
    return Bad(name, "monitor.yaml", text, 3, column, message, hint)


def in_destination(name: str, row: str, column: int, message: str, hint: str = "") -> Bad:
    """A mistake in the last line of a destination."""
    text = f"destinations:\n  desk:\n    {row}\n"
    return Bad(name, "monitor.yaml", text, text.count("\n"), column, message, hint)


def in_watchlist(name: str, row: str, column: int, message: str, hint: str = "") -> Bad:
    """A mistake in the last line of a watchlist."""
    text = f"watchlists:\n  - name: summit\n    query: summit\n    {row}\n"
    return Bad(name, "extra.yaml", text, 4, column, message, hint)


def in_query(name: str, row: str, column: int, message: str, hint: str = "") -> Bad:
    """A mistake in the last line of a list of clauses."""
    text = f"watchlists:\n  - name: summit\n    any:\n      {row}\n"
    return Bad(name, "extra.yaml", text, text.count("\n"), column, message, hint)


YAML = [
    in_query("quotes inside an item", '- "a b" c', 15, "quotes here are YAML's", "query: >-"),
    in_query("a hash", "- #MeToo", 9, "an empty list item: # begins a comment", '"#MeToo"'),
    in_query("an empty item", "-", 8, "an empty list item", "write text after the dash"),
    in_query("an alias", "- *vite", 9, "*vite is a YAML alias, not text", '"*vite"'),
    in_query("an anchor", "- &x y", 9, "&x is a YAML anchor, not text", '"&x"'),
    in_query("a tag", "- !x", 9, "!x is a YAML tag, not text", '"!x"'),
    in_query("a typed tag", "- !!int 5", 9, "!!int is a YAML tag", "quotes"),
    in_query("an at sign", "- @x", 9, "text cannot begin with @", '"@x"'),
    in_query("a per cent sign", "- %x", 9, "text cannot begin with %", '"%x"'),
    in_query("a backtick", "- `x`", 9, "text cannot begin with `", '"`x`"'),
    in_query(
        "an item swallowed by the one above",
        "- a\n          - b",
        11,
        "read as more text of the item above",
        "indent",
    ),
    in_query("a bracket in an item", "- [a OR b] AND c", 18, "text follows a closing bracket", "query: >-"),
    Bad(
        "quotes inside a query",
        "extra.yaml",
        'watchlists:\n  - name: x\n    query: "a b" AND nato\n',
        3,
        18,
        "text follows a closing quote",
        "query: >-",
    ),
    Bad(
        "single quotes inside a query",
        "extra.yaml",
        "watchlists:\n  - name: x\n    query: 'a b' OR c\n",
        3,
        18,
        "text follows a closing quote",
        "query: >-",
    ),
    Bad(
        "a colon in a title",
        "extra.yaml",
        "watchlists:\n  - title: NATO: summit\n",
        2,
        16,
        "a second ': ' in one line",
        'wrap the value in "…"',
    ),
    Bad(
        "a field with a blank",
        "extra.yaml",
        "watchlists:\n  - query: title: nato\n",
        2,
        17,
        "a second ': ' in one line",
        "title:word without a space",
    ),
    Bad(
        "text behind a fold",
        "extra.yaml",
        "watchlists:\n  - query: >- a AND b\n",
        2,
        15,
        "text on the line of > or |",
        "next line",
    ),
    Bad("a tab", "monitor.yaml", "feeds:\n\t- url: x\n", 2, 1, "a tab in the indentation", "spaces only"),
    Bad(
        "a quote that stays open",
        "monitor.yaml",
        'feeds:\n  - name: "x\n    url: y\n',
        2,
        11,
        "this quote is never closed",
    ),
    Bad(
        "a bracket that stays open",
        "monitor.yaml",
        "on_error: [a, b\nfeeds: []\n",
        1,
        11,
        "this bracket is not closed before line 2",
        "close it",
    ),
    Bad("a brace that closes nothing", "monitor.yaml", "feeds: ]\n", 1, 8, "] closes nothing"),
    Bad(
        "a bracket that stays open to the end",
        "extra.yaml",
        "watchlists: [\n",
        1,
        13,
        "not closed before the file ends",
        "close it",
    ),
    Bad(
        "a variable in braces",
        "monitor.yaml",
        "destinations:\n  desk: {url: slack://${A}/b}\n",
        2,
        24,
        "the } of ${…} was read as YAML's",
        "in quotes",
    ),
    Bad("two commas", "monitor.yaml", "on_error: [a,, b]\n", 1, 14, "nothing stands before this comma"),
    Bad(
        "indentation of no line above",
        "extra.yaml",
        "watchlists:\n    - name: x\n  title: y\n",
        3,
        3,
        "indentation fits no line above",
        "align",
    ),
    Bad(
        "a key among items",
        "extra.yaml",
        "watchlists:\n  - name: x\n  title: y\n",
        3,
        3,
        "this line belongs to no list item",
    ),
    Bad(
        "a key too deep",
        "extra.yaml",
        "watchlists:\n  - name: x\n      title: y\n",
        3,
        12,
        "a key cannot stand here",
        "align",
    ),
    Bad(
        "a missing blank",
        "extra.yaml",
        "aliases:\n  a: b\n  nato:NATO\n",
        3,
        3,
        "a key without ': '",
        "a space is missing after the colon",
    ),
    Bad(
        "a duplicate key",
        "monitor.yaml",
        "feeds: []\non_error: a\nfeeds: []\n",
        3,
        1,
        "this key stands twice",
        "line 1",
    ),
    Bad("a merge key", "monitor.yaml", "feeds:\n  - <<: {a: b}\n    url: c\n", 2, 5, "merge keys (<<) are not read"),
    Bad("a key that is a list", "monitor.yaml", "? [a]\n: b\n", 1, 3, "a key must be text"),
    Bad("a template's braces", "monitor.yaml", "feeds: {{ feeds }}\n", 1, 9, "a key must be text", "quote it"),
    Bad("two documents", "monitor.yaml", "feeds: []\n---\nfeeds: []\n", 2, 1, "a second document in one file"),
    Bad("a directive", "monitor.yaml", "%YAML 1.1\n---\nfeeds: []\n", 1, 1, "YAML directives"),
    Bad("a percent line", "monitor.yaml", "%feeds: []\n", 1, 7, "a line beginning with % is a YAML directive"),
    Bad("a backslash", "extra.yaml", 'aliases:\n  a: "\\d+"\n', 2, 7, "a backslash", "use '…'"),
    Bad("a hidden NUL", "extra.yaml", 'aliases:\n  a: "b\\0"\n', 2, 8, "an invisible character (U+0000)", "delete it"),
    Bad("a zero byte", "extra.yaml", "aliases:\n  a: b\0\n", 2, 7, "an invisible character (U+0000)", "delete it"),
    Bad(
        "a line separator",
        "extra.yaml",
        "aliases:\n  a: b\u2028c\n",
        2,
        7,
        "an invisible character (U+2028)",
        "delete it",
    ),
    Bad("too deep", "extra.yaml", "watchlists: " + "[" * 25 + "\n", 1, 32, "nested more than 20 levels deep"),
    Bad(
        "text at the top", "monitor.yaml", "hello\n", 1, 1, "monitor.yaml is a mapping of keys and values", "key: value"
    ),
    Bad("a list at the top", "extra.yaml", "- name: x\n", 1, 1, "a watchlist file is a mapping, not a list"),
]

FEEDS = [
    Bad(
        "a misspelt section",
        "monitor.yaml",
        "feds: []\n",
        1,
        1,
        "unknown key 'feds' in monitor.yaml",
        "did you mean feeds?",
    ),
    Bad(
        "another program's word",
        "monitor.yaml",
        "channels: {}\n",
        1,
        1,
        "unknown key 'channels'",
        "did you mean destinations?",
    ),
    Bad(
        "watchlists in the wrong file",
        "monitor.yaml",
        "watchlists: []\n",
        1,
        1,
        "unknown key 'watchlists'",
        "files of their own",
    ),
    Bad("feeds that are a mapping", "monitor.yaml", "feeds: {a: b}\n", 1, 8, "a list is wanted here", "dash"),
    Bad(
        "feeds without a value", "monitor.yaml", "feeds:\n", 1, 7, "there is nothing in this list", "write [] for none"
    ),
    Bad("a feed without an address", "monitor.yaml", "feeds:\n  - name: x\n", 2, 5, "a feed needs 'url'"),
    Bad(
        "an address alone that is none",
        "monitor.yaml",
        "feeds:\n  - news.example\n",
        2,
        5,
        "is not a web address",
        "write https://news.example",
    ),
    Bad(
        "a feed scheme",
        "monitor.yaml",
        "feeds:\n  - url: feed://a.example\n",
        2,
        10,
        "is not a web address",
        "https:// in the place of feed:",
    ),
    Bad("a file as a feed", "monitor.yaml", "feeds:\n  - url: file:///etc/passwd\n", 2, 10, "is not a web address"),
    Bad(
        "a port that is none",
        "monitor.yaml",
        "feeds:\n  - url: https://a.example:99999/\n",
        2,
        10,
        "is not an address",
        "port",
    ),
    Bad("no host", "monitor.yaml", "feeds:\n  - url: https:///a\n", 2, 10, "is not an address", "host"),
    Bad(
        "a blank in an address",
        "monitor.yaml",
        "feeds:\n  - url: https://a.example/b c\n",
        2,
        10,
        "an address holds no blanks",
        "%20",
    ),
    Bad(
        "a password in a feed",
        "monitor.yaml",
        "feeds:\n  - url: https://u:hunter2@a.example/\n",
        2,
        10,
        "may not hold a user or password",
    ),
    Bad(
        "a variable in a feed",
        "monitor.yaml",
        "feeds:\n  - url: https://a.example/${KEY}\n",
        2,
        10,
        "only in destinations",
    ),
    Bad(
        "a feed listed twice",
        "monitor.yaml",
        "feeds:\n  - url: https://a.example/\n  - url: https://a.example/\n",
        3,
        10,
        "is listed twice",
        "line 2",
    ),
    in_feed("a misspelt key", "tag: [a]", 5, "unknown key 'tag' in a feed", "did you mean tags?"),
    in_feed("interval for every", "interval: 5m", 5, "unknown key 'interval' in a feed", "did you mean every?"),
    in_feed("a duration without a unit", "every: 5", 12, "'5' is not a duration", "write 5m"),
    in_feed("a duration in words", "every: hourly", 12, "'hourly' is not a duration", "units"),
    in_feed("a duration of nothing", "every: 0m", 12, "'0m' is out of range", "from 1s to 4w"),
    in_feed("an empty name", "name:", 10, "there is no value here", "delete the key"),
    in_feed("a name that became a comment", "name: #1 news", 10, "there is no value here", "# begins a comment"),
    in_feed("a name that is a list", "name: [a]", 11, "one value is wanted here, not a list"),
    in_feed("a tag with a blank", "tags: [western europe]", 12, "is not a tag", "without blanks"),
    in_feed("no tags", "tags: []", 11, "the list is empty", "delete the key"),
    in_feed(
        "a network with host bits", "allow_private: [10.0.0.1/8]", 21, "is not a network", "did you mean 10.0.0.0/8?"
    ),
    in_feed("yes", "allow_private: yes", 20, "'yes' is not a network", "true, false"),
]

DESTINATIONS = [
    Bad(
        "destinations as a list",
        "monitor.yaml",
        "destinations:\n  - desk\n",
        2,
        3,
        "destinations is a mapping, not a list",
    ),
    Bad(
        "a name with a capital",
        "monitor.yaml",
        "destinations:\n  Desk: {url: console://}\n",
        2,
        3,
        "'Desk' is not a name",
        "small letters",
    ),
    Bad(
        "a destination that is text",
        "monitor.yaml",
        "destinations:\n  desk: console://\n",
        2,
        9,
        "a destination is a mapping, not text",
        "{url: …}",
    ),
    Bad(
        "a destination without a value",
        "monitor.yaml",
        "destinations:\n  desk:\n",
        2,
        8,
        "a destination has nothing in it",
    ),
    in_destination("no address", "quiet: {from: 22:00, to: 07:00}", 5, "needs 'url' or 'url_file'"),
    in_destination(
        "two addresses", "url: console://\n    url_file: x", 5, "one address: 'url' or 'url_file', not both"
    ),
    in_destination("a misspelt key", "ulr: console://", 5, "unknown key 'ulr' in a destination", "did you mean url?"),
    in_destination("no scheme", "url: desk@example.org", 10, "not an address of the form service://", "mailto://"),
    in_destination("an unset variable", "url: slack://${SLACK}", 10, "the variable SLACK is not set", "url_file"),
    in_destination("an empty variable", "url: slack://${EMPTY}", 10, "the variable EMPTY is empty"),
    in_destination("a variable without a name", "url: slack://${}", 10, "holds no name of a variable", "${NAME}"),
    in_destination("a variable that stays open", "url: slack://${SLACK", 10, "without its }", "${NAME}"),
    in_destination("a missing file", "url_file: nowhere", 15, "url_file cannot be read: no such file", "nowhere"),
    in_destination("a folder as file", "url_file: .", 15, "url_file cannot be read"),
    in_destination(
        "a time with a point",
        "url: console://\n    quiet: {from: 22.00, to: 07:00}",
        19,
        "'22.00' is not a time of day",
        '"07:30"',
    ),
    in_destination(
        "a time past midnight",
        "url: console://\n    digest: {at: [24:00]}",
        19,
        "'24:00' is not a time of day",
        '"00:00"',
    ),
    in_destination("quiet without an end", "url: console://\n    quiet: {from: 22:00}", 12, "quiet needs 'to'"),
    in_destination(
        "quiet of no length",
        "url: console://\n    quiet: {from: 22:00, to: 22:00}",
        12,
        "begin and end at the same time",
    ),
    in_destination(
        "a misspelt zone",
        "url: console://\n    digest: {at: 8:00, timezone: Europe/Berln}",
        34,
        "is not a time zone",
        "did you mean Europe/Berlin?",
    ),
    in_destination(
        "a zone that is a path",
        "url: console://\n    digest: {at: 8:00, timezone: ../../etc}",
        34,
        "is not a time zone",
    ),
    Bad(
        "an error to nobody",
        "monitor.yaml",
        "on_error: [dsk]\ndestinations: {desk: {url: console://}}\n",
        1,
        12,
        "'dsk' is not a destination",
        "did you mean desk?",
    ),
    Bad("a corpus without a path", "monitor.yaml", "corpora:\n  old: {}\n", 2, 8, "a corpus needs 'path'"),
    Bad(
        "a corpus that is not there",
        "monitor.yaml",
        "corpora:\n  old: {path: nowhere}\n",
        2,
        15,
        "the corpus old is not there",
        "nowhere",
    ),
    Bad("an alias of nothing", "monitor.yaml", "aliases:\n  nato: []\n", 2, 9, "the list is empty"),
    Bad(
        "an alias of lists", "monitor.yaml", "aliases:\n  nato: [[a]]\n", 2, 10, "one value is wanted here, not a list"
    ),
    Bad(
        "an alias with a dollar", "monitor.yaml", "aliases:\n  $nato: [a]\n", 2, 3, "'$nato' is not a name", "without $"
    ),
]

WATCHLISTS = [
    Bad(
        "feeds in the wrong file",
        "extra.yaml",
        "feeds: []\n",
        1,
        1,
        "unknown key 'feeds' in a watchlist file",
        "belongs into monitor.yaml",
    ),
    Bad("a watchlist without a name", "extra.yaml", "watchlists:\n  - query: a\n", 2, 5, "a watchlist needs 'name'"),
    Bad(
        "a name with an underscore",
        "extra.yaml",
        "watchlists:\n  - name: a_b\n    query: a\n",
        2,
        11,
        "'a_b' is not a name",
        "small letters, digits and -",
    ),
    Bad(
        "a watchlist without a query",
        "extra.yaml",
        "watchlists:\n  - name: a\n",
        2,
        5,
        "a watchlist needs a 'query'",
        "query: one word AND another",
    ),
    Bad(
        "a watchlist that is text",
        "extra.yaml",
        "watchlists:\n  - nato\n",
        2,
        5,
        "a watchlist is a mapping of keys and values",
    ),
    Bad(
        "a name taken in another file",
        "other.yaml",
        "watchlists:\n  - name: membership\n    query: a\n",
        2,
        11,
        "a second watchlist is named 'membership'",
        "nato.yaml:2",
    ),
    in_watchlist(
        "a misspelt key", "prioritee: high", 5, "unknown key 'prioritee' in a watchlist", "did you mean priority?"
    ),
    in_watchlist("a misspelt clause", "noone: [a]", 5, "unknown key 'noone' in a watchlist", "did you mean none?"),
    in_watchlist("exclude", "exclude: [a]", 5, "unknown key 'exclude'", "did you mean none?"),
    in_watchlist(
        "a misspelt priority", "priority: hihg", 15, "'hihg' is not low, normal, high or urgent", "did you mean high?"
    ),
    in_watchlist(
        "an unknown tag", "feeds: [europa]", 13, "'europa' is not the tag or name of a feed", "did you mean europe?"
    ),
    in_watchlist("an unknown destination", "to: [dsk]", 10, "'dsk' is not a destination", "did you mean desk?"),
    in_watchlist("to nobody", "to: []", 9, "the list is empty"),
    in_watchlist("of no corpus", "corpora: []", 14, "the list is empty", "write none to heed no corpus"),
    Bad("a corpus called none", "monitor.yaml", "corpora:\n  none: {path: a}\n", 2, 3, "'none' is not a corpus's name"),
    in_watchlist("no as a truth", "shadow: no", 13, "'no' is not true or false"),
    in_watchlist("a negative number", "again: {sources: -1}", 22, "'-1' is not a whole number"),
    in_watchlist(
        "a misspelt key of again", "again: {source: 5}", 13, "unknown key 'source' in again", "did you mean sources?"
    ),
    in_watchlist("again as text", "again: never", 12, "again is a mapping of keys and values"),
    in_watchlist(
        "a misspelt key of examples",
        "examples: {nomatch: [a]}",
        16,
        "unknown key 'nomatch' in examples",
        "did you mean no_match?",
    ),
    in_watchlist(
        "an example that is a mapping", "examples: {match: [{title: a}]}", 24, "one value is wanted here, not a mapping"
    ),
    in_watchlist("a title of two lines", "title: |\n      a\n      b", 12, "this must fit on one line", ">-"),
]

ALL = [*YAML, *FEEDS, *DESTINATIONS, *WATCHLISTS]


def problems_of(write, bad: Bad) -> list[Problem]:
    folder = write(**{bad.file.replace(".", "_"): bad.text})
    with pytest.raises(ConfigError) as refused:
        load(folder, ENV)
    return [problem for problem in refused.value.problems if problem.file == str(folder / bad.file)]


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.name)
def test_the_mistake_is_named_at_its_place_with_its_mend(write, bad: Bad) -> None:
    found = problems_of(write, bad)
    assert [(p.line, p.column) for p in found if bad.message in p.message] == [(bad.line, bad.column)], found
    assert any(bad.message in p.message and bad.hint in p.hint for p in found), found


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.name)
def test_nothing_else_is_complained_of(write, bad: Bad) -> None:
    related = [p for p in problems_of(write, bad) if bad.message not in p.message]
    assert related == []


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.name)
def test_the_caret_stands_under_the_source_line(write, bad: Bad) -> None:
    for problem in problems_of(write, bad):
        rows = str(problem).splitlines()
        assert rows[0].startswith(f"{problem.file}:{problem.line}:{problem.column}: ")
        if problem.source:
            assert rows[1].strip()
            assert rows[2] == "    " + caret(problem.source, problem.column)
