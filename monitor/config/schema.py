"""JSON Schema (2020-12) of both kinds of file, made from the fields that the readers read.

Editors that know YAML use them to complete keys and to underline mistakes.

Pure.
"""

from __future__ import annotations

import json

from monitor.config.expressions import DEFINITIONS
from monitor.config.fields import Record, Schema
from monitor.config.service import SERVICE
from monitor.config.watchlists import FILE

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def monitor_schema() -> Schema:
    """The schema of monitor.yaml."""
    return {**_head(SERVICE), **SERVICE.schema()}


def watchlists_schema() -> Schema:
    """The schema of every other file."""
    return {**_head(FILE), **FILE.schema(), "$defs": DEFINITIONS}


def schema_files() -> dict[str, str]:
    """Both as files, by name: indented JSON with a newline at its end."""
    schemas = {"monitor.schema.json": monitor_schema(), "watchlists.schema.json": watchlists_schema()}
    return {name: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for name, value in schemas.items()}


def _head(record: Record) -> Schema:
    return {"$schema": _DIALECT, "title": record.name.removeprefix("a ")}
