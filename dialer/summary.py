"""What a campaign has come to, as plain values: contacts, decisions, calls, quality, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dialer.abandonment import AbandonedHold, abandoned_holds
from dialer.dispositions import Disposition
from dialer.ledger import LIVE, NOT_COUNTED
from dialer.quality import Quality, quality_of
from dialer.schema import (
    Advertiser,
    Attempt,
    AttemptState,
    Campaign,
    Candidate,
    CandidateState,
    DecisionRow,
    Origin,
    Wish,
    WishKind,
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One instant at which contacts are due again, and why they wait."""

    due_at: datetime
    note: str
    contacts: int


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """Figures of one campaign at one instant; counts are of contacts, decisions or attempts as named."""

    campaign: str
    advertiser: str
    state: str
    at: datetime
    candidates: dict[str, int]
    """Contacts by `CandidateState`."""
    never: dict[str, int]
    """Contacts not to be called as things stand, by why: rule ids, or what they said."""
    decisions: dict[str, int]
    """Decisions by verdict."""
    rules: dict[str, int]
    """Decisions in which each rule blocked."""
    attempts: int
    """Attempts that left the platform."""
    live: int
    given_back: int
    """Approvals that never left: cancelled or expired."""
    unknown: int
    dispositions: dict[Disposition, int]
    quality: Quality
    objections: int
    """Objections spoken in calls of this campaign."""
    next_steps: tuple[NextStep, ...]
    abandoned_hold: AbandonedHold | None = None
    """Why a run calls nobody of it now, however many are due."""

    def to_dict(self) -> dict[str, object]:
        """JSON-able form; durations in milliseconds, instants as ISO 8601 in UTC."""
        plain = asdict(self)
        plain["at"] = self.at.isoformat()
        plain["quality"] = quality_dict(self.quality)
        plain["next_steps"] = [
            {"due_at": step.due_at.isoformat(), "note": step.note, "contacts": step.contacts}
            for step in self.next_steps
        ]
        plain["abandoned_hold"] = self.abandoned_hold.as_wait().to_dict() if self.abandoned_hold else None
        return plain


def quality_dict(quality: Quality) -> dict[str, object]:
    return {
        "seizures": quality.seizures,
        "answered": quality.answered,
        "short_calls": quality.short,
        "asr_percent": quality.asr_percent,
        "acd_seconds": quality.acd_seconds,
        "short_percent": quality.short_percent,
        "abandoned": quality.abandoned,
        "abandoned_percent": quality.abandoned_percent,
    }


def summarise(session: Session, campaign: Campaign, at: datetime) -> CampaignSummary:
    attempts = session.exec(select(Attempt).where(Attempt.campaign_id == campaign.id)).all()
    left = [attempt for attempt in attempts if attempt.state not in NOT_COUNTED]
    verdicts, rules = _decisions(session, campaign)
    return CampaignSummary(
        campaign=campaign.name,
        advertiser=session.get_one(Advertiser, campaign.advertiser_id).name,
        state=str(campaign.state),
        at=at,
        candidates=_by_state(session, campaign),
        never=_never(session, campaign),
        decisions=verdicts,
        rules=rules,
        attempts=len(left),
        live=sum(attempt.state in LIVE for attempt in left),
        given_back=sum(a.state in (AttemptState.CANCELLED, AttemptState.EXPIRED) for a in attempts),
        unknown=sum(attempt.state is AttemptState.UNKNOWN for attempt in left),
        dispositions=dict(Counter(a.disposition for a in left if a.disposition).most_common()),
        quality=quality_of([attempt for attempt in left if attempt.ended_at]),
        objections=_objections(session, left),
        next_steps=_next_steps(session, campaign),
        abandoned_hold=abandoned_holds(session, [campaign], at).get(campaign.name),
    )


def _by_state(session: Session, campaign: Campaign) -> dict[str, int]:
    counted = session.exec(
        select(Candidate.state, func.count()).where(Candidate.campaign_id == campaign.id).group_by(col(Candidate.state))
    ).all()
    return {str(state): count for state, count in counted}


def _never(session: Session, campaign: Campaign) -> dict[str, int]:
    counted = session.exec(
        select(Candidate.note, func.count())
        .where(Candidate.campaign_id == campaign.id, Candidate.state == CandidateState.NEVER)
        .group_by(col(Candidate.note))
        .order_by(func.count().desc(), col(Candidate.note))
    ).all()
    return dict(counted)


def _decisions(session: Session, campaign: Campaign) -> tuple[dict[str, int], dict[str, int]]:
    rows = session.exec(
        select(DecisionRow.verdict, DecisionRow.rule_ids).where(DecisionRow.campaign_id == campaign.id)
    ).all()
    blocked = [rule for verdict, rule_ids in rows if verdict != "allow" for rule in rule_ids.split(";")]
    return dict(Counter(verdict for verdict, _ in rows)), dict(Counter(blocked).most_common())


def _objections(session: Session, attempts: Sequence[Attempt]) -> int:
    sources = {f"call {attempt.id}" for attempt in attempts}
    objections = session.exec(
        select(Wish.source).where(Wish.kind == WishKind.OBJECTION, Wish.origin == Origin.CALL)
    ).all()
    return sum(source in sources for source in objections)


def _next_steps(session: Session, campaign: Campaign) -> tuple[NextStep, ...]:
    waiting = session.exec(
        select(Candidate.due_at, Candidate.note)
        .where(Candidate.campaign_id == campaign.id, Candidate.state == CandidateState.WAITING)
        .order_by(col(Candidate.due_at))
    ).all()
    counted = Counter((due_at.replace(second=0, microsecond=0), note) for due_at, note in waiting if due_at)
    return tuple(NextStep(due_at, note, count) for (due_at, note), count in counted.items())
