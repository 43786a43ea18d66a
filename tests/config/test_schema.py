"""The JSON Schemas: up to date, complete, and of one mind with the readers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.destinations import DESTINATION
from monitor.config.fields import Record
from monitor.config.nodes import read_nodes
from monitor.config.schema import monitor_schema, schema_files, watchlists_schema
from monitor.config.service import SERVICE, read_service
from monitor.config.subscriptions import FEED
from monitor.config.watchlists import FILE, WATCHLIST_RECORD, read_watchlists
from monitor.errors import ConfigError
from monitor.located import Items, Located, Pairs, Text

ROOT = Path(__file__).resolve().parents[2]
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def as_an_editor_sees_it(value: Located | None) -> object:
    """The value as YAML 1.2 types it, which is what editors validate."""
    match value:
        case Pairs():
            return {key.value: as_an_editor_sees_it(inner) for key, inner in value}
        case Items():
            return [as_an_editor_sees_it(inner) for inner in value]
        case Text(plain=True) if value.value in ("true", "false"):
            return value.value == "true"
        case Text(plain=True) if re.fullmatch(r"-?[0-9]+", value.value):
            return int(value.value)
        case Text():
            return value.value
    return None


def fits(value: object, schema: Mapping, root: Mapping) -> bool:
    """Whether a value is valid, for the keywords that the schemas use; an unknown keyword is an error."""
    checks = {
        "$ref": lambda ref: fits(value, root["$defs"][ref.removeprefix("#/$defs/")], root),
        "type": lambda names: any(is_of_type(value, name) for name in ([names] if isinstance(names, str) else names)),
        "enum": lambda options: value in options,
        "const": lambda only: value == only,
        "anyOf": lambda options: any(fits(value, option, root) for option in options),
        "pattern": lambda regex: not isinstance(value, str) or re.search(regex, value) is not None,
        "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
        "maxLength": lambda most: not isinstance(value, str) or len(value) <= most,
        "minimum": lambda least: not isinstance(value, int) or value >= least,
        "maximum": lambda most: not isinstance(value, int) or value <= most,
        "minItems": lambda least: not isinstance(value, list) or len(value) >= least,
        "items": lambda item: not isinstance(value, list) or all(fits(inner, item, root) for inner in value),
        "properties": lambda known: (
            not isinstance(value, dict) or all(fits(value[k], known[k], root) for k in value if k in known)
        ),
        "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
        "additionalProperties": lambda more: (
            not isinstance(value, dict)
            or all(more and fits(value[k], more, root) for k in value if k not in schema.get("properties", {}))
        ),
        "propertyNames": lambda name: not isinstance(value, dict) or all(fits(k, name, root) for k in value),
    }
    silent = {"description", "title", "$schema", "$defs"}
    return all(checks[keyword](told) for keyword, told in schema.items() if keyword not in silent)


def is_of_type(value: object, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def valid(text: str, schema: Mapping) -> bool:
    return fits(as_an_editor_sees_it(read_nodes("f.yaml", text.encode())), schema, schema)


@pytest.mark.parametrize("name", schema_files())
def test_the_schemas_in_the_reference_are_up_to_date(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == schema_files()[name], f"write it anew: monitor schema … --output docs/reference/{name}"


@pytest.mark.parametrize("name", schema_files())
def test_the_files_are_json_of_the_draft_they_name(name: str) -> None:
    assert json.loads(schema_files()[name])["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", sorted((ROOT / "watchlists").glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_files_are_valid(path: Path) -> None:
    schema = monitor_schema() if path.name == "monitor.yaml" else watchlists_schema()
    assert valid(path.read_text(encoding="utf-8"), schema)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "monitor" / "config" / "starter").glob("*.yaml")), ids=lambda path: path.name
)
def test_the_starter_files_are_valid(path: Path) -> None:
    schema = monitor_schema() if path.name == "monitor.yaml" else watchlists_schema()
    assert valid(path.read_text(encoding="utf-8"), schema)


def test_every_field_says_what_it_means_and_what_holds_without_it() -> None:
    for record in (SERVICE, FILE, WATCHLIST_RECORD):
        for field in record.fields:
            assert field.meaning.endswith(".")
            assert field.required or field.otherwise


@pytest.mark.parametrize(
    "text",
    [
        "feds: []\n",
        "feeds: {}\n",
        "feeds: [ftp://a.example]\n",
        "feeds: [{name: x}]\n",
        "feeds: [{url: https://a.example, tgas: [x]}]\n",
        "feeds: [{url: https://a.example, every: 5}]\n",
        "feeds: [{url: https://a.example, every: hourly}]\n",
        "feeds: [{url: https://a.example, tags: []}]\n",
        "destinations: {Desk: {url: x}}\n",
        "destinations: {desk: {url: x, quiet: {from: 22:00}}}\n",
        "destinations: {desk: {url: x, quiet: {from: 22.00, to: 07:00}}}\n",
        "aliases: {nato: []}\n",
        "corpora: {old: {}}\n",
    ],
)
def test_an_editor_underlines_what_the_reader_refuses_in_monitor_yaml(text: str) -> None:
    assert not valid(text, monitor_schema())


@pytest.mark.parametrize(
    "row",
    [
        "name: A",
        "query: a",
        "name: a, prioritee: high",
        "name: a, priority: hihg",
        "name: a, near: 99, of: [a, b]",
        "name: a, any: [{bogus: [a]}]",
        "name: a, any: [{not_near: {within: 5}}]",
        "name: a, query: a, where: {min: loud}",
        "name: a, query: a, again: {sources: many}",
        "name: a, query: a, shadow: 5",
    ],
)
def test_an_editor_underlines_what_the_reader_refuses_in_a_watchlist(row: str) -> None:
    assert not valid(f"watchlists: [{{{row}}}]\n", watchlists_schema())


@pytest.mark.parametrize(
    "row",
    [
        "name: a, query: a AND b",
        "name: 2024, query: 5",
        "name: a, all: [$nato, {near: 6, of: [a, {any: [b, c]}]}], none: d",
        "name: a, any: [{all: [a], not_near: {within: 6, of: [b]}}], ignore: [c]",
        "name: a, atleast: 2, of: [a, b], where: {lang: no, source_not: [a.example], zones: [title], min: prominent}",
        "name: a, query: a, again: {sources: 5, revised: true, at_most_every: 6h}, shadow: false",
        "name: a, query: a, examples: {match: a, no_match: [b]}",
    ],
)
def test_an_editor_accepts_what_the_reader_accepts(row: str) -> None:
    assert valid(f"watchlists: [{{{row}}}]\n", watchlists_schema())


SCALARS = st.sampled_from(
    ["a", "desk", "World Desk", "हिन्दी", "5m", "1h 30m", "auto", "20/h", "5 / 10m", "200", "007", "0", "5", "-1", "true", "false", "yes",
     "07:30", "7:30", "Europe/Berlin", "10.0.0.0/8", "https://a.example/", "console://", "high", "strict", "none", "{title}", "{x}",
     '"5"', '"a b"', "''", "a,b", "2024", "1.5", "null", "~", "[a, b]", "[]", "{}", "[[a]]", "{a: b}", "{from: 22:00, to: 07:00}",
     "{at: [08:00, 17:00]}", "{sources: 5, revised: true}", "{at_most_every: 6h}", "{match: a, no_match: [b]}", "[5, true]"]
)  # fmt: skip


def rows(record: Record, more: Iterable[str] = ()) -> st.SearchStrategy[str]:
    """A mapping in braces with some keys of a record, each with any value."""
    keys = [field.name for field in record.fields] + [*more]
    pairs = st.dictionaries(st.sampled_from(keys), SCALARS, max_size=2)
    return pairs.map(lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found.items()) + "}")


def listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


SERVICES = st.fixed_dictionaries(
    {},
    optional={
        "feeds": st.lists(rows(FEED).map(lambda row: row.replace("{", "{url: https://b.example/, ", 1)) | SCALARS, max_size=2).map(listed),
        "destinations": rows(DESTINATION).map(lambda row: f"{{desk: {row}}}"),
        "on_error": SCALARS,
        "flood": SCALARS,
        "corpora": SCALARS.map(lambda value: f"{{old: {{path: {value}}}}}"),
        "aliases": SCALARS.map(lambda value: f"{{nato: {value}}}"),
    },
)  # fmt: skip
LISTS = st.lists(rows(WATCHLIST_RECORD).map(lambda row: row.replace("{", "{name: b, query: c, ", 1)), max_size=2).map(
    listed
)


def is_read(read: Callable[[Located], object], text: str) -> bool:
    try:
        read(read_nodes("f.yaml", text.encode()))
    except ConfigError:
        return False
    return True


@settings(max_examples=60)
@given(SERVICES)
def test_an_editor_accepts_any_monitor_yaml_that_the_reader_accepts(service: dict[str, str]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in service.items())
    if service and is_read(read_service, text):
        assert valid(text, monitor_schema()), text


@settings(max_examples=60)
@given(LISTS)
def test_an_editor_accepts_any_watchlists_that_the_reader_accepts(watchlists: str) -> None:
    text = f"watchlists: {watchlists}\n"
    if is_read(read_watchlists, text):
        assert valid(text, watchlists_schema()), text
