"""Campaigns as they were read last: they are asked for before every call and after every report.

Apart from the campaigns' own life because here nothing changes them: what is given is no part of any session.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from dialer.driver import Driver, Rows, Statement, shape_of
from dialer.schema import Campaign, CampaignState

_FIRST_DUE = "(SELECT min(due_at) FROM candidate WHERE campaign_id = campaign.id AND candidate.state = 'waiting')"
_KNOWN: dict[int, tuple[tuple[Any, Any], Campaign]] = {}
"""Each campaign with the row that it was made from: it is made anew when the row says something else."""


def campaign_at_hand(driver: Driver, campaign_id: int) -> Campaign:
    """The campaign of this id, which must be there."""
    ((plan, *row),) = driver.rows(_reading(driver) + "id = ?", campaign_id)
    return _made(plan, shape_of(Campaign, driver.postgresql).read(row))


def campaigns_running(driver: Driver, trunk: str) -> list[Campaign]:
    """The campaigns that are running on a trunk, oldest first."""
    (rows,) = driver.all(running_question(driver, trunk))
    return [campaign for campaign, _ in running_from(driver, rows)]


def running_question(driver: Driver, trunk: str) -> Statement:
    """Asks for them, and for when the first of each one's candidates is due; the answer is for `running_from`."""
    asked = _reading(driver, _FIRST_DUE)
    return asked + "trunk = ? AND state = ? ORDER BY id", (trunk, str(CampaignState.RUNNING))


def running_from(driver: Driver, rows: Rows) -> list[tuple[Campaign, datetime | None]]:
    """Each campaign with when the first of those who wait is due; None: nobody waits."""
    shape = shape_of(Campaign, driver.postgresql)
    return [(_made(plan, shape.read(row)), driver.instant(first)) for first, plan, *row in rows]


def _reading(driver: Driver, *more: str) -> str:
    columns = ", ".join([*more, "plan", shape_of(Campaign, driver.postgresql).columns.format("campaign.")])
    return f"SELECT {columns} FROM campaign WHERE "


def _made(plan: Any, row: Any) -> Campaign:
    known = _KNOWN.get(row.id)
    if known is None or known[0] != (plan, row):
        written = json.loads(plan) if isinstance(plan, str) else plan
        known = _KNOWN[row.id] = (plan, row), Campaign(**row._asdict(), plan=written)
    return known[1]
