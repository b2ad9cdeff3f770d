"""What `dialer.toml` says of a SIP carrier account, and which of its settings contradict each other.

Apart from the other settings because carriers differ in more ways than anything else in the file.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dialer.errors import Contradiction
from rules.caller_ids import require_caller_id

_PROXY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:[0-9]{1,5}")
_USERNAME = re.compile(r"[A-Za-z0-9._+~-]{1,64}")
_PLAIN_SIP_PORT = 5060


class Strict(BaseModel):
    """A table of a settings file: an unknown key is an error, not a silent typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CallerIdSettings(Strict):
    """A number that may be shown, with proof that it is assigned (CPCE L.44 IV)."""

    number: Annotated[str, Field(description="E.164")]
    assignee: str
    proof: str
    reviewed_on: date
    carrier: str = ""
    """The operator that holds the number and attests it."""
    inbound_route: str = ""
    """Where a call back to this number arrives, and when that was last tried (Arcep: it must arrive)."""

    @field_validator("number")
    @classmethod
    def _e164(cls, value: str) -> str:
        return require_caller_id(value)


class TrunkKind(StrEnum):
    LOOPBACK = "loopback"
    """Our own carrier on this machine; the only one on which time may be simulated."""
    SIP = "sip"


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Use(StrEnum):
    """How much an extension of the protocol is insisted on."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Codec(StrEnum):
    PCMA = "PCMA"
    PCMU = "PCMU"
    G722 = "G722"
    SPEEX = "speex"
    OPUS = "opus"


class TrunkSettings(Strict):
    """A SIP carrier account with its limits. Settings that contradict each other are refused."""

    name: str
    kind: TrunkKind
    host: str
    port: Annotated[int, Field(ge=0, le=65535)] = 5060
    transport: Transport = Transport.UDP
    proxies: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """The carrier's doors, `host:port`, best first; none: `host` and `port` are the only one."""
    registration: bool = False
    username: str = ""
    password_variable: str = ""
    password_file: str = ""
    realm: str = "*"
    expires_seconds: Annotated[int, Field(ge=60, le=7200)] = 300
    tls_ca_file: str = ""
    tls_verify: bool = True
    srtp: Use = Use.OFF
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] | None = None
    """In order of preference; None: PCMA, then PCMU."""
    session_timer: Use = Use.OPTIONAL
    prack: Use = Use.OFF
    operator: str = "plain"
    """Whose published terms hold: a name under `config/operators` or the folder's own `operators/`."""
    channels: Annotated[int, Field(ge=1, le=400)] = 10
    starts_per_second: Annotated[int, Field(ge=1, le=50)] = 1
    answers_options: bool = True
    """False for a carrier that ignores OPTIONS, so that its silence is not taken for absence."""
    caller_ids: tuple[CallerIdSettings, ...] = ()

    @property
    def loopback(self) -> bool:
        return self.kind is TrunkKind.LOOPBACK

    def proven_numbers(self) -> frozenset[str]:
        return frozenset(caller_id.number for caller_id in self.caller_ids)

    @field_validator("proxies")
    @classmethod
    def _proxies_are_doors(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            if not _PROXY.fullmatch(proxy) or not 1 <= int(proxy.rpartition(":")[2]) <= 65535:
                raise Contradiction(
                    f"{proxy!r} is no proxy; write host:port", f"{proxy!r} n'est pas un proxy ; écrire hôte:port"
                )
        return _each_once(proxies)

    @field_validator("codecs")
    @classmethod
    def _codecs_once(cls, codecs: tuple[Codec, ...] | None) -> tuple[Codec, ...] | None:
        return None if codecs is None else _each_once(codecs)

    @field_validator("caller_ids")
    @classmethod
    def _numbers_once(cls, caller_ids: tuple[CallerIdSettings, ...]) -> tuple[CallerIdSettings, ...]:
        _each_once(tuple(caller_id.number for caller_id in caller_ids))
        return caller_ids

    @model_validator(mode="after")
    def _account_is_whole(self) -> Self:
        if self.registration and not self.username:
            raise Contradiction(
                "registration = true needs a username", "registration = true demande un username ; l'ajouter"
            )
        require_whole_login(self.username, self.password_variable, self.password_file)
        return self

    @model_validator(mode="after")
    def _transport_fits(self) -> Self:
        tls = self.transport is Transport.TLS
        if tls and self.port == _PLAIN_SIP_PORT and not self.proxies:
            raise Contradiction(
                "transport = tls on port 5060, where SIP is in the clear; write the TLS port, mostly 5061",
                "transport = tls sur le port 5060, où SIP passe en clair ; écrire le port TLS, souvent 5061",
            )
        if not tls and (self.tls_ca_file or not self.tls_verify):
            raise Contradiction(
                "tls_ca_file and tls_verify are for transport = tls only; remove them, or write that transport",
                "tls_ca_file et tls_verify ne valent que pour transport = tls ; les ôter, ou écrire ce transport",
            )
        if not self.tls_verify and self.tls_ca_file:
            raise Contradiction(
                "tls_ca_file without tls_verify checks nothing; remove one of them",
                "tls_ca_file sans tls_verify ne vérifie rien ; ôter l'un des deux",
            )
        return self

    @model_validator(mode="after")
    def _loopback_is_plain(self) -> Self:
        """The loopback carrier has one door, without TLS or accounts."""
        odd = self.transport is not Transport.UDP or self.proxies or self.username or self.srtp is not Use.OFF
        if self.loopback and odd:
            raise Contradiction(
                "the loopback carrier takes plain UDP only: no transport, proxies, username or srtp",
                "l'opérateur de bouclage ne prend que l'UDP simple : ni transport, ni proxies, ni username, ni srtp",
            )
        if self.loopback and not self.host.startswith("127."):
            raise Contradiction(
                f"the loopback carrier listens on this machine only: host = {self.host!r}, not 127.0.0.1",
                f"l'opérateur de bouclage n'écoute que sur cette machine : host = {self.host!r} au lieu de 127.0.0.1",
            )
        return self


def require_whole_login(username: str, password_variable: str, password_file: str) -> None:
    """A name with its password in one place, or neither. Raises `Contradiction`."""
    places = {"password_variable": password_variable, "password_file": password_file}
    passwords = [key for key, place in places.items() if place]
    if username and not _USERNAME.fullmatch(username):
        raise Contradiction(
            "username may hold letters, digits and . _ + ~ - only",
            "username ne peut contenir que lettres, chiffres et . _ + ~ -",
        )
    if username and len(passwords) != 1:
        raise Contradiction(
            "a username needs its password in one place, password_variable or password_file",
            "un username demande son mot de passe à un seul endroit, password_variable ou password_file",
        )
    if passwords and not username:
        raise Contradiction(
            f"{passwords[0]} without a username; add it, or remove the password",
            f"{passwords[0]} sans username ; l'ajouter, ou ôter le mot de passe",
        )


_T = TypeVar("_T", bound=str)


def _each_once(values: tuple[_T, ...]) -> tuple[_T, ...]:
    if twice := sorted({value for value in values if values.count(value) > 1}):
        named = ", ".join(twice)
        raise Contradiction(f"{named} stands twice; remove one", f"{named} figure deux fois ; en ôter un")
    return values
