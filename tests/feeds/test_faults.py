"""What an exception of the network means, in the words of the service."""

from __future__ import annotations

import errno
import os
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

from monitor.feeds.faults import failed_by
from monitor.model.feed import Fault

SECRET = "t0ken"
KEY = ConnectionKey("news.example", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)
ADDRESS = f"https://news.example/{SECRET}"


def unverified(message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = message
    return error


def of_a_response(kind: type[aiohttp.ClientResponseError]) -> aiohttp.ClientResponseError:
    info = aiohttp.RequestInfo(URL(ADDRESS), "GET", {}, URL(ADDRESS))
    return kind(info, (), status=400, message=SECRET)


ERRORS = [
    (aiohttp.ClientConnectorCertificateError(KEY, unverified("certificate has expired")), Fault.TLS, "its certificate is not accepted: certificate has expired"),
    (aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError(SECRET)), Fault.TLS, "its certificate is not accepted: it is not valid for this host"),
    (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, SECRET)), Fault.TLS, "no secure connection could be agreed on"),
    (ssl.SSLError(1, SECRET), Fault.TLS, "no secure connection could be agreed on"),
    (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")), Fault.DNS, "name or service not known"),
    (aiohttp.ClientConnectorDNSError(KEY, OSError(SECRET)), Fault.DNS, "no address for its host"),
    (aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, SECRET)), Fault.CONNECT, "connection refused"),
    (aiohttp.ClientConnectorError(KEY, OSError(errno.ENETUNREACH, SECRET)), Fault.CONNECT, "network is unreachable"),
    (aiohttp.ClientConnectorError(KEY, OSError(SECRET)), Fault.CONNECT, "no connection"),
    (aiohttp.InvalidURL(ADDRESS), Fault.BLOCKED, "its host is not written as names and addresses are"),
    (of_a_response(aiohttp.ClientResponseError), Fault.BROKEN, "the answer is not proper HTTP"),
    (of_a_response(aiohttp.TooManyRedirects), Fault.BROKEN, "the answer is not proper HTTP"),
    (aiohttp.ClientPayloadError(SECRET), Fault.BROKEN, "the answer ended before it was whole, or its framing is damaged"),
    (aiohttp.ServerDisconnectedError(SECRET), Fault.BROKEN, "the server closed the connection before it answered in full"),
    (aiohttp.ClientOSError(errno.ECONNRESET, SECRET), Fault.BROKEN, "the server closed the connection before it answered in full"),
    (aiohttp.ClientError(SECRET), Fault.BROKEN, "the connection broke"),
    (OSError(errno.EMFILE, SECRET), Fault.BROKEN, "the connection broke"),
    (ValueError(SECRET), Fault.BROKEN, "the connection broke"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "fault", "detail"), ERRORS, ids=lambda value: type(value).__name__)
def test_every_error_of_the_network_has_a_fault_and_one_line_for_people(
    error: Exception, fault: Fault, detail: str
) -> None:
    failed = failed_by(error, [])
    assert (failed.fault, failed.detail) == (fault, detail)
    assert SECRET not in failed.detail
    assert "\n" not in failed.detail


@pytest.mark.parametrize("error", [error for error, _, _ in ERRORS], ids=lambda error: type(error).__name__)
def test_an_address_that_was_refused_explains_any_error(error: Exception) -> None:
    failed = failed_by(error, ["10.0.0.1 is private", "10.0.0.2 is private"])
    assert (failed.fault, failed.detail) == (Fault.BLOCKED, "10.0.0.2 is private")


@pytest.mark.parametrize("number", sorted(errno.errorcode)[:60])
def test_the_reason_is_the_system_s_with_a_small_letter(number: int) -> None:
    detail = failed_by(aiohttp.ClientConnectorError(KEY, OSError(number, "x")), []).detail
    assert detail.lower() == os.strerror(number).lower()
    assert not detail[:1].isupper()
