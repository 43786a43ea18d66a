"""The gate: which addresses the service may contact on behalf of a feed or a destination.

A feed, or whoever answers for a name, must not make the service knock on the doors of its own network. Only addresses
of the public Internet pass, and those that the operator opened for this one feed or destination.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from monitor.model.feed import Network

_Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host on this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and some clouds' metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud host speaking to its guests
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def refusal(address: str, opened: Sequence[Network] = ()) -> str | None:
    """Why `address` may not be contacted, in one line for people; None when it may.

    An IPv6 address that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo, ISATAP) is as good as what it
    carries.

    Args:
        address: An address as a socket names its peer; anything else is refused.
        opened: Networks that the operator opened for this feed or destination.

    Source:
        IANA special-purpose address registries (RFC 6890, RFC 8190); RFC 6052, RFC 3056, RFC 4380, RFC 5214.
    """
    try:
        outer = ip_address(address)
    except ValueError:
        return f"{address!r} is not an address"
    if _is_open(outer, opened) or all(_is_public(each) or _is_open(each, opened) for each in _meant(outer)):
        return None
    return f"{address} is not on the public Internet; `allow_private` can open its network"


def _meant(address: _Address) -> tuple[_Address, ...]:
    """Where packets to this address may end: itself, or the IPv4 addresses inside."""
    if isinstance(address, IPv4Address):
        return (address,)
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None or address in _NAT64:
        return (last,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    return (address, last) if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP else (address,)


def _is_public(address: _Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _is_open(address: _Address, opened: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in opened)
