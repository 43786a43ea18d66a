"""Articles of a corpus as lines of text: facts and fingerprints, from which no sentence can be read back.

Pure.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from math import exp, log

from monitor.errors import CorpusError
from monitor.model.ids import ArticleId
from monitor.model.story import Article

FORM = "article/1"
"""Names the form, and the way in which texts became fingerprints."""

_FACTS = ("id", "corpus", "title", "outlet", "url", "published", "words", "title_key")


def packed(article: Article) -> str:
    """One line of JSON: the article's facts as they are, its fingerprints in base64."""
    row = {
        "monitor": FORM,
        **{name: getattr(article, name) for name in _FACTS},
        "shingles": _pack_hashes(article.shingles),
        "pairs": _pack_hashes(article.pairs),
        "lead": _pack_lead(article.lead),
    }
    return json.dumps(row, ensure_ascii=False)


def is_packed(row: Mapping[str, object]) -> bool:
    """Whether a JSON object is an article in the exported form, of this or another version."""
    return str(row.get("monitor", "")).startswith("article/")


def unpacked(row: Mapping[str, object], corpus: str | None = None) -> Article:
    """The article of one exported line.

    Args:
        row: The line as a JSON object.
        corpus: Where it goes; None: where it came from.

    Raises:
        CorpusError: It is damaged, or of a form that this program does not write.
    """
    if row.get("monitor") != FORM:
        raise CorpusError(f"exported article: {row.get('monitor')}: this program reads {FORM}; import the texts anew")
    try:
        return Article(
            id=ArticleId(str(row["id"])),
            corpus=corpus or str(row["corpus"]),
            title=str(row["title"]),
            outlet=str(row["outlet"]),
            url=_text(row["url"]),
            published=_text(row["published"]),
            words=int(str(row["words"])),
            title_key=str(row["title_key"]),
            shingles=_unpack_hashes(str(row["shingles"])),
            pairs=_unpack_hashes(str(row["pairs"])),
            lead=_unpack_lead(str(row["lead"])),
        )
    except (KeyError, ValueError, struct.error) as error:
        raise CorpusError(f"exported article: {str(row.get('title'))[:80]}: damaged: {error!r}") from error


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _pack_hashes(hashes: Sequence[int]) -> str:
    return b64encode(struct.pack(f"<{len(hashes)}Q", *hashes)).decode("ascii")


def _unpack_hashes(value: str) -> tuple[int, ...]:
    raw = b64decode(value, validate=True)
    return struct.unpack(f"<{len(raw) // 8}Q", raw)


def _pack_lead(lead: Sequence[tuple[int, float]]) -> str:
    """Each term with how often it occurs, which is what its weight was made of."""
    return b64encode(b"".join(struct.pack("<IH", term, round(exp(weight - 1))) for term, weight in lead)).decode(
        "ascii"
    )


def _unpack_lead(value: str) -> tuple[tuple[int, float], ...]:
    raw = b64decode(value, validate=True)
    return tuple((term, 1 + log(count)) for term, count in struct.iter_unpack("<IH", raw))
