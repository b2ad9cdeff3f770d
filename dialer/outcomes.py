"""What a runner's report does: the attempt's state, the person's wishes, and what comes next for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, select

from dialer import audit, candidates, ledger
from dialer.audit import AuditKind
from dialer.dispositions import Disposition
from dialer.facts import plan_of
from dialer.gate import Gate
from dialer.next_try import next_call_at
from dialer.ports import CallEvent, CallEventKind
from dialer.schema import (
    Attempt,
    AttemptState,
    Campaign,
    Candidate,
    CandidateState,
    Origin,
    Phone,
    PhoneState,
    WishKind,
)
from dialer.wishes import record_wish

_CAPACITY_PAUSE = timedelta(seconds=2)
"""How long a call waits that the runner had no room for."""
_SENT_BACK = frozenset({CallEventKind.REFUSED, CallEventKind.NOT_SENT})


def apply(session: Session, gate: Gate, event: CallEvent) -> None:
    """Take one report into the ledger; a late report about a settled attempt changes nothing."""
    attempt = session.get(Attempt, event.attempt_id)
    if attempt is None or attempt.state not in ledger.LIVE:
        return
    campaign = session.get_one(Campaign, attempt.campaign_id)
    objected_already = _opted_out_in_call(attempt, campaign)
    attempt.events = [*attempt.events, _note(event)]
    session.add(attempt)
    session.flush()
    match event.kind:
        case CallEventKind.RINGING if _may(attempt, AttemptState.RINGING):
            ledger.move(session, attempt.id, AttemptState.RINGING)
        case CallEventKind.ANSWERED if _may(attempt, AttemptState.ANSWERED):
            ledger.move(session, attempt.id, AttemptState.ANSWERED, answered_at=event.at)
        case CallEventKind.DIGIT if _opted_out_in_call(attempt, campaign) and not objected_already:
            _opt_out(session, gate, attempt, event)
        case CallEventKind.ENDED | CallEventKind.LOST:
            _close(session, gate, campaign, attempt, event)
        case kind if kind in _SENT_BACK and _may(attempt, AttemptState.CANCELLED):
            _send_back(session, gate, attempt, event)
        case kind if kind in _SENT_BACK:  # it says that nothing left, after it said that it rang: believe neither
            _close(session, gate, campaign, attempt, replace(event, kind=CallEventKind.LOST))
    session.refresh(attempt)


def after_recovery(session: Session, gate: Gate, given_back: list[str], unknown: list[str]) -> None:
    """Put the candidates of settled attempts where they belong: back in line, or through the retry policy."""
    now = gate.clock.now()
    for attempt_id in given_back:
        candidates.give_back(session, _candidate(session, session.get_one(Attempt, attempt_id)), now)
    for attempt_id in unknown:
        attempt = session.get_one(Attempt, attempt_id)
        campaign = session.get_one(Campaign, attempt.campaign_id)
        _what_next(session, gate, campaign, attempt, Disposition.UNKNOWN, now)


def _may(attempt: Attempt, to: AttemptState) -> bool:
    return to in ledger.TRANSITIONS[attempt.state]


def _opt_out(session: Session, gate: Gate, attempt: Attempt, event: CallEvent) -> None:
    """At once, during the call, for all campaigns of the advertiser (C. conso. R.223-3)."""
    record_wish(
        session,
        gate.pseudonyms,
        contact_id=attempt.contact_id,
        advertiser_id=attempt.advertiser_id,
        kind=WishKind.OBJECTION,
        said_at=event.at,
        source=f"call {attempt.id}",
        origin=Origin.CALL,
        number=attempt.number,
        now=gate.clock.now(),
    )


def _close(session: Session, gate: Gate, campaign: Campaign, attempt: Attempt, event: CallEvent) -> None:
    now = gate.clock.now()
    lost = event.kind is CallEventKind.LOST
    disposition = Disposition.UNKNOWN if lost else event.disposition or Disposition.FAILED
    if _opted_out_in_call(attempt, campaign):
        disposition = Disposition.OPTED_OUT
    ledger.move(
        session,
        attempt.id,
        AttemptState.UNKNOWN if lost else AttemptState.CLOSED,
        ended_at=now,
        disposition=disposition,
        sip_code=event.sip_code,
        sip_reason=event.sip_reason,
        q850_cause=event.q850_cause,
        ended_by=event.ended_by,
        call_id=event.call_id,
        talk_ms=_milliseconds(event.talk),
    )
    audit.append(
        session,
        AuditKind.ATTEMPT,
        {
            "attempt": attempt.id,
            "state": str(AttemptState.UNKNOWN if lost else AttemptState.CLOSED),
            "disposition": str(disposition),
            "sip": event.sip_code,
            "talk_ms": _milliseconds(event.talk),
        },
        now,
    )
    _what_next(session, gate, campaign, attempt, disposition, now)


def _send_back(session: Session, gate: Gate, attempt: Attempt, event: CallEvent) -> None:
    """Nothing left the platform, says the runner: the attempt does not count and the person waits again."""
    now = gate.clock.now()
    ledger.move(
        session,
        attempt.id,
        AttemptState.CANCELLED,
        ended_at=now,
        disposition=Disposition.NOT_SENT,
        failure=event.detail,
    )
    audit.append(
        session,
        AuditKind.ATTEMPT,
        {"attempt": attempt.id, "state": str(AttemptState.CANCELLED), "why": event.detail},
        now,
    )
    candidates.give_back(session, _candidate(session, attempt), now + _CAPACITY_PAUSE)


def _what_next(
    session: Session, gate: Gate, campaign: Campaign, attempt: Attempt, disposition: Disposition, now: datetime
) -> None:
    """The candidate's new place: due again when `next_try` says so, or done."""
    candidate = _candidate(session, attempt)
    candidate.note = str(disposition)
    if disposition is Disposition.UNASSIGNED:
        _mark_unassigned(session, attempt.number)
    candidate.due_at = next_call_at(session, gate, campaign, attempt, disposition, candidate.tries, now)
    candidate.state = CandidateState.WAITING if candidate.due_at else CandidateState.DONE
    session.add(candidate)


def _mark_unassigned(session: Session, number: str) -> None:
    phone = session.exec(select(Phone).where(Phone.number == number)).one()
    phone.state = PhoneState.UNASSIGNED
    session.add(phone)
    session.flush()


def _candidate(session: Session, attempt: Attempt) -> Candidate:
    return session.get_one(Candidate, (attempt.campaign_id, attempt.contact_id))


def _opted_out_in_call(attempt: Attempt, campaign: Campaign) -> bool:
    digit = plan_of(campaign).script.opt_out_digit
    return any(note["event"] == CallEventKind.DIGIT and note["detail"] == digit for note in attempt.events)


def _note(event: CallEvent) -> dict[str, object]:
    plain = {"event": str(event.kind), "at": event.at.isoformat(), "detail": event.detail}
    return plain | ({"sip": event.sip_code} if event.sip_code else {})


def _milliseconds(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))
