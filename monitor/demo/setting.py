"""The configuration of the sample, written as a user would write it.

Edge: files.
"""

from __future__ import annotations

from pathlib import Path

from monitor.demo.sample import OUTLETS

DESTINATIONS = """\
destinations:
  console:
    url: console://
  mail:
    url: mailto://127.0.0.1:{port}/?from=monitor@localhost&to=desk@localhost&mode=insecure&name=monitor
on_error: [console]
"""

WATCHLISTS = """\
aliases:
  ukraine: [Ukraine, Ukrainian, Kyiv, Kiev]
  nato: [NATO, North Atlantic Treaty Organization, Atlantic alliance]
watchlists:
  - name: membership-invitation
    title: Ukraine is invited to join NATO
    query: >-
      $nato AND (((invite OR invitation) NEAR/6 (join OR member OR membership OR $nato)) NEAR/9 $ukraine)
    to: [console, mail]
    priority: high
    again: {revised: true, at_most_every: 1s}
    examples:
      match: ["NATO invites Ukraine to join the alliance"]
      no_match: ["Ukraine is invited to the Eurovision final"]
"""


def write_configuration(folder: Path, origin: str, mail_port: int) -> None:
    """Write `monitor.yaml` and one watchlist file for the sample outlets into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    feeds = "".join(
        f"  - url: {origin}/{outlet.path}\n    name: {outlet.name}\n    tags: [sample]\n    allow_private: true\n"
        for outlet in OUTLETS
    )
    (folder / "monitor.yaml").write_text(f"feeds:\n{feeds}{DESTINATIONS.format(port=mail_port)}", encoding="utf-8")
    (folder / "invitation.yaml").write_text(WATCHLISTS, encoding="utf-8")
