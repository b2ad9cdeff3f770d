"""How many calls a campaign may have at once for the people who take them: progressive dialing.

Apart from the carrier's channels because an answered call without an agent is a nuisance to the person called, however
many channels are free (C. conso. L.121-7).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from dialer.facts import plan_of
from dialer.ledger import LIVE
from dialer.schema import Attempt, Campaign


def with_free_agent(session: Session, campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Those that have an agent for one more call; a campaign that nobody speaks for needs none."""
    return [campaign for campaign in campaigns if _has_free_agent(session, campaign)]


def _has_free_agent(session: Session, campaign: Campaign) -> bool:
    most = plan_of(campaign).calls_at_once
    if most is None:
        return True
    live = select(func.count()).where(Attempt.campaign_id == campaign.id, col(Attempt.state).in_(LIVE))
    return session.exec(live).one() < most
