"""`monitor init`: commented starter files.

Door: click.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from monitor.config.settings import Settings
from monitor.config.starter import starter_files


@click.command(epilog="Example: monitor init desk")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def init(settings: Settings, folder: Path | None) -> None:
    """Write commented starter files into FOLDER (default: the watchlists folder).

    A folder that holds one of them already is left alone.
    """
    target = folder or settings.watchlists
    files = starter_files()
    for name in files:
        if (target / name).exists():
            raise click.ClickException(f"{target}: {name} is there already; name another folder: monitor init FOLDER")
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{path}: written")
    click.echo(f"Next: edit them, then run  monitor --watchlists {shlex.quote(str(target))} check")
