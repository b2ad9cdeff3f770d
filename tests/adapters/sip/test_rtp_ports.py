"""A range of audio ports belongs to one runner process, and a port in use moves it on."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from adapters.sip.rtp_ports import LAST_PORT, PORTS_PER_PROCESS, NoPortsFree, claim_rtp_range

HOST = "127.0.0.1"


def test_two_claims_never_overlap() -> None:
    first = claim_rtp_range(42000, HOST)
    second = claim_rtp_range(42000, HOST)
    with closing(first.claim), closing(second.claim):
        assert first.first % 2 == second.first % 2 == 0
        assert second.first >= first.first + PORTS_PER_PROCESS


def test_a_range_with_one_port_in_use_is_passed_over() -> None:
    found = claim_rtp_range(43001, HOST)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as stranger:
        stranger.bind((HOST, found.first + 5))  # before the claim goes: nobody else can come in between
        found.claim.close()
        moved = claim_rtp_range(found.first, HOST)
    with closing(moved.claim):
        assert moved.first >= found.first + PORTS_PER_PROCESS, "the next, or a later one if others took that"


def test_when_nothing_is_free_it_says_what_to_do() -> None:
    with pytest.raises(NoPortsFree, match="give a lower first RTP port"):
        claim_rtp_range(LAST_PORT - PORTS_PER_PROCESS + 2, HOST)
