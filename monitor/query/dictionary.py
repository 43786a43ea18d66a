"""The inflection dictionaries of simplemma, read as a stream so that none stays in memory.

Loaded the usual way the Polish one takes 505 MB, the German 110 MB, the English 18 MB. Here a file is unpacked piece by
piece, and of each thousand pairs only those are looked at among which an asked word stands.

Edge: simplemma.
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import (
    DATA_FOLDER,
    SUPPORTED_LANGUAGES,
    DefaultDictionaryFactory,
)

_START, _FRAME, _NEXT_WORD = b"\x80\x05", 0x95, b"\x94C"
_NEXT_BATCH, _FIRST_WORD, _LAST = b"\x94u(C", b"}\x94(C", b"\x94u."
_BATCH = 1_000
_SHORT_BYTES, _MEMOIZE = ord("C"), 0x94
_REFERENCES = {ord("h"): 2, ord("j"): 5}

_SCATTERED = frozenset({"lt", "sw"})
"""Languages in whose files the forms of a base form stand in several places; in all others they stand together."""

Family = tuple[bytes, tuple[bytes, ...]]
"""A base form and its inflected forms, in UTF-8."""


def languages() -> frozenset[str]:
    """ISO 639 codes of the languages that have a dictionary."""
    return frozenset(SUPPORTED_LANGUAGES)


def families(language: str, words: Collection[bytes]) -> Iterator[Family]:
    """The base forms with all their inflected forms, where the base form or one of the others is asked for.

    Args:
        language: One of `languages()`.
        words: In UTF-8, as they are spelt there.

    Source:
        The files are pickles of one dict of bytes (PEP 574, protocol 5). A dozen pairs that repeat an earlier string
        by reference are left out. A file of another make is loaded the usual way.
    """
    try:
        yield from _gathered(language, words) if language in _SCATTERED else _asked(language, words)
    except _AnotherMake:
        yield from _loaded(language, words)


def beginning(language: str, starts: Collection[str]) -> dict[str, int]:
    """How many inflected forms of a language begin with each of these; the dictionary is read through once."""
    sought = {start.encode(): start for start in starts}
    lengths = sorted({len(start) for start in sought})
    counted = dict.fromkeys(starts, 0)
    for form in _all_forms(language):
        for length in lengths:
            start = sought.get(form[:length])
            if start is not None:
                counted[start] += 1
    return counted


def _all_forms(language: str) -> Iterator[bytes]:
    try:
        for pieces in _batches(language):
            yield from (piece[1:] for piece in pieces[::2])
    except _AnotherMake:
        yield from (form.encode() for form in DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language))


class _AnotherMake(ValueError):
    """The file is not laid out as expected."""


def _gathered(language: str, words: Collection[bytes]) -> Iterator[Family]:
    bases = {base for base, _ in _asked(language, words)}
    found: dict[bytes, tuple[bytes, ...]] = {}
    for base, forms in _asked(language, bases):
        found[base] = (*found.get(base, ()), *forms)
    yield from ((base, forms) for base, forms in found.items() if base in bases)


def _asked(language: str, words: Collection[bytes]) -> Iterator[Family]:
    wanted = frozenset(bytes((len(word),)) + word for word in words if len(word) < 256)
    for pieces in _whole_families(_batches(language)):
        hits = wanted.intersection(pieces)
        if hits:
            yield from _among(pieces, hits)


def _among(pieces: list[bytes], hits: frozenset[bytes]) -> Iterator[Family]:
    """The families of the words that were hit; forms and base forms alternate, each behind its length."""
    bases = {pieces[number | 1] for number, piece in enumerate(pieces) if piece in hits}
    pairs = zip(pieces[::2], pieces[1::2], strict=True)
    for base, found in groupby((pair for pair in pairs if pair[1] in bases), itemgetter(1)):
        yield base[1:], tuple(form[1:] for form, _ in found)


def _whole_families(batches: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """The batches, cut where a family ends."""
    begun: list[bytes] = []
    for batch in batches:
        pieces = begun + batch
        last, at = pieces[-1:], len(pieces)
        while at and pieces[at - 1 : at] == last:
            at -= 2
        yield pieces[:at]
        begun = pieces[at:]
    yield begun


def _batches(language: str) -> Iterator[list[bytes]]:
    """A thousand pairs at a time, forms and base forms in turn, each behind its length."""
    rest = b""
    with lzma.open(Path(DATA_FOLDER) / f"{language}.plzma") as file:
        for number, frame in enumerate(_frames(file)):
            whole, *more = (rest + (frame if number else _opened(frame))).split(_NEXT_BATCH)
            for following in more:
                yield _pieces(whole)
                whole = following
            rest = whole
    if not rest.endswith(_LAST):
        raise _AnotherMake(language)
    yield _pieces(rest.removesuffix(_LAST))


def _opened(frame: bytes) -> bytes:
    if not frame.startswith(_FIRST_WORD):
        raise _AnotherMake
    return frame.removeprefix(_FIRST_WORD)


def _frames(file: lzma.LZMAFile) -> Iterator[bytes]:
    if file.read(len(_START)) != _START:
        raise _AnotherMake
    while head := file.read(9):
        if head[0] != _FRAME or len(head) < 9:
            raise _AnotherMake
        yield file.read(int.from_bytes(head[1:], "little"))


def _pieces(batch: bytes) -> list[bytes]:
    pieces = batch.split(_NEXT_WORD)
    return pieces if len(pieces) == 2 * _BATCH else list(_one_by_one(batch))


def _one_by_one(batch: bytes) -> Iterator[bytes]:
    """The pieces of a batch in which a pair repeats an earlier string; such pairs are left out."""
    codes = b"C" + batch + b"\x94"
    at, pair = 0, list[bytes | None]()
    while at < len(codes):
        code = codes[at]
        if code == _SHORT_BYTES:
            end = at + 2 + codes[at + 1]
            pair.append(codes[at + 1 : end])
            at = end
        elif code in _REFERENCES:
            pair.append(None)
            at += _REFERENCES[code]
        elif code == _MEMOIZE:
            at += 1
        else:
            raise _AnotherMake
        if len(pair) == 2:
            yield from (piece for piece in pair if piece is not None and None not in pair)
            pair.clear()


def _loaded(language: str, words: Collection[bytes]) -> Iterator[Family]:
    whole: dict[bytes, list[bytes]] = defaultdict(list)
    for inflected, lemma in DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language).items():
        whole[lemma.encode()].append(inflected.encode())
    for base, forms in whole.items():
        if base in words or any(form in words for form in forms):
            yield base, tuple(forms)
