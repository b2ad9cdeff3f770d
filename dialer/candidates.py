"""Who is to be asked about next in a campaign, and what an answer or an outcome does to their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, update
from sqlmodel import Session, col, select

from dialer.appointments import wait_for_slots
from dialer.driver import Driver
from dialer.gate import GateAnswer
from dialer.held import HELD_PEOPLE
from dialer.ledger import LIVE
from dialer.schema import Attempt, Campaign, Candidate, CandidateState
from rules.decide import Decision

_CHUNK = 10_000
"""Contacts in one update; databases bound the number of parameters."""
_LIVE = tuple(sorted(str(state) for state in LIVE))
_DUE = (
    "SELECT contact_id FROM candidate WHERE campaign_id = ? AND state = 'waiting' AND due_at <= ? AND NOT EXISTS "
    "(SELECT 1 FROM attempt WHERE attempt.contact_id = candidate.contact_id "
    f"AND attempt.state IN ({', '.join('?' for _ in _LIVE)})) "
    f"AND contact_id NOT IN ({HELD_PEOPLE}) "
    "ORDER BY due_at, tries, contact_id LIMIT ?"
)
"""In the order of the index `candidate_due`, so that finding the first costs the same however many there are."""

_OF_ATTEMPT = "campaign_id = ? AND contact_id = ?"


def next_due(session: Session, campaign: Campaign, now: datetime) -> int | None:
    """The contact due longest, unless that person is on the line already, whoever calls them."""
    return next(iter(due_now(session, campaign, now, most=1)), None)


def due_now(session: Session, campaign: Campaign, now: datetime, most: int) -> list[int]:
    """The contacts of the first waiting candidates, in the order in which `next_due` would name them."""
    driver = Driver(session)
    found = driver.rows(_DUE, campaign.id, driver.value(now), *_LIVE, most)
    return [contact_id for (contact_id,) in found]


def after_answer(session: Session, campaign: Campaign, contact_id: int, answer: GateAnswer) -> None:
    """An approval puts the candidate on the line; a deferral until it ends; a lasting obstacle aside."""
    driver = Driver(session)
    state, due_at = CandidateState.WAITING, answer.eligibility.at
    if answer.order:
        state, due_at = CandidateState.CALLING, None
    elif due_at is None:
        state = CandidateState.NEVER
    driver.do(
        (
            "UPDATE candidate SET state = ?, due_at = ?, tries = tries + ?, note = ? "
            "WHERE campaign_id = ? AND contact_id = ?",
            (
                str(state), driver.value(due_at), int(bool(answer.order)), ";".join(_why(state, answer.decision)),
                campaign.id, contact_id,
            ),
        )
    )  # fmt: skip


def _why(state: CandidateState, decision: Decision) -> Sequence[str]:
    """The rules that the candidate's place rests on: of a lasting obstacle those alone that time does not lift."""
    if state is not CandidateState.NEVER:
        return decision.rule_ids
    return sorted({finding.rule.id for finding in decision.blocking if finding.verdict is decision.verdict})


def after_call(driver: Driver, attempt: Attempt, due_at: datetime | None, note: str) -> None:
    """The candidate of an attempt that has ended: due again, or done where nothing more is planned."""
    state = CandidateState.WAITING if due_at else CandidateState.DONE
    driver.change(Candidate, {"state": state, "due_at": due_at, "note": note}, _OF_ATTEMPT, *_whose(attempt))


def give_back(driver: Driver, attempt: Attempt, due_at: datetime) -> None:
    """The attempt never left: its candidate waits as if it had not been approved."""
    tries = tries_of(driver, attempt)
    waiting = {"state": CandidateState.WAITING, "due_at": due_at, "tries": max((tries or 0) - 1, 0)}
    driver.change(Candidate, waiting, _OF_ATTEMPT, *_whose(attempt))


def tries_of(driver: Driver, attempt: Attempt) -> int | None:
    """How often the campaign of an attempt has called its person by now; None: they were taken out of it meanwhile."""
    rows = driver.rows(f"SELECT tries FROM candidate WHERE {_OF_ATTEMPT}", *_whose(attempt))
    return int(rows[0][0]) if rows else None


def reconsider(session: Session, contact_ids: Sequence[int], now: datetime, advertiser_id: int | None = None) -> None:
    """A new fact came in about these people: whom a lasting obstacle had put aside is asked about again,
    and who has agreed to an hour waits for it.

    With an advertiser, in its campaigns only. The gate judges anew, so to ask once too often costs a question.
    """
    campaigns = select(Campaign.id)
    if advertiser_id is not None:
        campaigns = campaigns.where(Campaign.advertiser_id == advertiser_id)
    for start in range(0, len(contact_ids), _CHUNK):
        theirs = and_(
            col(Candidate.contact_id).in_(contact_ids[start : start + _CHUNK]),
            col(Candidate.campaign_id).in_(campaigns),
        )
        session.execute(
            update(Candidate)
            .where(theirs, col(Candidate.state) == CandidateState.NEVER)
            .values(state=CandidateState.WAITING, due_at=now)
            .execution_options(synchronize_session=False)
        )
        wait_for_slots(session, theirs, now)


def _whose(attempt: Attempt) -> tuple[int, int]:
    return attempt.campaign_id, attempt.contact_id
