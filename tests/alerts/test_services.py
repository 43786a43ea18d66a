"""What sixteen services get on the wire when feeds are hostile; each is spoken to by apprise, on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from io import StringIO
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.matrix import NotifyMatrix
from apprise.plugins.pushover import NotifyPushover
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.zulip import NotifyZulip

from monitor.alerts.notify import Sender
from monitor.alerts.render import render
from monitor.model.alert import Destination, Verdict

LOOPBACK = (ip_network("127.0.0.0/8"),)
TOKEN = "abcdefghij0123456789ABCD"
ANSWER = json.dumps({"room_id": "!room:localhost", "event_id": "$1", "ok": True, "status": "success"}).encode()

pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")

JOINER = "\u2060"
PING = re.compile(rf"@(?!{JOINER}|$)|<(?!{JOINER}|/?b>)|#(?=[\w#])|users/all>")
"""A name, a tag or a channel that a service would act on; <b> is what Telegram's plugin makes of our subject."""
MARKUP = re.compile(r"\]\(|\]\[|\]:|\*\*|~~|`|\|\||__|:[\w+-]+:|^\s*(?:>|[+=-]\s|\d+[.)]\s)", re.MULTILINE)
WHAT_APPRISE_ADDS = re.compile(r"^# |\\(?=[\[\]()#*_~`>|.!+=-])")
"""A heading for our subject, and escapes."""


OURS = ("at", "color", "channel")
"""Keys under which no word of a feed stands."""


def texts(body: bytes) -> dict[str, str]:
    """Every text of a request's body by the key it stands under."""
    if body[:1] in b"{[":
        return dict(_leaves("", json.loads(body)))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _leaves(key: str, value: Any):
    match value:
        case dict():
            for name, each in value.items():
                yield from _leaves(f"{key}.{name}".lstrip("."), each)
        case list():
            for number, each in enumerate(value):
                yield from _leaves(f"{key}.{number}", each)
        case str():
            yield key, value


@dataclass(frozen=True)
class Service:
    url: str
    body: str
    """Under which key the message stands."""
    room: int
    """Characters that it may have there."""
    path: str = ""
    """Of the request that holds the message, where there are others."""
    cloud: tuple[Any, str, str] | None = None
    """Class, attribute and address of a plugin whose service is not one's own."""
    tls: bool = False
    answer: bytes = ANSWER
    markup: Callable[[str], str] = str
    """What is left once the service has undone its escapes."""


def _spoken(text: str) -> str:
    return unescape(text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


SERVICES = {
    "discord": Service(
        f"discord://123456789012345678/{TOKEN}", "content", 2_000, cloud=(NotifyDiscord, "notify_url", "api")
    ),
    "slack": Service(
        f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}",
        "attachments.0.text",
        35_000,
        cloud=(NotifySlack, "webhook_url", "s"),
        answer=b"ok",
    ),
    "telegram": Service(
        f"tgram://123456789:{TOKEN}/12315544",
        "text",
        4_096,
        cloud=(NotifyTelegram, "notify_url", "bot"),
        markup=_spoken,
    ),
    "matrix": Service(f"matrix://{TOKEN}@127.0.0.1:{{port}}/!room:localhost", "body", 65_000, path="/send/m.room"),
    "ntfy": Service("ntfy://127.0.0.1:{port}/desk", "message", 7_800),
    "gotify": Service(f"gotify://127.0.0.1:{{port}}/{TOKEN}", "message", 32_768),
    "mattermost": Service(f"mmost://127.0.0.1:{{port}}/{TOKEN}", "text", 4_000),
    "rocket.chat": Service(f"rocket://{TOKEN}/{TOKEN}@127.0.0.1:{{port}}/#news", "text", 1_000, markup=_unescaped),
    "teams": Service(
        "workflow://127.0.0.1:{port}/WorkflowID/Signature/?verify=no",
        "attachments.0.content.body.1.text",
        1_000,
        tls=True,
        markup=_unescaped,
    ),
    "google chat": Service(
        "gchat://workspace/key/token", "text", 4_000, cloud=(NotifyGoogleChat, "notify_url", "{{workspace}}")
    ),
    "pushover": Service(f"pover://{'u' * 30}@{'t' * 30}", "message", 1_024, cloud=(NotifyPushover, "notify_url", "p")),
    "zulip": Service(f"zulip://bot@org/{'a' * 32}/news", "content", 10_000, cloud=(NotifyZulip, "notify_url", "z")),
    "mastodon": Service(f"mastodon://{TOKEN}@127.0.0.1:{{port}}/", "status", 500),
    "nextcloud": Service("nctalk://robot:secret@127.0.0.1:{port}/room", "message", 32_000),
    "signal": Service("signal://127.0.0.1:{port}/+15551234567/+15551234568", "message", 32_768),
    "webhook": Service("json://127.0.0.1:{port}/hook", "message", 32_768),
}


@pytest.fixture(params=SERVICES)
def service(request, webhook, monkeypatch, certificate):
    """A service, its server, and the destination by which it is reached."""
    chosen = SERVICES[request.param]
    server = webhook()
    server.body = chosen.answer
    monkeypatch.setattr(NotifyMatrix, "request_rate_per_sec", 0)
    if chosen.tls:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    if chosen.cloud:
        plugin, attribute, path = chosen.cloud
        monkeypatch.setattr(plugin, attribute, f"http://127.0.0.1:{server.port}/{path.format()}")
    url = chosen.url.format(port=server.port)
    return chosen, server, Destination(name=request.param, url=url, allow_private=LOOPBACK)


def messages_of(chosen, server):
    """The texts of each request that holds a message."""
    return [texts(body) for method, path, _, body in server.got if method != "GET" and chosen.path in path]


def test_hostile_titles_reach_a_service_as_words_only(service, alert, parcel, now, hostile_titles):
    chosen, server, destination = service
    send = Sender(StringIO())
    titles = hostile_titles[:: 4 if chosen.tls else 1]  # a handshake takes long
    for title in titles:
        told = alert(headline=title, story_title=title, snippet=title, words=(title,), outlet=title, marks=())
        message = render(parcel(told), now, chat=True)
        assert send.send(destination, message).verdict is Verdict.SENT, title
    requests = messages_of(chosen, server)
    assert len(requests) == len(titles), "one request for each"
    for request in requests:
        assert "monitor explain" in request[chosen.body] or len(request[chosen.body]) > chosen.room // 2
        assert len(request[chosen.body]) <= chosen.room
        for key, text in request.items():
            if key.endswith(OURS):
                continue
            spoken = chosen.markup(text)
            assert not PING.search(spoken), (key, spoken)
            assert not MARKUP.search(WHAT_APPRISE_ADDS.sub("", spoken)), (key, spoken)


def test_a_text_too_long_for_a_service_is_cut_with_a_note(service, message):
    chosen, server, destination = service
    assert Sender(StringIO()).send(destination, message(text="wall & sea\n" * 9_000)).verdict is Verdict.SENT
    (request,) = messages_of(chosen, server)
    assert "(cut)" in chosen.markup(request[chosen.body])
    assert len(request[chosen.body]) <= chosen.room * 6, "some escape it once more"


@pytest.mark.parametrize("service", ["discord", "mastodon"], indirect=True)
@pytest.mark.parametrize(
    ("letter", "share", "whole"), [("x", 0.8, True), ("ж", 0.8, True), ("🌊", 0.4, True), ("🌊", 0.6, False)]
)
def test_what_fits_is_not_cut_and_a_letter_beyond_the_first_plane_counts_twice(service, message, letter, share, whole):
    chosen, server, destination = service
    text = letter * int(chosen.room * share)
    Sender(StringIO()).send(destination, message(subject="Tide", text=text))
    (request,) = messages_of(chosen, server)
    assert (text in request[chosen.body]) is whole
    assert len(request[chosen.body].encode("utf-16-le")) // 2 <= chosen.room


@pytest.mark.parametrize("service", ["mastodon"], indirect=True)
def test_a_subject_that_leaves_no_room_for_the_text_is_left_out(service, message):
    chosen, server, destination = service
    for length in (150, 250):
        Sender(StringIO()).send(destination, message(subject="S" * length, text="The wall gave way.\n" * 8))
    short, long = (request[chosen.body] for request in messages_of(chosen, server))
    assert "S" * 150 in short
    assert "SS" not in long
    assert short.count("The wall gave way.") == long.count("The wall gave way.") == 8


@pytest.mark.parametrize(
    ("query", "allowed"),
    [("", {"parse": []}), ("?ping=@everyone", {"parse": ["everyone"], "users": [], "roles": []})],
)
def test_discord_is_told_whom_a_message_may_ping_nobody_but_those_of_the_url(
    webhook, message, monkeypatch, query, allowed
):
    server = webhook()
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{server.port}/api")
    url = f"discord://123456789012345678/{TOKEN}{query}"
    receipt = Sender(StringIO()).send(Destination(name="chat", url=url, allow_private=LOOPBACK), message())
    assert receipt.verdict is Verdict.SENT
    assert json.loads(server.got[0][3])["allowed_mentions"] == allowed
