"""`monitor test-notify`: a real message through the real path.

Door: click.
"""

from __future__ import annotations

import os

import click

from monitor.app import clock, sender
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import NotFound
from monitor.in_force import rules_of
from monitor.model.alert import Message, Verdict
from monitor.model.ids import digest

FAILED = {
    Verdict.LATER: "not sent now; an alert would be tried again",
    Verdict.DEAD_MESSAGE: "the service refuses this text",
    Verdict.DEAD_DESTINATION: "the service refuses us",
    Verdict.UNKNOWN: "no answer came; it may have arrived",
}


@click.command("test-notify", epilog="Example: monitor test-notify desk")
@click.argument("name")
@click.pass_obj
def test_notify(settings: Settings, name: str) -> None:
    """Send a real message to the destination NAME, as an alert would be sent, and say what came of it."""
    destinations = rules_of(settings, load(settings.watchlists, os.environ)).destinations
    destination = destinations.get(name)
    if destination is None:
        known = ", ".join(destinations)
        raise NotFound(f"destination: {name}: is not in monitor.yaml; there are {known or 'none'}")
    now = clock()
    message = Message(
        id=digest("test", name, now.isoformat()),
        thread=digest("test", name),
        subject="monitor: a test message",
        text=f"This is a test of the destination {name}, sent on {now:%Y-%m-%d at %H:%M} UTC.\nNothing has happened.",
    )
    receipt = sender().send(destination, message)
    if receipt.verdict is not Verdict.SENT:
        raise click.ClickException(f"{name}: {FAILED[receipt.verdict]}: {receipt.fault}")
    click.echo(f"{name}: sent in {receipt.took.total_seconds():.1f} s")
