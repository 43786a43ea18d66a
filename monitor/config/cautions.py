"""What is allowed and yet worth a second look: warnings, never refusals.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from monitor.config.destinations import DestinationLines
from monitor.config.sensitive import holds_secret
from monitor.config.service import ServiceFile
from monitor.config.suggest import quoted
from monitor.config.watchlists import WatchlistFile
from monitor.errors import Problem
from monitor.located import Mark, Text
from monitor.model.wording import FIELDS, placeholders

_CHANGING = frozenset(FIELDS) - {"title", "watchlist", "story", "priority"}
_POLITE = timedelta(minutes=1)
_BEFORE_AT = re.compile(r"\$\{([^}]*)\}(?=@|:[^/@]*@)")
_TROUBLE = re.compile(r"[\s/@?#]")
_SEVERAL = re.compile(r"[?&]to=[^&]*(?:,|%2[cC])")


def cautions(
    service: ServiceFile, files: Mapping[str, WatchlistFile], service_file: str, env: Mapping[str, str]
) -> Iterator[Problem]:
    """A warning for each thing that most people would not mean.

    Args:
        service: monitor.yaml, understood.
        files: the other files, by name.
        service_file: the name of monitor.yaml.
        env: the environment.
    """
    found = [*_emptiness(service, files, service_file), *_feeds(service)]
    for lines in service.destinations:
        found += _destination(lines, env)
        found += _threads(lines.wording.subject, lines.name.mark)
    for watchlist in (each for file in files.values() for each in file.watchlists):
        found += _threads(watchlist.wording.subject, watchlist.name.mark)
    return (replace(problem, severity="warning") for problem in found)


def open_secret(lines: Iterable[DestinationLines], mode: int) -> Iterator[Problem]:
    """A warning for each literal secret in a monitor.yaml that anybody but its owner may read."""
    for line in lines:
        if line.url is not None and holds_secret(line.url.value):
            hint = f"chmod 600 {line.url.mark.file}, or write ${{VAR}}, or use url_file"
            message = f"a secret stands in a file that others may read (mode {mode:04o})"
            yield replace(line.url.mark.problem(message, hint), severity="warning")


def _emptiness(service: ServiceFile, files: Mapping[str, WatchlistFile], service_file: str) -> Iterator[Problem]:
    whole = Mark(service_file, 0, 0)
    if not service.feeds:
        yield whole.problem("no feeds: nothing will be polled", "list them under feeds:")
    if not service.destinations:
        yield whole.problem("no destinations: nobody will be told", "name one under destinations:, such as console://")
    if not any(file.watchlists for file in files.values()):
        yield whole.problem("no watchlists: nothing will match", "write one beside monitor.yaml")
    elif empty := [name for name, file in files.items() if not file.watchlists and not file.aliases]:
        yield from (Mark(name, 0, 0).problem("no watchlists in this file") for name in empty)


def _feeds(service: ServiceFile) -> Iterator[Problem]:
    first: dict[str, Mark] = {}
    for line in service.feeds:
        if line.feed.every is not None and line.feed.every < _POLITE and not line.feed.allow_private:
            yield line.mark.problem(
                "this feed is asked more often than once a minute", "every: auto is kinder, and enough"
            )
        if line.feed.name and first.setdefault(line.feed.name, line.mark) is not line.mark:
            yield line.mark.problem(
                f"a second feed is named {quoted(line.feed.name)}", "watchlists cannot tell them apart"
            )


def _destination(lines: DestinationLines, env: Mapping[str, str]) -> Iterator[Problem]:
    if lines.url is None:
        return
    for name in _BEFORE_AT.findall(lines.url.value):
        if _TROUBLE.search(env.get(name, "")):
            yield _escape_it(lines.url, name)
    if lines.url.value.startswith("mailto") and _SEVERAL.search(lines.url.value):
        yield lines.url.mark.problem(
            "several recipients in one destination share one fate", "name a destination for each"
        )


def _threads(subject: str, mark: Mark) -> Iterator[Problem]:
    """Mail programs keep one story in one thread only under one subject."""
    if changing := [f"{{{name}}}" for _, name in placeholders(subject) if name in _CHANGING]:
        message = f"a subject with {', '.join(changing)} is another one in each follow-up"
        yield mark.problem(message, "{story} is the same in all of them, and keeps one thread")


def _escape_it(url: Text, name: str) -> Problem:
    message = f"the variable {name} holds a character that ends a user name or password"
    return url.mark.problem(message, "percent-encode it in the variable: %40 for @, %2F for /, %3F for ?, %23 for #")
