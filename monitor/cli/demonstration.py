"""`monitor demo`: the daemon on sample feeds.

Door: click.
"""

from __future__ import annotations

from collections import Counter

import click

from monitor.cli.show import Column, heading, listing


@click.command(epilog="Example: monitor demo --once")
@click.option("--once", is_flag=True, help="Play the sample to its end and exit.")
@click.option("--verbose", is_flag=True, help="Show the daemon's activity lines too.")
def demo(*, once: bool, verbose: bool) -> None:
    """See it work on sample feeds served from this machine; no network, nothing is kept.

    Six invented outlets publish a story, copies of it, a repeat of a known article, a new headline and a hostile
    entry; one of them is broken. Alerts appear here and as mails in a local catcher.
    """
    from monitor.demo.play import play
    from monitor.telemetry import configure

    configure("info" if verbose else "error")
    played = play(click.echo, once=once)
    heading("\nWhat became of every entry")
    columns = (
        Column("outlet", lambda row: row.entry.source),
        Column("headline", lambda row: row.entry.title, ratio=3),
        Column("outcome", lambda row: str(row.answer.outcome.kind), "bold"),
        Column("why", lambda row: row.answer.outcome.why, ratio=4),
    )
    listing(played.entries, columns, as_json=False, empty="nothing was fetched")
    kinds = Counter(row.answer.outcome.kind for row in played.entries if row.answer)
    counts = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    click.echo(f"\n{len(played.entries)} entries: {counts}. {len(played.mails)} mails caught.")
    if played.seconds_to_first_alert is not None:
        click.echo(f"The first alert arrived {played.seconds_to_first_alert:.1f} s after start-up was finished.")
    click.echo("Nothing of it is kept, so no other command knows these ids.")
    click.echo("Next: monitor init desk, edit the files in desk, then monitor --watchlists desk check, and run.")
