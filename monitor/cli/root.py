"""The command line's front door: which commands there are, where the folders lie, and how errors end.

Door: click.
"""

from __future__ import annotations

import importlib
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from monitor import __version__
from monitor.config.settings import LOG_LEVEL, Settings
from monitor.errors import ConfigError, MonitorError

COMMANDS = {
    "run": ("monitor.cli.running", "Poll, match and deliver until stopped; --once for one round."),
    "demo": ("monitor.cli.demonstration", "See it work: sample feeds, a mail catcher, alerts within ten seconds."),
    "init": ("monitor.cli.starting", "Write commented starter files."),
    "check": ("monitor.cli.checking", "Validate everything, run the watchlists' examples, lint their queries."),
    "explain": ("monitor.cli.explaining", "What became of an entry, and why; or what would become of a draft."),
    "backtest": ("monitor.cli.backtesting", "What a watchlist would have sent; for an edited copy, what changes."),
    "diff": ("monitor.cli.backtesting", "The alerts that one watchlist gains and loses over another."),
    "near": ("monitor.cli.nearing", "What a watchlist nearly matched, by the clause that failed."),
    "suggest": ("monitor.cli.suggesting", "Spellings and names in the archive that a watchlist does not know."),
    "shadow": ("monitor.cli.shadowing", "What a watchlist in shadow would have sent."),
    "mark": ("monitor.cli.marking", "Say of an alert that it was good or bad."),
    "marks": ("monitor.cli.marking", "What the marks say of a watchlist, and a change that would spare the bad ones."),
    "corpus": ("monitor.cli.corpora", "Known articles: import, export, list, remove."),
    "feeds": ("monitor.cli.feeds", "The feeds, how they are, and when each is asked next."),
    "stories": ("monitor.cli.stories", "Stories with their outlets and counts; one story's timeline."),
    "alerts": ("monitor.cli.alerts", "What people were told; release or drop what the flood breaker holds."),
    "deliveries": ("monitor.cli.outbox", "The outbox: what waits, went, failed; retry or drop."),
    "entries": ("monitor.cli.listings", "Every entry ever fetched, with what became of it."),
    "search": ("monitor.cli.listings", "Search the archive."),
    "silence": ("monitor.cli.silencing", "Mute a watchlist for a while."),
    "test-notify": ("monitor.cli.notifying", "Send a real message to a destination."),
    "status": ("monitor.cli.health", "Health in one screen; --check for machines."),
    "backup": ("monitor.cli.health", "Write a verified copy of the database while the daemon runs."),
    "evaluate": ("monitor.cli.evaluating", "Score stories and watchlists on labelled files."),
    "schema": ("monitor.cli.checking", "JSON Schema of the configuration files, for editors."),
}
"""Command → the module that holds it, and its line in the help."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, freshly imported; None when there is none."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[name][0])
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, with a suggestion when it is mistyped."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {close[0]}?" if close else " See monitor --help."
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 ok, 1 failed, 2 usage, 78 configuration refused.",
)
@click.option(
    "--state", type=click.Path(path_type=Path), help="The program's folder. [env MONITOR_STATE; default state]"
)
@click.option(
    "--watchlists",
    type=click.Path(path_type=Path),
    help="Your folder: monitor.yaml and the watchlists. [env MONITOR_WATCHLISTS; default watchlists]",
)
@click.option("--log-level", type=click.Choice(LOG_LEVEL.options), help="[default info]")
@click.version_option(__version__, prog_name="monitor")
@click.pass_context
def cli(ctx: click.Context, state: Path | None, watchlists: Path | None, log_level: str | None) -> None:
    """Watch news feeds and tell each person once.

    monitor polls feeds, recognises what it has already seen, groups the rest into stories, matches them to
    watchlists written in YAML, and tells each person once, by e-mail or chat, with the reason.

    Begin with `monitor demo`, then `monitor init`, `monitor check`, `monitor run`.
    """
    given = {"state": state, "watchlists": watchlists, "log_level": log_level}
    ctx.obj = Settings.from_environment(os.environ, **{k: v for k, v in given.items() if v is not None})


def main() -> NoReturn:
    """Run one command; ends the process with its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a sign gets a question mark
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        code = 130
    except click.UsageError as wrong:
        wrong.show()
        click.echo(_misplaced(wrong), err=True, nl=False)
        code = wrong.exit_code
    except click.ClickException as failed:
        click.echo(f"monitor: {failed.format_message()}", err=True)
        code = failed.exit_code
    except ConfigError as refused:
        click.echo(f"{refused}\n{_count(refused)}", err=True)
        code = refused.exit_code
    except MonitorError as error:
        click.echo(f"monitor: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except UnicodeEncodeError as error:
        text = error.object[max(error.start - 20, 0) : error.end + 20]
        click.echo(f"monitor: {text!a}: is not written in UTF-8", err=True)
        code = 2
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        click.echo(f"monitor: {named}{error.strerror or error}", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _misplaced(wrong: click.UsageError) -> str:
    """Where an option of the program belongs that was given behind the command; empty for every other fault."""
    name = wrong.option_name if isinstance(wrong, click.NoSuchOption) else ""
    if wrong.ctx is None or not any(name in param.opts for param in cli.params):
        return ""
    return f"It belongs before the command: monitor {name} … {wrong.ctx.info_name}\n"


def _count(refused: ConfigError) -> str:
    errors = sum(problem.severity == "error" for problem in refused.problems)
    return f"{errors} {'problem' if errors == 1 else 'problems'}; nothing was loaded"
