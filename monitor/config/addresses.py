"""Addresses a user writes: of feeds, of private networks, of destinations.

Pure.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

from monitor.config.fields import Kind, each
from monitor.config.kinds import refuse, scalar
from monitor.config.suggest import named, shown
from monitor.located import Items, Located, Text
from monitor.model.feed import Network

LONGEST_URL = 2_048

PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(net)
    for net in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""What `allow_private: true` opens. RFC 1122 3.2.1.3, RFC 1918, RFC 3927, RFC 4291, RFC 4193."""

_SPACE = re.compile(r"\s")
_APPRISE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://\S*")


def _feed_url(value: Located) -> Text:
    text = scalar(value)
    parts = _split(text)
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        refuse(text, f"{named(text)} is not a web address", _feed_hint(text, scheme))
    if parts.username is not None or parts.password is not None:
        refuse(text, "a feed's address may not hold a user or password", "addresses of feeds are stored and shown")
    if "${" in text.value:
        refuse(text, "variables are replaced only in destinations", "addresses of feeds are stored and shown")
    return text


def _split(text: Text) -> SplitResult:
    if len(text.value) > LONGEST_URL:
        refuse(text, f"this address is longer than {LONGEST_URL} characters")
    _no_blanks(text)
    try:
        parts = urlsplit(text.value)
        usable = parts.port != 0 and (bool(parts.hostname) or parts.scheme not in ("http", "https"))
    except ValueError:
        usable = False
    if not usable:
        refuse(text, f"{named(text)} is not an address", "it needs a host, and a port from 1 to 65535 if any")
    return parts


def _no_blanks(text: Text) -> None:
    if _SPACE.search(text.value):
        refuse(text, "an address holds no blanks", "write %20 for a blank")
    if not text.value.isprintable():
        refuse(text, "an address holds no invisible characters", "type it anew: copying brought one along")


def _feed_hint(text: Text, scheme: str) -> str:
    if scheme == "feed":
        return "write https:// in the place of feed:"
    fits = "://" not in text.value and shown(text)
    return f"write https://{text.value.lstrip('/')}"[:120] if fits else "feeds are fetched by http and https only"


def _networks(value: Located) -> tuple[Network, ...]:
    if isinstance(value, Items):
        return tuple(each(value, _network))
    text = scalar(value)
    if text.value in ("true", "false"):
        return PRIVATE_NETWORKS if text.value == "true" else ()
    return (_network(text),)


def _network(value: Located) -> Network:
    text = scalar(value)
    try:
        return ip_network(text.value)
    except ValueError:
        refuse(text, f"{named(text)} is not a network", _network_hint(text.value))


def _network_hint(text: str) -> str:
    try:
        return f"did you mean {ip_network(text, strict=False)}?"
    except ValueError:
        return "write true, false, or networks such as 192.168.1.0/24"


def _secret_url(value: Located) -> Text:
    """A destination's address: never quoted in a message."""
    text = scalar(value)
    _no_blanks(text)
    if text.value == "console" or text.value.startswith("${"):
        return text
    if not _APPRISE.fullmatch(text.value):
        refuse(
            text,
            "this is not an address of the form service://…",
            "such as mailto://, slack://, console://, file://alerts.log",
        )
    return text


_URL_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_URL}

FEED_URL = Kind(_feed_url, {**_URL_SCHEMA, "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}, "an http or https address")
SECRET_URL = Kind(_secret_url, {"type": "string", "minLength": 1}, "an apprise address, `console://` or `file://PATH`")
NETWORKS = Kind(
    _networks,
    {"anyOf": [{"type": "boolean"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "true, false, or a list of networks (CIDR)",
)
