"""Follow-ups in the threads of chat services: each imitated on loopback by the answers that it documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from io import StringIO
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.matrix import NotifyMatrix
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.webexteams import NotifyWebexTeams
from apprise.plugins.zulip import NotifyZulip

from monitor.alerts.notify import Sender
from monitor.alerts.service_table import SERVICES
from monitor.alerts.services import id_in, refusal_in
from monitor.model.alert import Destination, Verdict

LOOPBACK = (ip_network("127.0.0.0/8"),)
TOKEN = "abcdefghij0123456789ABCD"
POST_ID = "4xp9fdt77pncbef59f4k1qe83o"


@dataclass(frozen=True)
class Chat:
    """How one service is reached, what it answers to a message, and how a follow-up names the first."""

    url: str
    taken: dict
    """The documented answer."""
    root: str
    reply: dict
    """What a follow-up's body holds besides."""
    gone: tuple[int, dict]
    """The answer to a reply to a message that was deleted."""
    path: str
    cloud: tuple[Any, str, str] | None = None


CHATS = {
    "slack": Chat(
        "slack://xoxb-1234-1234-abcdefghijklmnopqrstuvwx/#news",
        {"ok": True, "channel": "C123ABC456", "ts": "1503435956.000247", "message": {"text": "…", "type": "message"}},
        "1503435956.000247",
        {"thread_ts": "1503435956.000247", "reply_broadcast": True},
        (200, {"ok": False, "error": "thread_not_found"}),
        "/chat.postMessage",
        (NotifySlack, "api_url", "api/{}"),
    ),
    "telegram": Chat(
        f"tgram://123456789:{TOKEN}/12315544",
        {"ok": True, "result": {"message_id": 365, "chat": {"id": 12315544, "type": "private"}, "text": "…"}},
        "365",
        {"reply_parameters": {"message_id": 365, "allow_sending_without_reply": True}},
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: message to be replied not found"}),
        "/sendMessage",
        (NotifyTelegram, "notify_url", "bot"),
    ),
    "matrix": Chat(
        f"matrix://{TOKEN}@127.0.0.1:{{port}}/!room:localhost",
        {"event_id": "$YUwRidLecu:example.com", "room_id": "!room:localhost"},
        "$YUwRidLecu:example.com",
        {
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": "$YUwRidLecu:example.com",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$YUwRidLecu:example.com"},
            }
        },
        (400, {"errcode": "M_UNKNOWN", "error": "Cannot start threads from an event with a relation"}),
        "/send/m.room.message/",
    ),
    "mattermost": Chat(
        f"mmost://127.0.0.1:{{port}}/{TOKEN}?mode=bot&to=%2B{POST_ID}",
        {"id": POST_ID, "create_at": 1, "channel_id": POST_ID, "root_id": "", "message": "…"},
        POST_ID,
        {"root_id": POST_ID},
        (400, {"id": "api.post.create_post.root_id.app_error", "message": "Invalid RootId", "status_code": 400}),
        "/api/v4/posts",
    ),
    "webex": Chat(
        f"webex://{'t' * 80}/{'r' * 80}",
        {"id": "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvOTJkYjNiZTA", "roomId": "r", "text": "…"},
        "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvOTJkYjNiZTA",
        {"parentId": "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvOTJkYjNiZTA"},
        (404, {"message": "Unable to find the parent message.", "trackingId": "x"}),
        "/v1/messages",
        (NotifyWebexTeams, "api_url", "v1/messages"),
    ),
    "mastodon": Chat(
        f"mastodon://{TOKEN}@127.0.0.1:{{port}}/",
        {"id": "103254962155278888", "in_reply_to_id": None, "content": "<p>…</p>"},
        "103254962155278888",
        {"in_reply_to_id": "103254962155278888"},
        (404, {"error": "Record not found"}),
        "/api/v1/statuses",
    ),
    "nextcloud talk": Chat(
        "nctalk://robot:secret@127.0.0.1:{port}/room",
        {"ocs": {"meta": {"status": "ok", "statuscode": 201}, "data": {"id": 2342, "token": "room"}}},
        "2342",
        {"replyTo": 2342},
        (400, {"ocs": {"meta": {"status": "failure", "statuscode": 400}, "data": {"error": "reply-to"}}}),
        "/chat/room",
    ),
}

LOGIN = {"status": "success", "data": {"authToken": "a", "userId": "u"}}


@pytest.fixture(params=CHATS)
def chat(request, webhook, monkeypatch):
    """A service, its server, and a way to send to it."""
    return CHATS[request.param], *reached(CHATS[request.param], webhook, monkeypatch)


def reached(chosen, webhook, monkeypatch):
    server = webhook()
    server.body = json.dumps({**LOGIN, **chosen.taken}).encode()
    server.script_for = chosen.path
    monkeypatch.setattr(NotifyMatrix, "request_rate_per_sec", 0)
    if chosen.cloud:
        plugin, attribute, path = chosen.cloud
        monkeypatch.setattr(plugin, attribute, f"http://127.0.0.1:{server.port}/{path}")
    destination = Destination(name="chat", url=chosen.url.format(port=server.port), allow_private=LOOPBACK)
    return server, lambda message: Sender(StringIO()).send(destination, message)


def posted(chosen, server):
    """Bodies of the requests that held a message."""
    return [json.loads(body) for method, path, _, body in server.got if method != "GET" and chosen.path in path]


def test_the_id_of_a_first_message_is_read_and_a_follow_up_answers_it(chat, message):
    chosen, server, send = chat
    first = send(message())
    assert (first.verdict, first.root) == (Verdict.SENT, chosen.root)
    second = send(message(id="m2", root=first.root))
    assert (second.verdict, second.root) == (Verdict.SENT, ""), "the first stays the root"
    alone, reply = posted(chosen, server)
    assert not chosen.reply.keys() & alone.keys()
    assert {name: reply.get(name) for name in chosen.reply} == chosen.reply
    assert reply.keys() == alone.keys() | chosen.reply.keys(), "nothing else of the message changes"


def test_a_follow_up_whose_root_was_deleted_goes_out_alone_and_is_the_root_from_then_on(chat, message):
    chosen, server, send = chat
    server.script = [(chosen.gone[0], json.dumps(chosen.gone[1]).encode())]
    receipt = send(message(root=chosen.root))
    assert (receipt.verdict, receipt.root) == (Verdict.SENT, chosen.root)
    with_root, without = posted(chosen, server)
    assert chosen.reply.keys() <= with_root.keys()
    assert not chosen.reply.keys() & without.keys()


def test_a_busy_service_is_not_asked_again_without_the_thread(chat, message):
    chosen, server, send = chat
    server.script = [(503, b"{}")] * 9
    assert send(message(root=chosen.root)).verdict is Verdict.LATER
    assert len(posted(chosen, server)) == 1


def test_a_follow_up_whose_connection_broke_once_it_was_taken_is_in_doubt_and_not_sent_alone(
    webhook, message, monkeypatch
):
    server, send = reached(CHATS["mastodon"], webhook, monkeypatch)
    server.behaviour = "reset"
    receipt = send(message(root=CHATS["mastodon"].root))
    assert (receipt.verdict, receipt.root) == (Verdict.UNKNOWN, "")
    assert len(server.got) == 1


def test_a_root_that_is_no_id_of_the_service_is_not_sent(chat, message):
    chosen, server, send = chat
    for root in (f'{chosen.root}"}},{{"x":"', chosen.root + "\n", "x" * 300, f"../{chosen.root}"):
        assert send(message(root=root)).verdict is Verdict.SENT
    assert not any(chosen.reply.keys() & body.keys() for body in posted(chosen, server))


def _at(path, value):
    for name in reversed(path):
        value = {name: value}
    return value


HOSTILE_IDS = [
    "", "x" * 5_000, "1\n2", 'a"b', "{}", "<!channel>", "\u202e1", "١٢٣", "1;drop table", "../1",
    None, True, [], {}, -1, 1.5, 10**4_000,
]  # fmt: skip


@pytest.mark.parametrize("plugin", [name for name, service in SERVICES.items() if service.given])
def test_an_answer_with_a_hostile_id_gives_none(plugin):
    service = SERVICES[plugin]
    for hostile in HOSTILE_IDS:
        assert id_in(service, _at(service.given, hostile)) == "", hostile
        assert id_in(service, hostile) == ""


def test_an_answer_of_a_hundred_thousand_brackets_gives_no_id_and_the_message_counts_as_sent(
    webhook, message, monkeypatch
):
    server, send = reached(CHATS["telegram"], webhook, monkeypatch)
    server.body = b"[" * 99_000
    assert (send(message()).verdict, send(message()).root) == (Verdict.SENT, "")


def test_a_thread_that_the_url_names_is_kept(webhook, message, monkeypatch):
    chosen = replace(CHATS["slack"], url="slack://xoxb-1234-1234-abcdefghijklmnopqrstuvwx/#news:1111.2222")
    server, send = reached(chosen, webhook, monkeypatch)
    send(message(root=chosen.root))
    assert posted(chosen, server)[0]["thread_ts"] == "1111.2222"


ROCKET_CHAT = Chat(
    "rocket://robot:secret@127.0.0.1:{port}/#news",
    {"ts": 1, "channel": "news", "message": {"_id": "jC9chsFddTvsbFQG7", "rid": "GENERAL"}, "success": True},
    "",
    {},
    (400, {"success": False, "error": "error-invalid-message"}),
    "/api/v1/chat.postMessage",
)

DISCORD = Chat(
    f"discord://123456789012345678/{TOKEN}",
    {"id": "1", "channel_id": "1100000000000000001", "content": "…"},
    "1100000000000000001",
    {},
    (404, {"message": "Unknown Channel", "code": 10003}),
    "/api/",
    (NotifyDiscord, "notify_url", "api"),
)
FORUM = (400, b'{"message": "Webhooks posted to forum channels must have a thread_name or thread_id", "code": 220001}')


def queries(server):
    return [parse_qs(urlsplit(path).query) for _, path, _, _ in server.got]


def test_in_a_discord_forum_each_story_is_a_post_and_follow_ups_stand_in_it(webhook, message, monkeypatch):
    server, send = reached(DISCORD, webhook, monkeypatch)
    server.script = [FORUM]
    first = send(message(subject="Wall gives way " * 20))
    assert (first.verdict, first.root) == (Verdict.SENT, DISCORD.root)
    assert posted(DISCORD, server)[1]["thread_name"] == ("Wall gives way " * 20)[:100]
    assert send(message(root=first.root)).verdict is Verdict.SENT
    assert queries(server)[2] == {"thread_id": [DISCORD.root], "wait": ["true"]}
    server.script = [(404, json.dumps(DISCORD.gone[1]).encode()), FORUM]
    assert send(message(root=first.root)).root == DISCORD.root, "the post was deleted: a new one"


def test_what_discord_refuses_for_another_reason_is_not_tried_as_a_post_of_a_forum(webhook, message, monkeypatch):
    server, send = reached(DISCORD, webhook, monkeypatch)
    server.script = [(400, b'{"message": "Invalid Form Body", "code": 50035}')]
    assert send(message()).verdict is Verdict.DEAD_MESSAGE
    assert len(server.got) == 1


def test_in_a_discord_channel_no_thread_begins(webhook, message, monkeypatch):
    server, send = reached(DISCORD, webhook, monkeypatch)
    receipt = send(message())
    assert (receipt.verdict, receipt.root) == (Verdict.SENT, "")
    assert queries(server) == [{"wait": ["true"]}]


def test_google_chat_is_given_the_story_s_own_id_as_thread(webhook, message, monkeypatch):
    chosen = Chat(
        "gchat://workspace/key/token", {}, "", {}, (0, {}), "/messages", (NotifyGoogleChat, "notify_url", "messages")
    )
    server, send = reached(chosen, webhook, monkeypatch)
    assert send(message()).verdict is Verdict.SENT
    assert posted(chosen, server)[0]["thread"] == {"threadKey": "story-s1"}
    assert queries(server)[0]["messageReplyOption"] == ["REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"]


def test_in_zulip_the_subject_of_the_story_is_the_topic(webhook, message, monkeypatch):
    server = webhook()
    server.body = b'{"id": 42, "msg": "", "result": "success"}'
    monkeypatch.setattr(NotifyZulip, "notify_url", f"http://127.0.0.1:{server.port}/api/v1/messages")
    destination = Destination(name="chat", url=f"zulip://bot@org/{'a' * 32}/news", allow_private=LOOPBACK)
    for number in range(2):
        assert Sender(StringIO()).send(destination, message(id=f"m{number}", text=f"{number}")).verdict is Verdict.SENT
    topics = {parse_qs(body.decode())["topic"][0] for *_, body in server.got}
    assert topics == {message().subject[:60]}


def test_a_webhook_of_one_s_own_is_changed_in_nothing(webhook, message):
    server = webhook()
    server.body = b'{"ok": false, "error": "invalid_auth", "ts": "1.2", "id": 7}'
    destination = Destination(name="hook", url=f"json://127.0.0.1:{server.port}/hook")
    receipt = Sender(StringIO()).send(destination, message(root="1.2"))
    assert (receipt.verdict, receipt.root) == (Verdict.SENT, "")


GONE, BAD, LATER = Verdict.DEAD_DESTINATION, Verdict.DEAD_MESSAGE, Verdict.LATER
SAID = [
    ("slack", 200, {"ok": False, "error": "channel_not_found"}, GONE, "channel_not_found"),
    ("slack", 200, {"ok": False, "error": "invalid_auth"}, GONE, "invalid_auth"),
    ("slack", 200, {"ok": False, "error": "msg_too_long"}, BAD, "msg_too_long"),
    ("slack", 200, {"ok": False, "error": "ratelimited"}, LATER, "ratelimited"),
    ("slack", 200, {"ok": False, "error": "OK what_is_this"}, LATER, "what_is_this"),
    ("telegram", 200, {"ok": False, "error_code": 401, "description": "Unauthorized"}, GONE, "HTTP 401"),
    ("telegram", 200, {"ok": False, "description": "?"}, LATER, "refused by the service: ?"),
    ("telegram", 400, {"ok": False, "description": "Bad Request: chat not found"}, GONE, "chat not found"),
    ("telegram", 400, {"ok": False, "description": "Bad Request: can't parse entities"}, BAD, "can't parse entities"),
    ("telegram", 403, {"ok": False, "description": "\nForbidden:\nbot was\nblocked"}, GONE, "bot was blocked"),
    ("telegram", 200, {"ok": False, "description": "chat " * 9_000}, LATER, "chat chat"),
    ("slack", 200, {"ok": False, "error": "team_added_to_org"}, LATER, "team_added_to_org"),
    ("matrix", 200, {"errcode": "M_FORBIDDEN", "error": "x"}, GONE, "M_FORBIDDEN"),
    ("matrix", 413, {"errcode": "M_TOO_LARGE", "error": "x"}, BAD, "M_TOO_LARGE"),
    ("matrix", 200, {"errcode": "M_UNKNOWN"}, LATER, "M_UNKNOWN"),
    ("rocket.chat", 200, {"success": False, "error": "[invalid-channel]"}, GONE, "invalid-channel"),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said[0]}: {said[4]}")
def test_what_the_answer_says_decides_over_a_friendly_status(webhook, message, monkeypatch, said):
    name, status, answer, verdict, fault = said
    server, send = reached({**CHATS, "rocket.chat": ROCKET_CHAT}[name], webhook, monkeypatch)
    server.script = [(status, json.dumps(answer).encode())]
    receipt = send(message())
    assert receipt.verdict is verdict
    assert fault in receipt.fault


def test_a_discord_answer_with_a_code_is_no_success(webhook, message, monkeypatch):
    server, send = reached(DISCORD, webhook, monkeypatch)
    server.body = b'{"message": "Unknown Webhook", "code": 10015}'
    assert send(message()).verdict is Verdict.DEAD_DESTINATION


def test_how_long_to_wait_is_read_from_the_answer_too(webhook, message, monkeypatch):
    server, send = reached(CHATS["telegram"], webhook, monkeypatch)
    asked = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 37}}
    server.status, server.body = 429, json.dumps(asked).encode()
    receipt = send(message())
    assert (receipt.verdict, receipt.retry_after.total_seconds()) == (Verdict.LATER, 37)


@pytest.mark.parametrize("wait", [-1, 1e300, float("nan"), "soon", None])
def test_a_wait_that_is_nonsense_is_none(wait):
    refusal = refusal_in(SERVICES["NotifyTelegram"], {"ok": False, "parameters": {"retry_after": wait}})
    assert refusal.wait is None


def test_a_token_that_a_refusal_repeats_is_hidden(webhook, message, monkeypatch):
    server, send = reached(CHATS["telegram"], webhook, monkeypatch)
    server.body = json.dumps({"ok": False, "description": f"no bot {TOKEN}"}).encode()
    assert TOKEN not in send(message()).fault


def test_a_token_that_a_refusal_repeats_many_times_is_hidden_to_its_last_letter(webhook, message, monkeypatch):
    server, send = reached(CHATS["slack"], webhook, monkeypatch)
    token = "xoxb-1234-1234-abcdefghijklmnopqrstuvwx"
    server.body = json.dumps({"ok": False, "error": f"{token} " * 9}).encode()
    assert "xoxb" not in send(message()).fault


def test_a_page_in_place_of_a_service_s_answer_is_no_success(webhook, message, monkeypatch):
    server, send = reached(CHATS["telegram"], webhook, monkeypatch)
    server.body = b"\r\n<html><title>Sign in</title></html>"
    assert send(message()).verdict is Verdict.UNKNOWN


def test_an_answer_that_its_plugin_cannot_read_leaves_in_doubt_whether_the_message_was_taken(
    webhook, message, monkeypatch
):
    server, send = reached(CHATS["slack"], webhook, monkeypatch)
    server.body = b'{"ok": true, "ts": "1503435956.000247", "text": "\xff"}'
    assert send(message()).verdict is Verdict.UNKNOWN
