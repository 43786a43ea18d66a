"""The filters of a watchlist: which languages, outlets, countries, zones and strengths it wants at all.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.model.entry import Entry
from monitor.model.watch import Strength, Zone
from monitor.text.tokens import fold

TEXT_ZONES = (Zone.TITLE, Zone.SUMMARY, Zone.BODY)
"""Where words are looked for when nothing else is said."""
CHOOSABLE_ZONES = (*TEXT_ZONES, Zone.TAIL)
_SAME_LANGUAGE = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "sh": "hbs", "sr": "hbs", "hr": "hbs", "bs": "hbs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What an entry must be, apart from its words; an empty filter lets everything pass."""

    lang: tuple[str, ...] = ()
    """ISO 639 codes; an entry of unknown language passes, a wrong guess must not lose it."""
    source: tuple[str, ...] = ()
    """Names or hosts of outlets; a host stands for its subdomains too."""
    source_not: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    zones: tuple[Zone, ...] = TEXT_ZONES
    min: Strength = Strength.PASSING

    @property
    def filters(self) -> bool:
        """Whether it refuses an entry whatever its words are."""
        return bool(self.lang or self.source or self.source_not or self.country or self.author or self.category)


EVERYTHING = Where()


@lru_cache(maxsize=1_000)
def language_of(tag: str | None) -> str | None:
    """The language code of a BCP 47 tag in one spelling: `nb` for `no` and `nn-NO`; None when there is none."""
    if not tag:
        return None
    code = tag.lower().replace("_", "-").split("-")[0]
    return _SAME_LANGUAGE.get(code, code)


def host_of_entry(entry: Entry) -> str:
    """Host of the entry's link without `www.`, or empty."""
    try:
        host = urlsplit(entry.link or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def refusals(where: Where, entry: Entry) -> tuple[str, ...]:
    """A sentence for each filter that the entry does not pass; strength is judged after matching."""
    return tuple(sentence for check in _CHECKS if (sentence := check(where, entry))) if where.filters else ()


def _wrong_language(where: Where, entry: Entry) -> str:
    found = language_of(entry.language)
    if not where.lang or found is None or found in {language_of(tag) for tag in where.lang}:
        return ""
    return f"language is {entry.language}, wanted: {', '.join(where.lang)}"


def _wrong_source(where: Where, entry: Entry) -> str:
    if not where.source or _is_one_of(where.source, entry):
        return ""
    return f"outlet is {_outlet(entry)}, wanted: {', '.join(where.source)}"


def _refused_source(where: Where, entry: Entry) -> str:
    return f"outlet {_outlet(entry)} is excluded" if _is_one_of(where.source_not, entry) else ""


def _wrong_country(where: Where, entry: Entry) -> str:
    if not where.country or (entry.country or "").lower() in {code.lower() for code in where.country}:
        return ""
    return f"country is {entry.country or 'unknown'}, wanted: {', '.join(where.country)}"


def _wrong_author(where: Where, entry: Entry) -> str:
    return _none_among(where.author, entry.authors, "author")


def _wrong_category(where: Where, entry: Entry) -> str:
    return _none_among(where.category, entry.categories, "category")


def _none_among(wanted: tuple[str, ...], found: tuple[str, ...], what: str) -> str:
    if not wanted or {fold(name) for name in wanted} & {fold(name) for name in found}:
        return ""
    return f"{what} is {', '.join(found) or 'unknown'}, wanted: {', '.join(wanted)}"


def _is_one_of(names: Iterable[str], entry: Entry) -> bool:
    host, source = host_of_entry(entry), fold(entry.source)
    return any(_is_host(host, name.lower()) or (source and fold(name) == source) for name in names)


def _is_host(host: str, name: str) -> bool:
    bare = name.removeprefix("www.")
    return bool(host) and (host == bare or host.endswith(f".{bare}"))


def _outlet(entry: Entry) -> str:
    return entry.source or host_of_entry(entry) or "unknown"


_CHECKS: tuple[Callable[[Where, Entry], str], ...] = (
    *(_wrong_language, _wrong_source, _refused_source),
    *(_wrong_country, _wrong_author, _wrong_category),
)
