"""A folder of configuration, read as a whole: everything understood, or every problem named.

Edge: files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from monitor.config.cautions import cautions, open_secret
from monitor.config.configuration import Configuration, WatchlistSource
from monitor.config.fields import each
from monitor.config.files import contents, is_there, others_may_read, stamp, why
from monitor.config.nodes import read_nodes
from monitor.config.page import LONGEST_BYTES
from monitor.config.references import broken_references, repeated_names
from monitor.config.secrets import destination, secret_file, variables
from monitor.config.sensitive import secrets_of
from monitor.config.service import ServiceFile, read_service
from monitor.config.watchlists import WatchlistFile, WatchlistLines, read_watchlists
from monitor.errors import ConfigError, Problem
from monitor.located import Located, Text
from monitor.model.alert import Destination
from monitor.model.ids import digest
from monitor.model.watch import Watchlist

SERVICE_FILE = "monitor.yaml"
SUFFIXES = (".yaml", ".yml")

_START = "run `monitor init` to write starter files, or name another folder with --watchlists"

T = TypeVar("T")


@dataclass(slots=True)
class _Gathered:
    """Problems so far."""

    problems: list[Problem] = field(default_factory=list)

    def attempt(self, act: Callable[[], T]) -> T | None:
        """What `act` gives; None, and its problems kept, when it is refused."""
        try:
            return act()
        except ConfigError as error:
            self.problems += error.problems
            return None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One file as it was read."""

    path: Path
    data: bytes
    mode: int

    def root(self) -> Located | None:
        return read_nodes(str(self.path), self.data)

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.data, digest_size=10).hexdigest()


def load(folder: Path, env: Mapping[str, str], *, only: Path | None = None) -> Configuration:
    """All that a folder of configuration says.

    Args:
        folder: holds monitor.yaml and the watchlist files; folders inside it are not read.
        env: the environment, for `${VAR}` in destinations.
        only: in place of the folder's watchlist files this one, wherever it lies: an edited copy.

    Raises:
        ConfigError: with every problem found, sorted by place; nothing is loaded by halves.
    """
    gathered = _Gathered()
    paths = _paths(folder) if only is None else [folder / SERVICE_FILE, only]
    sheets = [sheet for path in paths if (sheet := gathered.attempt(partial(_sheet, path)))]
    service, files = _read(sheets, gathered)
    gathered.problems += repeated_names(files.values())
    if service is not None:
        gathered.problems += broken_references(service, files.values())
        found = _Found(folder, env, sheets, service, files)
        configuration = _configuration(found, gathered)
    if gathered.problems or service is None:
        raise ConfigError(list(dict.fromkeys(gathered.problems)))
    return configuration


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that was read, each file understood by itself."""

    folder: Path
    env: Mapping[str, str]
    sheets: list[_Sheet]
    service: ServiceFile
    files: Mapping[str, WatchlistFile]


def files_in(folder: Path) -> list[Path]:
    """The files of a folder that are read as configuration, in the order of their names.

    Raises:
        OSError: the folder cannot be listed.
    """
    return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name[0] != ".")


def _paths(folder: Path) -> list[Path]:
    try:
        paths = files_in(folder)
    except OSError as error:
        problem = Problem(str(folder), 0, 0, f"no configuration folder: {why(error)}", _remedy(error, _START))
        raise ConfigError([problem]) from None
    names = {path.name for path in paths}
    if "monitor.yml" in names:
        raise ConfigError([Problem(str(folder / "monitor.yml"), 0, 0, "this name is not read", "call it monitor.yaml")])
    if SERVICE_FILE not in names:
        raise ConfigError([Problem(str(folder / SERVICE_FILE), 0, 0, "this file is missing", _START)])
    return paths


def _remedy(error: OSError, otherwise: str) -> str:
    match error:
        case PermissionError():
            return "let the user that monitor runs as read it"
        case NotADirectoryError():
            return "name the folder that the file stands in"
        case _:
            return otherwise


def _sheet(path: Path) -> _Sheet:
    try:
        found = contents(path, LONGEST_BYTES)
    except OSError as error:
        hint = _remedy(error, "only files are read")
        raise ConfigError([Problem(str(path), 0, 0, f"cannot be read: {why(error)}", hint)]) from None
    return _Sheet(path, found.data, found.mode)


def _read(sheets: list[_Sheet], gathered: _Gathered) -> tuple[ServiceFile | None, dict[str, WatchlistFile]]:
    service, files = None, {}
    for sheet in sheets:
        if sheet.path.name == SERVICE_FILE and service is None:
            service = gathered.attempt(partial(_service, sheet))
        elif (file := gathered.attempt(partial(_watchlists, sheet))) is not None:
            files[str(sheet.path)] = file
    return service, files


def _service(sheet: _Sheet) -> ServiceFile:
    root = sheet.root()
    return ServiceFile() if root is None else read_service(root)


def _watchlists(sheet: _Sheet) -> WatchlistFile:
    root = sheet.root()
    return WatchlistFile() if root is None else read_watchlists(root)


def _configuration(found: _Found, gathered: _Gathered) -> Configuration:
    fill = partial(destination, folder=found.folder, env=found.env)
    service = found.service
    destinations = gathered.attempt(lambda: tuple(each(service.destinations, fill))) or ()
    corpora = gathered.attempt(lambda: dict(each(service.corpora, partial(_corpus, found.folder)))) or {}
    files = {} if gathered.problems else _digests(found)
    return Configuration(
        feeds=tuple(line.feed for line in service.feeds),
        destinations=destinations,
        addressed={d.name.value: (d.url or d.url_file or d.name).mark for d in service.destinations},
        on_error=tuple(dict.fromkeys(text.value for text in service.on_error)),
        corpora=corpora,
        aliases={name.value: value for name, value in service.aliases},
        watchlists=tuple(_sources(found)),
        flood=service.flood,
        files=files,
        fingerprint=digest(*(part for path, stamp_of in files.items() for part in (path.name, stamp_of))),
        secrets=_secrets(found, destinations),
        warnings=tuple(sorted(_warnings(found))),
    )


def _corpus(folder: Path, pair: tuple[Text, Text]) -> tuple[str, Path]:
    name, path = pair
    place = folder / path.value
    if not is_there(place):
        raise ConfigError([path.mark.problem(f"the corpus {name.value} is not there", f"looked for {place}")])
    return name.value, place


def _sources(found: _Found) -> Iterator[WatchlistSource]:
    shared = {name.value: value for name, value in found.service.aliases}
    everybody = tuple(lines.name.value for lines in found.service.destinations)
    for file in found.files.values():
        aliases = {**shared, **{name.value: value for name, value in file.aliases}}
        for lines in file.watchlists:
            yield WatchlistSource(
                watchlist=_watchlist(lines, everybody),
                expression=lines.expression,
                aliases=aliases,
                examples_match=lines.examples.match,
                examples_no_match=lines.examples.no_match,
                mark=lines.mark,
            )


def _watchlist(lines: WatchlistLines, everybody: tuple[str, ...]) -> Watchlist:
    return Watchlist(
        name=lines.name.value,
        title=lines.title,
        query="",
        feeds=frozenset(text.value for text in lines.feeds),
        corpora=None if lines.corpora is None else frozenset(text.value for text in lines.corpora) - {"none"},
        to=tuple(dict.fromkeys(text.value for text in lines.to)) or everybody,
        priority=lines.priority,
        again=lines.again,
        grouping=lines.grouping,
        burst=lines.burst,
        wording=lines.wording,
        shadow=lines.shadow,
        file=lines.mark.file,
        line=lines.mark.line,
    )


def _digests(found: _Found) -> dict[Path, str]:
    """Every file that was read; of secret files only that they changed."""
    files = {sheet.path: sheet.digest for sheet in found.sheets}
    for lines in found.service.destinations:
        if lines.url_file is not None:
            path = secret_file(lines.url_file, found.folder, found.env)
            files[path] = stamp(path)
    return files


def _secrets(found: _Found, destinations: tuple[Destination, ...]) -> frozenset[str]:
    parts = [secrets_of(destination.url) for destination in destinations]
    parts += [variables(lines, found.env) for lines in found.service.destinations]
    return frozenset().union(*parts)


def _warnings(found: _Found) -> Iterator[Problem]:
    place = str(found.folder / SERVICE_FILE)
    yield from cautions(found.service, found.files, place, found.env)
    for sheet in found.sheets:
        if sheet.path.name == SERVICE_FILE and others_may_read(sheet.mode):
            yield from open_secret(found.service.destinations, sheet.mode)
