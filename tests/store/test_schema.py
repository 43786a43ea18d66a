from __future__ import annotations

import sqlite3
from dataclasses import fields

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from monitor.model.alert import ChatThread, Delivery, DestinationState, Silence, Told
from monitor.model.archive import Opinion
from monitor.model.entry import Entry
from monitor.model.feed import Feed, FeedState
from monitor.model.plan import Poll
from monitor.model.story import Article, CorpusHit, Fingerprint, Kinship, Story
from monitor.store import alert_schema, corpus_schema, schema, story_schema
from monitor.store.views import ImportState

HELD = [
    (Feed, schema.feeds),
    (FeedState, schema.feed_states),
    (Poll, schema.polls),
    (Fingerprint, story_schema.fingerprints),
    (Story, story_schema.stories),
    (Kinship, story_schema.kinships),
    (CorpusHit, story_schema.corpus_hits),
    (Told, alert_schema.told),
    (Delivery, alert_schema.deliveries),
    (DestinationState, alert_schema.destinations),
    (ChatThread, alert_schema.chat_threads),
    (Silence, alert_schema.silences),
    (Article, corpus_schema.articles),
    (ImportState, corpus_schema.imports),
    (Opinion, alert_schema.opinions),
]


@pytest.mark.parametrize(("kind", "table"), HELD, ids=lambda value: getattr(value, "__name__", ""))
def test_every_field_of_a_noun_has_a_column(kind, table):
    assert {f.name for f in fields(kind)} <= set(table.columns.keys())


def test_every_field_of_an_entry_has_a_column_in_one_of_its_two_tables():
    assert {f.name for f in fields(Entry)} <= {*schema.entries.columns.keys(), *schema.texts.columns.keys()}


def test_the_migrations_arrive_at_the_schema_of_the_code(store):
    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, schema.metadata) == []


def _ours(name, kind, _parents):
    return kind != "table" or not name.startswith("search")


def test_the_writing_connection_is_durable_and_keeps_references(store):
    with store._database.write() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000


def test_a_write_takes_the_lock_at_its_first_statement(store):
    with store._database.write() as connection:
        other = sqlite3.connect(store._database.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        assert connection.connection.dbapi_connection.in_transaction


def test_a_reading_connection_cannot_write(store):
    with pytest.raises(Exception, match="readonly"), store._database.read() as connection:
        connection.exec_driver_sql("DELETE FROM feeds")
