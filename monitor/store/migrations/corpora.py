"""The corpora's tables as the first schema makes them.

Edge: alembic.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_corpora() -> None:
    """Makes the tables `imports`, `articles` and `segments`."""
    _imports()
    _articles()
    _segments()


def _imports() -> None:
    op.create_table(
        "imports",
        _number("number"),
        sa.Column("corpus", sa.String(length=255), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "place")),
        sa.Column("finished", sa.Boolean(), nullable=False),
        *(_number(name) for name in ("segments", "articles")),
        sa.Column("words", sa.BigInteger(), nullable=False),
        _number("unread"),
        sa.Column("complaints", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("first", "last")),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("imports_corpus", "imports", ["corpus"])


def _articles() -> None:
    op.create_table(
        "articles",
        _number("number"),
        _number("import"),
        sa.Column("corpus", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "outlet")),
        *(sa.Column(name, sa.Text()) for name in ("url", "published")),
        _number("words"),
        sa.Column("title_key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("shingles", "pairs", "lead")),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("corpus", "id", "import"),
    )


def _segments() -> None:
    op.create_table(
        "segments",
        *(_number(name) for name in ("import", "segment")),
        sa.Column("part", sa.String(length=32), nullable=False),
        _number("articles"),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("keys", "numbers")),
        sa.ForeignKeyConstraint(["import"], ["imports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import", "segment", "part"),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)
