"""Five destinations of a real daemon, first well, then three of them hanging; used by `delivery.py`."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from monitor.demo.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[1]
PAPERS = 4
WARM_UP_S = 5
GRACE_S = 6
PEER_MESSAGES = 20
PEER_S = 40
HEALTHY = ("mail", "hook")
TROUBLED = ("one", "two", "three")

MONITOR = """\
feeds:
{feeds}destinations:
{destinations}  record: {{url: file://record.log}}
on_error: [record]
"""
WATCHLIST = "watchlists:\n  - {{name: invitation, query: membership AND invitation, to: [{to}]}}\n"
PEER = """\
import sys, time
from apprise import Apprise
both = Apprise()
for url in sys.argv[2:]:
    both.add(url)
for number in range(int(sys.argv[1])):
    print(number, time.time(), flush=True)
    both.notify(title=f"peer {number}", body=f"monitor explain peer{number}")
"""


@dataclass
class World:
    """Papers that print a new story each second, and receivers that note when they had what."""

    begun: float = field(default_factory=time.time)
    had: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """By destination, when each entry was told first."""
    decided: dict[str, float] = field(default_factory=dict)
    """When each entry's alert was decided."""
    mail: Mailbox = field(init=False)
    port: int = 0

    def __post_init__(self) -> None:
        self.mail = Mailbox(lambda _: self.take_mail())

    def take_mail(self) -> None:
        text = self.mail.mails[-1].get_body(("plain",)).get_content()
        for entry in re.findall(r"monitor explain (\w+)", text):
            self.had["mail"].setdefault(entry, time.time())

    def take(self, name: str, posted: dict) -> None:
        for alert in posted.get("alerts", ()):
            self.decided[alert["entry"]] = datetime.fromisoformat(alert["at"]).timestamp()
            self.had[name].setdefault(alert["entry"], time.time())
        if not posted.get("alerts"):
            for entry in re.findall(r"monitor explain (\w+)", posted["message"]):
                self.had[name].setdefault(entry, time.time())

    def paper(self, name: str) -> bytes:
        stories = max(0, int(time.time() - self.begun) - WARM_UP_S)
        items = "".join(_item(name, number) for number in range(max(0, stories - 20), stories + 1))
        return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()


def _item(paper: str, number: int) -> str:
    dice = sha256(f"{paper} {number}".encode()).digest()
    words = [_word(dice[start : start + 4]) for start in range(0, 24, 4)]
    title = f"{' '.join(words[:3]).capitalize()}: membership invitation {' '.join(words[3:])}"
    return (
        f"<item><guid>{paper}-{number}</guid><title>{title}</title><link>https://{paper}.example/{number}</link></item>"
    )


def _word(dice: bytes) -> str:
    return "".join("bdfgklmnprst"[byte % 12] + "aeiou"[byte // 12 % 5] for byte in dice)


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(200, world.paper(self.path.strip("/")))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.startswith("/loop"):
                self._answer(307, b"", Location="/loop")
                return
            world.take(self.path.strip("/"), json.loads(body))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Stay silent."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, *_):
        """A daemon that was ended breaks its connections."""


@contextmanager
def a_world() -> Iterator[World]:
    world = World()
    with world.mail:
        server = Server(("127.0.0.1", 0), _handler(world))
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        world.port = server.server_port
        yield world
        server.shutdown()
        server.server_close()


@contextmanager
def a_port(*, drips: bool) -> Iterator[int]:
    """A server that accepts, then says nothing, or one byte of a mail server's greeting each second for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        Thread(target=_hold, args=(listener, drips), daemon=True).start()
        yield listener.getsockname()[1]


def _hold(listener: socket.socket, drips: bool) -> None:
    held: list[socket.socket] = []
    listener.settimeout(1.0)
    with suppress(OSError):
        while True:
            with suppress(TimeoutError):
                held.append(listener.accept()[0])
                held[-1].settimeout(0.1)
            for each in held if drips else ():
                with suppress(OSError):
                    each.sendall(b"2")


def mail_url(port: int) -> str:
    return f"mailto://127.0.0.1:{port}/?from=monitor@localhost&to=desk@localhost&mode=insecure"


def well(world: World) -> dict[str, str]:
    hooks = {name: f"json://127.0.0.1:{world.port}/{name}" for name in ("hook", *TROUBLED)}
    return {"mail": mail_url(world.mail.port), **hooks}


def hung(world: World, dripping: int, silent: int) -> dict[str, str]:
    troubles = (mail_url(dripping), f"json://127.0.0.1:{silent}/silent", f"json://127.0.0.1:{world.port}/loop")
    return well(world) | dict(zip(TROUBLED, troubles, strict=True))


def play(world: World, urls: dict[str, str], seconds: int) -> None:
    """The daemon lives for so long, then is ended."""
    with TemporaryDirectory(prefix="monitor-providers-") as made:
        folder = Path(made)
        feed = "  - {{url: 'http://127.0.0.1:{}/{}', name: {}, every: 1s, allow_private: true}}\n"
        feeds = "".join(feed.format(world.port, f"paper{n}", f"paper{n}") for n in range(PAPERS))
        destinations = "".join(f"  {name}: {{url: '{url}'}}\n" for name, url in urls.items())
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "monitor.yaml").write_text(MONITOR.format(feeds=feeds, destinations=destinations))
        (folder / "watchlists" / "all.yaml").write_text(WATCHLIST.format(to=", ".join(urls)))
        command = [sys.executable, "-m", "monitor", "--state", str(folder / "state")]
        command += ["--watchlists", str(folder / "watchlists"), "run"]
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
            time.sleep(WARM_UP_S + seconds + GRACE_S)
            daemon.terminate()
            daemon.wait(20)
        if not world.decided:
            print((folder / "log").read_text("utf-8")[-2000:], file=sys.stderr)


def report(what: str, world: World, since: dict[str, float], until: float) -> dict[str, float]:
    """Prints a line for each healthy destination; gives the 99th percentiles."""
    found = {}
    for name in HEALTHY:
        counted = {entry: at for entry, at in since.items() if at < until}
        taken = sorted(world.had[name][entry] - at for entry, at in counted.items() if entry in world.had[name])
        if not taken:
            print(f"  {what}, {name}: none of {len(counted)} came")
            continue
        found[name] = taken[min(len(taken) - 1, len(taken) * 99 // 100)]
        middle = taken[len(taken) // 2]
        print(
            f"  {what}, {name}: {len(taken)} of {len(counted)}; "
            f"p50 {middle:.2f} p99 {found[name]:.2f} longest {taken[-1]:.2f} s",
            flush=True,
        )
    return found


def play_peer(urls: dict[str, str]) -> dict[str, float]:
    """One Apprise object with all addresses; when each of its messages was begun."""
    command = [sys.executable, "-c", PEER, str(PEER_MESSAGES), *urls.values()]
    said = b""
    try:
        said = subprocess.run(command, capture_output=True, timeout=PEER_S, check=False).stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    begun = (line.split() for line in said.decode().splitlines())
    return {f"peer{number}": float(at) for number, at in begun}


def measure_providers(seconds: int) -> None:
    """Prints how long it took to reach the two destinations that are well in both plays, and the same of the peer."""
    with ExitStack() as stack:
        dripping = stack.enter_context(a_port(drips=True))
        silent = stack.enter_context(a_port(drips=False))
        for what in ("three hang", "all five well"):
            with a_world() as world:
                urls = well(world) if what == "all five well" else hung(world, dripping, silent)
                play(world, urls, seconds)
                until = world.begun + WARM_UP_S + seconds
                report(what, world, world.decided, until)
            with a_world() as world:
                urls = well(world) if what == "all five well" else hung(world, dripping, silent)
                begun = play_peer(urls)
                report(f"{what}, one Apprise object, {len(begun)} of {PEER_MESSAGES} begun", world, begun, time.time())
