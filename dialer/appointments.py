"""Calls at an agreed date and hour: who waits for one, whose has come, and the one retry that it allows.

Apart from the ordinary order of candidates because here the person has said when (C. conso. L.223-1 al. 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from dialer.driver import Driver, Statement
from dialer.held import HELD_PEOPLE
from dialer.ledger import LIVE
from dialer.schema import AgreedSlot, Campaign, Candidate, CandidateState
from rules.rulebook import french_rulebook

_RETRY = timedelta(minutes=5)
"""Between a call at the agreed time that reached nobody and the one more that follows it."""
_CALLS_AT_ONE = 2
_LIVE = tuple(sorted(str(state) for state in LIVE))
_SLOTS = "SELECT at FROM agreed_slot WHERE contact_id = ? AND advertiser_id = ? AND proof <> '' AND at >= ? ORDER BY at"
_AT_THEIR_SLOT = (
    "SELECT candidate.campaign_id, candidate.contact_id FROM agreed_slot "
    "JOIN campaign ON campaign.advertiser_id = agreed_slot.advertiser_id "
    "JOIN candidate ON candidate.campaign_id = campaign.id AND candidate.contact_id = agreed_slot.contact_id "
    "WHERE agreed_slot.at > ? AND agreed_slot.at <= ? AND agreed_slot.proof <> '' "
    "AND candidate.state = 'waiting' AND candidate.due_at >= agreed_slot.at AND candidate.due_at <= ? "
    "AND campaign.state = 'running' AND campaign.trunk = ? AND candidate.contact_id NOT IN "
    f"(SELECT contact_id FROM attempt WHERE state IN ({', '.join('?' for _ in _LIVE)})) "
    f"AND candidate.contact_id NOT IN ({HELD_PEOPLE}) "
    "ORDER BY agreed_slot.at, candidate.campaign_id, candidate.contact_id"
)
"""By the index of slots: asked before every call, and there are few slots in any quarter of an hour."""


def tolerance(now: datetime) -> timedelta:
    """How long after the agreed time the call may still start, by the law in force."""
    return timedelta(minutes=french_rulebook().on(now.date()).numbers.integer("slot-tolerance-minutes"))


def slots_of(driver: Driver, contact_id: int, advertiser_id: int, now: datetime) -> list[datetime]:
    """The proven slots of a person that have not passed, in order."""
    rows = driver.rows(_SLOTS, contact_id, advertiser_id, driver.value(now - tolerance(now)))
    return [at for (written,) in rows if (at := driver.instant(written))]


def next_call(slots: Sequence[datetime], called: Sequence[datetime], now: datetime, *, again: bool) -> datetime | None:
    """When a slot wants the next call: the one under way once more, if `again` and it was tried once, else the next.

    `called`: when each call was dialed, in order.
    """
    for slot in slots:
        if slot > now:
            return slot
        closes = slot + tolerance(now)
        calls = [at for at in called if slot <= at <= closes]
        if again and len(calls) < _CALLS_AT_ONE and now + _RETRY <= closes:
            return now + _RETRY
    return None


def slot_of(slots: Sequence[datetime], dialed_at: datetime) -> datetime | None:
    """The slot in which a call was dialed."""
    return next((slot for slot in slots if slot <= dialed_at <= slot + tolerance(dialed_at)), None)


def wait_for_slots(session: Session, who: ColumnElement[bool], now: datetime) -> None:
    """Those of the candidates who have a slot to come wait for exactly that instant, whatever was planned or had ended.

    A call under way is not touched: its outcome looks at the slots itself.
    """
    to_come = (
        select(func.min(AgreedSlot.at))
        .join(Campaign, col(Campaign.advertiser_id) == AgreedSlot.advertiser_id)
        .where(
            AgreedSlot.contact_id == Candidate.contact_id,
            Campaign.id == Candidate.campaign_id,
            AgreedSlot.proof != "",
            col(AgreedSlot.at) > now,
        )
        .correlate(Candidate)
        .scalar_subquery()
    )
    anybody = select(AgreedSlot.contact_id).where(col(AgreedSlot.at) > now)  # few of many: found first, by its index
    session.execute(
        update(Candidate)
        .where(
            who,
            col(Candidate.contact_id).in_(anybody),
            col(Candidate.state) != CandidateState.CALLING,
            to_come.is_not(None),
        )
        .values(state=CandidateState.WAITING, due_at=to_come)
        .execution_options(synchronize_session=False)
    )


def let_go(session: Session, contact_id: int, slot: datetime, campaign_id: int) -> None:
    """The slot is this campaign's: whoever else waits for the person then waits until it has passed."""
    others = (
        col(Candidate.contact_id) == contact_id,
        col(Candidate.campaign_id) != campaign_id,
        col(Candidate.state) == CandidateState.WAITING,
        col(Candidate.due_at).between(slot, slot + tolerance(slot)),
    )
    session.execute(
        update(Candidate)
        .where(*others)
        .values(due_at=slot + tolerance(slot))
        .execution_options(synchronize_session=False)
    )


def at_their_slot(session: Session, trunk: str, now: datetime) -> list[tuple[int, int]]:
    """Campaign and contact of each who waits for a slot that has come, the earliest first; before everybody else.

    In the running campaigns of a trunk; who is on the line already is left out, whoever calls them.
    """
    driver = Driver(session)
    (found,) = driver.all(slots_question(driver, trunk, now))
    return found


def slots_question(driver: Driver, trunk: str, now: datetime) -> Statement:
    """Asks for them, together with whatever else is read."""
    since = driver.value(now - tolerance(now))
    return _AT_THEIR_SLOT, (since, driver.value(now), driver.value(now), trunk, *_LIVE)
