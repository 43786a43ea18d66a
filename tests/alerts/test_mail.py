from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import StringIO

import pytest

from monitor.alerts.mail import Account, compose, submit
from monitor.alerts.notify import Sender
from monitor.alerts.render import render
from monitor.model.alert import Destination, Verdict


def account(port, **changes):
    fields = {
        "host": "127.0.0.1",
        "port": port,
        "security": "insecure",
        "sender": ("monitor", "robot@mail.example"),
        "recipient": ("", "desk@mail.example"),
    }
    return Account(**(fields | changes))


def send(port, message, query="", deadline=5.0):
    url = f"mailto://127.0.0.1:{port}/?from=robot@mail.example&to=desk@mail.example{query}"
    return Sender(StringIO(), timedelta(seconds=deadline)).send(Destination(name="desk", url=url), message)


def test_a_mail_arrives_with_text_first_and_html_second(mail_server, message):
    inbox, port = mail_server()
    assert send(port, message()).verdict is Verdict.SENT
    (mail,) = inbox.parsed()
    assert (mail["Subject"], mail["To"]) == ("[The old harbour] Harbour wall gives way", "desk@mail.example")
    assert mail["From"].addresses[0].addr_spec == "robot@mail.example"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().split() == message().text.split()
    assert html.get_content().strip() == message().html
    assert inbox.mails[0].rcpt_tos == ["desk@mail.example"]


def test_every_try_bears_the_same_message_id_and_one_story_is_one_thread(mail_server, message):
    inbox, port = mail_server()
    send(port, message())
    send(port, message())
    send(port, message(id="m2"))
    first, again, other = inbox.parsed()
    assert first["Message-ID"] == again["Message-ID"] == "<m1@mail.example>"
    assert other["Message-ID"] == "<m2@mail.example>"
    assert {mail["References"] for mail in (first, again, other)} == {"<story-s1@mail.example>"}


def test_the_headers_say_that_a_machine_wrote_it_and_for_which_list(mail_server, message):
    inbox, port = mail_server()
    send(port, message(urgent=True, topic="Old Harbour / Süd!"))
    (mail,) = inbox.parsed()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<old-harbour-s-d.monitor.mail.example>"
    assert mail["Importance"] == "high"
    assert mail["Date"] == "Thu, 12 Nov 2026 10:04:00 +0000"
    assert len(mail.get_all("Message-ID")) == 1


def test_headers_in_the_url_are_kept_but_never_double_ours(mail_server, message):
    inbox, port = mail_server()
    send(port, message(), query="&%2BX-Team=press&%2BMessage-ID=%3Cx@y%3E&%2BSubject=other")
    (mail,) = inbox.parsed()
    assert mail["X-Team"] == "press"
    assert mail.get_all("Message-ID") == ["<m1@mail.example>"]
    assert len(mail.get_all("Subject")) == 1


def test_a_hostile_title_can_always_be_mailed_and_adds_no_header(alert, parcel, now, hostile_title):
    told = alert(headline=hostile_title, story_title=hostile_title, snippet=hostile_title, outlet=hostile_title)
    mail = compose(account(25), render(parcel(told), now, chat=False))
    raw = mail.as_bytes()
    assert isinstance(mail, EmailMessage)
    head = raw.partition(b"\r\n\r\n")[0]
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"}
    assert not names & {b"bcc", b"x-injected"}
    assert not set("\r\n") & set(str(message_from_bytes(raw, policy=default)["Subject"]))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()


@pytest.mark.parametrize(
    ("answers", "verdict", "words"),
    [
        (
            {"recipient": "550 5.1.1 no such user"},
            Verdict.DEAD_DESTINATION,
            "SMTP 550 at recipient: 5.1.1 no such user",
        ),
        ({"recipient": "451 greylisted"}, Verdict.LATER, "SMTP 451 at recipient: greylisted"),
        ({"sender": "553 not yours"}, Verdict.DEAD_DESTINATION, "SMTP 553 at sender"),
        ({"data": "554 looks like spam"}, Verdict.DEAD_MESSAGE, "SMTP 554 at data: looks like spam"),
        ({"data": "452 mailbox full"}, Verdict.LATER, "SMTP 452 at data"),
    ],
)
def test_a_refusal_is_understood_by_code_and_stage(mail_server, message, answers, verdict, words):
    inbox, port = mail_server()
    inbox.answers = answers
    receipt = send(port, message())
    assert receipt.verdict is verdict
    assert receipt.fault.startswith(words)
    assert not inbox.mails


def test_a_connection_lost_after_the_text_leaves_the_outcome_unknown(mail_server, message):
    inbox, port = mail_server()
    inbox.answers = {"data": "hang up"}
    receipt = send(port, message())
    assert receipt.verdict is Verdict.UNKNOWN
    assert len(inbox.mails) == 1


def test_nobody_listening_is_for_later(message):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        receipt = send(taken.getsockname()[1], message())
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "mail server, at connect: connection refused")


def test_a_name_that_does_not_exist_is_for_later(message):
    receipt = submit(account(25, host="nowhere.invalid"), message(), frozenset())
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "mail server, at connect: name not found")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_login_works_and_a_wrong_password_stops_the_destination(mail_server, message):
    inbox, port = mail_server(login=True)
    assert submit(account(port, user="robot", password="right"), message(), frozenset()).verdict is Verdict.SENT
    receipt = submit(account(port, user="robot", password="wrong-canary"), message(), frozenset())
    assert receipt.verdict is Verdict.DEAD_DESTINATION
    assert receipt.fault.startswith("SMTP 535 at login")
    assert "canary" not in receipt.fault
    assert ("robot", "wrong-canary") in inbox.logins


def test_a_server_without_login_is_a_matter_for_the_operator(mail_server, message):
    _, port = mail_server()
    receipt = submit(account(port, user="robot", password="x"), message(), frozenset())
    assert (receipt.verdict, receipt.fault) == (
        Verdict.DEAD_DESTINATION,
        "the mail server offers no login that we know",
    )


def test_starttls_is_used_and_a_certificate_nobody_vouches_for_is_refused(mail_server, message, certificate):
    inbox, port = mail_server(tls_context=certificate, require_starttls=True)
    trusting = account(port, security="starttls", verify=False)
    assert submit(trusting, message(), frozenset()).verdict is Verdict.SENT
    receipt = submit(replace(trusting, verify=True), message(), frozenset())
    assert (receipt.verdict, receipt.fault) == (
        Verdict.LATER,
        "mail server, at starttls: the certificate is not trusted",
    )
    assert len(inbox.mails) == 1


def test_a_mail_server_that_never_greets_is_abandoned_at_the_deadline(message):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        receipt = send(silent.getsockname()[1], message(), deadline=0.3)
    assert receipt.verdict is Verdict.UNKNOWN
    assert timedelta(seconds=0.3) <= receipt.took < timedelta(seconds=2)


def test_an_answer_of_lines_without_end_is_broken_off(message):
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_greet_for_ever, args=(server,), daemon=True)
        thread.start()
        receipt = send(server.getsockname()[1], message())
        thread.join(5)
    assert not thread.is_alive()
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "mail server, at connect: connection broken")


def _greet_for_ever(server):
    connection, _ = server.accept()
    with connection, suppress(OSError):
        while True:
            connection.sendall(b"220-and then\r\n" * 1000)


def test_a_goodbye_that_is_not_answered_does_not_undo_what_was_sent(message):
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_take_one_mail, args=(server,), daemon=True)
        thread.start()
        receipt = send(server.getsockname()[1], message())
        thread.join(5)
    assert receipt.verdict is Verdict.SENT


def _take_one_mail(server):
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hello\r\n")
        for command, answer in ((b"ehlo", b"250 x"), (b"mail", b"250 x"), (b"rcpt", b"250 x"), (b"data", b"354 go")):
            assert lines.readline().lower().startswith(command)
            connection.sendall(answer + b"\r\n")
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")
        lines.readline()
