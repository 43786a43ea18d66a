"""One story, one thread: in mail, asked of a program that threads it; in chats, as far as their channel is the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from monitor.alerts.mail import Account, compose
from monitor.alerts.render import render
from monitor.alerts.threads import begun, place_of
from monitor.model.alert import Destination, Receipt, Verdict
from monitor.model.ids import AlertId, StoryId

ACCOUNT = Account(
    host="127.0.0.1",
    port=25,
    security="insecure",
    sender=("monitor", "robot@mail.example"),
    recipient=("", "desk@mail.example"),
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("matrixs://robot:old@chat.example/#news", "matrixs://robot:new@chat.example/#news", True),
        ("matrixs://robot:x@chat.example/#news", "matrixs://robot:x@chat.example/#sport", False),
        ("tgram://1:token/1001", "tgram://1:token/2002", False),
        ("tgram://1:token/1001:5", "tgram://1:token/1001:6", False),
        ("mmosts://chat.example/token?mode=bot&to=+a&icon=x", "mmosts://chat.example/token?mode=bot&to=+a", True),
        ("mmosts://chat.example/token?to=+a&team=x", "mmosts://chat.example/token?team=x&to=+a", True),
        ("mmosts://chat.example/token?mode=bot&to=+a", "mmosts://chat.example/token?mode=bot&to=+b", False),
        ("mmosts://chat.example/token?mode=bot&channels=a", "mmosts://chat.example/token?mode=bot&channels=b", False),
        ("http://[", "http://[", True),
    ],
)
def test_a_thread_belongs_to_a_channel_whoever_speaks_there(one, other, same):
    assert (place_of(one) == place_of(other)) is same


def test_what_was_not_taken_or_tells_of_no_single_story_begins_no_thread(alert, notice, parcel, now):
    chat = Destination(name="chat", url="tgram://1:token/1001")
    taken = Receipt(verdict=Verdict.SENT, root="7")
    assert begun(chat, parcel(alert()), taken, now).root == "7"
    assert begun(chat, parcel(alert()), replace(taken, verdict=Verdict.UNKNOWN), now) is None
    assert begun(chat, parcel(alert()), replace(taken, root=""), now) is None
    assert begun(chat, parcel(notice()), taken, now) is None
    assert begun(chat, parcel(alert(), alert(id=AlertId("a2"))), taken, now) is None


@pytest.fixture
def mails(alert, notice, parcel, now):
    """A story told three times, the last time without its first mail's watchlist title; another story; a digest."""
    follow = alert(id=AlertId("a2"), number=2, headline="Two hurt as wall gives way", why_now="headline revised")
    again = alert(id=AlertId("a3"), number=3, headline="Wall rebuilt", why_now="2 more outlets")
    other = alert(id=AlertId("a4"), story_id=StoryId("s2"), story_title="Ferry runs aground", headline="Ferry aground")
    parcels = [parcel(alert()), parcel(follow), parcel(again), parcel(other), parcel(alert(), other), parcel(notice())]
    return [compose(ACCOUNT, render(each, now, chat=False)) for each in parcels]


def test_the_mails_of_one_story_share_subject_and_reference_and_nothing_else_does(mails):
    keys = [(mail["Subject"], mail["References"], mail["In-Reply-To"]) for mail in mails]
    assert len(set(keys[:3])) == 1
    assert len(set(keys)) == 4
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)


def test_a_mail_parses_as_it_was_composed_with_text_first(mails):
    for mail in mails:
        parsed = message_from_bytes(mail.as_bytes(), policy=default)
        assert not parsed.defects
        assert parsed.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
        assert not [defect for part in parsed.walk() for defect in part.defects]
        assert parsed.get_body(("plain",)).get_content().strip()


@pytest.mark.skipif(not shutil.which("notmuch"), reason="needs the program notmuch")
def test_notmuch_shows_each_story_as_one_thread(mails, tmp_path):
    folder = tmp_path / "mail" / "new"
    folder.mkdir(parents=True)
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(mail.as_bytes())
    config = tmp_path / "notmuch-config"
    config.write_text(f"[database]\npath={tmp_path / 'mail'}\n[user]\nname=x\nprimary_email=x@mail.example\n")
    env = os.environ | {"NOTMUCH_CONFIG": str(config), "HOME": str(tmp_path)}

    def notmuch(*arguments):
        done = subprocess.run(["notmuch", *arguments], env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    notmuch("new")
    assert notmuch("count", "*") == str(len(mails))
    assert notmuch("count", "--output=threads", "*") == "4"
    thread = notmuch("search", "--output=threads", f"id:{mails[0]['Message-ID'].strip('<>')}")
    assert notmuch("count", thread) == "3"


def test_only_where_replies_reach_somebody_there_is_an_address_to_unsubscribe_at(alert, parcel, now):
    message = render(parcel(alert()), now, chat=False)
    assert "List-Unsubscribe" not in compose(ACCOUNT, message)
    mail = compose(replace(ACCOUNT, reply_to="editor+news@mail.example"), message)
    assert mail["List-Unsubscribe"] == "<mailto:editor%2Bnews@mail.example?subject=harbour%20off>"
