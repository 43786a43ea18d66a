"""Addresses as people write them: which are taken, and what is said of the others."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.addresses import FEED_URL, LONGEST_URL, NETWORKS, PRIVATE_NETWORKS, SECRET_URL
from monitor.config.fields import Kind
from monitor.errors import ConfigError, Problem
from monitor.located import Items, Mark, Text

TOKEN = "s3cr3t-t0ken"


def written(value: str) -> Text:
    return Text(value, Mark("monitor.yaml", 1, 1, value))


def refusal(kind: Kind, value: str) -> Problem:
    with pytest.raises(ConfigError) as error:
        kind.read(written(value))
    (problem,) = error.value.problems
    return problem


def read_or_refused(kind: Kind, value: str) -> str | int:
    """The text that is taken, or how many problems it has."""
    try:
        return kind.read(written(value)).value
    except ConfigError as error:
        return len(error.problems)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/rss",
        "http://news.example:8080/a?b=c&d=e",
        "HTTPS://News.Example/",
        "https://bücher.example/feed",
        "http://[2001:db8::1]/rss",
        "http://127.0.0.1:9000/x",
        "https://news.example/a,b(c)'d'",
        "https://news.example/" + "a" * (LONGEST_URL - len("https://news.example/")),
    ],
)
def test_a_feed_is_asked_at_any_web_address(url: str) -> None:
    assert FEED_URL.read(written(url)).value == url


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("news.example/rss", "'news.example/rss' is not a web address", "write https://news.example/rss"),
        ("//news.example/rss", "'//news.example/rss' is not a web address", "write https://news.example/rss"),
        ("feed://news.example/rss", "is not a web address", "write https:// in the place of feed:"),
        ("ftp://news.example/rss", "is not a web address", "feeds are fetched by http and https only"),
        ("file:///etc/passwd", "is not a web address", "feeds are fetched by http and https only"),
        ("https://", "is not an address", "it needs a host, and a port from 1 to 65535 if any"),
        ("https:///rss", "is not an address", "it needs a host"),
        ("http://[::1", "is not an address", "it needs a host"),
        ("https://news.example:0/", "is not an address", "a port from 1 to 65535"),
        ("https://news.example:65536/", "is not an address", "a port from 1 to 65535"),
        ("https://news.example:https/", "is not an address", "a port from 1 to 65535"),
        ("https://news.example/a b", "an address holds no blanks", "write %20 for a blank"),
        ("https://news.example/a\u3000b", "an address holds no blanks", "write %20 for a blank"),
        ("https://news.example/\u200b", "an address holds no invisible characters", "type it anew"),
        ("\ufeffhttps://news.example/", "an address holds no invisible characters", "type it anew"),
        ("https://news\u00ad.example/", "an address holds no invisible characters", "type it anew"),
        ("https://me@news.example/", "a feed's address may not hold a user or password", "stored and shown"),
        ("https://me:pw@news.example/", "a feed's address may not hold a user or password", "stored and shown"),
        ("https://news.example/?key=${KEY}", "variables are replaced only in destinations", "stored and shown"),
        ("https://a.example/" + "a" * LONGEST_URL, "longer than 2048 characters", ""),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write(url: str, message: str, hint: str) -> None:
    problem = refusal(FEED_URL, url)
    assert message in problem.message
    assert hint in problem.hint


def test_a_proposed_address_would_be_taken() -> None:
    for url in ("news.example", "/news.example/rss", "www.news.example/?a=b"):
        proposed = refusal(FEED_URL, url).hint.removeprefix("write ")
        assert FEED_URL.read(written(proposed)).value == proposed


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from(
            ["http", "s", ":", "//", "/", "a", ".", "@", "[", "]", "::1", "%", "?", "#", "\\", "é", "${", "}"]
        )
    ).map("".join)
)
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for kind in (FEED_URL, SECRET_URL):
        assert read_or_refused(kind, text) in (text, 1)


@pytest.mark.parametrize(
    "url",
    [
        "console",
        "console://",
        "file://alerts.log",
        "${DESK}",
        "${SCHEME}://x",
        "slack://a/b/c",
        "mailto://u:p@h?to=a@b",
        "json+x://h",
    ],
)
def test_a_destination_may_be_any_service(url: str) -> None:
    assert SECRET_URL.read(written(url)).value == url


@pytest.mark.parametrize(
    "url",
    [
        f"slack//{TOKEN}",
        TOKEN,
        f"://{TOKEN}",
        f"9x://{TOKEN}",
        f"sl ack://{TOKEN}",
        f"slack://{TOKEN} ",
        f"slack://{TOKEN}\u200b",
    ],
)
def test_a_destination_that_will_not_do_is_never_quoted(url: str) -> None:
    problem = refusal(SECRET_URL, url)
    assert TOKEN not in problem.message + problem.hint


def test_true_opens_the_private_networks_and_false_none() -> None:
    assert NETWORKS.read(written("true")) == PRIVATE_NETWORKS
    assert NETWORKS.read(written("false")) == ()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1"],
)
def test_what_true_opens_is_what_no_router_of_the_world_leads_to(address: str) -> None:
    asked = ip_address(address)
    assert any(asked in net for net in PRIVATE_NETWORKS if net.version == asked.version)
    assert asked.is_private


def test_nothing_public_is_opened_by_true() -> None:
    assert not any(network.is_global for network in PRIVATE_NETWORKS)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.168.1.7", "fd00::/8", "::1", "0.0.0.0/0"])
def test_a_network_is_read_as_it_is_written(text: str) -> None:
    assert NETWORKS.read(written(text)) == (ip_network(text),)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10.0.0.1/8", "did you mean 10.0.0.0/8?"),
        ("fd00::1/8", "did you mean fd00::/8?"),
        ("10.0.0.0/33", "write true, false, or networks such as 192.168.1.0/24"),
        ("intranet", "write true, false, or networks such as 192.168.1.0/24"),
        ("yes", "write true, false, or networks such as 192.168.1.0/24"),
        ("1", "write true, false, or networks such as 192.168.1.0/24"),
    ],
)
def test_what_is_no_network_is_refused_with_the_nearest(text: str, hint: str) -> None:
    assert refusal(NETWORKS, text).hint == hint


def test_in_a_list_of_networks_true_is_no_network() -> None:
    listed = Items((written("10.0.0.0/8"), written("true"), written("nowhere")), Mark("monitor.yaml", 1, 1))
    with pytest.raises(ConfigError) as error:
        NETWORKS.read(listed)
    assert [problem.message for problem in error.value.problems] == [
        "'nowhere' is not a network",
        "'true' is not a network",
    ]


@settings(max_examples=40)
@given(st.ip_addresses(v=4, network="10.0.0.0/8"), st.integers(8, 32))
def test_the_network_that_is_proposed_holds_the_address_that_was_written(address, size: int) -> None:
    text = f"{address}/{size}"
    try:
        (found,) = NETWORKS.read(written(text))
    except ConfigError as error:
        found = ip_network(error.problems[0].hint.removeprefix("did you mean ").rstrip("?"))
    assert address in found
    assert found.prefixlen == size
