"""Recordings of insurance calls, which stay longer where a contract followed and go sooner where none did: somebody has
to say so, for the records know of calls and of imported contracts, not of what was signed after which call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from dialer.audit import AuditKind, append
from dialer.chain_rows import rows_of_kind
from dialer.errors import NotFound, NotPossible
from dialer.facts import plan_of
from dialer.outlook import OFFICE_ZONE
from dialer.recording import insurance_recorded
from dialer.schema import Attempt, Campaign
from dialer.traces import RECORDINGS
from rules.facts import Sector


class KeepReason(StrEnum):
    """What became of the call; what was said last counts."""

    CONTRACT = "contract"
    NO_CONTRACT = "no-contract"
    """None was signed: the recording has no purpose any more."""


def keep_recording(session: Session, folder: Path, attempt_id: str, reason: KeepReason, now: datetime) -> None:
    """Write down whether a contract followed this call, for `retention` to heed. Raises `NotFound` for a call that is
    unknown or of which there is no recording, and `NotPossible` for one whose recording no law keeps longer."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or not (folder / RECORDINGS / f"{attempt_id}.wav").is_file():
        raise NotFound(
            f"no recording of a call {attempt_id!r}; the files in {folder / RECORDINGS} bear the attempts' names",
            f"pas d'enregistrement d'un appel {attempt_id!r} ; les fichiers de {folder / RECORDINGS} portent le nom "
            "des tentatives",
        )
    _require_insurance(session, attempt)
    append(session, AuditKind.RECORDING_KEPT, {"attempt": attempt_id, "reason": str(reason)}, now)


def what_became(session: Session) -> dict[str, KeepReason]:
    """What was said last of each attempt of which anything was said."""
    told = (json.loads(row.body) for row in rows_of_kind(session, AuditKind.RECORDING_KEPT))
    return {each["attempt"]: KeepReason(each["reason"]) for each in told}


def kept_for_contract(session: Session, recordings: Iterable[Path]) -> tuple[Path, ...]:
    """Those that an erasure must leave: the law has them kept, until `retention` finds their time over (GDPR art.
    17(3)(b))."""
    became = what_became(session)
    return tuple(path for path in recordings if became.get(path.stem) is KeepReason.CONTRACT)


def _require_insurance(session: Session, attempt: Attempt) -> None:
    """C. assur. L.112-2-2, R.112-7: two years when a contract is signed. Not for calls made after its repeal."""
    in_force = insurance_recorded()
    day: date = attempt.approved_at.astimezone(OFFICE_ZONE).date()
    sector = plan_of(session.get_one(Campaign, attempt.campaign_id)).sector
    if sector is Sector.INSURANCE and day in in_force:
        return
    raise NotPossible(
        f"this call (sector {sector}, {day}): only recordings of insurance calls from {in_force.first} to "
        f"{in_force.last} are kept longer for a contract (C. assur. L.112-2-2); for a dispute, use `dialer hold place`",
        f"cet appel (secteur {sector}, {day}) : seuls les enregistrements d'appels d'assurance du {in_force.first} au "
        f"{in_force.last} se gardent plus longtemps pour un contrat (C. assur. L.112-2-2) ; pour un litige, "
        "`dialer hold place`",
    )
