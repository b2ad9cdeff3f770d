"""An agent rests, or is back: said at any terminal, in the log with who said it, heard by the run within half a second.

Apart from the desk that gives calls out, which only reads it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from dialer import audit
from dialer.agent_settings import AgentSettings
from dialer.audit import AuditKind
from dialer.desk_leases import desk_row
from dialer.errors import NotFound, NotPossible
from dialer.schema import RestReason
from dialer.settings import Settings
from dialer.standing import Standing


def agent_named(settings: Settings, name: str) -> AgentSettings:
    """Raises `NotFound`, which names those that there are."""
    found = next((agent for agent in settings.agents if agent.name == name), None)
    if found is None:
        names = ", ".join(repr(agent.name) for agent in settings.agents) or "—"
        raise NotFound(
            f"no agent {name!r} under [[agents]] in dialer.toml; there are: {names}",
            f"pas d'agent {name!r} sous [[agents]] dans dialer.toml ; on y trouve : {names}",
        )
    return found


def rest(session: Session, settings: Settings, name: str, reason: RestReason, now: datetime) -> None:
    """No new call for them from now on; the one that they have goes on to its end, and their line stays up.

    Raises `NotFound`, and `NotPossible` when they rest for the same reason already.
    """
    row = desk_row(session, agent_named(settings, name).name, now)
    if row.rest is reason:
        raise NotPossible(
            f"{name!r} rests already ({reason}); `dialer agent back {name!r}` ends it",
            f"{name!r} est déjà en pause ({reason}) ; `dialer agent back {name!r}` y met fin",
        )
    row.rest, row.rest_since, row.rest_by = reason, now, _actor(session)
    session.add(row)
    audit.append(session, AuditKind.AGENT, {"agent": name, "state": "resting", "reason": str(reason)}, now)


def come_back(session: Session, settings: Settings, name: str, now: datetime) -> None:
    """They take calls again; a phone that was put down is called at once. Raises `NotFound`, `NotPossible`."""
    row = desk_row(session, agent_named(settings, name).name, now)
    if row.rest is None:
        raise NotPossible(
            f"{name!r} does not rest; `dialer agent list` shows who does",
            f"{name!r} n'est pas en pause ; `dialer agent list` montre qui l'est",
        )
    row.rest, row.rest_since, row.rest_by = None, None, ""
    session.add(row)
    audit.append(session, AuditKind.AGENT, {"agent": name, "state": "back"}, now)


def _actor(session: Session) -> str:
    standing: Standing | None = session.info.get(Standing)
    return standing.actor if standing else ""
