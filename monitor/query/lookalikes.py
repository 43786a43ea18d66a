"""Words of two scripts: a Cyrillic letter in a Latin word looks right and matches nothing.

Pure.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

from monitor.query.doubt import Doubt

_CYRILLIC = "аеорсухіјѕԛԝАВЕНІЈКМОРСТУХЅ"
_LATIN = "aeopcyxijsqwABEHIJKMOPCTYXS"
_GREEK = "οανρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_AS_GREEK = "oavpABEZHIKMNOPTYX"
_TWINS = {
    ("CYRILLIC", "LATIN"): str.maketrans(_CYRILLIC, _LATIN),
    ("LATIN", "CYRILLIC"): str.maketrans(_LATIN, _CYRILLIC),
    ("GREEK", "LATIN"): str.maketrans(_GREEK, _AS_GREEK),
    ("LATIN", "GREEK"): str.maketrans(_AS_GREEK, _GREEK),
}
"""Letters of one script as those of another that look the same."""


def mixed(word: str) -> Doubt | None:
    """The doubt about a word whose letters are of two scripts, with the word as it was meant; None for others.

    A Greek letter that looks like no Latin one is meant: `TNFα`, `μm`.
    """
    scripts = Counter(script for char in word if (script := _script(char)) in {"LATIN", "CYRILLIC", "GREEK"})
    if len(scripts) < 2:
        return None
    (most, _), (few, _) = scripts.most_common(2)
    foreign = ", ".join(dict.fromkeys(char for char in word if _script(char) == few))
    message = f"{word} is no word of one script: {foreign} is {few.title()}, the rest {most.title()}"
    for old, new in ((few, most), (most, few)):
        meant = word.translate(_TWINS.get((old, new), {}))
        if {_script(char) for char in meant if char.isalpha()} == {new}:
            return Doubt(message, f"type it again: {meant} in {new.title()} letters", (word,))
    return None if "GREEK" in scripts else Doubt(message, "type it again in one alphabet", (word,))


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""
