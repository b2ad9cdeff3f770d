"""Where calls leave to: the address of one SIP trunk, checked before any of it reaches a header.

Separate because the dialer's process, its runner processes and the tests all speak of a trunk, and
because whether a simulated clock is bearable is a property of the trunk alone.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from dialer.clock import SimulatedClockRefused
from dialer.trunk_settings import Codec, Transport, Use

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


USUAL_CODECS = (Codec.PCMA, Codec.PCMU)


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the carrier; without a username it knows us by our address."""

    username: str = ""
    password: str = field(default="", repr=False)
    realm: str = "*"
    registers: bool = False
    expires_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Tls:
    """How the carrier's certificate is checked: against `ca_file`, or the system's authorities when empty."""

    verify: bool = True
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """One trunk. `channels` is what the carrier sold: calls at once.

    `loopback` says that the far end is our own loopback carrier; it is never true of a proxy that
    merely runs on this machine. `proxies` are the doors (`host:port`) through which requests leave, best
    first; without them `host` and `port` are the only one. With `probes` each door is asked by OPTIONS
    whether it is there. Raises `ValueError` for values that cannot stand in a SIP URI.
    """

    name: str
    host: str
    port: int
    loopback: bool
    channels: int
    transport: Transport = Transport.UDP
    proxies: tuple[str, ...] = ()
    probes: bool = False
    account: Account = Account()
    tls: Tls = Tls()
    srtp: Use = Use.OFF
    codecs: tuple[Codec, ...] = USUAL_CODECS
    session_timer: Use = Use.OPTIONAL
    prack: Use = Use.OFF

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

    @property
    def doors(self) -> tuple[str, ...]:
        """Every `host:port` through which a call may leave, best first."""
        return self.proxies or (f"{self.host}:{self.port}",)

    @property
    def watched(self) -> bool:
        """Whether somebody must ask the carrier from time to time: by OPTIONS, or to stay registered."""
        return self.probes or self.account.registers

    def uri(self, user: str = "", door: str = "") -> str:
        """A SIP URI at the carrier, or at one of its doors, that leads over the trunk's transport."""
        over = "" if self.transport is Transport.UDP else f";transport={self.transport}"
        return f"sip:{user}{'@' if user else ''}{door or f'{self.host}:{self.port}'}{over}"

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
        """The trunk that `to_dict` told, after a journey as JSON."""
        typed = {
            "transport": Transport(plain["transport"]),
            "proxies": tuple(plain["proxies"]),
            "account": Account(**plain["account"]),
            "tls": Tls(**plain["tls"]),
            "srtp": Use(plain["srtp"]),
            "codecs": tuple(map(Codec, plain["codecs"])),
            "session_timer": Use(plain["session_timer"]),
            "prack": Use(plain["prack"]),
        }
        return cls(**{**plain, **typed})
