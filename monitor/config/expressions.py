"""The keys of a watchlist's expression as JSON Schema; the query room reads them, this room only passes them on.

Pure.
"""

from __future__ import annotations

from typing import Any

from monitor.config.fields import Schema
from monitor.model.watch import Strength

CLAUSE = "#/$defs/clause"
CLAUSES = "#/$defs/clauses"
SCALAR = ["string", "number", "boolean"]
DISTANCE: Schema = {"type": "integer", "minimum": 1, "maximum": 50}
WORDS: Schema = {"anyOf": [{"type": SCALAR}, {"type": "array", "items": {"type": SCALAR}}]}

_NAMES = ("lang", "source", "source_not", "country", "author", "category")
_WHERE: Schema = {
    "type": "object",
    "description": "What an entry must be, apart from its words.",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(_NAMES, WORDS),
        "zones": {"type": "array", "items": {"enum": ["title", "summary", "body", "tail"]}, "minItems": 1},
        "min": {"enum": [strength.label for strength in Strength]},
    },
}
_NOT_NEAR: Schema = {
    "type": "object",
    "description": "No mention of these within this many words.",
    "additionalProperties": False,
    "properties": {"within": DISTANCE, "of": {"$ref": CLAUSES}},
    "required": ["within", "of"],
}

EXPRESSION: dict[str, Schema] = {
    "query": {"type": SCALAR, "description": "The whole expression in one line."},
    "all": {"$ref": CLAUSES, "description": "Every clause must hold."},
    "any": {"$ref": CLAUSES, "description": "At least one clause must hold."},
    "near": {**DISTANCE, "description": "The clauses of `of` stand at most this many words apart, in any order."},
    "onear": {**DISTANCE, "description": "The same, in the order given."},
    "of": {"$ref": CLAUSES, "description": "The clauses that `near`, `onear` or `atleast` speaks of."},
    "atleast": {
        "type": "integer",
        "minimum": 1,
        "description": "At least this many mentions of what stands in `of`, in the whole entry.",
    },
    "not_near": _NOT_NEAR,
    "none": {"$ref": CLAUSES, "description": "An entry in which one of these holds does not match."},
    "ignore": {"$ref": CLAUSES, "description": "Mentions that do not count, as if the words were not there."},
    "where": _WHERE,
}
"""The keys that the query room reads, with the shape of each; `$defs` are in `DEFINITIONS`."""

DEFINITIONS: dict[str, Any] = {
    "clause": {
        "anyOf": [
            {"type": SCALAR},
            {"type": "object", "additionalProperties": False, "properties": EXPRESSION},
        ]
    },
    "clauses": {"anyOf": [{"$ref": CLAUSE}, {"type": "array", "items": {"$ref": CLAUSE}}]},
}
