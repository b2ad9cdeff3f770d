"""Who may do what: four roles, and for each verb of the command line the roles that have it. Decided here alone.

On one machine the rights of the file system come first: who may write the database can go round this table. The chain
says who did what.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from enum import StrEnum

from dialer.errors import DialerError
from dialer.trunk_settings import Strict


class Role(StrEnum):
    MANAGER = "manager"
    """Lists, campaigns, runs."""
    OFFICER = "officer"
    """Proof, requests of persons, freezes, retention."""
    OPERATOR = "operator"
    """Calls on command, and what people say in them."""
    ADMINISTRATOR = "administrator"
    """The machine: runs, keys, backups."""


class NotAllowed(DialerError):
    """The person at the keyboard has no role that may do this."""


class UserSettings(Strict):
    """Somebody who works with this folder."""

    name: str
    """As the chain names them."""
    login: str = ""
    """Account of the system; empty: the same as the name."""
    roles: tuple[Role, ...]

    @property
    def account(self) -> str:
        return self.login or self.name


_ALL = frozenset(Role)
_LEADS = frozenset({Role.MANAGER})
_RUNS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
_PROVES = frozenset({Role.OFFICER})
_KEEPS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
_ANSWERS = frozenset({Role.MANAGER, Role.OFFICER})
_HEARS = frozenset({Role.MANAGER, Role.OFFICER, Role.OPERATOR})

RIGHTS: Mapping[str, frozenset[Role]] = {
    "doctor": _ALL,
    "list import": _LEADS,
    "list show": _ANSWERS,
    "list undo": _LEADS,
    "list check": _ANSWERS,
    "campaign create": _LEADS,
    "campaign start": _LEADS,
    "campaign pause": _ALL,  # whoever sees something go wrong stops it
    "campaign status": _ALL,
    "agent list": _ALL,
    "agent rest": frozenset({Role.MANAGER, Role.OPERATOR}),
    "agent back": frozenset({Role.MANAGER, Role.OPERATOR}),
    "run": _RUNS,
    "dial": frozenset({Role.MANAGER, Role.OPERATOR}),
    "sim": _RUNS,
    "why": _HEARS,
    "consent import": _LEADS,
    "consent add": frozenset({Role.MANAGER, Role.OPERATOR}),
    "consent show": _HEARS,
    "consent withdraw": _HEARS,
    "objection import": _ANSWERS,
    "objection add": _HEARS,
    "objection show": _HEARS,
    "objection withdraw": _ANSWERS,
    "opposition import": _ANSWERS,
    "opposition show": _ANSWERS,
    "opposition withdraw": _ANSWERS,
    "evidence import": _LEADS,
    "evidence show": _HEARS,
    "trunk complaint": _HEARS,
    "trunk charges": _ANSWERS,
    "audit verify": _KEEPS | _LEADS,
    "audit explain": _ANSWERS,
    "audit replay": _PROVES,
    "audit export": _PROVES,
    "audit prove": _PROVES,
    "audit seal": _KEEPS,
    "audit exposure": _ANSWERS,
    "subject export": _PROVES,
    "subject erase": _PROVES,
    "subject requests": _PROVES,
    "subject request add": _HEARS,
    "subject request extend": _PROVES,
    "subject request close": _PROVES,
    "hold place": _PROVES,
    "hold lift": _PROVES,
    "hold list": _ANSWERS,
    "recording keep": _ANSWERS,
    "retention show": _KEEPS,
    "retention apply": _KEEPS,
    "backup": _KEEPS,
    "restore": _KEEPS,
    "keys show": _KEEPS,
    "keys rotate": _KEEPS,
    "keys replace": _KEEPS,
}
"""By verb, as it is typed after `dialer`. A verb that is not here is nobody's once users are named."""


def account() -> str:
    """The system account of this process, which no environment variable can dress up."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"


def actor_of(users: Sequence[UserSettings], login: str) -> str:
    """The name under which the chain knows a system account: the user's, or the account's own."""
    return next((user.name for user in users if user.account == login), login)


def require_right(users: Sequence[UserSettings], login: str, verb: str) -> None:
    """Raises `NotAllowed`, which names who could. Where no users are named everyone may do everything."""
    if not users:
        return
    allowed = RIGHTS.get(verb, frozenset())
    if any(user.account == login and allowed & set(user.roles) for user in users):
        return
    could = ", ".join(user.name for user in users if allowed & set(user.roles)) or "—"
    roles = ", ".join(sorted(allowed)) or "—"
    raise NotAllowed(
        f"{login!r} may not `dialer {verb}`: that takes the role {roles}; who has it: {could}. "
        "Roles are in dialer.toml under [[users]]",
        f"{login!r} ne peut pas `dialer {verb}` : il faut le rôle {roles} ; l'ont : {could}. "
        "Les rôles sont dans dialer.toml sous [[users]]",
    )
