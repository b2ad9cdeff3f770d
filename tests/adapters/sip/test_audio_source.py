"""Tying a socket to one far end: everybody else is dropped by the kernel."""

from __future__ import annotations

import socket

import pytest

from adapters.sip.audio_source import SourceNotPinned, hear_only


def bound() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.bind(("127.0.0.1", 0))
    found.settimeout(2)
    return found


def test_only_the_pinned_far_end_is_heard_and_the_pin_can_move() -> None:
    with bound() as audio, bound() as person, bound() as stranger:
        port = audio.getsockname()[1]
        for named, other in ((person, stranger), (stranger, person)):
            hear_only(port, f"127.0.0.1:{named.getsockname()[1]}")
            other.sendto(b"from somebody else", ("127.0.0.1", port))
            named.sendto(b"from the one named", ("127.0.0.1", port))
            assert audio.recv(100) == b"from the one named"


@pytest.mark.parametrize("remote", ["", "127.0.0.1", "127.0.0.1:audio", "not a host:4000"])
def test_an_address_that_cannot_be_used_is_told(remote: str) -> None:
    with bound() as audio, pytest.raises(SourceNotPinned, match="is not tied to"):
        hear_only(audio.getsockname()[1], remote)


def test_a_port_that_is_not_ours_is_told() -> None:
    with bound() as audio:
        port = audio.getsockname()[1]
    with pytest.raises(SourceNotPinned, match="no socket of this process"):
        hear_only(port, "127.0.0.1:4000")
