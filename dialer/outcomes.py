"""What a runner's report does: the attempt's state, the person's wishes, and what comes next for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from dialer import audit, candidates, ledger
from dialer.audit import AuditKind
from dialer.campaigns_at_hand import campaign_at_hand
from dialer.dispositions import Disposition
from dialer.driver import Driver, shape_of
from dialer.facts import plan_of
from dialer.gate import Gate
from dialer.next_try import next_call_at
from dialer.ports import FINAL, CallEvent, CallEventKind
from dialer.reported import reported
from dialer.schema import Attempt, AttemptState, Campaign, Origin, Phone, PhoneState, WishKind
from dialer.tallying import recounted
from dialer.wishes import record_wish

_CAPACITY_PAUSE = timedelta(seconds=2)
"""How long a call waits that the runner had no room for."""
_SENT_BACK = frozenset({CallEventKind.REFUSED, CallEventKind.NOT_SENT})
_KEYS = frozenset({CallEventKind.DIGIT, CallEventKind.AGENT_DIGIT})
_STATE_OF = {
    CallEventKind.RINGING: AttemptState.RINGING,
    CallEventKind.ANSWERED: AttemptState.ANSWERED,
}
Notes = list[dict[str, Any]]
"""What was reported of one call, in order, as the ledger keeps it."""


def apply(session: Session, gate: Gate, event: CallEvent) -> None:
    """Take one report into the ledger; a late one about a settled attempt changes nothing but what the person said."""
    driver = Driver(session)
    found = _reported(driver, event.attempt_id)
    if found is None or (found[0].state not in ledger.LIVE and not _tells_a_wish(event)):
        return
    attempt, notes = found
    note = _note(event)
    if note in notes:  # kept on disk by an engine that had recorded it after all
        return
    campaign = campaign_at_hand(driver, attempt.campaign_id)
    ended_already = any(note["event"] == event.kind for note in notes)
    objected_already = _opted_out_in_call(notes, campaign)
    notes.append(note)
    if not _moves(attempt, event):
        driver.change(Attempt, {"events": notes}, "id = ?", attempt.id)
    if attempt.state not in ledger.LIVE:
        _told_late(session, attempt, gate.clock.now())
    opted_out = _opted_out_in_call(notes, campaign)
    agent = next((str(note["detail"]) for note in notes if note["event"] == CallEventKind.JOINED), None)
    match event.kind:
        case CallEventKind.RINGING if _may(attempt, AttemptState.RINGING):
            ledger.move(session, attempt.id, AttemptState.RINGING, events=notes)
        case CallEventKind.ANSWERED if _may(attempt, AttemptState.ANSWERED):
            ledger.move(session, attempt.id, AttemptState.ANSWERED, answered_at=event.at, events=notes)
        case CallEventKind.DIGIT | CallEventKind.AGENT_DIGIT if opted_out and not objected_already:
            _wished(session, gate, attempt, WishKind.OBJECTION, event.at)
        case CallEventKind.ENDED | CallEventKind.LOST:
            if attempt.state in ledger.LIVE:
                _close(session, gate, campaign, attempt, event, notes, opted_out=opted_out, agent=agent)
            if event.disposition is Disposition.REFUSED and not (opted_out or ended_already):
                _wished(session, gate, attempt, WishKind.REFUSAL, event.at)
        case kind if kind in _SENT_BACK and _may(attempt, AttemptState.CANCELLED):
            _send_back(session, gate, attempt, event, notes)
        case kind if kind in _SENT_BACK:  # it says that nothing left, after it said that it rang: believe neither
            lost = replace(event, kind=CallEventKind.LOST)
            _close(session, gate, campaign, attempt, lost, notes, opted_out=opted_out, agent=agent)


def after_recovery(session: Session, gate: Gate, given_back: list[str], unknown: list[str]) -> None:
    """Put the candidates of settled attempts where they belong: back in line, or through the retry policy."""
    now, driver = gate.clock.now(), Driver(session)
    for attempt_id in given_back:
        candidates.give_back(driver, session.get_one(Attempt, attempt_id), now)
    for attempt_id in unknown:
        attempt = session.get_one(Attempt, attempt_id)
        campaign = campaign_at_hand(driver, attempt.campaign_id)
        _what_next(session, gate, campaign, attempt, Disposition.UNKNOWN, now)


def _tells_a_wish(event: CallEvent) -> bool:
    """Whether it may be an objection or a refusal: those count however late they are told, as after an engine that
    others took for gone has found its database again."""
    return event.kind in _KEYS or (event.kind is CallEventKind.ENDED and event.disposition is Disposition.REFUSED)


def _told_late(session: Session, attempt: Attempt, now: datetime) -> None:
    told = {"attempt": attempt.id, "state": str(attempt.state), "late": True, "reported": reported(session, attempt.id)}
    audit.append(session, AuditKind.ATTEMPT, told, now)


def _moves(attempt: Attempt, event: CallEvent) -> bool:
    """Whether the attempt's state changes with it: it is noted in the same statement then."""
    if event.kind in _STATE_OF:
        return _may(attempt, _STATE_OF[event.kind])
    return event.kind in FINAL and attempt.state in ledger.LIVE


def _may(attempt: Attempt, to: AttemptState) -> bool:
    return to in ledger.TRANSITIONS[attempt.state]


def _wished(session: Session, gate: Gate, attempt: Attempt, kind: WishKind, at: datetime) -> None:
    """What was said in the call, for all campaigns of the advertiser: an objection at once, while it lasts (C. conso.
    R.223-3), a refusal at its end (D.223-9)."""
    record_wish(
        session,
        gate.pseudonyms,
        contact_id=attempt.contact_id,
        advertiser_id=attempt.advertiser_id,
        kind=kind,
        said_at=at,
        source=f"call {attempt.id}",
        origin=Origin.CALL,
        number=attempt.number,
        now=gate.clock.now(),
    )


def _close(
    session: Session,
    gate: Gate,
    campaign: Campaign,
    attempt: Attempt,
    event: CallEvent,
    notes: Notes,
    *,
    opted_out: bool,
    agent: str | None,
) -> None:
    """`notes` is all that was reported; `agent` who was joined to the call, if anybody was."""
    now = gate.clock.now()
    lost = event.kind is CallEventKind.LOST
    disposition = Disposition.UNKNOWN if lost else event.disposition or Disposition.FAILED
    if opted_out:
        disposition = Disposition.OPTED_OUT
    state = AttemptState.UNKNOWN if lost else AttemptState.CLOSED
    digest = ledger.end(
        session,
        attempt.id,
        state,
        events=notes,
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
            "state": str(state),
            "disposition": str(disposition),
            "sip": event.sip_code,
            "talk_ms": _milliseconds(event.talk),
            "reported": digest,
        }
        | ({"agent": agent} if agent else {}),
        now,
    )
    _what_next(session, gate, campaign, attempt, disposition, now)


def _send_back(session: Session, gate: Gate, attempt: Attempt, event: CallEvent, notes: Notes) -> None:
    """Nothing left the platform, says the runner: the attempt does not count and the person waits again."""
    now = gate.clock.now()
    digest = ledger.end(
        session,
        attempt.id,
        AttemptState.CANCELLED,
        events=notes,
        ended_at=now,
        disposition=Disposition.NOT_SENT,
        failure=event.detail,
    )
    audit.append(
        session,
        AuditKind.ATTEMPT,
        {
            "attempt": attempt.id,
            "state": str(AttemptState.CANCELLED),
            "disposition": str(Disposition.NOT_SENT),
            "reported": digest,
        },
        now,
    )
    candidates.give_back(Driver(session), attempt, now + _CAPACITY_PAUSE)


def _what_next(
    session: Session, gate: Gate, campaign: Campaign, attempt: Attempt, disposition: Disposition, now: datetime
) -> None:
    """The candidate's new place: due again when `next_try` says so, or done; none where they have none any more."""
    if disposition is Disposition.UNASSIGNED:
        _mark_unassigned(session, attempt.number)
    driver = Driver(session)
    tries = candidates.tries_of(driver, attempt)
    if tries is not None:
        due_at = next_call_at(session, gate, campaign, attempt, disposition, tries, now)
        candidates.after_call(driver, attempt, due_at, str(disposition))


def _mark_unassigned(session: Session, number: str) -> None:
    """Told as a change of what came from files: whoever could undo it unseen would have the number called again."""
    driver = Driver(session)
    phones = [phone for (phone,) in driver.rows("SELECT id FROM phone WHERE number = ?", number)]
    with recounted(session, Phone, phones):
        driver.change(Phone, {"state": PhoneState.UNASSIGNED}, "number = ?", number)


def _reported(driver: Driver, attempt_id: str) -> tuple[Attempt, Notes] | None:
    """The attempt as it stands, and what was reported of it so far."""
    shape = shape_of(Attempt, driver.postgresql)
    rows = driver.rows(f"SELECT events, {shape.columns.format('')} FROM attempt WHERE id = ?", attempt_id)
    if not rows:
        return None
    events, *row = rows[0]
    return shape.read(row), json.loads(events) if isinstance(events, str) else events


def _opted_out_in_call(notes: Sequence[Mapping[str, Any]], campaign: Campaign) -> bool:
    digit = plan_of(campaign).script.opt_out_digit
    return any(note["event"] in _KEYS and note["detail"] == digit for note in notes)


def _note(event: CallEvent) -> dict[str, object]:
    plain = {"event": str(event.kind), "at": event.at.isoformat(), "detail": event.detail}
    return plain | ({"sip": event.sip_code} if event.sip_code else {})


def _milliseconds(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))
