"""Which calls are recorded, and into which file: the campaign says whether, the law how little.

Apart from the gate, whose answer does not depend on it: the order is completed once it is approved.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dialer.plan import CampaignPlan
from dialer.ports import CallOrder
from dialer.traces import RECORDINGS
from rules.duty import Recording
from rules.facts import Sector

_ONE_IN = 10
"""A sample for training or quality (CNIL: « ponctuel »)."""


def with_recording(order: CallOrder, plan: CampaignPlan, folder: Path) -> CallOrder:
    """The order with the file to record into, when this call is to be recorded."""
    permit = order.permit
    if not _is_recorded(plan, permit.attempt_id):
        return order
    return replace(order, recording=folder / RECORDINGS / f"{permit.attempt_id}.wav")


def _is_recorded(plan: CampaignPlan, attempt_id: str) -> bool:
    """Of a sample one call in ten, by its random id; in insurance each one (C. assur. L.112-2-2)."""
    if plan.recording is Recording.OFF:
        return False
    everything = plan.recording is Recording.ALL or plan.sector is Sector.INSURANCE
    return everything or int(attempt_id[:8], 16) % _ONE_IN == 0
