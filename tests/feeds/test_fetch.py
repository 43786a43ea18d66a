from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import struct
import subprocess
from concurrent.futures import CancelledError
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from threading import Event
from time import perf_counter

import pytest

from monitor import __version__
from monitor.errors import MonitorError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.resolver import system_lookup
from monitor.model.feed import Failed, Fault, Fetched, FetchRequest, NotModified
from monitor.model.ids import feed_id

LOOPBACK = (ip_network("127.0.0.0/8"),)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def test_a_document_comes_whole(server, fetch):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>", 'ETag: "v1"', "X-Twice: a", "X-Twice: b"))
    outcome = fetch(url)
    assert isinstance(outcome, Fetched)
    document = outcome.document
    assert (document.body, document.url, document.permanent_url, document.status) == (b"<rss/>", url, None, 200)
    assert document.headers == {"content-length": "6", "etag": '"v1"', "x-twice": "a"}
    assert document.wire_bytes == 6


def test_gzip_is_asked_for_and_undone(server, fetch):
    body = b"<rss>" * 1_000
    wire = gzip.compress(body)
    url = server.on(
        "/feed",
        lambda it: it.answer(wire, "Content-Encoding: gzip") if it.header("Accept-Encoding") == "gzip" else None,
    )
    outcome = fetch(url)
    assert isinstance(outcome, Fetched)
    assert outcome.document.body == body
    assert outcome.document.wire_bytes == len(wire)


def test_a_request_is_polite_and_says_nothing_more_than_it_must(server, fetch, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fetch(server.on("/feed", lambda it: it.answer(b"x", "Set-Cookie: a=b")))
    fetch(server.on("/feed", lambda it: it.answer(b"x")))
    names = {line.partition(":")[0].lower() for line in server.heads[1].split("\r\n")[1:]}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert f"User-Agent: monitor/{__version__}\r\n" in server.heads[1]


def test_the_contact_is_told(server):
    url = server.on("/feed", b"")
    with Fetcher(contact="https://desk.example/about", deadline=timedelta(seconds=1)) as fetcher:
        fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK)).result()
    assert f"User-Agent: monitor/{__version__} (+https://desk.example/about)\r\n" in server.heads[0]


def test_validators_go_back_byte_for_byte(server, fetch):
    url = server.on("/feed", lambda it: it.answer(status="304 Not Modified"))
    outcome = fetch(url, etag='W/"ü & <x>"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT")
    assert isinstance(outcome, NotModified)
    assert 'If-None-Match: W/"ü & <x>"'.encode().decode("latin-1") in server.heads[0]
    assert "If-Modified-Since: Mon, 02 Mar 2026 12:00:00 GMT" in server.heads[0]


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', "x" * 1_025, '"\x00"', '"\udcff"'])
def test_a_validator_that_fits_no_line_is_not_sent(server, fetch, etag):
    assert isinstance(fetch(server.on("/feed", lambda it: it.answer(b"x")), etag=etag), Fetched)
    assert "If-None-Match" not in server.heads[0]


def test_not_modified_without_being_asked_is_a_failure(server, fetch):
    outcome = fetch(server.on("/feed", lambda it: it.answer(status="304 Not Modified")))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.STATUS


@pytest.mark.parametrize(
    ("status", "fault", "detail"),
    [
        ("404 Nowhere", Fault.STATUS, "HTTP 404 (Not Found)"),
        ("410 Gone", Fault.GONE, "HTTP 410 (Gone)"),
        ("429 Slow down", Fault.RATE_LIMITED, "HTTP 429 (Too Many Requests)"),
        ("500 <script>", Fault.STATUS, "HTTP 500 (Internal Server Error)"),
        ("503 Busy", Fault.STATUS, "HTTP 503 (Service Unavailable)"),
        ("204 Nothing", Fault.STATUS, "HTTP 204 (No Content)"),
        ("206 Some", Fault.STATUS, "HTTP 206 (Partial Content)"),
        ("300 Choose", Fault.STATUS, "HTTP 300 (Multiple Choices)"),
        ("101 Switching", Fault.STATUS, "HTTP 101 (Switching Protocols)"),
        ("999 Odd", Fault.STATUS, "HTTP 999 (not a status of the standard)"),
    ],
)
def test_a_status_other_than_success_is_a_failure(server, fetch, status, fault, detail):
    outcome = fetch(server.on("/feed", lambda it: it.answer(status=status)))
    assert outcome == Failed(fault=fault, detail=detail, status=int(status[:3]))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("-1", 0), ("1000000000000", 10**10), ("Mon, 02 Mar 2026 12:01:00 GMT", 60), ("later", None)],
)
def test_retry_after_is_read(server, fetch, value, seconds):
    headers = (f"Retry-After: {value}", "Date: Mon, 02 Mar 2026 12:00:00 GMT")
    outcome = fetch(server.on("/feed", lambda it: it.answer(b"", *headers, status="429 Slow down")))
    assert isinstance(outcome, Failed)
    assert outcome.retry_after == (None if seconds is None else timedelta(seconds=seconds))


LIES = {
    "two content lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a negative content length": HEAD + b"Content-Length: -3\r\n\r\nabc",
    "a content length that is no number": HEAD + b"Content-Length: three\r\n\r\nabc",
    "length and chunks": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n",
    "an endless chunk size": CHUNKED + b"f" * 5_000,
    "no last chunk": CHUNKED + b"3\r\nabc\r\n",
    "a chunk cut off": CHUNKED + b"5\r\nabc",
    "a body cut off": HEAD + b"Content-Length: 10\r\n\r\nabc",
    "no end of the head": HEAD + b"X: y\r\n",
    "no answer": b"",
    "HTTP/0.9": b"<rss>hello</rss>",
    "an unknown version": b"HTTP/9.9 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    "a NUL in a header": HEAD + b"X: a\x00b\r\nContent-Length: 3\r\n\r\nabc",
    "a header without a colon": HEAD + b"nonsense\r\nContent-Length: 3\r\n\r\nabc",
    "a flood of headers": HEAD + b"".join(b"X%d: y\r\n" % n for n in range(1_000)) + b"\r\n",
    "an endless header": HEAD + b"X: " + b"y" * 50_000,
    "plain bytes said to be gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "gzip cut off": HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"<rss>" * 99)[:-9],
    "a coding nobody offered": HEAD + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
    "two codings": HEAD + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_the_framing_is_a_broken_transfer(server, fetch, lie):
    outcome = fetch(server.on("/feed", LIES[lie]))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.BROKEN
    assert outcome.detail


def test_a_body_until_the_close_that_ends_in_a_reset_is_not_whole(server, fetch):
    def reset(it):
        it.send(HEAD + b"\r\n<rss>")
        it._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        it._connection.close()

    outcome = fetch(server.on("/feed", reset))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.BROKEN


def test_a_body_until_the_close_is_whole(server, fetch):
    outcome = fetch(server.on("/feed", HEAD + b"\r\n<rss/>"))
    assert isinstance(outcome, Fetched)
    assert outcome.document.body == b"<rss/>"


FLOODS = {
    "a body announced too big": lambda it: it.send(HEAD + b"Content-Length: 100001\r\n\r\n"),
    "a body without end": lambda it: (it.send(HEAD + b"\r\n"), it.drip(b"a" * 65_536, 0)),
    "tiny chunks": lambda it: (it.send(CHUNKED), it.drip(b"1;" + b"x" * 99 + b"\r\na\r\n", 0)),
    "an endless chunk extension": lambda it: (it.send(CHUNKED + b"1;"), it.drip(b"x" * 65_536, 0)),
    "interim answers without end": lambda it: it.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0),
    "a gzip bomb": lambda it: it.answer(gzip.compress(bytes(9_000_000)), "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_cut_off_before_the_deadline(server, fetch, flood):
    assert fetch(server.on("/feed", FLOODS[flood])) == Failed(fault=Fault.TOO_BIG, detail="more than 0.1 MB")


DRIPS = {
    "silence": lambda it: it.hold(),
    "a head that never ends": lambda it: (it.send(HEAD + b"X: "), it.drip(b"y", 0.05)),
    "a body that never ends": lambda it: (it.send(HEAD + b"\r\n"), it.drip(b"y", 0.05)),
    "a body that stops": lambda it: (it.send(HEAD + b"Content-Length: 9\r\n\r\nabc"), it.hold()),
}


def test_what_takes_too_long_is_given_up_at_the_deadline_of_the_whole(server):
    urls = [server.on(f"/{number}", drip) for number, drip in enumerate(DRIPS.values())]
    urls.append(server.on("/far", lambda it: it.answer(b"", "Location: /0", status="302 Found")))
    requests = [FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK) for url in urls]
    with Fetcher(deadline=timedelta(seconds=0.5)) as fetcher:
        started = perf_counter()
        outcomes = [future.result() for future in [fetcher.submit(request) for request in requests]]
        assert 0.4 < perf_counter() - started < 3
    assert outcomes == [Failed(fault=Fault.TIMEOUT, detail="no whole answer within 0.5 s")] * len(urls)


def test_redirects_are_followed_and_the_permanent_ones_remembered(server, fetch):
    server.on("/b", lambda it: it.answer(b"", "Location: /c", status="308 Moved"))
    final = server.on("/c", lambda it: it.answer(b"<rss/>"))
    outcome = fetch(server.on("/a", lambda it: it.answer(b"see there", "Location: /b", status="301 Moved")))
    assert isinstance(outcome, Fetched)
    assert (outcome.document.url, outcome.document.permanent_url) == (final, final)


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("/loop", Fault.REDIRECT),
        ("file:///etc/passwd", Fault.REDIRECT),
        ("http:\\\\127.0.0.1\\", Fault.REDIRECT),
        ("http://10.0.0.1/", Fault.BLOCKED),
        ("http://[::1]/", Fault.BLOCKED),
        ("http://[::ffff:10.0.0.1]/", Fault.BLOCKED),
        ("http://169.254.169.254/latest/meta-data", Fault.BLOCKED),
        ("http://2130706433/", Fault.BLOCKED),
        ("http://127.1/", Fault.BLOCKED),
    ],
)
def test_a_redirect_that_is_not_followed(server, fetch, location, fault):
    outcome = fetch(server.on("/loop", lambda it: it.answer(b"", f"Location: {location}", status="302 Found")))
    assert isinstance(outcome, Failed)
    assert outcome.fault is fault


def test_a_password_goes_to_its_own_origin_only_and_into_no_message(server, fetch):
    end = server.on("/end", lambda it: it.answer(status="403 Forbidden"))
    server.on(
        "/b",
        lambda it: it.answer(b"", f"Location: {end.replace('127.0.0.1', 'elsewhere.example')}", status="302 Found"),
    )
    url = server.on("/a", lambda it: it.answer(b"", "Location: /b", status="301 Moved"))
    outcome = fetch(url.replace("//", "//ann:s3cret@"))
    assert ["Authorization: Basic YW5uOnMzY3JldA==" in head for head in server.heads] == [True, True, False]
    assert isinstance(outcome, Failed)
    assert "s3cret" not in repr(outcome)


def test_a_private_address_is_refused_unless_the_operator_opened_it(server, fetch):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>"))
    for shut in ((), (ip_network("10.0.0.0/8"),)):
        outcome = fetch(url, allow_private=shut)
        assert isinstance(outcome, Failed)
        assert outcome.fault is Fault.BLOCKED
    assert server.heads == []


def test_a_name_is_judged_by_the_addresses_it_resolves_to(server):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>"), host="feeds.example")
    answers = iter([["10.0.0.1", "127.0.0.1"], ["127.0.0.1"], ["10.0.0.1", "::ffff:10.0.0.2"]])
    with Fetcher(deadline=timedelta(seconds=2), lookup=lambda _host, _port: next(answers)) as fetcher:
        outcomes = [
            fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=opened)).result()
            for opened in (LOOPBACK, (), LOOPBACK)
        ]
    assert isinstance(outcomes[0], Fetched)
    assert [outcome.fault for outcome in outcomes[1:] if isinstance(outcome, Failed)] == [Fault.BLOCKED] * 2
    assert len(server.heads) == 1


def test_an_opened_network_of_one_feed_opens_no_connection_for_another(server, fetch):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>", "Connection: keep-alive"))
    assert isinstance(fetch(url), Fetched)
    assert isinstance(fetch(url, allow_private=()), Failed)


def lookup_fails(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("url", "lookup", "fault", "detail"),
    [
        ("http://nowhere.example/", lookup_fails, Fault.DNS, "name or service not known"),
        ("http://nowhere.example/", lambda _host, _port: [], Fault.DNS, "no address for its host"),
        ("http://" + "a" * 64 + ".example/", system_lookup, Fault.DNS, "not a name that can be looked up"),
        ("http://127.0.0.1:1/", lookup_fails, Fault.CONNECT, "connection refused"),
        ("ftp://127.0.0.1/", lookup_fails, Fault.CONNECT, "its URL is not one of http or https that can be asked"),
    ],
)  # fmt: skip
def test_a_connection_that_cannot_be_made_says_why(url, lookup, fault, detail):
    with Fetcher(deadline=timedelta(seconds=2), lookup=lookup) as fetcher:
        outcome = fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK)).result()
    assert outcome == Failed(fault=fault, detail=detail)


def test_forty_dead_names_do_not_hold_up_a_good_feed(server):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>"), host="good.example")
    ended = Event()

    def lookup(host: str, _port: int) -> list[str]:
        if host != "good.example":
            ended.wait(10)
        return ["127.0.0.1"]

    with Fetcher(lookup=lookup) as fetcher:
        dead = [f"http://dead-{number}.example/" for number in range(40)]
        for each in dead:
            fetcher.submit(FetchRequest(feed_id=feed_id(each), url=each))
        started = perf_counter()
        outcome = fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK)).result()
        assert isinstance(outcome, Fetched)
        assert perf_counter() - started < 1
    ended.set()


def test_a_server_that_does_not_speak_tls_is_a_tls_fault(server, fetch):
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        future = None
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with Fetcher(deadline=timedelta(seconds=2)) as fetcher:
            future = fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK))
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                outcome = future.result()
    assert outcome == Failed(fault=Fault.TLS, detail="no secure connection could be agreed on")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with the openssl command")
def test_a_certificate_nobody_vouches_for_is_a_tls_fault(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=feeds.example",
    ]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener, Fetcher(deadline=timedelta(seconds=2)) as fetcher:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        future = fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK))
        connection, _ = listener.accept()
        with connection, pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)
        outcome = future.result()
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.TLS
    assert outcome.detail.startswith("its certificate is not accepted: ")


def test_closing_is_prompt_and_cancels_what_is_under_way(server):
    url = server.on("/feed", lambda it: it.hold())
    with Fetcher() as fetcher:
        futures = [
            fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK)) for _ in range(20)
        ]
        started = perf_counter()
    assert perf_counter() - started < 1
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(timeout=0)
    with pytest.raises(MonitorError):
        fetcher.submit(FetchRequest(feed_id=feed_id(url), url=url))
    fetcher.close()


def test_many_requests_are_under_way_at_once(server, fetcher):
    url = server.on("/feed", lambda it: it.answer(b"<rss/>"))
    request = FetchRequest(feed_id=feed_id(url), url=url, allow_private=LOOPBACK)
    outcomes = [future.result() for future in [fetcher.submit(request) for _ in range(100)]]
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)


def test_no_file_stays_open(server, fetch):
    url = server.on("/feed", LIES["a body cut off"])
    fetch(url)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        fetch(url)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
