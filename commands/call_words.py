"""The steps of a call in the reader's language: states of an attempt, what the line reported, rows of the log.

Apart from `commands.words`, because the same stored word means something else of an agent or of an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dialer.audit import AuditKind
from dialer.outlook import OFFICE_ZONE
from dialer.ports import CallEventKind
from dialer.schema import AttemptState

_FRENCH: Mapping[str, str] = {
    AttemptState.APPROVED: "approuvé",
    AttemptState.CLAIMED: "pris en charge",
    AttemptState.DIALING: "composé",
    AttemptState.RINGING: "sonne",
    AttemptState.ANSWERED: "décroché",
    AttemptState.CLOSED: "clos",
    AttemptState.CANCELLED: "annulé avant l'envoi",
    AttemptState.EXPIRED: "échu avant l'envoi",
    AttemptState.UNKNOWN: "inconnu",
    CallEventKind.SENT: "appel envoyé",
    CallEventKind.EARLY_MEDIA: "annonce du réseau",
    CallEventKind.PROMPT: "parole",
    CallEventKind.JOINED: "mise en relation",
    CallEventKind.RECORDING: "enregistrement",
    CallEventKind.DIGIT: "touche",
    CallEventKind.AGENT_DIGIT: "touche de l'agent",
    CallEventKind.ENDED: "fin",
    CallEventKind.REFUSED: "permis refusé",
    CallEventKind.NOT_SENT: "non envoyé",
    CallEventKind.LOST: "perdu de vue",
    AuditKind.DECISION: "décision",
    AuditKind.RECORDED: "empreinte de l'enregistrement",
    AuditKind.COMPLAINT: "plainte",
    AuditKind.RECOVERY: "reprise après un arrêt",
}


def step_in_words(stored: str, language: str) -> str:
    """The word for a stored step; in English, and for a step of another version, the stored word itself."""
    return stored if language == "en" else _FRENCH.get(stored, stored)


def to_the_millisecond(at: str | datetime) -> str:
    """An instant of a call on the office's clock: what is told of it must stand beside a carrier's own trace."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant.astimezone(OFFICE_ZONE).isoformat(sep=" ", timespec="milliseconds")[: len("2026-11-24 10:02:02.000")]
