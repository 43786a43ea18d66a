"""Watchlist files, every other *.yaml: policy is read here, expressions are passed on as they stand.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.config.again import AGAIN, NEVER, read_again
from monitor.config.aliases import ALIASES, NO_ALIASES, Alias
from monitor.config.examples import EXAMPLES, NO_TEXTS, Examples, read_examples
from monitor.config.expressions import EXPRESSION
from monitor.config.fields import Field, Kind, Reading, Record
from monitor.config.kinds import (
    LINE,
    LINES,
    NAME,
    NOTHING,
    YES_NO,
    choice,
    list_of,
    one_or_more,
    optional,
    pattern,
)
from monitor.config.limits import LONGEST_SPAN, rate
from monitor.config.wordings import BODY, SUBJECT
from monitor.located import Located, Mark, Pairs, Text
from monitor.model.watch import Again, Grouping, Priority, Rate, Wording

WATCHLIST_NAME = pattern("a name", r"[a-z0-9-]{1,60}", "small letters, digits and -", small="-")
PRIORITIES = {priority.name.lower(): priority for priority in Priority}
_PRIORITIES_TOO = {
    **dict.fromkeys(("critical", "emergency", "highest", "alarm", "max"), "urgent"),
    **dict.fromkeys(("medium", "default", "middle"), "normal"),
    **dict.fromkeys(("info", "lowest", "min", "minor"), "low"),
    **dict.fromkeys(("important", "major", "warning"), "high"),
}

WATCHLIST = Field(
    name="name",
    kind=WATCHLIST_NAME,
    default=NOTHING,
    required=True,
    meaning="Stable id: state and history hang on it.",
    also=("id", "watchlist"),
)
TITLE = Field(
    name="title",
    kind=optional(LINE),
    default=None,
    meaning="What people read in alerts.",
    otherwise="the name",
    also=("label", "description"),
)
LISTENS = Field(
    name="feeds",
    kind=LINES,
    default=NO_TEXTS,
    meaning="Tags or names of feeds it listens to.",
    otherwise="all feeds",
    also=("sources", "tags", "feed"),
)
HEEDS = Field(
    name="corpora",
    kind=optional(
        one_or_more(
            NAME,
            "a corpus, a list of them, or none",
            empty="write none to heed no corpus; without the key all count",
        )
    ),
    default=None,
    meaning="Corpora whose articles are no news to it; `none`: it rings for what is known too.",
    otherwise="all corpora",
    also=("corpus", "known", "seeds"),
)
TELLS = Field(
    name="to",
    kind=one_or_more(NAME, "a destination or a list of them"),
    default=NO_TEXTS,
    meaning="Names of the destinations it tells.",
    otherwise="all destinations",
    also=("destinations", "notify", "channels", "recipients"),
)
LOUDNESS = Field(
    name="priority",
    kind=choice("low, normal, high or urgent", PRIORITIES, _PRIORITIES_TOO),
    default=Priority.NORMAL,
    meaning="How much it may disturb; `urgent` breaks quiet hours.",
    otherwise="normal",
    also=("level", "severity", "importance"),
)
REPEATS = Field(
    name="again",
    kind=Kind(read_again, AGAIN.schema(), "a mapping"),
    default=NEVER,
    meaning=AGAIN.meaning,
    otherwise="never",
    also=("repeat", "remind"),
)
SAMENESS = Field(
    name="grouping",
    kind=choice("balanced or strict", {each.value: each for each in Grouping}),
    default=Grouping.BALANCED,
    meaning="What counts as a story already told: whatever is probably the same event, or with `strict` only what "
    "surely is, so that a doubtful one rings too.",
    otherwise="balanced",
    also=("group", "dedupe", "deduplicate", "duplicates"),
)
BURST = Field(
    name="burst",
    kind=optional(rate(LONGEST_SPAN)),
    default=None,
    meaning="The first so many alerts of a time go out at once, such as `20/h`; the rest wait for its end and come "
    "together.",
    otherwise="no limit",
    also=("rate", "limit", "max", "throttle"),
)
SHADOW = Field(
    name="shadow",
    kind=YES_NO,
    default=False,
    meaning="Match and record, but tell nobody: for trying a watchlist out.",
    otherwise="false",
    also=("dry_run", "disabled", "test"),
)
TESTS = Field(
    name="examples",
    kind=Kind(read_examples, EXAMPLES.schema(), "a mapping"),
    default=Examples(),
    meaning=EXAMPLES.meaning,
    otherwise="none",
    also=("example", "tests"),
)
WATCHLIST_RECORD = Record(
    name="a watchlist",
    meaning="A named rule: its expression, what it listens to, whom it tells.",
    fields=(WATCHLIST, TITLE, LISTENS, HEEDS, TELLS, LOUDNESS, REPEATS, SAMENESS, BURST, SUBJECT, BODY, SHADOW, TESTS),
    passed=EXPRESSION,
    hints={
        **dict.fromkeys(("exclude", "excludes", "not", "without", "never"), "did you mean none?"),
        **dict.fromkeys(("and", "must", "require", "required"), "did you mean all?"),
        **dict.fromkeys(("or", "keyword", "keywords", "words", "terms", "include"), "did you mean any?"),
        **dict.fromkeys(("filter", "filters", "lang", "language"), "did you mean where?"),
        **dict.fromkeys(("expression", "search", "rule"), "did you mean query?"),
    },
    example="name: and query: lines, the first behind a dash",
)


_MEANT = {f"did you mean {key}?" for key in EXPRESSION}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistLines:
    """A watchlist as written; the names it uses are not yet looked up."""

    name: Text
    title: str
    feeds: tuple[Text, ...]
    corpora: tuple[Text, ...] | None
    to: tuple[Text, ...]
    priority: Priority
    again: Again
    grouping: Grouping
    burst: Rate | None
    wording: Wording
    shadow: bool
    examples: Examples
    expression: Pairs
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistFile:
    """All of one file."""

    aliases: tuple[Alias, ...] = ()
    watchlists: tuple[WatchlistLines, ...] = ()


def _watchlist(value: Located) -> WatchlistLines:
    reading = Reading(value, WATCHLIST_RECORD)
    name, title = reading.take(WATCHLIST), reading.take(TITLE)
    lines = WatchlistLines(
        name=name,
        title=title.value if title else name.value,
        feeds=reading.take(LISTENS),
        corpora=reading.take(HEEDS),
        to=reading.take(TELLS),
        priority=reading.take(LOUDNESS),
        again=reading.take(REPEATS),
        grouping=reading.take(SAMENESS),
        burst=reading.take(BURST),
        wording=Wording(subject=reading.take(SUBJECT), text=reading.take(BODY)),
        shadow=reading.take(SHADOW),
        examples=reading.take(TESTS),
        expression=Pairs(tuple(pair for pair in reading.pairs if pair[0].value in EXPRESSION), reading.mark),
        mark=reading.mark,
    )
    if not lines.expression.values and not any(problem.hint in _MEANT for problem in reading.problems):
        message = "a watchlist needs a 'query', or clauses such as 'all' and 'any'"
        reading.say(reading.mark.problem(message, "query: one word AND another; or any: with a list of words"))
    reading.done()
    return lines


LOCAL_ALIASES = Field(
    name="aliases",
    kind=ALIASES,
    default=NO_ALIASES,
    meaning="Names for groups of words, for this file; they come before shared ones of the same name.",
    otherwise="none",
    also=("alias", "groups", "synonyms"),
)
NO_WATCHLISTS: tuple[WatchlistLines, ...] = ()
WATCHLISTS = Field(
    name="watchlists",
    kind=list_of(_watchlist, WATCHLIST_RECORD.schema(), "a list of watchlists"),
    default=NO_WATCHLISTS,
    meaning="The watchlists of this file.",
    otherwise="none",
    also=("watchlist", "rules", "alerts", "queries"),
)
_ELSEWHERE = "this belongs into monitor.yaml"
FILE = Record(
    name="a watchlist file",
    meaning="Watchlists, and the aliases they share.",
    fields=(LOCAL_ALIASES, WATCHLISTS),
    hints=dict.fromkeys(("feeds", "destinations", "on_error", "corpora"), _ELSEWHERE),
    example="watchlists: in the first line, and the list below it",
)


def read_watchlists(root: Located) -> WatchlistFile:
    """What one watchlist file says.

    Raises:
        ConfigError: with every problem found.
    """
    reading = Reading(root, FILE)
    found = WatchlistFile(aliases=reading.take(LOCAL_ALIASES), watchlists=reading.take(WATCHLISTS))
    reading.done()
    return found
