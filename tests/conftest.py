"""What every test may need: a folder of configuration over a loopback feed, and commands run as a user runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from monitor.app import clock
from monitor.cli.root import cli
from monitor.demo.outlets import SampleOutlets
from monitor.store.store import Store

settings.register_profile("unhurried", deadline=None)  # an example may be slow on a busy machine
settings.load_profile("unhurried")

CONFIGURATION = """\
feeds:
  - url: {origin}/wire
    name: Northern Wire
    tags: [wire]
    allow_private: true
  - url: {origin}/gazette
    name: Harbour Gazette
    allow_private: true
  - url: {origin}/bugle
    name: Broken Bugle
    allow_private: true
destinations:
  file:
    url: file://alerts.txt
on_error: [file]
"""
WATCHLIST = """\
watchlists:
  - name: membership-invitation
    title: Ukraine is invited to join NATO
    query: (invite OR invitation) NEAR/9 NATO
    to: [file]
    examples:
      match: ["NATO invites Ukraine"]
      no_match: ["NATO meets"]
"""


@dataclass
class Desk:
    """A user's two folders, and the command line over them."""

    folder: Path
    outlets: SampleOutlets

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def watchlists(self) -> Path:
        return self.folder / "watchlists"

    @property
    def told(self) -> str:
        file = self.state / "alerts.txt"
        return file.read_text() if file.exists() else ""

    def monitor(self, *arguments: str) -> Result:
        given = ["--state", str(self.state), "--watchlists", str(self.watchlists), *arguments]
        return CliRunner().invoke(cli, given, catch_exceptions=True)

    def make_due(self) -> None:
        with Store.open(self.state) as store:
            store.feeds.make_due(list(store.feeds.states()), clock())


@contextmanager
def set_up(folder: Path) -> Iterator[Desk]:
    with SampleOutlets() as outlets:
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "monitor.yaml").write_text(CONFIGURATION.format(origin=outlets.origin))
        (folder / "watchlists" / "invitation.yaml").write_text(WATCHLIST)
        yield Desk(folder, outlets)


@pytest.fixture
def desk(tmp_path):
    with set_up(tmp_path) as desk:
        yield desk


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """A desk whose feeds had their first poll, and then a story that rang; for looking only."""
    with set_up(tmp_path_factory.mktemp("told")) as desk:
        assert desk.monitor("run", "--once").exit_code == 0
        desk.outlets.act = 1
        desk.make_due()
        assert desk.monitor("run", "--once").exit_code == 0
        yield desk
