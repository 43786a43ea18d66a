from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.receipts import Exchange, from_exchange, from_smtp, judge, redact, retry_after, secrets_of
from monitor.model.alert import Verdict

DATE = "Thu, 12 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.SENT),
        (204, Verdict.SENT),
        (302, Verdict.DEAD_DESTINATION),
        (307, Verdict.DEAD_DESTINATION),
        (400, Verdict.DEAD_MESSAGE),
        *((status, Verdict.DEAD_DESTINATION) for status in (401, 402, 403, 404, 405, 407, 410, 426, 451)),
        *((status, Verdict.DEAD_MESSAGE) for status in (406, 411, 413, 414, 415, 422, 431)),
        *((status, Verdict.LATER) for status in (408, 409, 421, 423, 425, 429)),
        (500, Verdict.LATER),
        (503, Verdict.LATER),
        (504, Verdict.UNKNOWN),
        (599, Verdict.LATER),
    ],
)
def test_each_status_has_one_meaning(status, verdict):
    receipt = from_exchange(Exchange(status=status))
    assert receipt.verdict is verdict
    assert bool(receipt.fault) is (verdict is not Verdict.SENT)


def test_no_answer_is_unknown_only_when_the_request_may_have_been_taken():
    assert from_exchange(Exchange(fault="connection refused")).verdict is Verdict.LATER
    assert from_exchange(Exchange(fault="no answer in time", answer_lost=True)).verdict is Verdict.UNKNOWN


def test_the_failed_exchange_decides_among_several():
    exchanges = [Exchange(status=200), Exchange(status=401), Exchange(status=200)]
    assert judge(accepted=False, exchanges=exchanges, said="").fault == "HTTP 401 Unauthorized"
    assert judge(accepted=True, exchanges=exchanges, said="").verdict is Verdict.SENT


def test_a_service_that_says_no_with_a_yes_is_tried_later():
    receipt = judge(accepted=False, exchanges=[Exchange(status=200)], said="channel_not_found")
    assert (receipt.verdict, receipt.fault) == (Verdict.LATER, "refused by the service: channel_not_found")
    lost = judge(accepted=False, exchanges=[Exchange(status=200)], said="A Connection error occurred")
    assert lost.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("code", "stage", "verdict"),
    [
        (421, "connect", Verdict.LATER),
        (450, "recipient", Verdict.LATER),
        (451, "data", Verdict.LATER),
        (535, "login", Verdict.DEAD_DESTINATION),
        (550, "recipient", Verdict.DEAD_DESTINATION),
        (553, "sender", Verdict.DEAD_DESTINATION),
        (552, "data", Verdict.DEAD_MESSAGE),
        (554, "data", Verdict.DEAD_MESSAGE),
        (-1, "connect", Verdict.LATER),
    ],
)
def test_an_smtp_refusal_is_about_the_text_only_after_data(code, stage, verdict):
    assert from_smtp(code, "no", stage).verdict is verdict


@pytest.mark.parametrize(
    ("value", "date", "asked"),
    [
        (None, None, None),
        ("30", None, timedelta(seconds=30)),
        ("1.5", None, timedelta(seconds=1.5)),
        ("-5", None, timedelta()),
        ("999999999999999", None, timedelta(seconds=1e9)),
        ("Thu, 12 Nov 2026 10:02:00 GMT", DATE, timedelta(minutes=2)),
        ("Thu, 12 Nov 2026 10:02:00 GMT", None, None),
        ("soon", DATE, None),
        ("nan", None, None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", DATE, None),
        ("Thu, 12 Nov 2026 10:02:00 +99999999999999999999", DATE, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_measured_against_the_answer(value, date, asked):
    assert retry_after(value, date) == asked


URL = "mailto://robot:pa%24s%2Fword@mail.example.org:587?to=desk@example.org&pass=hunter22"


@pytest.mark.parametrize(
    "leak",
    [
        URL,
        "password pa$s/word is wrong",
        "password pa%24s%2Fword is wrong",
        "AUTH PLAIN AHJvYm90AHBhJHMvd29yZA==",
        "hunter22",
    ],
)
def test_no_spelling_of_a_secret_survives(leak):
    text = redact(f"said: {leak}!", secrets_of(URL))
    assert "***" in text
    for secret in ("pa$s", "pa%24s", "AHJvYm90AHBhJHMvd29yZA", "hunter22"):
        assert secret not in text


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (
            "https://hooks.chat.example/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "TIiajkdnlazkcOXrIdevi7FQ",
        ),
        ("tgram://123456789:abcdefg_hijklmnop/12315544", "abcdefg_hijklmnop"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "JHMHI8qBe7bk2ZwO5U711o3dV_js"),
        ("slack://TokenPart1/TokenPart2/TokenPart3/#desk", "TokenPart1"),
        ("pover://userkey@apptoken4711:443/", "apptoken4711"),
        ("not a url at [all", "not a url at [all"),
    ],
)
def test_path_and_host_tokens_are_secrets_too(url, secret):
    assert redact(f"failed for {secret}", secrets_of(url)) == "failed for ***"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "mailto://robot:x@mail.example.org/desk@example.org?from=robot@example.org&mode=starttls&format=text",
        "json://localhost:8080/services/hook",
        "json://127.0.0.1:8080/hook?redirect=no",
        "console://",
    ],
)
def test_ordinary_words_and_host_names_are_no_secrets(url):
    said = "mail.example.org, desk@example.org, services, robot, hook, text, starttls, localhost, 127.0.0.1, 8080"
    assert redact(said, secrets_of(url)) == said


@given(st.text(max_size=300))
def test_what_is_stored_is_one_short_line(text):
    line = redact(text, frozenset())
    assert len(line) <= 160
    assert "\n" not in line
