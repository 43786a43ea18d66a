from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.gate import refusal

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.0.1.1", "198.17.0.1",
          "198.20.0.1", "223.255.255.255", "168.63.129.15", "2606:4700::1111", "2a00:1450:4001::200e", "2003::1", "2001:200::1", "2001:4860:4860::8888"]  # fmt: skip

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "64:ff9b:1::1",
    "2001:db8::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "3ffe::1", "3fff::1", "3fff:fff::1", "4000::1", "1fff::1", "5f00::1",
]  # fmt: skip

CARRIERS = {
    "mapped": lambda v4: IPv6Address(int(IPv6Address("::ffff:0:0")) | int(v4)),
    "NAT64": lambda v4: IPv6Address(int(IPv6Address("64:ff9b::")) | int(v4)),
    "6to4": lambda v4: IPv6Address(int(IPv6Address("2002::1")) | int(v4) << 80),
    "Teredo client": lambda v4: IPv6Address(int(IPv6Address("2001:0:808:808::")) | int(v4) ^ 0xFFFFFFFF),
    "Teredo server": lambda v4: IPv6Address(int(IPv6Address("2001::f7f7:f7f7")) | int(v4) << 64),
    "ISATAP": lambda v4: IPv6Address(int(IPv6Address("2606:4700::5efe:0:0")) | int(v4)),
}

ODD_SPELLINGS = ["", "localhost", "2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.000.000.001", "8.8.8", "8.8.8.8.", " 8.8.8.8",
                 "8.8.8.8\x00", "8.8.8.8/32", "[::1]", "[2606:4700::1111]", "①②⑦.0.0.1", "１.1.1.1", "1.1.1.1:80", "::ffff:8.8.8.8.8"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_open(address):
    assert refusal(address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_everything_else_is_refused(address):
    reason = refusal(address)
    assert reason is not None
    assert address in reason
    assert "allow_private" in reason


@pytest.mark.parametrize("spelling", ODD_SPELLINGS)
def test_what_is_no_address_as_sockets_name_it_is_refused(spelling):
    assert refusal(spelling) == f"{spelling!r} is not an address"


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "224.0.0.1"])
def test_an_address_inside_another_is_found(carrier, inner):
    assert refusal(str(CARRIERS[carrier](IPv4Address(inner)))) is not None


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_public_address_inside_another_is_open(carrier):
    assert refusal(str(CARRIERS[carrier](IPv4Address("8.8.8.8")))) is None


def test_a_tunnel_inside_a_private_network_stays_private():
    assert refusal("fe80::5efe:808:808") is not None


@pytest.mark.parametrize(
    ("address", "network", "is_open"),
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "::ffff:0:0/96", True),
        ("64:ff9b::a00:1", "10.0.0.0/8", True),
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("fd00::1", "fd00::/8", True),
        ("fd00::1", "127.0.0.0/8", False),
        ("127.0.0.1", "::/0", False),
        ("localhost", "127.0.0.0/8", False),
    ],
)
def test_the_operator_opens_networks_for_one_feed(address, network, is_open):
    assert (refusal(address, (ip_network(network),)) is None) == is_open


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=300, deadline=None)
def test_no_address_is_open_that_the_standard_library_calls_private(number):
    address = IPv4Address(number)
    if (
        address.is_private
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
    ):
        assert refusal(str(address)) is not None
        assert all(refusal(str(carry(address))) is not None for carry in CARRIERS.values())


@given(st.integers(0, 2**128 - 1))
@settings(max_examples=300, deadline=None)
def test_no_ipv6_address_is_open_outside_the_public_block(number):
    address = IPv6Address(number)
    carries = address.ipv4_mapped or address in ip_network("64:ff9b::/96")
    if refusal(str(address)) is None and not carries:
        assert address in ip_network("2000::/3")
