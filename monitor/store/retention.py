"""Forgetting: texts first, ids and fingerprints much later, and never what may still be needed.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, delete, exists, func, select

from monitor.model.alert import DeliveryState
from monitor.store.alert_schema import alerts, chat_threads, deliveries, notices, told
from monitor.store.database import Database
from monitor.store.rows import batches
from monitor.store.schema import entries, feeds, outcome_history, outcomes, polls, texts
from monitor.store.story_schema import kinships, regroupings, stories
from monitor.store.views import Removed

POLLS = timedelta(days=30)
STILL_PUBLISHED = 2_000
"""A feed's document holds at most so many entries: that many of its newest are remembered however old they are."""

SLICE = 1_000
"""Rows deleted in one transaction, so that nobody waits long for the one writer."""

SWEEP = 50 * SLICE
"""Keys looked up at once."""

UNSETTLED = (DeliveryState.WAITING, DeliveryState.SENDING)


def forget(database: Database, texts_before: datetime, ids_before: datetime, polls_before: datetime) -> Removed:
    """Deletes texts, then entries with all that hangs on them, then empty stories, told alerts, and polls.

    An entry keeps its title, ids and fingerprint when its text goes. An active feed's newest 2,000 entries keep them
    for good, so that an old entry a feed still shows is never new again. An alert or notice stays while a delivery of
    it is not settled.
    """
    old = entries.c.first_seen_at < texts_before
    removed_texts = _delete(database, texts, texts.c.row, select(texts.c.row).join(entries).where(old))
    removed_entries = _delete(database, entries, entries.c.id, _forgettable(ids_before))
    for table in (outcomes, outcome_history):
        orphaned = ~exists().where(entries.c.id == table.c.entry_id)
        _delete(database, table, table.c.entry_id, _ids(table.c.entry_id, orphaned, table.c.at < ids_before))
    empty = ~exists().where(kinships.c.story_id == stories.c.id)
    removed_stories = _delete(
        database, stories, stories.c.id, _ids(stories.c.id, empty, stories.c.last_at < ids_before)
    )
    gone = ~exists().where(stories.c.id == told.c.story_id)
    _delete(database, told, told.c.story_id, _ids(told.c.story_id, gone, told.c.last_at < ids_before))
    _delete(database, regroupings, regroupings.c.at, _ids(regroupings.c.at, regroupings.c.at < ids_before))
    return Removed(
        texts=removed_texts,
        entries=removed_entries,
        stories=removed_stories,
        alerts=_forget_told(database, ids_before),
        polls=_delete(database, polls, polls.c.at, _ids(polls.c.at, polls.c.at < polls_before)),
    )


def _forget_told(database: Database, before: datetime) -> int:
    number = 0
    for table, refers in ((alerts, deliveries.c.alert_id), (notices, deliveries.c.notice_id)):
        unsettled = exists().where(refers == table.c.id, deliveries.c.state.in_(UNSETTLED))
        finished = _ids(table.c.id, table.c.at < before, ~unsettled)
        number += _delete(database, table, table.c.id, finished, hanging=refers)
    untold = ~exists().where(alerts.c.story_id == chat_threads.c.story_id)
    over = _ids(chat_threads.c.story_id, chat_threads.c.at < before, untold)
    _delete(database, chat_threads, chat_threads.c.story_id, over)
    return number


def _forgettable(before: datetime) -> Select[Any]:
    newest_first = (entries.c.first_seen_at.desc(), entries.c.id)
    place = func.row_number().over(partition_by=entries.c.feed_id, order_by=newest_first)
    ranked = select(entries.c.id, entries.c.feed_id, entries.c.first_seen_at, place.label("place")).subquery("ranked")
    active = exists().where(feeds.c.id == ranked.c.feed_id, feeds.c.active)
    return select(ranked.c.id).where(ranked.c.first_seen_at < before, ~active | (ranked.c.place > STILL_PUBLISHED))


def _ids(column: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    return select(column).where(*where)


def _delete(
    database: Database, table: Table, key: ColumnElement[Any], which: Select[Any], hanging: Column[Any] | None = None
) -> int:
    """Deletes the rows whose key is among `which`, after the rows whose column `hanging` refers to them."""
    number = 0
    while True:
        with database.read() as connection:
            keys = list(connection.scalars(which.limit(SWEEP)))
        for batch in batches(keys, SLICE):
            with database.write() as connection:
                if hanging is not None:
                    connection.execute(delete(hanging.table).where(hanging.in_(batch)))
                number += connection.execute(delete(table).where(key.in_(batch))).rowcount
        if len(keys) < SWEEP:
            return number
