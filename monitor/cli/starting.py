"""`monitor init`: commented starter files.

Door: click.
"""

from __future__ import annotations

from pathlib import Path

import click

from monitor.config.load import SERVICE_FILE
from monitor.config.settings import Settings
from monitor.config.starter import starter_files


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def init(settings: Settings, folder: Path | None) -> None:
    """Write commented starter files into FOLDER (default: the watchlists folder).

    A folder that holds a configuration already is left alone.
    """
    target = folder or settings.watchlists
    if (target / SERVICE_FILE).exists():
        raise click.ClickException(f"{target}: holds a {SERVICE_FILE} already; name another folder: monitor init DIR")
    for name, text in starter_files().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{path}: written")
    click.echo(f"Next: edit them, then run  monitor --watchlists {target} check")
