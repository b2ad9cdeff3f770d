"""Ports for servers that another process opens: apart from those that the kernel gives to sockets without a wish."""

from __future__ import annotations

import os
import socket
from itertools import cycle

_OF_A_PROCESS = 40
_FIRST = 12_000 + os.getpid() % 200 * _OF_A_PROCESS
_PORTS = cycle(range(_FIRST, _FIRST + _OF_A_PROCESS))
"""Below the kernel's own range and our audio ports; test processes have their numbers in a row, so none the same."""


def free_port() -> int:
    """A port that nobody has, in UDP or TCP, and that nobody is given by chance before it is used."""
    return next(port for _, port in zip(range(_OF_A_PROCESS), _PORTS, strict=False) if _is_free(port))


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind == socket.SOCK_STREAM)
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
