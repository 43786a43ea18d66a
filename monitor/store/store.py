"""The store: one database in the state folder, opened once, used from any thread.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import StateError
from monitor.model.plan import Plan
from monitor.store import dialect
from monitor.store.admin import Admin
from monitor.store.archive import Archive
from monitor.store.baseline import Baseline
from monitor.store.commit import write_plan
from monitor.store.corpora import Corpora
from monitor.store.database import FILE_NAME, Database
from monitor.store.feeds import Feeds, release_feeds
from monitor.store.files import lost, mark, refuse_loss, remembers
from monitor.store.kept import Kept
from monitor.store.listings import Listings
from monitor.store.lock import lock_state
from monitor.store.migrate import is_current, migrate, version_of
from monitor.store.opinions import Opinions
from monitor.store.outbox import Outbox, release_deliveries
from monitor.store.pages import Pages
from monitor.store.recall import Recall
from monitor.store.silences import Silences


class Store:
    """The database, by subject; every method is one transaction and may be called from any thread.

    Attributes:
        feeds: `sync claim release states next_due make_due catch_up`
        recall: `seen stories kin_of stories_of told silences rung is_waiting stands changed neighbours`
        outbox: `due claim destinations_due next_due waiting parcel settle root release_expired catch_up retry
            drop release give_up add_notice destination_states save_destination_state`
        baseline: `unpolled untold tell`
        corpora: `importing begin unknown write finish add articles numbered segments list unfinished remove`
        pages: `due save unsettled settle`
        silences: `add expire list`
        opinions: `add of alert`
        archive: `vocabulary languages size count first_at rows read entries matched timelines`
        listings: `feeds polls stories timeline alerts deliveries entries search entry resolve counts`
        admin: `backup lighten retention integrity_check heartbeat last_heartbeat`
        kept: `write read`
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.feeds = Feeds(database)
        self.recall = Recall(database)
        self.outbox = Outbox(database)
        self.baseline = Baseline(database)
        self.corpora = Corpora(database)
        self.silences = Silences(database)
        self.archive = Archive(database)
        self.opinions = Opinions(database)
        self.listings = Listings(database)
        self.pages = Pages(database)
        self.admin = Admin(database)
        self.kept = Kept(database)

    @classmethod
    def open(cls, folder: Path, *, daemon: bool = False) -> Self:
        """The store in a state folder, made when there is none, at the schema of this program.

        Args:
            folder: The state folder.
            daemon: Whether the caller holds the folder by `lock_state`. It alone folds the log into the file, and pays
                for a check of the whole file at its start; anyone else is a visitor.

        Raises:
            StateMissing: There was a database here, and it is gone.
            StateDamaged: It fails its check.
            StateTooNew: A newer program wrote it.
            StateLocked: It has to be migrated, and a daemon is using it.
            StateError: The folder cannot be read or written.
        """
        with ExitStack() as undo, dialect.clean_errors(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            refuse_loss(folder)
            (folder / FILE_NAME).touch(mode=0o600)
            database = Database(folder, checkpoint=daemon)
            undo.callback(database.close)
            _prepare(database, daemon=daemon)
            undo.pop_all()
        return cls(database)

    @classmethod
    def visit(cls, folder: Path) -> Self:
        """The store in a state folder that is there already; for those who look, and must not make an empty one.

        Raises:
            StateError: There is none, and see `open`.
        """
        with dialect.clean_errors(folder):
            is_there = (folder / FILE_NAME).exists() or remembers(folder)
        if not is_there:
            raise StateError(
                f"state folder: {folder}: holds no database; `monitor run` makes one, or name another with --state"
            )
        return cls.open(folder)

    def commit(self, plan: Plan) -> None:
        """Writes everything of a plan, or nothing, and ends the lease on its feed. Twice is the same as once.

        The feed must have been subscribed by `feeds.sync`.

        Raises:
            StateFull: There is no room; nothing was written.
        """
        with self._database.write() as connection:
            write_plan(connection, plan)

    def release_all(self, now: datetime) -> int:
        """Takes back every lease, for a daemon that has just started and is alone.

        Returns:
            How many deliveries were being sent when the last daemon ended; they wait again, as maybe sent, and that try
            counts as cut off; see `release_deliveries`.
        """
        with self._database.write() as connection:
            release_feeds(connection)
            return release_deliveries(connection, now)

    def close(self) -> None:
        """Closes the database; a second time does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _prepare(database: Database, *, daemon: bool) -> None:
    if daemon:
        _check(database)
    if not is_current(database):
        _bring_up(database, daemon=daemon)
    mark(database.folder)


def _check(database: Database) -> None:
    with database.read() as connection:
        found = dialect.quick_check(connection)
    if found:
        raise dialect.damaged(database.path, found[0])


def _bring_up(database: Database, *, daemon: bool) -> None:
    remembered = remembers(database.folder)
    fresh = version_of(database) is None
    if fresh and remembered:
        raise lost(database.folder)
    if fresh or daemon:
        migrate(database)
    elif not is_current(database):
        with lock_state(database.folder):
            migrate(database)
