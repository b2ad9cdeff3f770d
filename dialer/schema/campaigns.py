"""Who calls for whom, and where each contact of a campaign stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import JSON, Field, Index, SQLModel

from dialer.schema.columns import instant, word


class Advertiser(SQLModel, table=True):
    """The professional for whose benefit calls are made; legal limits are counted per advertiser."""

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str


class CampaignState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class Campaign(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    advertiser_id: int = Field(foreign_key="advertiser.id", index=True)
    trunk: str
    state: CampaignState = word(CampaignState, default=CampaignState.DRAFT)
    plan: dict[str, object] = Field(sa_type=JSON)
    """The campaign file as read and checked (`dialer.plan.CampaignPlan`)."""
    created_at: datetime = instant()


class CampaignList(SQLModel, table=True):
    __tablename__ = "campaign_list"

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    list_id: int = Field(foreign_key="imported_list.id", primary_key=True)


class CandidateState(StrEnum):
    WAITING = "waiting"
    """To be asked about at `due_at`."""
    CALLING = "calling"
    """An attempt is under way."""
    DONE = "done"
    """Reached, tried often enough, or opted out."""
    NEVER = "never"
    """A lasting obstacle: looked at again only when a new fact comes in."""


class Candidate(SQLModel, table=True):
    """One contact in one campaign. `due_at` keeps hopeless contacts from being asked about again."""

    __table_args__ = (Index("candidate_due", "campaign_id", "state", "due_at", "tries", "contact_id"),)

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)
    state: CandidateState = word(CandidateState, default=CandidateState.WAITING)
    due_at: datetime | None = instant(default=None, nullable=True)
    tries: int = 0
    note: str = ""
    """Why it waits or is over: rule ids or a disposition."""
