"""Somebody else's audio on our ports: it must not turn a call away from the person on the line."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.sip import SipRunner
from adapters.sip.rtp_ports import PORTS_PER_PROCESS
from dialer.permit import PermitKey
from dialer.ports import CallEventKind, EndedBy

FIRST_PORT = 42000


class Chatter:
    """The far end of calls that nobody ended: A-law silence at fifty packets a second to every even port."""

    def __init__(self, first: int, count: int) -> None:
        self._sockets = [
            (socket.socket(socket.AF_INET, socket.SOCK_DGRAM), port) for port in range(first, first + count, 2)
        ]
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def _talk(self) -> None:
        sequence = 0
        while not self._enough.wait(0.02):
            packet = struct.pack("!BBHII", 0x80, 8, sequence & 0xFFFF, sequence * 160, 0xBAD) + b"\xd5" * 160
            for sender, port in self._sockets:
                try:
                    sender.sendto(packet, ("127.0.0.1", port))
                except ConnectionRefusedError:
                    continue  # nobody has that port now
            sequence += 1

    def stop(self) -> None:
        self._enough.set()
        self._thread.join()
        for sender, _ in self._sockets:
            sender.close()


@pytest.fixture
def chatter() -> Iterator[Chatter]:
    chatter = Chatter(FIRST_PORT, PORTS_PER_PROCESS)
    yield chatter
    chatter.stop()


def test_the_key_of_the_person_called_is_heard_above_strangers(
    chatter: Chatter, carrier: Any, permit_key: PermitKey, orders: Any, listen: Any, finals: Any
) -> None:
    runner = SipRunner(carrier.trunk(channels=4), permit_key, orders.clock, rtp_first_port=FIRST_PORT)
    runner.start()
    try:
        permits = [orders.permit("21") for _ in range(4)]
        for permit in permits:
            runner.place(orders.order(permit))
        heard = listen(runner, lambda events: len(finals(events)) == len(permits))
    finally:
        runner.stop(timedelta(seconds=3))
    digits = [event for event in heard if event.kind is CallEventKind.DIGIT]
    assert [event.detail for event in digits] == ["9"] * 4
    assert {event.ended_by for event in finals(heard)} == {EndedBy.OPT_OUT}
