from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from ipaddress import ip_network

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from monitor.alerts import wire
from monitor.alerts.notify import Sender, check_url
from monitor.alerts.render import render
from monitor.model.alert import Destination, Verdict

LOOPBACK = (ip_network("127.0.0.0/8"),)
"""Services in the cloud are played on loopback."""
CANARY = "canary4711secret"


def sender(seconds=5.0):
    return Sender(StringIO(), timedelta(seconds=seconds))


def to(url, name="chat"):
    return Destination(name=name, url=url, allow_private=LOOPBACK)


def hook(server, path="hook"):
    return to(f"json://127.0.0.1:{server.port}/{path}")


def test_a_webhook_gets_subject_text_and_ids_to_recognise_copies_by(webhook, message):
    server = webhook()
    receipt = sender().send(hook(server), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.SENT, "")
    assert receipt.took > timedelta()
    ((method, path, headers, body),) = server.got
    got = json.loads(body)
    assert (method, path) == ("POST", "/hook")
    assert (got["title"], got["message"]) == (message().subject, message().text)
    assert (got["id"], got["thread"], got["topic"]) == ("m1", "story-s1", "harbour")
    assert (got["version"], got["alerts"], got["notices"]) == (1, [], [])
    assert headers["Idempotency-Key"] == "m1"
    assert headers["User-Agent"] == "monitor"


def test_a_webhook_gets_the_alert_by_its_parts_and_the_url_s_own_fields(webhook, alert, parcel, now):
    server = webhook()
    sender().send(hook(server, "hook?:room=press"), render(parcel(alert()), now, chat=True))
    got = json.loads(server.got[0][3])
    assert got["room"] == "press"
    assert got["alerts"][0]["headline"] == "Harbour wall gives way at Lindholm"
    assert got["alerts"][0]["link"] == "https://news.example/harbour/1"


@pytest.mark.parametrize(
    ("status", "verdict", "fault"),
    [
        (204, Verdict.SENT, ""),
        (400, Verdict.DEAD_MESSAGE, "HTTP 400 Bad Request"),
        (401, Verdict.DEAD_DESTINATION, "HTTP 401 Unauthorized"),
        (404, Verdict.DEAD_DESTINATION, "HTTP 404 Not Found"),
        (410, Verdict.DEAD_DESTINATION, "HTTP 410 Gone"),
        (500, Verdict.LATER, "HTTP 500 Internal Server Error"),
    ],
)
def test_the_status_on_the_wire_decides(webhook, message, status, verdict, fault):
    receipt = sender().send(hook(webhook(status=status)), message())
    assert (receipt.verdict, receipt.fault) == (verdict, fault)


def test_retry_after_is_read_from_the_wire(webhook, message):
    receipt = sender().send(hook(webhook(status=429, **{"Retry-After": "17"})), message())
    assert (receipt.verdict, receipt.retry_after) == (Verdict.LATER, timedelta(seconds=17))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("query", ["", "?redirect=yes&optional=yes&retry=3"])
def test_a_redirect_is_never_followed_whatever_the_url_says(webhook, message, status, query):
    elsewhere = webhook()
    server = webhook(status=status, Location=f"http://127.0.0.1:{elsewhere.port}/")
    receipt = sender().send(hook(server, f"hook{query}"), message())
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert receipt.fault.endswith("redirects are not followed")
    assert not elsewhere.got
    assert len(server.got) == 1


def test_apprise_never_retries_and_an_optional_service_still_fails(webhook, message):
    server = webhook(status=500)
    receipt = sender().send(hook(server, "hook?retry=3&wait=0&optional=yes"), message())
    assert receipt.verdict is Verdict.LATER
    assert len(server.got) == 1


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
def test_a_server_that_holds_the_line_is_left_at_the_deadline(webhook, message, behaviour):
    receipt = sender(0.3).send(hook(webhook(behaviour)), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.UNKNOWN, "no answer within 0.3 s")
    assert receipt.took < timedelta(seconds=2)


def test_a_connection_broken_after_the_message_was_taken_is_unknown(webhook, message):
    server = webhook("reset")
    receipt = sender().send(hook(server), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.UNKNOWN, "connection broken before an answer came")
    assert len(server.got) == 1


def test_nobody_listening_is_for_later(message):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        receipt = sender().send(to(f"json://127.0.0.1:{taken.getsockname()[1]}/"), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "connection refused")


def test_a_name_that_does_not_exist_is_for_later(message):
    receipt = sender().send(to("json://nowhere.invalid/"), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "name not found")


def threads_of(name):
    return [thread for thread in threading.enumerate() if thread.name == f"send {name}"]


@pytest.mark.parametrize("behaviour", ["hang", "drip", "continue"])
def test_a_try_that_is_given_up_is_cut_off_and_leaves_nothing_behind(webhook, message, behaviour):
    server = webhook(behaviour)
    assert sender(0.2).send(to(hook(server).url, behaviour), message()).verdict is Verdict.UNKNOWN
    for thread in threads_of(behaviour):
        thread.join(5)
    assert threads_of(behaviour) == []


@pytest.mark.parametrize("behaviour", ["flood", "endless headers", "chunks", "bomb"])
def test_an_answer_without_end_is_read_no_further_than_it_is_of_use(webhook, message, behaviour):
    receipt = sender().send(hook(webhook(behaviour)), message())
    verdict = Verdict.UNKNOWN if behaviour == "endless headers" else Verdict.SENT
    assert receipt.verdict is verdict, "once the status is there it decides"


def test_an_answer_that_stalls_after_its_status_is_waited_for_no_longer(webhook, message, monkeypatch):
    monkeypatch.setattr(wire, "BODY_S", 0.1)
    assert sender(5).send(hook(webhook("stall")), message()).verdict is Verdict.SENT


def test_only_a_few_tries_may_hang_at_one_destination_and_none_elsewhere(webhook, message, tmp_path):
    pipe, well, send = tmp_path / "pipe", webhook(), sender(0.05)
    os.mkfifo(pipe)
    faults = [send.send(to(pipe.as_uri(), "pipe"), message()).fault for _ in range(5)]
    assert faults[3:] == ["earlier tries still hang"] * 2
    assert Sender(StringIO()).send(to(hook(well).url, "other"), message()).verdict is Verdict.SENT
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    for thread in threads_of("pipe"):
        thread.join(5)
    os.close(reader)


def test_a_mistake_of_ours_is_raised_where_the_flow_can_see_it(message):
    with pytest.raises(AttributeError):
        sender().send(to("console://"), None)


@pytest.mark.parametrize("url", ["bogus://x", "slack://x", "", "mailto://"])
def test_a_url_that_cannot_be_used_is_a_dead_destination(message, url):
    receipt = sender().send(to(url), message())
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert "monitor check" in receipt.fault


def test_the_console_gets_text_and_the_id(message):
    stream = StringIO()
    assert Sender(stream).send(to("console://"), message()).verdict is Verdict.SENT
    assert stream.getvalue() == f"── {message().subject}\n{message().text}\n[message m1]\n\n"


def test_a_console_that_cannot_show_a_letter_shows_something_else(message, tmp_path):
    with (tmp_path / "ascii").open("w", encoding="ascii") as stream:
        assert Sender(stream).send(to("console://"), message(text="Łódź")).verdict is Verdict.SENT
    assert "?" in (tmp_path / "ascii").read_text("ascii")


def test_a_closed_console_is_for_later(message):
    stream = StringIO()
    stream.close()
    assert Sender(stream).send(to("console://"), message()).verdict is Verdict.LATER


def test_a_file_is_appended_for_its_owner_alone(message, tmp_path):
    path = tmp_path / "alerts log.txt"
    for number in ("m1", "m2"):
        assert sender().send(to(path.as_uri()), message(id=number)).verdict is Verdict.SENT
    assert re.findall(r"\[message (m\d)\]", path.read_text("utf-8")) == ["m1", "m2"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_opened_is_a_matter_for_the_operator(message, tmp_path):
    receipt = sender().send(to((tmp_path / "no" / "x").as_uri()), message())
    assert (receipt.verdict, receipt.fault) == (
        Verdict.DEAD_DESTINATION,
        "the file cannot be written: No such file or directory",
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_for_later(message):
    receipt = sender().send(to("file:///dev/full"), message())
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "the file cannot be written: No space left on device")


SERVICES = {
    "discord": "discord://123456789012345678/{secret}",
    "form": "form://robot:{secret}@127.0.0.1:{port}/hook",
    "gotify": "gotify://127.0.0.1:{port}/{secret}",
    "json": "json://robot:{secret}@127.0.0.1:{port}/hook",
    "mattermost": "mmost://127.0.0.1:{port}/{secret}",
    "ntfy": "ntfy://robot:{secret}@127.0.0.1:{port}/topic",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/{secret}",
    "telegram": "tgram://123456789:{secret}/12315544",
    "xml": "xml://robot:{secret}@127.0.0.1:{port}/hook",
}
CLOUD = {
    "discord": (NotifyDiscord, "notify_url", "api"),
    "slack": (NotifySlack, "webhook_url", "services"),
    "telegram": (NotifyTelegram, "notify_url", "bot"),
}
TOKEN = "abcdefghij0123456789ABCD"


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


@pytest.fixture
def service(webhook, monkeypatch):
    """A service of the given name whose requests come to a server of our own."""

    def start(name, secret=TOKEN, **options):
        server = webhook(**options)
        if name in CLOUD:
            plugin, attribute, path = CLOUD[name]
            monkeypatch.setattr(plugin, attribute, f"http://127.0.0.1:{server.port}/{path}")
        return server, to(SERVICES[name].format(port=server.port, secret=secret), name)

    return start


@pytest.fixture
def written(caplog, capfd):
    """Everything that was logged or printed, at any level."""
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "requests"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return lambda: caplog.text + "".join(capfd.readouterr())


def test_capacity_follows_the_service():
    room = sender().capacity
    assert room(to("discord://123456789012345678/abcdefghijklmnopqrstuvwxyz")) == 1900
    assert room(to("tgram://123456789:abcdefg_hijklmnop/12315544")) == 2048
    assert room(to("mailto://mail.example.org?to=a@b.example&from=c@d.example")) >= 100_000
    assert room(to("console://")) >= 100_000


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("console://", None),
        ("json://localhost/hook", None),
        ("mailto://robot:x@mail.example.org?to=desk@example.org", None),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", None),
        (CANARY, "a destination is written as scheme://…"),
        (f"bogus://{CANARY}", "no such scheme is known"),
        (f"{CANARY}://x", "no such scheme is known"),
        (f"slack://{CANARY}", "slack:// needs more or other parts than it has"),
        (f"mailto://u:{CANARY}@example.org?to=a@b.example,c@d.example", "it names 2 recipients"),
        (f"mailto://u:{CANARY}@example.org?to=a@b.example&bcc=c@d.example", "it names 2 recipients"),
        ("file://relative/path", "a file is written as file:///absolute/path"),
        ("file:///", "a file is written as file:///absolute/path"),
        ("file:///no/such/folder/x", None),
        ("file:///no/such/a%00b", "a file is written as file:///absolute/path"),
        (f"file:///{'x' * 300}/x", None),
    ],
)
def test_a_url_is_checked_without_repeating_it(url, reason):
    said = check_url(url)
    if reason is None:
        assert said is None
    else:
        assert said.startswith(reason)
        assert CANARY not in said


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("status", [200, 302, 400, 403, 500])
def test_no_secret_reaches_a_log_or_a_receipt(service, message, written, name, status):
    secret = f"{CANARY}aaaaaaaa"
    server, destination = service(name, secret, status=status, Location=f"http://127.0.0.1/{secret}")
    server.body = secret.encode()
    send = sender()
    receipt = send.send(destination, message())
    check_url(destination.url)
    assert server.got
    assert CANARY not in written() + repr((receipt, destination, send))


@pytest.mark.parametrize(
    "url",
    [
        f"bogus://user:{CANARY}@x/{CANARY}",
        f"slack://{CANARY}/{CANARY}/{CANARY}",
        f"mailto://user:{CANARY}@127.0.0.1:1?to=a@b.example&from=c@d.example",
        f"json://user:{CANARY}@127.0.0.1:1/{CANARY}?token={CANARY}",
        f"json://nowhere.invalid/{CANARY}",
        f"discord://123456789012345678/{CANARY}?format={CANARY}",
        f"tgram://123456789:{CANARY}/",
        f"json://127.0.0.1:99999/{CANARY}",
    ],
)
def test_no_secret_of_a_broken_url_reaches_a_log_or_a_receipt(message, written, url):
    receipt = sender().send(to(url), message())
    assert receipt.verdict is not Verdict.SENT
    assert CANARY not in written() + repr(receipt) + str(check_url(url))


def test_a_url_that_is_only_checked_is_not_logged_either():
    code = (
        "import logging; logging.basicConfig(level=logging.DEBUG)\n"
        "from monitor.alerts.notify import check_url\n"
        f"print(check_url('slack://{CANARY}/x'), check_url('json://u:{CANARY}@h/{CANARY}'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "slack:// needs more" in done.stdout
    assert CANARY not in done.stdout + done.stderr
