"""What the environment says: where the folders are, how to log, who to ask.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from monitor.config.suggest import did_you_mean, quoted
from monitor.errors import ConfigError, Problem

_WHERE = "environment"
_PREFIX = "MONITOR_"
_NOT_OURS = re.compile(r"MONITOR_(TEST_.*|SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_.*)?)")
"""Names for tests, and those that container platforms set for a service called `monitor`."""

_CONTACT = re.compile(r"[\x20-\x7e]{0,200}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    variable: str
    default: str
    meaning: str
    options: tuple[str, ...] = ()
    """All values it can have; empty: any."""


STATE = Setting("MONITOR_STATE", "state", "Folder that belongs to the program: database, lock, backups.")
WATCHLISTS = Setting("MONITOR_WATCHLISTS", "watchlists", "Folder that belongs to you: monitor.yaml and the watchlists.")
LOG_LEVEL = Setting(
    "MONITOR_LOG_LEVEL", "info", "How much is logged.", options=("debug", "info", "warning", "error", "critical")
)
LOG_FORMAT = Setting(
    "MONITOR_LOG_FORMAT", "text", "Lines for people, or one JSON object per line.", options=("text", "json")
)
CONTACT = Setting(
    "MONITOR_CONTACT",
    "",
    "A web or mail address for the owners of the servers that are polled; it is part of the User-Agent.",
)

SETTINGS: tuple[Setting, ...] = (STATE, WATCHLISTS, LOG_LEVEL, LOG_FORMAT, CONTACT)
"""Every setting there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one run."""

    state: Path = Path(STATE.default)
    watchlists: Path = Path(WATCHLISTS.default)
    log_level: str = LOG_LEVEL.default
    log_format: str = LOG_FORMAT.default
    contact: str = CONTACT.default

    @classmethod
    def from_environment(cls, env: Mapping[str, str], **overrides: str | Path | None) -> Self:
        """The settings that the environment and the command line give; the command line wins.

        Args:
            env: the environment; an empty value counts as absent.
            overrides: by the names of the fields; None counts as absent.

        Raises:
            ConfigError: a variable that begins with MONITOR_ is unknown, or a value is not possible.
        """
        given = {name.removeprefix(_PREFIX).lower(): value for name, value in env.items() if name in _KNOWN and value}
        given |= {name: str(value) for name, value in overrides.items() if value is not None}
        found = cls(
            state=Path(given.pop("state", STATE.default)),
            watchlists=Path(given.pop("watchlists", WATCHLISTS.default)),
            log_level=given.pop("log_level", LOG_LEVEL.default).lower(),
            log_format=given.pop("log_format", LOG_FORMAT.default).lower(),
            contact=given.pop("contact", CONTACT.default).strip(),
        )
        if given:
            raise TypeError(f"not a setting: {', '.join(given)}")
        if problems := [*_unknown(env), *_impossible(found)]:
            raise ConfigError(problems)
        return found


_KNOWN = frozenset(setting.variable for setting in SETTINGS)


def _unknown(env: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(_WHERE, 0, 0, f"unknown setting {name}", did_you_mean(name, _KNOWN))
        for name in env
        if name.startswith(_PREFIX) and name not in _KNOWN and not _NOT_OURS.fullmatch(name)
    ]


def _impossible(found: Settings) -> list[Problem]:
    problems = []
    for setting, value in ((LOG_LEVEL, found.log_level), (LOG_FORMAT, found.log_format)):
        if value not in setting.options:
            message = f"{setting.variable}: {quoted(value)} is not one of its values"
            problems.append(Problem(_WHERE, 0, 0, message, did_you_mean(value, setting.options)))
    if not _CONTACT.fullmatch(found.contact):
        message = f"{CONTACT.variable}: it goes into an HTTP header: printable ASCII, at most 200 characters"
        problems.append(Problem(_WHERE, 0, 0, message, "such as https://example.org/about or desk@example.org"))
    problems += [
        Problem(_WHERE, 0, 0, f"{setting.variable}: a path cannot hold a NUL", "")
        for setting, path in ((STATE, found.state), (WATCHLISTS, found.watchlists))
        if "\0" in str(path)
    ]
    return problems
