"""What `dialer.toml` says of the people who take calls: a name, a phone, and the campaigns that they work on.

Apart from the trunks because a phone of the house is no way to a consumer, and must not become one: an address that
looks like a public number is refused here, before anything could be dialed without a permit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from dialer.errors import Contradiction
from dialer.ports import AgentPhone
from dialer.trunk_settings import Strict, TrunkSettings, require_whole_login

_PHONE = re.compile(
    r"sip:([A-Za-z0-9][A-Za-z0-9._~-]{0,63})@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(\d{1,5}))?"
)
LONGEST_EXTENSION = 6
"""Digits, whatever stands between them. The shortest numbers that reach a subscriber of the network have more."""
_SIP_PORT = 5060


class AgentSettings(Strict):
    """Somebody whose phone is called first, and to whom a consumer's call is joined."""

    name: str
    """As the log and the call's record name them."""
    phone: str
    """`sip:USER@HOST` or `sip:USER@HOST:PORT`: a phone of the house, reached over UDP."""
    campaigns: Annotated[tuple[str, ...], Field(min_length=1)]
    """Names of the campaigns for which they take calls."""
    login: str = ""
    """Account of the system under which they command their calls; without it the same as the name."""
    ring_seconds: Annotated[int, Field(ge=5, le=60)] = 20
    username: str = ""
    """With whom the PBX lets us call the phone, where it asks (401 or 407); without it, it knows us by our address."""
    password_variable: str = ""
    password_file: str = ""
    realm: str = "*"

    @field_validator("name")
    @classmethod
    def _can_be_written(cls, name: str) -> str:
        if not name.strip() or not name.isprintable():
            raise Contradiction(
                f"{name!r} is no name of an agent; write one in letters that can be read",
                f"{name!r} n'est pas un nom d'agent ; en écrire un en lettres lisibles",
            )
        return name

    @field_validator("phone")
    @classmethod
    def _a_phone_of_the_house(cls, phone: str) -> str:
        found = _PHONE.fullmatch(phone)
        if not found or not 1 <= int(found[3] or _SIP_PORT) <= 65535:
            raise Contradiction(
                f"{phone!r} is no SIP address of a phone; write sip:USER@HOST or sip:USER@HOST:PORT",
                f"{phone!r} n'est pas l'adresse SIP d'un poste ; écrire sip:POSTE@HÔTE ou sip:POSTE@HÔTE:PORT",
            )
        if sum(map(str.isdigit, found[1])) > LONGEST_EXTENSION:
            raise Contradiction(
                f"{phone!r} looks like a public number, which nobody may dial without a permit; give the agent an "
                f"extension of at most {LONGEST_EXTENSION} digits, or a name",
                f"{phone!r} ressemble à un numéro public, que rien ne compose sans autorisation ; donner à l'agent un "
                f"poste d'au plus {LONGEST_EXTENSION} chiffres, ou un nom",
            )
        return phone

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        require_whole_login(self.username, self.password_variable, self.password_file)
        return self

    @property
    def account(self) -> str:
        return self.login or self.name

    @property
    def as_phone(self) -> AgentPhone:
        """What a runner is told of it."""
        found = _PHONE.fullmatch(self.phone)
        assert found, "checked when the settings were read"
        return AgentPhone(self.name, found[1], found[2], int(found[3] or _SIP_PORT), self.ring_seconds)


def require_own_phones(agents: Iterable[AgentSettings], trunks: Iterable[TrunkSettings]) -> None:
    """A call to a carrier's door would leave without a permit, and beside what the carrier counts; two agents at one
    phone are one person, who cannot take two calls. Raises `Contradiction`."""
    doors = {_place(door): trunk.name for trunk in trunks for door in (f"{trunk.host}:{trunk.port}", *trunk.proxies)}
    holders: dict[tuple[str, str], str] = {}
    for agent in agents:
        phone = agent.as_phone
        place = _place(f"{phone.host}:{phone.port}")
        if trunk := doors.get(place):
            raise Contradiction(
                f"the phone of agent {agent.name!r} is at trunk {trunk!r}; give the address of the phone itself, or of "
                "the PBX of the house",
                f"le poste de l'agent {agent.name!r} est à l'adresse de la ligne {trunk!r} ; donner celle du poste "
                "même, ou du standard de la maison",
            )
        other = holders.setdefault((phone.user, place), agent.name)
        if other != agent.name:
            raise Contradiction(
                f"agents {other!r} and {agent.name!r} have the same phone, {agent.phone}; one person takes one call",
                f"les agents {other!r} et {agent.name!r} ont le même poste, {agent.phone} ; une personne, un appel",
            )


def _place(door: str) -> str:
    """HOST:PORT in one spelling, as far as that is known without asking a name server."""
    host, _, port = door.partition(":")
    host = host.casefold().removesuffix(".")
    return f"{'127.0.0.1' if host == 'localhost' else host}:{port or _SIP_PORT}"
