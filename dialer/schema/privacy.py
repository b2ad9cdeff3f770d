"""What is kept about keeping: the key of each person's clear facts, their requests, freezes, and who looked.

Apart from the people themselves, because most of it outlives them.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, Text

from dialer.schema.columns import instant, word


class PersonKey(SQLModel, table=True):
    """The key under which the facts of one person's decisions are encrypted; without its row nobody reads them."""

    __tablename__ = "person_key"

    contact_id: int = Field(foreign_key="contact.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    master: str = Field(max_length=16)
    """Id of the master key under which it is wrapped."""
    wrapped: str = Field(max_length=128)
    """Base64 of nonce and AES-256-GCM ciphertext."""
    made_at: datetime = instant()


class Remark(SQLModel, table=True):
    """Words that may name a person: the chain holds their salted hash only, so that they can be deleted."""

    sha256: str = Field(primary_key=True, max_length=64)
    """SHA-256 of salt, a zero byte and the text in UTF-8."""
    salt: str = Field(max_length=32)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    """Whom they are about; None: nobody in particular."""
    text: str = Field(sa_type=Text)


class RequestKind(StrEnum):
    """What a person may ask for (GDPR art. 15 to 21)."""

    ACCESS = "access"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    PORTABILITY = "portability"


class SubjectRequest(SQLModel, table=True):
    """One request of a person about their data, to be answered within a month (GDPR art. 12(3))."""

    __tablename__ = "subject_request"

    id: int = Field(default=None, primary_key=True)
    kind: RequestKind = word(RequestKind)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    """None: nobody here has that number."""
    number: str = Field(default="", max_length=16)
    """Pseudonym of the number that was named (`Pseudonyms.of_number`)."""
    received_on: date
    due_on: date
    answered_at: datetime | None = instant(default=None, nullable=True)
    outcome: str = ""
    note: str = ""


class LegalHold(SQLModel, table=True):
    """The officer's freeze: while it stands, a person or a campaign is neither erased nor called."""

    __tablename__ = "legal_hold"

    id: int = Field(default=None, primary_key=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    reason: str
    placed_at: datetime = instant()
    placed_by: str
    lifted_at: datetime | None = instant(default=None, nullable=True)
    lifted_by: str = ""


class AccessLog(SQLModel, table=True):
    """Who looked at whose data; kept as long as the settings say."""

    __tablename__ = "access_log"

    id: int = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    actor: str
    verb: str
    """The command, as it is typed after `dialer`."""
    person: str = Field(default="", max_length=24)
    """Pseudonym; empty: more than one person."""
    detail: str = ""
    """Of more than one person what was asked for, as JSON: `campaign`, `since`, `until`."""
