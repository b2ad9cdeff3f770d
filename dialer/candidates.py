"""Who is to be asked about next in a campaign, and what an answer or an outcome does to their place."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from dialer.gate import GateAnswer
from dialer.ledger import LIVE
from dialer.schema import Attempt, Campaign, Candidate, CandidateState


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
