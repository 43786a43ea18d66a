"""What an exception of the network means, in the words of the service.

Pure.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence

from aiohttp import (
    ClientConnectionError,
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientPayloadError,
    ClientResponseError,
    ClientSSLError,
    InvalidURL,
)

from monitor.model.feed import Failed, Fault


def failed_by(error: Exception, refusals: Sequence[str]) -> Failed:
    """The failure that ended a request, with one line for people that holds nothing of the URL.

    Args:
        error: What aiohttp raised.
        refusals: Why addresses were refused, when none was let through.
    """
    if refusals:
        return Failed(fault=Fault.BLOCKED, detail=refusals[-1])
    fault, detail = _meaning(error)
    return Failed(fault=fault, detail=detail)


def _meaning(error: Exception) -> tuple[Fault, str]:
    match error:
        case ClientConnectorCertificateError():
            return Fault.TLS, f"its certificate is not accepted: {_certificate_reason(error.certificate_error)}"
        case ClientSSLError() | ssl.SSLError():
            return Fault.TLS, "no secure connection could be agreed on"
        case ClientConnectorDNSError():
            return Fault.DNS, _lower(error.os_error.strerror) or "no address for its host"
        case ClientConnectorError():
            return Fault.CONNECT, _reason(error.os_error)
        case InvalidURL():
            return Fault.BLOCKED, "its host is not written as names and addresses are"
        case ClientResponseError():
            return Fault.BROKEN, "the answer is not proper HTTP"
        case ClientPayloadError():
            return Fault.BROKEN, "the answer ended before it was whole, or its framing is damaged"
        case ClientConnectionError():
            return Fault.BROKEN, "the server closed the connection before it answered in full"
        case _:
            return Fault.BROKEN, "the connection broke"


def _certificate_reason(error: Exception) -> str:
    return str(getattr(error, "verify_message", "")) or "it is not valid for this host"


def _reason(error: OSError) -> str:
    return _lower(os.strerror(error.errno)) if error.errno else "no connection"


def _lower(text: str | None) -> str:
    return text[:1].lower() + text[1:] if text else ""
