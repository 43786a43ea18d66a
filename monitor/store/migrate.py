"""Brings a database to the schema of this program: a copy first, then every step in one transaction.

Edge: alembic.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from monitor.errors import StateTooNew
from monitor.store.database import Database
from monitor.store.files import COPIES, save

STEPS = Path(__file__).parent / "migrations"


def version_of(database: Database) -> str | None:
    """The revision the database is at; None when it has no schema yet."""
    with database.read() as connection:
        return _revision(connection)


def is_current(database: Database, steps: Path = STEPS) -> bool:
    """Whether the database is at the schema of this program.

    Raises:
        StateTooNew: It is at a revision this program does not know.
    """
    script = ScriptDirectory(str(steps))
    version = version_of(database)
    if version is not None and version not in {step.revision for step in script.walk_revisions()}:
        raise StateTooNew(
            f"database: {database.path}: written by a newer version of monitor (schema {version}); "
            f"install that version, or put back the copy from {database.folder / COPIES}"
        )
    return version == script.get_current_head()


def migrate(database: Database, steps: Path = STEPS) -> None:
    """Runs the missing steps; a kill at any moment leaves the old schema or the new one, never a mixture.

    Raises:
        StateTooNew: As `is_current` says.
        StateDamaged: The copy that is made before fails its check; nothing was changed.
    """
    if is_current(database, steps):
        return
    version = version_of(database)
    if version is not None:
        _keep_copy(database, version)
    with database.write() as connection:
        _run(connection, ScriptDirectory(str(steps)))


def _keep_copy(database: Database, version: str) -> None:
    folder = database.folder / COPIES
    folder.mkdir(mode=0o700, exist_ok=True)
    save(database.path, folder / f"before-{version}.db")


def _run(connection: Connection, script: ScriptDirectory) -> None:
    def missing(revision: str, _context: MigrationContext) -> Sequence[MigrationStep]:
        return script._upgrade_revs("head", revision)  # noqa: SLF001  alembic's own command does the same

    with EnvironmentContext(Config(), script, fn=missing, destination_rev="head") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
