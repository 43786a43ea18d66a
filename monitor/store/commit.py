"""Writes one plan: everything or nothing, and writing it twice changes nothing.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Table, delete, exists, func, select, update

from monitor.model.alert import Delivery, DestinationState, Notice
from monitor.model.entry import Outcome
from monitor.model.plan import Plan, PlannedEntry
from monitor.model.story import Regroup, Regrouping, Story
from monitor.store.alert_schema import alerts, chat_threads, deliveries, destinations, notices, told
from monitor.store.dialect import REFERENCES_COUNT_AT_THE_END, insert_new, upsert
from monitor.store.rows import (
    alert_row,
    batches,
    delivery_row,
    match_row,
    notice_row,
    poll_row,
    row_of,
)
from monitor.store.schema import entries, feed_states, matches, outcome_history, outcomes, polls, revisions, texts
from monitor.store.story_schema import corpus_hits, fingerprints, kinships, regroupings, stories

Row = dict[str, Any]
TEXTS = ("summary", "body", "tail")


def write_plan(connection: Connection, plan: Plan) -> None:
    """Writes a plan inside the caller's transaction, and ends the lease on its feed.

    What is there already and newer stays: a later revision of an entry, a larger story, a later telling, and every
    alert, notice and delivery that exists, whatever became of it since.
    """
    _many(connection, upsert(stories, newer="entries"), [row_of(story) for story in plan.stories])
    current = _write_entries(connection, plan.entries, plan.poll.at)
    _regroup(connection, plan)
    _write_findings(connection, current)
    write_outcomes(connection, plan.outcomes, plan.poll.at)
    _many(connection, upsert(told, newer="times"), [row_of(t) for t in plan.told])
    _many(connection, insert_new(alerts), [alert_row(alert) for alert in plan.alerts])
    write_outbox(connection, plan.notices, plan.deliveries)
    _many(connection, upsert(polls), [poll_row(plan.poll)])
    _many(connection, upsert(feed_states), [{**row_of(plan.state), "leased_until": None}])


def write_outbox(connection: Connection, told_of: Sequence[Notice], waiting: Sequence[Delivery]) -> None:
    """Writes notices and deliveries that are not there yet."""
    _many(connection, insert_new(notices), [notice_row(notice) for notice in told_of])
    names = sorted({delivery.destination for delivery in waiting})
    _many(connection, insert_new(destinations), [row_of(DestinationState(name=name)) for name in names])
    _many(connection, insert_new(deliveries), [delivery_row(delivery) for delivery in waiting])


def _write_entries(connection: Connection, planned: Sequence[PlannedEntry], at: datetime) -> Sequence[PlannedEntry]:
    """Writes the entries with their texts; returns those of which no later revision is stored."""
    known = _revisions(connection, [p.entry.id for p in planned])
    current = [p for p in planned if p.entry.revision >= known.get(p.entry.id, 0)]
    _keep_old(connection, [p for p in current if p.entry.revision > known.get(p.entry.id, p.entry.revision)], at)
    rows = [row_of(p.entry) for p in current]
    _many(connection, upsert(entries, keep=("first_seen_at",)), [_only(entries, row) for row in rows])
    _many(connection, _upsert_texts(), [{"entry_id": row["id"], **_only(texts, row)} for row in rows])
    return current


def _upsert_texts() -> Executable:
    return upsert(texts, on=("entry_id",), keep=("row", "entry_id"))


def _write_findings(connection: Connection, planned: Sequence[PlannedEntry]) -> None:
    ids = [p.entry.id for p in planned]
    _forget(connection, corpus_hits, ids)
    _forget(connection, matches, ids)
    prints = [{"entry_id": p.entry.id, **row_of(p.fingerprint)} for p in planned]
    kin = [{"entry_id": p.entry.id, **row_of(p.kinship)} for p in planned if p.kinship]
    hits = [{"entry_id": p.entry.id, **row_of(hit)} for p in planned for hit in p.corpora]
    _many(connection, upsert(fingerprints), prints)
    _many(connection, upsert(kinships), kin)
    _many(connection, upsert(corpus_hits), hits)
    _many(connection, upsert(matches), [match_row(p.entry.id, match) for p in planned for match in p.matches])


def _regroup(connection: Connection, plan: Plan) -> None:
    """Moves the entries that stood in another story before this plan, and what hangs on a story that is no more.

    A story that the plan made and unmade again is never written: entries may refer to it until the transaction ends.
    """
    if plan.regroupings:
        connection.execute(REFERENCES_COUNT_AT_THE_END)
    for regrouping in plan.regroupings:
        match regrouping.kind:
            case Regroup.MERGED:
                _merge(connection, regrouping)
            case Regroup.SPLIT:
                _split(connection, regrouping, plan.stories)
        _many(connection, upsert(regroupings), [{**row_of(regrouping), "at": plan.poll.at}])


def _merge(connection: Connection, regrouping: Regrouping) -> None:
    gone, moved = regrouping.other_id, update(kinships).values(story_id=regrouping.story_id)
    connection.execute(moved.where(kinships.c.story_id == gone))
    connection.execute(delete(told).where(told.c.story_id == gone))
    connection.execute(_threads_moved(gone, regrouping.story_id))
    connection.execute(delete(stories).where(stories.c.id == gone))


def _threads_moved(gone: str, kept: str) -> Executable:
    """Chats in which only the story that is no more was told go on in its thread."""
    other = chat_threads.alias("other")
    has_its_own = exists().where(other.c.destination == chat_threads.c.destination, other.c.story_id == kept)
    return update(chat_threads).values(story_id=kept).where(chat_threads.c.story_id == gone, ~has_its_own)


def _split(connection: Connection, regrouping: Regrouping, planned: Sequence[Story]) -> None:
    parts = {regrouping.story_id, regrouping.other_id}
    _many(connection, upsert(stories), [row_of(story) for story in planned if story.id in parts])
    moved = update(kinships).values(story_id=regrouping.other_id)
    connection.execute(moved.where(kinships.c.entry_id.in_(regrouping.moved)))
    title = select(entries.c.title).where(entries.c.id == stories.c.first_entry_id).scalar_subquery()
    named = update(stories).values(title=func.coalesce(title, stories.c.title))
    connection.execute(named.where(stories.c.id == regrouping.other_id))


def write_outcomes(connection: Connection, decided: Sequence[Outcome], at: datetime) -> None:
    """Writes outcomes as the latest of their entries, and into their history."""
    rows = [{**row_of(outcome), "at": at} for outcome in decided]
    _many(connection, upsert(outcomes), rows)
    _many(connection, upsert(outcome_history), rows)


def _revisions(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    statement = select(entries.c.id, entries.c.revision)
    rows = (row for batch in batches(ids) for row in connection.execute(statement.where(entries.c.id.in_(batch))))
    return {row.id: row.revision for row in rows}


def _keep_old(connection: Connection, revised: Sequence[PlannedEntry], at: datetime) -> None:
    statement = select(entries.c.id, entries.c.revision, entries.c.title, entries.c.content_hash)
    for batch in batches(p.entry.id for p in revised):
        rows = connection.execute(statement.where(entries.c.id.in_(batch))).all()
        old = [
            {
                "entry_id": row.id,
                "revision": row.revision,
                "title": row.title,
                "content_hash": row.content_hash,
                "until_at": at,
            }
            for row in rows
        ]
        _many(connection, insert_new(revisions), old)


def _forget(connection: Connection, table: Table, ids: Collection[str]) -> None:
    for batch in batches(ids):
        connection.execute(delete(table).where(table.c.entry_id.in_(batch)))


def _only(table: Table, row: Row) -> Row:
    return {name: value for name, value in row.items() if name in table.columns}


def _many(connection: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(statement, rows)
