"""The configuration of the sample, written as a user would write it.

Edge: files.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.demo.sample import OUTLETS

DESTINATIONS = """\
destinations:
  console:
    url: console://
  mail:
    url: mailto://127.0.0.1:{port}/?from=monitor@localhost&to=desk@localhost&mode=insecure&name=monitor
  evening:
    url: mailto://127.0.0.1:{port}/?from=monitor@localhost&to=evening@localhost&mode=insecure&name=monitor
    digest: {{at: "{slot}"}}
  pager:
    url: json://127.0.0.1:{pager}/pager
    fallback: standby
  standby:
    url: mailto://127.0.0.1:{port}/?from=monitor@localhost&to=standby@localhost&mode=insecure&name=monitor
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
    to: [console, mail, evening, pager]
    priority: high
    again: {revised: true, stronger: true, at_most_every: 1s}
    examples:
      match: ["NATO invites Ukraine to join the alliance"]
      no_match: ["Ukraine is invited to the Eurovision final"]
"""


def write_configuration(folder: Path, origin: str, mail_port: int, evening: datetime) -> None:
    """Write `monitor.yaml` and one watchlist file for the sample outlets into `folder`, which is made.

    Args:
        folder: For both files.
        origin: Where the outlets listen; the pager that nobody runs any more is there too.
        mail_port: Of the mail catcher.
        evening: When the digest goes out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    feeds = "".join(
        f"  - url: {origin}/{outlet.path}\n    name: {outlet.name}\n    tags: [sample]\n    allow_private: true\n"
        for outlet in OUTLETS
    )
    pager = origin.rpartition(":")[2]
    destinations = DESTINATIONS.format(port=mail_port, pager=pager, slot=f"{evening.astimezone(UTC):%H:%M}")
    (folder / "monitor.yaml").write_text(f"feeds:\n{feeds}{destinations}", encoding="utf-8")
    (folder / "invitation.yaml").write_text(WATCHLISTS, encoding="utf-8")
