"""Who is to be asked about next in a campaign, and what an answer or an outcome does to their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from dialer.gate import GateAnswer
from dialer.ledger import LIVE
from dialer.schema import Attempt, Campaign, Candidate, CandidateState

_CHUNK = 10_000
"""Contacts in one update; databases bound the number of parameters."""


def next_due(session: Session, campaign: Campaign, now: datetime) -> Candidate | None:
    """The waiting candidate due longest, unless this advertiser is on the line with that person already."""
    on_the_line = select(Attempt.contact_id).where(
        Attempt.advertiser_id == campaign.advertiser_id, col(Attempt.state).in_(LIVE)
    )
    return session.exec(
        select(Candidate)
        .where(
            Candidate.campaign_id == campaign.id,
            Candidate.state == CandidateState.WAITING,
            col(Candidate.due_at) <= now,
            col(Candidate.contact_id).not_in(on_the_line),
        )
        .order_by(col(Candidate.due_at), col(Candidate.tries), col(Candidate.contact_id))
        .limit(1)
    ).first()


def after_answer(session: Session, candidate: Candidate, answer: GateAnswer) -> None:
    """An approval puts the candidate on the line; a deferral until it ends; a lasting obstacle aside."""
    candidate.note = ";".join(answer.decision.rule_ids)
    if answer.order:
        candidate.state, candidate.due_at, candidate.tries = CandidateState.CALLING, None, candidate.tries + 1
    elif answer.eligibility.at:
        candidate.due_at = answer.eligibility.at
    else:
        candidate.state, candidate.due_at = CandidateState.NEVER, None
    session.add(candidate)


def give_back(session: Session, candidate: Candidate, due_at: datetime) -> None:
    """The attempt never left: as if it had not been approved."""
    candidate.state, candidate.due_at, candidate.tries = CandidateState.WAITING, due_at, max(candidate.tries - 1, 0)
    session.add(candidate)


def reconsider(session: Session, contact_ids: Sequence[int], now: datetime, advertiser_id: int | None = None) -> None:
    """A new fact came in about these people: whom a lasting obstacle had put aside is asked about again.

    With an advertiser, in its campaigns only. The gate judges anew, so to ask once too often costs a question.
    """
    campaigns = select(Campaign.id)
    if advertiser_id is not None:
        campaigns = campaigns.where(Campaign.advertiser_id == advertiser_id)
    for start in range(0, len(contact_ids), _CHUNK):
        session.execute(
            update(Candidate)
            .where(
                col(Candidate.contact_id).in_(contact_ids[start : start + _CHUNK]),
                col(Candidate.state) == CandidateState.NEVER,
                col(Candidate.campaign_id).in_(campaigns),
            )
            .values(state=CandidateState.WAITING, due_at=now)
            .execution_options(synchronize_session=False)
        )
