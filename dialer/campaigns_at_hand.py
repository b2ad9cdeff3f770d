"""Campaigns as they were read last: they are asked for before every call and after every report.

Apart from the campaigns' own life because here nothing changes them: what is given is no part of any session.
"""

from __future__ import annotations

import json
from typing import Any

from dialer.driver import Driver, Rows, Statement, shape_of
from dialer.schema import Campaign, CampaignState

_KNOWN: dict[int, tuple[tuple[Any, Any], Campaign]] = {}
"""Each campaign with the row that it was made from: it is made anew when the row says something else."""


def campaign_at_hand(driver: Driver, campaign_id: int) -> Campaign:
    """The campaign of this id, which must be there."""
    (campaign,) = campaigns_from(driver, driver.rows(_reading(driver) + "id = ?", campaign_id))
    return campaign


def campaigns_running(driver: Driver, trunk: str) -> list[Campaign]:
    """The campaigns that are running on a trunk, oldest first."""
    (rows,) = driver.all(running_question(driver, trunk))
    return campaigns_from(driver, rows)


def running_question(driver: Driver, trunk: str) -> Statement:
    """Asks for them; the answer is for `campaigns_from`."""
    return _reading(driver) + "trunk = ? AND state = ? ORDER BY id", (trunk, str(CampaignState.RUNNING))


def campaigns_from(driver: Driver, rows: Rows) -> list[Campaign]:
    shape = shape_of(Campaign, driver.postgresql)
    return [_made(plan, shape.read(row)) for plan, *row in rows]


def _reading(driver: Driver) -> str:
    return f"SELECT plan, {shape_of(Campaign, driver.postgresql).columns.format('')} FROM campaign WHERE "


def _made(plan: Any, row: Any) -> Campaign:
    known = _KNOWN.get(row.id)
    if known is None or known[0] != (plan, row):
        written = json.loads(plan) if isinstance(plan, str) else plan
        known = _KNOWN[row.id] = (plan, row), Campaign(**row._asdict(), plan=written)
    return known[1]
