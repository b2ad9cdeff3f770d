"""Everything that a report tells of one campaign, gathered once: what came in, was decided, and became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dialer.dispositions import Disposition
from dialer.faults import Verification
from dialer.forecast import Forecast
from dialer.imports import report_of
from dialer.ports import EndedBy
from dialer.schema import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignList,
    Contact,
    DecisionRow,
    ImportedList,
)
from dialer.summary import CampaignSummary, summarise
from dialer.vault import Erased, Vault, read_decision
from dialer.verification import verify
from lists import ListReport


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision as a row for people; the person appears by name only in files that stay in the folder."""

    id: int
    at: datetime
    person: str
    postcode: str
    number: str
    verdict: str
    rule_ids: str
    next_at: str
    """ISO instant, or the outlook's word."""
    sha256: str


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt as a row for people. `talk_ms` is the answered duration."""

    id: str
    decision_id: int
    contact_id: int
    at: datetime
    person: str
    number: str
    caller_id: str
    state: AttemptState
    disposition: Disposition | None
    sip_code: int
    sip_reason: str
    ended_by: EndedBy | None
    talk_ms: int


@dataclass(frozen=True, slots=True)
class Story:
    """The whole of it. `forecast` was made before launch; `summary` holds what came of it."""

    told_at: datetime
    simulated: bool
    offer: str
    reports: tuple[ListReport, ...]
    forecast: Forecast
    summary: CampaignSummary
    decisions: tuple[DecisionLine, ...]
    attempts: tuple[AttemptLine, ...]
    verification: Verification
    recordings: tuple[str, ...]
    """File names of what the far end heard, relative to the report."""


def tell(
    session: Session,
    vault: Vault,
    campaign: Campaign,
    forecast: Forecast,
    *,
    at: datetime,
    simulated: bool,
    recordings: Sequence[str],
) -> Story:
    return Story(
        told_at=at,
        simulated=simulated,
        offer=str(campaign.plan["offer"]),
        reports=tuple(_reports(session, campaign)),
        forecast=forecast,
        summary=summarise(session, campaign, at),
        decisions=tuple(decision_lines(session, vault, campaign)),
        attempts=tuple(attempt_lines(session, campaign)),
        verification=verify(session),
        recordings=tuple(recordings),
    )


def decision_lines(session: Session, vault: Vault, campaign: Campaign) -> Iterable[DecisionLine]:
    rows = session.exec(
        select(DecisionRow, Contact)
        .join(Contact)
        .where(DecisionRow.campaign_id == campaign.id)
        .order_by(col(DecisionRow.id))
    )
    for decision, contact in rows:
        yield DecisionLine(
            decision.id,
            decision.at,
            _name(contact),
            contact.postcode or "",
            _number(session, vault, decision),
            decision.verdict,
            decision.rule_ids,
            decision.next_at,
            decision.sha256,
        )


def attempt_lines(session: Session, campaign: Campaign) -> Iterable[AttemptLine]:
    rows = session.exec(
        select(Attempt, Contact)
        .join(Contact)
        .where(Attempt.campaign_id == campaign.id)
        .order_by(col(Attempt.approved_at))
    )
    for attempt, contact in rows:
        yield AttemptLine(
            attempt.id,
            attempt.decision_id,
            attempt.contact_id,
            attempt.dialed_at or attempt.approved_at,
            _name(contact),
            attempt.number,
            attempt.caller_id,
            attempt.state,
            attempt.disposition,
            attempt.sip_code,
            attempt.sip_reason,
            attempt.ended_by,
            attempt.talk_ms,
        )


def _reports(session: Session, campaign: Campaign) -> Iterable[ListReport]:
    lists = session.exec(
        select(ImportedList)
        .join(CampaignList)
        .where(CampaignList.campaign_id == campaign.id)
        .order_by(col(ImportedList.id))
    )
    for stored in lists:
        report, _ = report_of(stored)
        yield report


def _number(session: Session, vault: Vault, decision: DecisionRow) -> str:
    """The number that was decided about; empty once it is erased."""
    try:
        return str(read_decision(session, vault, decision)["facts"]["number"])
    except Erased:
        return ""


def _name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part) or contact.external_id or "—"
