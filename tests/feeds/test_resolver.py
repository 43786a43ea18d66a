from __future__ import annotations

import asyncio
import socket
from threading import Event

import pytest

from monitor.feeds.resolver import THREADS, Resolver, system_lookup


def test_addresses_of_both_families_are_given():
    async def addresses(family: socket.AddressFamily) -> list[str]:
        resolver = Resolver(lambda _host, _port: ["192.0.2.1", "2001:db8::1"])
        return [found["host"] for found in await resolver.resolve("x.example", 80, family)]

    assert asyncio.run(addresses(socket.AF_UNSPEC)) == ["192.0.2.1", "2001:db8::1"]
    assert asyncio.run(addresses(socket.AF_INET6)) == ["2001:db8::1"]


def test_the_system_knows_its_own_name():
    assert set(system_lookup("localhost", 80)) <= {"127.0.0.1", "::1"}


def test_a_name_that_answers_too_late_is_given_up_and_its_thread_not_waited_for():
    ended = Event()

    def hang(_host: str, _port: int) -> list[str]:
        ended.wait(10)
        return ["192.0.2.1"]

    with pytest.raises(socket.gaierror, match=r"no answer within 0.05 s"):
        asyncio.run(Resolver(hang, patience=0.05).resolve("slow.example"))
    ended.set()


def test_no_more_names_are_looked_up_at_once_than_there_are_turns():
    started, ended = [], Event()

    def hang(host: str, _port: int) -> list[str]:
        started.append(host)
        ended.wait(10)
        return ["192.0.2.1"]

    async def many() -> list[BaseException]:
        resolver = Resolver(hang, patience=0.2)
        names = (resolver.resolve(f"{number}.example") for number in range(THREADS + 5))
        failures = await asyncio.gather(*names, return_exceptions=True)
        assert len(started) == THREADS
        ended.set()
        resolver._patience = 10
        assert await resolver.resolve("late.example")
        return failures

    assert all(isinstance(failure, socket.gaierror) for failure in asyncio.run(many()))
