"""Agents' desks: whose engine has each on the line, and who rests.

Apart from the calls, which name their agent in what was reported of them: this is how things stand, and no history.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from dialer.ports import AgentState
from dialer.schema.columns import instant, word


class RestReason(StrEnum):
    """Why an agent takes no calls for a while. Words of a list and no text of one's own: what somebody would write
    about a colleague's absence has no place in a log that is kept for years."""

    BREAK = "break"
    AFTER_CALL = "after-call"
    """What there is to write down after a talk."""
    TRAINING = "training"
    MEETING = "meeting"
    TECHNICAL = "technical"
    OFF_DUTY = "off-duty"


class DeskRow(SQLModel, table=True):
    """The desk of an agent by their name in the settings: one engine at a time has it, while it renews that."""

    __tablename__ = "agent_desk"

    name: str = Field(primary_key=True)
    engine: int | None = None
    """The number of the engine that has it on the line; None where there is only one."""
    leased_until: datetime | None = instant(default=None, nullable=True)
    """From then on the desk is anybody's: its engine is gone. None: no engine has it."""
    line: AgentState = word(AgentState, default=AgentState.AWAY)
    why: str = ""
    """What ended the line, in words."""
    since: datetime = instant()
    """When the line came to stand so."""
    rest: RestReason | None = word(RestReason, default=None, nullable=True)
    """No new call for them until they are back; their line may stay up."""
    rest_since: datetime | None = instant(default=None, nullable=True)
    rest_by: str = ""
