"""The table of articles that are read in full, as the first schema makes it.

Edge: alembic.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_pages() -> None:
    """Makes the table `pages`."""
    op.create_table(
        "pages",
        sa.Column("entry_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "due_at")),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("pages_state", "pages", ["state"])
