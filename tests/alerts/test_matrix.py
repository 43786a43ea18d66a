"""A real Matrix server on loopback: what arrives in the room is what was said, and hostile words are words."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from monitor.alerts.notify import Sender
from monitor.alerts.render import render
from monitor.model.alert import Destination, Verdict
from monitor.model.ids import AlertId

SYNAPSE = os.environ.get("MONITOR_TEST_SYNAPSE") or shutil.which("synapse_homeserver")
CONFIGURATION = """\
server_name: localhost
pid_file: {folder}/pid
public_baseurl: http://127.0.0.1:{port}/
listeners:
  - {{port: {port}, type: http, bind_addresses: ["127.0.0.1"], resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: "{folder}/synapse.db"}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/key
registration_shared_secret: shared
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: {{per_second: 1000, burst_count: 1000}}, account: {{per_second: 1000, burst_count: 1000}}}}
"""


@dataclass
class Matrix:
    port: int
    token: str = ""
    room: str = ""

    def ask(self, path, body=None, method=None):
        request = Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
            method=method,
        )
        with urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def register(self, name, password):
        nonce = self.ask("/_synapse/admin/v1/register")["nonce"]
        signed = f"{nonce}\0{name}\0{password}\0notadmin".encode()
        mac = hmac.new(b"shared", signed, hashlib.sha1).hexdigest()
        user = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        return self.ask("/_synapse/admin/v1/register", user)["access_token"]

    def said(self):
        """Bodies of the room's messages, oldest first, as another member reads them."""
        page = self.ask(f"/_matrix/client/v3/rooms/{quote(self.room)}/messages?dir=b&limit=200")
        return [e["content"] for e in reversed(page["chunk"]) if e["type"] == "m.room.message"]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synapse")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "homeserver.yaml").write_text(CONFIGURATION.format(folder=folder, port=port))
    command = [SYNAPSE, "--config-path", str(folder / "homeserver.yaml")]
    subprocess.run([*command, "--generate-keys"], cwd=folder, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield _settled(Matrix(port), folder)
    finally:
        server.terminate()
        server.wait(20)


def _settled(matrix: Matrix, folder: Path) -> Matrix:
    """The server once it answers, with a reader in a room that the robot may join."""
    ends = perf_counter() + 60
    while True:
        try:
            matrix.ask("/_matrix/client/versions")
            break
        except URLError:
            assert perf_counter() < ends, (folder / "log").read_text()[-4000:]
            sleep(0.2)
    matrix.register("robot", "robot-secret")
    matrix.token = matrix.register("reader", "reader-secret")
    room = {"preset": "public_chat", "room_alias_name": "news"}
    matrix.room = matrix.ask("/_matrix/client/v3/createRoom", room)["room_id"]
    return matrix


@pytest.mark.slow
@pytest.mark.skipif(not SYNAPSE, reason="needs synapse_homeserver on the path, or named by MONITOR_TEST_SYNAPSE")
def test_a_real_matrix_room_gets_words_and_nothing_else(matrix, alert, parcel, now, hostile_titles):
    url = f"matrix://robot:robot-secret@127.0.0.1:{matrix.port}/%23news:localhost"
    send = Sender(StringIO(), timedelta(seconds=20))
    messages = [render(parcel(alert()), now, chat=True)]
    messages += [
        render(parcel(alert(headline=t, story_title=t, snippet=t, marks=())), now, chat=True)
        for t in hostile_titles[:12]
    ]
    for message in messages:
        receipt = send.send(Destination(name="room", url=url), message)
        assert receipt.verdict is Verdict.SENT, receipt
    said = matrix.said()
    assert len(said) == len(messages)
    assert "Harbour wall gives way at Lindholm" in said[0]["body"]
    assert "https://news.example/harbour/1" in said[0]["body"]
    for content in said:
        assert "@room" not in content["body"] + content.get("formatted_body", "")
        assert "<script" not in content.get("formatted_body", "")
        assert not content.get("m.mentions", {}).get("room")
        assert not content.get("m.mentions", {}).get("user_ids")


@pytest.mark.slow
@pytest.mark.skipif(not SYNAPSE, reason="needs synapse_homeserver on the path, or named by MONITOR_TEST_SYNAPSE")
def test_a_wrong_password_stops_a_real_matrix_destination_without_showing_it(matrix, message):
    url = f"matrix://robot:canary-wrong@127.0.0.1:{matrix.port}/%23news:localhost"
    receipt = Sender(StringIO(), timedelta(seconds=20)).send(Destination(name="room", url=url), message())
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert "canary" not in receipt.fault


@pytest.mark.slow
@pytest.mark.skipif(not SYNAPSE, reason="needs synapse_homeserver on the path, or named by MONITOR_TEST_SYNAPSE")
def test_a_real_matrix_room_shows_a_story_as_a_thread_also_once_its_first_message_was_taken_back(
    matrix, alert, parcel, now
):
    url = f"matrix://robot:robot-secret@127.0.0.1:{matrix.port}/%23news:localhost"
    sender, room = Sender(StringIO(), timedelta(seconds=20)), Destination(name="room", url=url)

    def tell(number, root=""):
        told = alert(id=AlertId(f"t{number}"), number=number, headline=f"Part {number} of the story")
        return sender.send(room, replace(render(parcel(told), now, chat=True), root=root))

    def thread():
        path = f"/_matrix/client/v1/rooms/{quote(matrix.room)}/relations/{quote(first.root)}/m.thread"
        return [event["content"]["body"] for event in reversed(matrix.ask(path)["chunk"]) if "body" in event["content"]]

    first = tell(1)
    assert first.verdict is Verdict.SENT
    assert (
        matrix.ask(f"/_matrix/client/v3/rooms/{quote(matrix.room)}/event/{quote(first.root)}")["type"]
        == "m.room.message"
    )
    assert [tell(n, first.root).root for n in (2, 3)] == ["", ""]
    assert ["Part 2" in thread()[0], "Part 3" in thread()[1]] == [True, True]
    matrix.ask(f"/_matrix/client/v3/rooms/{quote(matrix.room)}/redact/{quote(first.root)}/1", {}, "PUT")
    before = len(matrix.said())
    for root in (first.root, "$not_an_event_of_this_room_at_all_not_an_event"):
        assert tell(4, root).verdict is Verdict.SENT
    assert len(matrix.said()) == before + 2
