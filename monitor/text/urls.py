"""Links: which may be shown, and which of them lead to the same page.

Pure.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import unquote

from yarl import URL

LONGEST = 2_048
"""Characters of the longest link that is kept."""

_REMEMBERED = 4_096
"""Links asked for lately: a document names the same ones at every poll."""

_WHITE = " \t\r\n\f"
_WORLDWIDE = frozenset(
    re.findall(r"\w+", "ai am as cc cd cx eu fm gg gl im io la li ly me mn nu pw re sh so st su tk to tv vc ws")
)
"""Country domains that are used for their sound, and `.eu`, which is no country."""
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_AUTHORITY = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"^(?=.*[^.])[^\s%<>\"'`{}|^/?#@\[\]]+$")


def safe_link(url: str, base: str | None = None) -> str | None:
    """`url` as an absolute http or https link fit to be shown and followed; None when it is anything else.

    Refused are other schemes, user names, controls, backslashes, and more than 2,048 characters. The host is in lower
    case, international names as punycode, so that look-alikes show.

    Args:
        url: What stood in a feed or page; spaces around it are ignored.
        base: Where it stood, for links that are not absolute.
    """
    stripped = url.strip(_WHITE)
    return _safe(stripped, _short(base)) if len(stripped) <= LONGEST else None


@lru_cache(_REMEMBERED)
def _safe(url: str, base: str | None) -> str | None:
    joined = _joined(url, base)
    if joined is None or joined.scheme not in {"http", "https"} or joined.user is not None or joined.password:
        return None
    if not _is_host(joined.raw_host):
        return None
    link = str(joined)
    return link if len(link) <= LONGEST and link.isascii() else None


def canonical_url(url: str) -> str | None:
    """The form that all links to one page share; None where `safe_link` refuses.

    It identifies, it is not for clicking: https, no `www.` or `m.`, no AMP form, no tracking parameters, no closing
    slash, no fragment unless that is a route (`#!…`, `#/…`). Links through Google News and other redirectors become
    the link that they carry, when it can be read in them.
    """
    link = safe_link(url)
    return None if link is None else _canonical(link)


@lru_cache(_REMEMBERED)
def _canonical(link: str) -> str:
    for _ in range(3):
        if (target := _carried(URL(link, encoded=True))) is None:
            break
        link = safe_link(target) or link
    return _plain(URL(link, encoded=True))


def country_of(url: str | None) -> str | None:
    """The country whose domain a link's host stands under, as ISO 3166 writes it in lower case; None when unsure.

    Country domains that the whole world uses for their sound (`.tv`, `.io` …) say nothing.
    """
    ending = host_of(url).rpartition(".")[2]
    if len(ending) != 2 or not ending.isascii() or not ending.isalpha() or ending in _WORLDWIDE:
        return None
    return "gb" if ending == "uk" else ending


def host_of(url: str | None) -> str:
    """The host of a link without `www.`, as shown beside it; empty for None and for what is no link."""
    link = safe_link(url) if url else None
    return (URL(link, encoded=True).raw_host or "").removeprefix("www.") if link else ""


def _joined(url: str, base: str | None) -> URL | None:
    """The absolute URL, or None where the text cannot be one."""
    if not url or _FORBIDDEN.search(url) or _has_user(url):
        return None
    try:
        return URL(url) if base is None or _SCHEME.match(url) else URL(base).join(URL(url))
    except ValueError:
        return None


def _short(base: str | None) -> str | None:
    """Where a link stood, unless that is longer than any link may be."""
    stripped = base.strip(_WHITE) if base else ""
    return stripped if 0 < len(stripped) <= LONGEST else None


def _has_user(url: str) -> bool:
    authority = _AUTHORITY.match(url)
    return authority is not None and "@" in authority[1]


def _is_host(host: str | None) -> bool:
    return host is not None and (":" in host or _HOST.match(host) is not None)


def _plain(url: URL) -> str:
    """The identifying form of a link that carries no other."""
    host = _desktop_host(url.raw_host or "")
    shown = f"[{host}]" if ":" in host else host
    port = f":{url.port}" if url.port not in {None, 80, 443} else ""
    query = "&".join(pair for pair in url.raw_query_string.split("&") if pair and not _is_tracking(pair, host))
    fragment = f"#{url.raw_fragment}" if url.raw_fragment[:1] in {"!", "/"} else ""
    return f"https://{shown}{port}{_desktop_path(url.raw_path)}{'?' if query else ''}{query}{fragment}"


def _desktop_host(host: str) -> str:
    labels = [label for label in host.rstrip(".").split(".") if label]
    while len(labels) > 2 and labels[0] in {"www", "m", "mobile", "amp"}:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":
        del labels[1]
    return ".".join(labels)


_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=\.html?$|$)", re.IGNORECASE)


def _desktop_path(path: str) -> str:
    return _AMP_PATH.sub("", path).rstrip("/")


def _is_tracking(pair: str, host: str) -> bool:
    name, _, value = (unquote(part).lower() for part in pair.partition("="))
    return any(
        _fits(name, rule_name) and (rule_value is None or _fits(value, rule_value))
        for rule_host, rule_name, rule_value in _rules()
        if not rule_host or f".{host}".endswith(f".{rule_host}")
    )


def _fits(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


@cache
def _rules() -> tuple[tuple[str, str, str | None], ...]:
    """The rules of `tracking.txt`: host or empty, name, value or None."""
    lines = files("monitor.text").joinpath("tracking.txt").read_text("utf-8").splitlines()
    rules = (line.split() for line in lines if line and not line.startswith("#"))
    return tuple(_rule(*reversed(words)) for words in rules)


def _rule(pair: str, host: str = "") -> tuple[str, str, str | None]:
    name, is_equal, value = pair.partition("=")
    return host, name, value if is_equal else None


_CARRIERS = tuple(
    (re.compile(place), names)
    for place, names in (
        (r"(.+\.)?google\.[a-z.]+/(news/)?url", ("url", "q")),
        (r"(.+\.)?bing\.com/news/apiclick\.aspx", ("url",)),
        (r"(.+\.)?(facebook|instagram)\.com/(l\.php)?", ("u",)),
        (r"out\.reddit\.com/.*", ("url",)),
        (r"(.+\.)?tumblr\.com/redirect", ("z",)),
        (r"(.+\.)?duckduckgo\.com/l/?", ("uddg",)),
        (r"(.+\.)?youtube\.com/redirect", ("q",)),
    )
)
_AMP_CACHE = re.compile(r"(?:(?:www\.)?google\.[a-z.]+/amp|[^/]+\.cdn\.ampproject\.org/[a-z])/(s/)?([^/]+\.[^/]+/.*)")
_GOOGLE_NEWS = re.compile(r"news\.google\.com/(?:.*/)?(?:articles|read)/([\w-]+)")
_YAHOO = re.compile(r"r\.search\.yahoo\.com/.*/RU=([^/]+)/.*")


def _carried(url: URL) -> str | None:
    """The link that a redirector's link carries, as text; None when it carries none that can be read."""
    place = f"{url.raw_host}{url.raw_path}"
    if cached := _AMP_CACHE.fullmatch(place):
        query = f"?{url.raw_query_string}" if url.raw_query_string else ""
        return f"{'https' if cached[1] else 'http'}://{cached[2]}{query}"
    if news := _GOOGLE_NEWS.fullmatch(place):
        return _from_google_news(news[1])
    if yahoo := _YAHOO.fullmatch(place):
        return unquote(yahoo[1])
    return _from_query(url, place)


def _from_query(url: URL, place: str) -> str | None:
    if not url.raw_query_string:
        return None
    names = next((names for pattern, names in _CARRIERS if pattern.fullmatch(place)), ())
    if not names and [name for name in url.query if not _is_tracking(name, url.raw_host or "")] == ["url"]:
        names = ("url",)
    targets = (url.query.get(name, "") for name in names)
    return next((target for target in targets if target.startswith(("http://", "https://"))), None)


def _from_google_news(code: str) -> str | None:
    """The link inside the older article codes: base64 of `08 13 22`, a length, the link."""
    try:
        raw = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except NotBase64:
        return None
    link = re.match(rb"\x08\x13\x22(?:[\x00-\x7f]|[\x80-\xff][\x00-\x7f])(https?://[\x21-\x7e]+)", raw)
    if link is None:
        return None
    length = raw[3] if raw[3] < 0x80 else (raw[3] & 0x7F) | raw[4] << 7
    return link[1][:length].decode("ascii")
