"""What counts as a loopback address here; one place, because the carrier, its proof and the media all rely on it.

Only literal IPv4 addresses of 127.0.0.0/8 do: a host name can be made to point anywhere.
"""

from __future__ import annotations

import ipaddress

Address = tuple[str, int]
"""Host (literal IPv4) and UDP port."""

SIP_PORT = 5060


def is_loopback(host: str) -> bool:
    """True for a literal IPv4 address in 127.0.0.0/8; False for names and everything else."""
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False
