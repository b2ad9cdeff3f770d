"""Decisions and attempts: what was asked, what the law answered, and what left the platform."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import JSON, Field, Index, SQLModel, Text

from dialer.dispositions import Disposition
from dialer.ports import EndedBy
from dialer.schema.columns import instant, word


class DecisionRow(SQLModel, table=True):
    """One answer of the gate with the facts that it rests on, complete enough to be replayed."""

    __tablename__ = "decision"

    id: int = Field(default=None, primary_key=True)
    at: datetime = instant()
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    number: str = Field(max_length=16)
    """The pseudonym of the number (`Pseudonyms.of_number`); in clear on rows from before version 0009."""
    verdict: str = Field(max_length=8)
    rule_ids: str
    """Blocking rules, or exemptions relied on, joined with `;`."""
    next_at: str
    """When it becomes possible: an ISO instant, or `never` or `beyond-horizon`."""
    body: str = Field(sa_type=Text)
    """Canonical JSON (facts, findings, fingerprints, next eligible instant), encrypted under the person's key: read it
    with `dialer.vault.read_decision`. In clear on rows from before version 0009."""
    sha256: str = Field(max_length=64)
    """Of the stored text, so that it can be checked without the key, and after the key is gone."""


class AttemptState(StrEnum):
    APPROVED = "approved"
    CLAIMED = "claimed"
    DIALING = "dialing"
    RINGING = "ringing"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    """Given back before the INVITE, on purpose or because the runner had no room."""
    EXPIRED = "expired"
    """Its permit or lease ran out before the INVITE."""
    UNKNOWN = "unknown"
    """Lost while it was under way: counted, never redialed."""


class Attempt(SQLModel, table=True):
    """One call that left, or tried to leave, the platform. `id` is what a permit names."""

    __table_args__ = (Index("attempt_of_trunk", "trunk", "decision_id"),)

    id: str = Field(primary_key=True, max_length=32)
    decision_id: int = Field(foreign_key="decision.id")
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    advertiser_id: int = Field(foreign_key="advertiser.id", index=True)
    number: str = Field(max_length=16)
    caller_id: str = Field(max_length=16)
    trunk: str
    engine: int | None = None
    """The number of the engine that has it in hand; None where there is only one."""
    state: AttemptState = word(AttemptState, default=AttemptState.APPROVED, index=True)
    approved_at: datetime = instant(index=True)
    lease_until: datetime = instant()
    """Before dialing: when an unclaimed approval is given back. From dialing on: when it is overdue."""
    dialed_at: datetime | None = instant(default=None, nullable=True)
    answered_at: datetime | None = instant(default=None, nullable=True)
    ended_at: datetime | None = instant(default=None, nullable=True)
    disposition: Disposition | None = word(Disposition, default=None, nullable=True)
    sip_code: int = 0
    sip_reason: str = ""
    q850_cause: int | None = None
    ended_by: EndedBy | None = word(EndedBy, default=None, nullable=True)
    failure: str = ""
    """Why the runner sent it back, when nothing left."""
    call_id: str = ""
    talk_ms: int = 0
    events: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)


class Limiter(SQLModel, table=True):
    """The next instant at which a call may start on a trunk (GCRA: even spacing)."""

    name: str = Field(primary_key=True)
    next_start: datetime = instant()


class Lane(SQLModel, table=True):
    """One of as many as a trunk sells starts a second: from `free_at` on another call may leave on it."""

    trunk: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    free_at: datetime = instant()
