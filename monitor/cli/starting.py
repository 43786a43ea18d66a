"""`monitor init`: commented starter files.

Door: click.
"""

from __future__ import annotations

from pathlib import Path

import click

from monitor.config.settings import Settings
from monitor.config.starter import starter_files


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def init(settings: Settings, folder: Path | None) -> None:
    """Write commented starter files into FOLDER (default: the watchlists folder); existing files are left alone."""
    target = folder or settings.watchlists
    target.mkdir(parents=True, exist_ok=True)
    for name, text in starter_files().items():
        path = target / name
        if path.exists():
            click.echo(f"{path}: is there already, left alone")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{path}: written")
    click.echo(f"Next: edit them, then run  monitor --watchlists {target} check")
