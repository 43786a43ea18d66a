"""Codes of languages and countries that filters may name, and what was meant by those that are none.

Pure.

Source:
    ISO 639-1 and ISO 3166-1 alpha-2.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import resources

from monitor.query.where import language_of


def _table(name: str) -> dict[str, str]:
    rows = resources.files("monitor.query").joinpath(name).read_text("utf-8").splitlines()
    return {code: said for code, _, said in (row.partition(" ") for row in rows)}


LANGUAGES = _table("languages.txt")
COUNTRIES = _table("countries.txt")
_COUNTRY_FOR_LANGUAGE = {"ua": "uk", "cz": "cs", "jp": "ja", "cn": "zh", "gr": "el", "dk": "da", "by": "be", "rs": "sr"}
_COUNTRY_FOR_LANGUAGE |= {
    "il": "he",
    "vn": "vi",
    "ir": "fa",
    "us": "en",
    "gb": "en",
    "at": "de",
    "al": "sq",
    "ee": "et",
}
_COUNTRY_TOO = {"uk": "gb", "england": "gb", "britain": "gb", "great britain": "gb", "usa": "us", "america": "us"}
_COUNTRY_TOO |= {"united states of america": "us", "en": "gb", "kosovo": "xk", "czech republic": "cz", "eu": ""}
_SHORTEST = 3


def language_problem(tag: str) -> tuple[str, str] | None:
    """What is wrong with a language of a filter and what to write for it; None when it is a language's code."""
    code = language_of(tag) or ""
    if (
        code.isascii()
        and code.isalpha()
        and (len(code) == _SHORTEST or tag.lower().replace("_", "-").split("-")[0] in LANGUAGES)
    ):
        return None
    meant = _COUNTRY_FOR_LANGUAGE.get(tag.lower()) or _named(tag, LANGUAGES)
    hint = f"write {meant} for {LANGUAGES[meant]}" if meant else "a code of two letters, such as en, uk or de"
    return f"'{tag[:40]}' is not the code of a language", hint


def country_problem(name: str) -> tuple[str, str] | None:
    """What is wrong with a country of a filter and what to write for it; None when it is a country's code."""
    code = name.lower()
    if code in COUNTRIES or code == "xk":
        return None
    meant = _COUNTRY_TOO.get(code, _named(name, COUNTRIES))
    hint = f"write {meant} for {COUNTRIES.get(meant, name)}" if meant else "a code of two letters, such as ua, gb or us"
    return f"'{name[:40]}' is not the code of a country", hint


def _named(said: str, table: dict[str, str]) -> str:
    """The code of what has nearly this name; nothing when none has."""
    codes = {name.lower(): code for code, name in table.items()}
    found = get_close_matches(said.lower()[:40], codes, n=1, cutoff=0.8) if len(said) > _SHORTEST else []
    return codes[found[0]] if found else ""
