"""Finds a range of free UDP ports for a runner process's audio, and keeps others off it.

Separate because it is plain sockets: PJSIP would take ports one by one and fail in mid-call.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

PORTS_PER_PROCESS = 64
"""31 pairs for four calls: a port rests long before it is used again, so that late audio of an
ended call finds no listener. The last pair holds the claim."""
LAST_PORT = 65535


class NoPortsFree(Exception):
    """Every range up to the last port is in use."""


@dataclass(frozen=True, slots=True)
class RtpRange:
    """Ports `first` .. `first + span` are this process's, as long as it keeps this object."""

    first: int
    span: int
    claim: socket.socket = field(repr=False)


def claim_rtp_range(first_port: int, host: str) -> RtpRange:
    """The first range at or above `first_port` (made even) whose ports are all free on `host`.

    Raises `NoPortsFree`, with the remedy, when there is none.
    """
    start = first_port + first_port % 2
    for first in range(start, LAST_PORT - PORTS_PER_PROCESS + 2, PORTS_PER_PROCESS):
        claim = _bind(host, first + PORTS_PER_PROCESS - 1)
        if claim is None:
            continue
        if all(_is_free(host, port) for port in range(first, first + PORTS_PER_PROCESS - 1)):
            return RtpRange(first, PORTS_PER_PROCESS - 4, claim)
        claim.close()
    raise NoPortsFree(
        f"no {PORTS_PER_PROCESS} free UDP ports in a row for audio from {first_port} up; "
        "free some, or give a lower first RTP port"
    )


def _bind(host: str, port: int) -> socket.socket | None:
    """A socket bound to the port, or None when it is taken."""
    candidate = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        candidate.bind((host, port))
    except OSError:
        candidate.close()
        return None
    return candidate


def _is_free(host: str, port: int) -> bool:
    found = _bind(host, port)
    if found is None:
        return False
    found.close()
    return True
