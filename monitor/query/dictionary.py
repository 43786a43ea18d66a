"""The inflection dictionaries of simplemma, read as a stream so that none stays in memory.

Loaded the usual way the Polish one takes 505 MB, the German 110 MB, the English 18 MB; read through once and let go,
each takes 3 MB for as long as it is read (Polish two seconds, German half a second, English a tenth).

Edge: simplemma.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import (
    DATA_FOLDER,
    SUPPORTED_LANGUAGES,
    DefaultDictionaryFactory,
)

_BLOCK = 1 << 20
_LONGEST = 300
_SHORT_BYTES, _MEMOIZE, _STOP = ord("C"), 0x94, ord(".")
_SKIPPED = {0x80: 2, 0x95: 9, ord("}"): 1, ord("("): 1, ord("u"): 1, _MEMOIZE: 1}
_REFERENCES = {ord("h"): 2, ord("j"): 5}

Pair = tuple[bytes, bytes]


def languages() -> frozenset[str]:
    """ISO 639 codes of the languages that have a dictionary."""
    return frozenset(SUPPORTED_LANGUAGES)


def pairs(language: str) -> Iterator[Pair]:
    """Every inflected form with its base form, in UTF-8.

    Args:
        language: One of `languages()`.

    Source:
        The files are pickles of one dict of bytes (PEP 574, protocol 5). A dozen pairs that repeat an earlier string by
        reference are left out. A file of another make is loaded the usual way.
    """
    path = Path(DATA_FOLDER) / f"{language}.plzma"
    read = 0
    try:
        for pair in _streamed(path):
            yield pair
            read += 1
    except _AnotherMake:
        yield from _loaded(language, read)


class _AnotherMake(ValueError):
    """The file is not laid out as expected."""


def _loaded(language: str, skip: int) -> Iterator[Pair]:
    whole = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
    for number, (form, base) in enumerate(whole.items()):
        if number >= skip:
            yield form.encode(), base.encode()


def _streamed(path: Path) -> Iterator[Pair]:
    with lzma.open(path) as file:
        data, at, form = b"", 0, None
        while True:
            if at + _LONGEST > len(data):
                data, at = data[at:] + file.read(_BLOCK), 0
            code = data[at] if at < len(data) else -1
            if code == _SHORT_BYTES:
                end = at + 2 + data[at + 1]
                word, at = data[at + 2 : end], end + 1
                if form is None:
                    form = word
                else:
                    yield form, word
                    form = None
            elif code in _SKIPPED:
                at += _SKIPPED[code]
            elif code in _REFERENCES:
                at += _REFERENCES[code]
                form = None if form is not None else b""
            elif code == _STOP:
                return
            else:
                raise _AnotherMake(path)
