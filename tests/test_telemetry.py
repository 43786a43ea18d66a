from __future__ import annotations

import io
import logging

import pytest

from monitor.telemetry import REDACTOR, configure, log


@pytest.fixture
def written():
    stream = io.StringIO()
    configure("info", stream=stream)
    REDACTOR.learn(["s3cret-token", "abc"])
    yield stream
    REDACTOR.learn([])
    configure()


def test_no_line_of_ours_shows_a_secret(written):
    log().warning("refused", url="https://example.org/s3cret-token/x")
    assert written.getvalue().count("***") == 1


def test_what_libraries_log_shows_no_secret_either_nor_do_their_tracebacks(written):
    token = "s3cret-token"
    try:
        int(token)
    except ValueError:
        logging.getLogger("apscheduler.executors").exception("job failed for %s", token)
    assert token not in written.getvalue()
    assert written.getvalue().count("***") == 2


def test_what_is_too_short_to_be_a_secret_is_left(written):
    log().info("abc")
    assert "abc" in written.getvalue()
