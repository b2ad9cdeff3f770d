"""Which calls are recorded, into which file, and if that can be done: the campaign says whether, the law how little,
and for insurance until 10 August 2026 how much.

Apart from the gate, whose answer does not depend on it: who must be recorded is asked about only while that can be
done, and the order is completed once it is approved.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

from dialer.errors import NotPossible
from dialer.outlook import OFFICE_ZONE
from dialer.plan import CampaignPlan
from dialer.ports import CallOrder, Unrecorded
from dialer.traces import RECORDINGS
from rules.duty import Recording
from rules.facts import Sector
from rules.rule import Period
from rules.rulebook import french_rulebook

_ONE_IN = 10
"""A sample for training or quality (CNIL: « ponctuel »)."""
_BYTES_A_SECOND = 16_000
"""8 kHz mono PCM16."""


class RecordingImpossible(NotPossible):
    """A call that must be recorded cannot be: it does not begin (C. assur. L.112-2-2)."""


def with_recording(order: CallOrder, plan: CampaignPlan, folder: Path) -> CallOrder:
    """The order with the file to record into, when this call is to be recorded."""
    permit = order.permit
    must_be = _must_be(plan, permit.not_before)
    if not (must_be or _is_chosen(plan, permit.attempt_id)):
        return order
    file = folder / RECORDINGS / f"{permit.attempt_id}.wav"
    return replace(order, recording=file, unrecorded=Unrecorded.NO_CALL if must_be else Unrecorded.GOES_ON)


def require_recordable(plan: CampaignPlan, folder: Path, at: datetime) -> None:
    """Raises `RecordingImpossible` when the campaign's calls must be recorded and the longest of them could not be."""
    if not _must_be(plan, at):
        return
    try:
        require_room(folder / RECORDINGS, plan.max_talk)
    except OSError as trouble:
        where, why = folder / RECORDINGS, trouble.strerror or str(trouble)
        raise RecordingImpossible(
            f"campaign {plan.name!r}: its calls must be recorded (C. assur. L.112-2-2) and cannot be: {where}: {why}; "
            "make room there or let the dialer write; to call for other campaigns meanwhile, pause this one",
            f"campagne {plan.name!r} : ses appels doivent être enregistrés (C. assur. L.112-2-2) et ne peuvent pas "
            f"l'être : {where} : {why} ; y faire de la place ou permettre d'y écrire ; pour appeler entre-temps pour "
            "d'autres campagnes, mettre celle-ci en pause",
        ) from trouble


def require_room(folder: Path, longest: timedelta) -> None:
    """Raises `OSError` unless a recording so long can be written into this folder now; leaves nothing there."""
    with TemporaryFile(dir=folder) as trial:
        os.posix_fallocate(trial.fileno(), 0, _BYTES_A_SECOND * int(longest.total_seconds()))


def insurance_recorded() -> Period:
    """The days on which the law had every unsolicited call about insurance recorded (C. assur. L.112-2-2)."""
    return next(duty.in_force for duty in french_rulebook().duties if duty.id == "FR-SECTOR-INSURANCE")


def _must_be(plan: CampaignPlan, at: datetime) -> bool:
    """No recording, no call, where and while that is the law. A campaign without any recording cannot start then
    (`rules.book.duties`)."""
    in_insurance = plan.sector is Sector.INSURANCE and plan.recording is not Recording.OFF
    return in_insurance and at.astimezone(OFFICE_ZONE).date() in insurance_recorded()


def _is_chosen(plan: CampaignPlan, attempt_id: str) -> bool:
    """Of a sample one call in ten, by its random id: no systematic recording but where a law wants it (CNIL)."""
    sampled = plan.recording is Recording.SAMPLE and int(attempt_id[:8], 16) % _ONE_IN == 0
    return plan.recording is Recording.ALL or sampled
