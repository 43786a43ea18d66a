"""What lies ready beside the state folder for the chores: articles to be imported, and a next version of the schema."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.store import migrate

ARTICLES = 1200
V2 = '''"""One column more."""
import sqlalchemy
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", {head!r}, None, None
def upgrade():
    op.add_column("alerts", sqlalchemy.Column("mood", sqlalchemy.Text))
    op.execute("create table moods (name text primary key)")
    op.execute("insert into moods select id from alerts")
    op.create_index("moods_by_name", "moods", ["name"])
'''


def prepare_chores(folder: Path) -> None:
    articles = folder / "articles"
    articles.mkdir()
    lines = (f'{{"title": "Known article {n}", "text": "Text of article {n}."}}\n' for n in range(ARTICLES))
    (articles / "known.jsonl").write_text("".join(lines))
    first = migrate.STEPS
    shutil.copytree(first, folder / "steps", ignore=shutil.ignore_patterns("__pycache__"))
    versions = folder / "steps" / "versions"
    last = max(file.name for file in versions.glob("v*.py"))
    head = next(line for line in (versions / last).read_text().splitlines() if line.startswith("revision"))
    (versions / "v9999_next.py").write_text(V2.format(head=head.split('"')[1]))
