"""Addresses of destinations with their secrets filled in, from the environment or from a file.

No message of this module holds anything that it read.

Edge: files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from monitor.config.destinations import DestinationLines
from monitor.config.files import contents, why
from monitor.config.kinds import refuse
from monitor.config.sensitive import SHORTEST
from monitor.config.suggest import shown
from monitor.located import Text
from monitor.model.alert import Destination

LONGEST_BYTES = 8_192

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://\S*")


def destination(lines: DestinationLines, folder: Path, env: Mapping[str, str]) -> Destination:
    """The destination with its complete address.

    Args:
        lines: what monitor.yaml says.
        folder: where a relative `url_file` starts.
        env: the environment.

    Raises:
        ConfigError: a variable is not set, the file cannot be read, or what comes out is no address.
    """
    if lines.url_file is not None:
        url = _from_file(lines.url_file, secret_file(lines.url_file, folder, env))
    else:
        url = _address(lines.url or lines.name, filled(lines.url or lines.name, env))
    return Destination(
        name=lines.name.value,
        url=url,
        quiet=lines.quiet,
        digest=lines.digest,
        rate=lines.rate,
        fallback=lines.fallback.value if lines.fallback else "",
        wording=lines.wording,
        allow_private=lines.allow_private,
    )


def variables(lines: DestinationLines, env: Mapping[str, str]) -> frozenset[str]:
    """The values of the variables that the address is made of, but for those too short to be secrets."""
    if lines.url is None:
        return frozenset()
    values = (env.get(name, "") for name in _VARIABLE.findall(lines.url.value))
    return frozenset(value for value in values if len(value) >= SHORTEST)


def secret_file(path: Text, folder: Path, env: Mapping[str, str]) -> Path:
    """The file that `url_file` names.

    Raises:
        ConfigError: a variable in it is not set.
    """
    return folder / filled(path, env)


def filled(text: Text, env: Mapping[str, str]) -> str:
    """The text with each `${VAR}` replaced by the variable's value, as it is.

    Raises:
        ConfigError: a variable is not set or is empty, or its name is no name.
    """

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        if not _NAME.fullmatch(name):
            refuse(text, "${…} holds no name of a variable", "write ${NAME}: letters, digits and _")
        if not env.get(name):
            state = "is empty" if name in env else "is not set"
            refuse(text, f"the variable {name} {state}", "set it in the environment, or use url_file")
        return env[name]

    filled_in = _VARIABLE.sub(value_of, text.value)
    if "${" in _VARIABLE.sub("", text.value):
        refuse(text, "a ${ without its }", "write ${NAME}")
    return filled_in


def _from_file(place: Text, path: Path) -> str:
    try:
        data = contents(path, LONGEST_BYTES).data
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else "its name cannot be used"
        looked = (
            f"looked for {path}" if shown(place) and "${" not in place.value else "relative to monitor.yaml's folder"
        )
        refuse(place, f"url_file cannot be read: {reason}", looked)
    try:
        rows = [row.strip() for row in data.decode("utf-8-sig").splitlines() if row.strip()]
    except UnicodeDecodeError:
        refuse(place, "the file named by url_file is not UTF-8")
    if len(data) > LONGEST_BYTES or len(rows) != 1:
        refuse(place, "the file named by url_file must hold one line", "nothing but the address")
    return _address(place, rows[0])


def _address(place: Text, url: str) -> str:
    if url == "console":
        return "console://"
    if not _ADDRESS.fullmatch(url):
        hint = "percent-encode blanks, and @ / : ? # inside a password"
        refuse(place, "what stands for the address is not of the form service://…", hint)
    return url
