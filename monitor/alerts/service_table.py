"""The chat services whose threads and refusals are known, by the documentation of each.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from monitor.alerts.services import KEY, ROOT, SUBJECT, Form, Service
from monitor.model.alert import Verdict

_GONE = Verdict.DEAD_DESTINATION
_BAD = Verdict.DEAD_MESSAGE
_BUSY = Verdict.LATER


def _words(verdict: Verdict, *words: str) -> tuple[re.Pattern[str], Verdict]:
    return re.compile("|".join(words), re.IGNORECASE), verdict


_SLACK = Service(
    path=re.compile(r"/chat\.postMessage$"),
    given=("ts",),
    shape=re.compile(r"[0-9]{1,20}\.[0-9]{1,20}"),
    reply=Form(body={"thread_ts": ROOT, "reply_broadcast": True}, begins=False),
    agrees=("ok", frozenset({True})),
    word=("error",),
    means=(
        _words(
            _BUSY,
            "rate_?limited|fatal_error|internal_error|service_unavailable|request_timeout",
            "team_added_to_org|org_login_required|accesslimited",
        ),
        _words(
            _GONE,
            "invalid_auth|not_authed|account_inactive|token_(?:revoked|expired)",
            "access_denied|ekm_access_denied|missing_scope|not_allowed_token_type|no_permission|team_\\w+",
            "channel_not_found|not_in_channel|is_archived|restricted_action\\w*|channel_type_not_supported",
            "messages_tab_disabled|enterprise_is_restricted|two_factor_setup_required|user_not_found",
        ),
        _words(_BAD, "msg_too_long|no_text|too_many_attachments|invalid_(?:blocks|attachments|arguments|json)\\w*"),
    ),
)
"""A reply is shown in the channel too, since nobody is told of a thread that he does not follow.

Source: Slack Web API, chat.postMessage.
"""

_TELEGRAM = Service(
    path=re.compile(r"/sendMessage$"),
    given=("result", "message_id"),
    counts=True,
    reply=Form(
        body={"reply_parameters": {"message_id": ROOT, "allow_sending_without_reply": True}},
        begins=False,
    ),
    agrees=("ok", frozenset({True})),
    word=("description",),
    code="error_code",
    wait=(("parameters", "retry_after"), timedelta(seconds=1)),
    means=(
        _words(
            _GONE,
            ".*chat not found.*|.*bot was (?:blocked|kicked).*|.*(?:not enough|have no) rights.*|.*deactivated.*",
            ".*CHAT_WRITE_FORBIDDEN.*|.*upgraded to a supergroup.*|.*can't initiate conversation.*|.*PEER_ID_INVALID.*",
            ".*message thread not found.*|.*TOPIC_(?:CLOSED|DELETED).*",
        ),
    ),
)
"""Source: Telegram Bot API, Making requests; sendMessage; ReplyParameters; ResponseParameters."""

_MATRIX = Service(
    path=re.compile(r"/rooms/[^/]+/send/m\.room\.(?:message|encrypted)/[^/]+$"),
    given=("event_id",),
    shape=re.compile(r"\$[\w+/=.:\[\]~-]{1,254}", re.ASCII),
    reply=Form(
        body={
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": ROOT,
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": ROOT},
            }
        },
        begins=False,
    ),
    agrees=("errcode", frozenset()),
    word=("errcode",),
    wait=(("retry_after_ms",), timedelta(milliseconds=1)),
    means=(
        _words(_BUSY, "M_LIMIT_EXCEEDED"),
        _words(_GONE, "M_(?:FORBIDDEN|UNKNOWN_TOKEN|MISSING_TOKEN|USER_DEACTIVATED|USER_LOCKED|NOT_FOUND)"),
        _words(_BAD, "M_(?:TOO_LARGE|BAD_JSON|NOT_JSON|INVALID_PARAM)"),
    ),
)
"""Source: Matrix Client-Server API v1.11, 10.7.1 (send), 11.37 (threading), Standard error response."""

_DISCORD = Service(
    path=re.compile(r"/\d+/[^/]+$"),
    given=("channel_id",),
    reply=Form(query={"thread_id": ROOT, "wait": "true"}, begins=False),
    first=(
        Form(query={"wait": "true"}, begins=False),
        Form(body={"thread_name": SUBJECT}, query={"wait": "true"}, after="220001"),
    ),
    agrees=("code", frozenset()),
    word=("code",),
    wait=(("retry_after",), timedelta(seconds=1)),
    means=(_words(_GONE, "10003|10015|50001|50013|50027|40333"),),
)
"""A webhook answers nobody, but in a forum channel each story is a post, and a follow-up stands in it.

Source: Discord developer documentation, Execute Webhook; JSON Error Codes: 220001, a forum wants a name or an id.
"""

_MATTERMOST = Service(
    path=re.compile(r"/api/v4/posts$"),
    given=("id",),
    shape=re.compile(r"[a-z0-9]{26}"),
    reply=Form(body={"root_id": ROOT}, begins=False),
)
"""Source: Mattermost API v4, Create a post."""

_ROCKET_CHAT = Service(
    path=re.compile(r"/api/v1/chat\.postMessage$"),
    agrees=("success", frozenset({True})),
    word=("error",),
    means=(_words(_GONE, ".*(?:invalid-channel|room-not-found|not-allowed|invalid-room|archived).*"),),
)
"""It is not answered: it says nowhere that it refuses an answer to a message that is gone, and would hide it.

Source: Rocket.Chat Developer, Post Message.
"""

_WEBEX = Service(
    path=re.compile(r"/v1/messages$"),
    given=("id",),
    shape=re.compile(r"[\w=-]{8,200}", re.ASCII),
    reply=Form(body={"parentId": ROOT}, begins=False),
)
"""Source: Webex for Developers, Create a Message."""

_MASTODON = Service(
    path=re.compile(r"/api/v1/statuses$"),
    given=("id",),
    shape=re.compile(r"[A-Za-z0-9]{1,40}"),
    reply=Form(body={"in_reply_to_id": ROOT}, begins=False),
)
"""Source: Mastodon API, Post a new status."""

_NEXTCLOUD_TALK = Service(
    path=re.compile(r"/apps/spreed/api/v1/chat/[^/]+$"),
    given=("ocs", "data", "id"),
    counts=True,
    reply=Form(body={"replyTo": ROOT}, begins=False),
)
"""Source: Nextcloud Talk API, Sending a new chat message."""

_GOOGLE_CHAT = Service(
    path=re.compile(r"/messages$"),
    first=(
        Form(
            body={"thread": {"threadKey": KEY}},
            query={"messageReplyOption": "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"},
        ),
        Form(),
    ),
)
"""Source: Google Chat API, spaces.messages.create: messageReplyOption, threadKey."""

_ZULIP = Service(
    path=re.compile(r"/api/v1/messages$"),
    agrees=("result", frozenset({"success"})),
    word=("code",),
    wait=(("retry-after",), timedelta(seconds=1)),
    means=(
        _words(_BUSY, "RATE_LIMIT_HIT"),
        _words(_GONE, "STREAM_DOES_NOT_EXIST|UNAUTHORIZED|INVALID_APIKEY|USER_DEACTIVATED|REALM_DEACTIVATED"),
    ),
)
"""A follow-up has the story's first subject, and so the topic: the thread is there already.

Source: Zulip REST API, Send a message; Error handling.
"""


def _coded(path: str, field_name: str) -> Service:
    """A service that always answers 200, with a number that is 0 when the message is taken."""
    return Service(path=re.compile(path), agrees=(field_name, frozenset({0})), word=(field_name,))


SERVICES: Mapping[str, Service] = {
    "NotifySlack": _SLACK,
    "NotifyTelegram": _TELEGRAM,
    "NotifyMatrix": _MATRIX,
    "NotifyDiscord": _DISCORD,
    "NotifyMattermost": _MATTERMOST,
    "NotifyRocketChat": _ROCKET_CHAT,
    "NotifyWebexTeams": _WEBEX,
    "NotifyMastodon": _MASTODON,
    "NotifyNextcloudTalk": _NEXTCLOUD_TALK,
    "NotifyGoogleChat": _GOOGLE_CHAT,
    "NotifyZulip": _ZULIP,
    "NotifyFeishu": _coded(r"/open-apis/bot/v2/hook/[^/]+/?$", "code"),
    "NotifyLark": _coded(r"/open-apis/bot/v2/hook/[^/]+$", "code"),
    "NotifyDingTalk": _coded(r"/robot/send$", "errcode"),
    "NotifyWeComBot": _coded(r"/cgi-bin/webhook/send$", "errcode"),
}
"""By the name of apprise's plugin."""
