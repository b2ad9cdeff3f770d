"""Where calls leave to: the address of one SIP trunk, checked before any of it reaches a header.

Separate because the dialer's process, its runner processes and the tests all speak of a trunk, and
because whether a simulated clock is bearable is a property of the trunk alone.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import asdict, dataclass
from typing import Any

from dialer.clock import SimulatedClockRefused

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """One IP trunk over UDP, without registration. `channels` is what the carrier sold: calls at once.

    `loopback` says that the far end is our own loopback carrier; it is never true of a proxy that
    merely runs on this machine. Raises `ValueError` for values that cannot stand in a SIP URI.
    """

    name: str
    host: str
    port: int
    loopback: bool
    channels: int

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host):
            raise ValueError(f"trunk {self.name!r}: {self.host!r} is no IPv4 address or host name; correct its host")
        if not 1 <= self.port <= 65535:
            raise ValueError(f"trunk {self.name!r}: port {self.port} is not between 1 and 65535")
        if self.channels < 1:
            raise ValueError(f"trunk {self.name!r}: it needs at least one channel, not {self.channels}")

    @property
    def local(self) -> bool:
        """Whether it is the loopback carrier and cannot be reached off this machine."""
        try:
            return self.loopback and ipaddress.IPv4Address(self.host).is_loopback
        except ipaddress.AddressValueError:
            return False

    def refuse_simulated_clock(self) -> None:
        """Raise `SimulatedClockRefused` unless this is the loopback carrier; call it with such a clock."""
        if not self.local:
            raise SimulatedClockRefused(
                f"trunk {self.name!r} ({self.host}:{self.port}) is not the loopback carrier: "
                "a simulated clock would ring real people outside the legal hours. Use the system clock.",
                f"le trunk {self.name!r} ({self.host}:{self.port}) n'est pas l'opérateur de bouclage : une horloge "
                "simulée ferait sonner de vraies personnes hors des heures légales. Prendre l'horloge système.",
            )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> TrunkAddress:
        return cls(**plain)
