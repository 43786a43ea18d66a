from __future__ import annotations

import socket
from io import StringIO
from ipaddress import ip_network

import pytest

from monitor.alerts.notify import Sender
from monitor.alerts.sockets import is_own, lines_of
from monitor.model.alert import Destination, Verdict

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """A name server of the test's own: whatever is asked for, the answer is this machine."""
    plain = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *more: plain("127.0.0.1", *more))


def send(url, message, **options):
    return Sender(StringIO()).send(Destination(name="chat", url=url, **options), message())


def test_a_public_name_that_leads_into_the_private_network_is_refused_with_what_to_do(webhook, message):
    server = webhook()
    receipt = send(f"json://hooks.news.example:{server.port}/x", message)
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert receipt.fault == "127.0.0.1 is not on the public Internet; `allow_private` can open its network"
    assert server.got == []


def test_the_same_name_is_contacted_where_the_operator_opened_that_network(webhook, message):
    server = webhook()
    url = f"json://hooks.news.example:{server.port}/x"
    assert send(url, message, allow_private=LOOPBACK).verdict is Verdict.SENT
    assert send(url, message, allow_private=(ip_network("10.0.0.0/8"),)).verdict is Verdict.DEAD_DESTINATION
    assert len(server.got) == 1


def mail_url(port, rest=""):
    return f"mailto://mail.news.example:{port}/?from=a@news.example&to=b@news.example&mode=insecure{rest}"


@pytest.mark.parametrize("scheme", ["mailto", "mailtos"])
def test_a_mail_server_s_public_name_that_leads_into_the_private_network_is_refused_too(mail_server, message, scheme):
    inbox, port = mail_server()
    url = mail_url(port).replace("mailto", scheme, 1).replace("insecure", "ssl" if scheme == "mailtos" else "insecure")
    receipt = send(url, message)
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert receipt.fault == "127.0.0.1 is not on the public Internet; `allow_private` can open its network"
    assert inbox.mails == []


def test_a_mail_server_is_contacted_where_its_network_was_opened_or_the_operator_wrote_its_place(mail_server, message):
    inbox, port = mail_server()
    assert send(mail_url(port), message, allow_private=LOOPBACK).verdict is Verdict.SENT
    assert send(mail_url(port, "&smtp=127.0.0.1"), message).verdict is Verdict.SENT
    assert send(mail_url(port).replace("mail.news.example", "mail.lan"), message).verdict is Verdict.SENT
    assert len(inbox.mails) == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "gotify", "ntfy.lan", "NAS.local", "push.home.arpa"])
def test_what_the_operator_wrote_of_his_own_network_is_contacted(webhook, message, host):
    assert send(f"ntfy://{host}:{webhook().port}/desk", message).verdict is Verdict.SENT


def test_a_place_that_only_the_service_names_is_no_place_the_operator_wrote():
    """As matrix:// asks its server where the other half of it lives."""
    lines = lines_of(Destination(name="chat", url="matrixs://robot:x@chat.lan/%23news?discovery=yes"))
    for host in ("127.0.0.1", "localhost", "other.lan"):
        with pytest.raises(PermissionError, match="not on the public Internet"):
            lines.connect((host, 9), socket.create_connection)


def test_a_proxy_of_the_environment_is_the_operator_s_own(webhook, message, monkeypatch):
    proxy = webhook()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    assert send("json://hooks.news.example/x", message).verdict is Verdict.SENT
    assert proxy.got[0][1] == "http://hooks.news.example/x"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("10.1.2.3", True),
        ("fe80::1%eth0", True),
        ("nas", True),
        ("a.b.internal", True),
        ("hooks.slack.com", False),
        ("10.1.2.3.nip.io", False),
        ("local.example", False),
        ("", False),
    ],
)
def test_which_names_can_only_mean_the_operator_s_own_network(host, own):
    assert is_own(host) is own
