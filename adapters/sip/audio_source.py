"""Pins a call's audio socket to the far end that the SDP names.

PJSIP follows whoever sends to its audio port (symmetric RTP) and this build has no switch for that. The
far end of a call that nobody ended, or a stranger, would draw our voice away from the person on the line
and drown the key that they press. A connected UDP socket lets the kernel drop everybody else.
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path


class SourceNotPinned(Exception):
    """The audio socket could not be tied to the far end; the message says why."""


def hear_only(local_port: int, remote: str) -> None:
    """Tie this process's UDP socket on `local_port` to `remote` (`host:port`, as in the SDP).

    Raises `SourceNotPinned` when there is no such socket or the address cannot be used.
    """
    host, _, port = remote.rpartition(":")
    try:
        with _own_socket(local_port) as audio:
            audio.connect((host, int(port)))
    except (OSError, ValueError) as error:
        raise SourceNotPinned(f"audio port {local_port} is not tied to {remote}: {error}") from None


def _own_socket(local_port: int) -> socket.socket:
    """A second handle on the socket that the library bound to this port; closing it leaves the library's."""
    for entry in Path("/proc/self/fd").iterdir():
        try:
            descriptor = int(entry.name)
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                candidate = socket.socket(fileno=os.dup(descriptor))
                if candidate.type == socket.SOCK_DGRAM and candidate.getsockname()[1] == local_port:
                    return candidate
                candidate.close()
        except OSError:
            continue  # closed since it was listed, or a socket without a port
    raise OSError("no socket of this process has that port")
