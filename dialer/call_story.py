"""The whole story of one decision, as the records hold it: what was known, decided, permitted, dialed, said, and done.

Apart from how it is told: the terminal and the file for the authority tell the same story.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dialer.audit import AuditKind
from dialer.complaints import Complaint, complaints
from dialer.errors import NotFound
from dialer.facts import plan_of
from dialer.plan import CampaignPlan
from dialer.ports import CallEventKind
from dialer.recording_digests import ToldRecording, told_recordings
from dialer.schema import Advertiser, Attempt, AuditRow, Campaign, Candidate, DecisionRow, Phone, Wish
from dialer.takings import Taking, takings_back
from dialer.vault import Erased, Vault, read_decision

_LONGEST_NUMBER = 18
"""Digits of a database key; a longer one names no row, and the database could not even be asked."""
_ABOUT_CALLS = (AuditKind.ATTEMPT, AuditKind.RECOVERY, AuditKind.COMPLAINT, AuditKind.RECORDED)


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """A row of the chain that tells of this decision or its call."""

    seq: int
    at: datetime
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallStory:
    """`body` is None when the person's key was destroyed; `attempt` when no call left on the decision."""

    campaign: Campaign
    plan: CampaignPlan
    advertiser: str
    decision: DecisionRow
    body: Mapping[str, Any] | None
    attempt: Attempt | None
    entries: tuple[ChainEntry, ...]
    wishes: tuple[Wish, ...]
    """What the person said in this call about being called."""
    complaints: tuple[Complaint, ...]
    recording: ToldRecording | None
    """What the log tells of the recording of the call; None: there is none, or its digest is not on record."""
    number_state: str
    """Of the number that was called, today; empty when it is not on record any more."""
    candidate: Candidate | None
    """Where the person stands in the campaign today."""
    taken_back: tuple[Taking, ...]
    """Lists that spoke for or against the call and were taken back since."""

    @property
    def number(self) -> str:
        """In clear where it may still be read; else its pseudonym."""
        if self.body is not None:
            return str(self.body.get("facts", {}).get("number", self.decision.number))
        return self.attempt.number if self.attempt else self.decision.number

    @property
    def permit(self) -> Mapping[str, Any]:
        """What the chain says of the permit; empty for a decision without call, and for calls of before it said so."""
        approved = (entry.body for entry in self.entries if entry.body.get("state") == "approved")
        return next((body for body in approved if "permit" in body), {})

    def heard(self, kind: CallEventKind) -> list[dict[str, Any]]:
        """What the call's events tell of one kind: prompts that were played, keys that were pressed."""
        return [event for event in (self.attempt.events if self.attempt else ()) if event["event"] == kind]


def find_call(session: Session, call: str) -> tuple[Attempt | None, DecisionRow]:
    """An attempt by the start of its id with its decision, or a decision alone. Raises `NotFound`."""
    numbered = call.isascii() and call.isdigit() and len(call) <= _LONGEST_NUMBER
    decision = session.get(DecisionRow, int(call)) if numbered else None
    if decision is None:
        matching = session.exec(select(Attempt).where(col(Attempt.id).startswith(call, autoescape=True)).limit(2)).all()
        if len(matching) == 1:
            return matching[0], session.get_one(DecisionRow, matching[0].decision_id)
        raise NotFound(
            f"{len(matching)} attempts and no decision answer to {call!r}; `dialer audit explain --number N --on DAY` "
            "and decisions.csv list them",
            f"{len(matching)} tentatives et aucune décision ne répondent à {call!r} ; "
            "`dialer audit explain --number N --on JOUR` et decisions.csv les donnent",
        )
    attempt = session.exec(select(Attempt).where(Attempt.decision_id == decision.id)).first()
    return attempt, decision


def call_story(session: Session, vault: Vault, attempt: Attempt | None, decision: DecisionRow) -> CallStory:
    campaign = session.get_one(Campaign, decision.campaign_id)
    try:
        body = read_decision(session, vault, decision)
    except Erased:
        body = None
    phone = session.exec(select(Phone).where(Phone.number == attempt.number)).first() if attempt else None
    said = select(Wish).where(Wish.source == f"call {attempt.id}") if attempt else None
    return CallStory(
        campaign=campaign,
        plan=plan_of(campaign),
        advertiser=session.get_one(Advertiser, campaign.advertiser_id).name,
        decision=decision,
        body=body,
        attempt=attempt,
        entries=tuple(_entries(session, decision.id, attempt)),
        wishes=tuple(session.exec(said).all()) if said is not None else (),
        complaints=tuple(each for each in complaints(session) if attempt and each.attempt_id == attempt.id),
        recording=told_recordings(session, [attempt.id]).get(attempt.id) if attempt else None,
        number_state=str(phone.state) if phone else "",
        candidate=session.get(Candidate, (decision.campaign_id, decision.contact_id)),
        taken_back=tuple(each for each in _takings(session, body) if each.at >= decision.at),
    )


def _entries(session: Session, decision_id: int, attempt: Attempt | None) -> list[ChainEntry]:
    about = (col(AuditRow.kind) == str(AuditKind.DECISION)) & col(AuditRow.body).contains(f'"decision":{decision_id},')
    if attempt:
        kinds = col(AuditRow.kind).in_([str(kind) for kind in _ABOUT_CALLS])
        about |= kinds & col(AuditRow.body).contains(f'"{attempt.id}"')
    rows = session.exec(select(AuditRow).where(about).order_by(col(AuditRow.seq)))
    return [ChainEntry(row.seq, row.at, row.kind, json.loads(row.body)) for row in rows]


def _takings(session: Session, body: Mapping[str, Any] | None) -> Sequence[Taking]:
    grounds = (body or {}).get("grounds", {})
    named = {each.get("list") or each.get("source", "") for group in grounds.values() for each in group}
    return takings_back(session, named - {""})
