"""People, their numbers, and the evidence about them that decides whether they may be called."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import JSON, Field, SQLModel

from dialer.schema.columns import instant, word


class ContactList(SQLModel, table=True):
    """One imported file: its rows, its hash, its report."""

    __tablename__ = "contact_list"

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    file_name: str
    sha256: str = Field(unique=True)
    imported_at: datetime = instant()
    report: dict[str, object] = Field(sa_type=JSON)


class Contact(SQLModel, table=True):
    """A person and, through `Phone`, all their numbers. A SIRET makes a professional."""

    id: int = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, index=True)
    last_name: str | None = None
    first_name: str | None = None
    siret: str | None = None
    postcode: str | None = None
    city: str | None = None
    attributes: dict[str, object] = Field(default_factory=dict, sa_type=JSON)


class ListMember(SQLModel, table=True):
    __tablename__ = "list_member"

    list_id: int = Field(foreign_key="contact_list.id", primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)


class PhoneState(StrEnum):
    LIVE = "live"
    UNASSIGNED = "unassigned"
    """The carrier said that nobody has this number."""


class Phone(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    number: str = Field(unique=True, max_length=16)
    """E.164."""
    rank: int
    """0 is the preferred number."""
    state: PhoneState = word(PhoneState, default=PhoneState.LIVE)


class ConsentRow(SQLModel, table=True):
    """One consent as it was recorded; whether it counts is judged by `rules.evidence`."""

    __tablename__ = "consent"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="contact_list.id")
    collected_on: date | None = None
    notice: str = ""
    """Version of the notice shown (R.223-1), as named in the settings."""
    proof: str = ""
    systems: str = ""
    """System kinds agreed to, joined with `;`."""


class WishKind(StrEnum):
    REFUSAL = "refusal"
    """« Not interested »."""
    OBJECTION = "objection"
    """« Never call me again » (GDPR art. 21), also the withdrawal of a consent (R.223-3)."""


class Wish(SQLModel, table=True):
    """What a person said about being called; lasting, never deleted with a list."""

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    """None: toward every advertiser."""
    kind: WishKind = word(WishKind)
    said_at: datetime | None = instant(default=None, nullable=True)
    """None: the date was unreadable; it counts all the same."""
    source: str
    """Where it came from: `call <attempt>`, `list <name>`, or who noted it."""
    noted_at: datetime = instant()


class ContractRow(SQLModel, table=True):
    __tablename__ = "contract"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="contact_list.id")
    object: str
    until: date | None = None


class PastCall(SQLModel, table=True):
    """A call made elsewhere for the same advertiser; it counts toward four per thirty days."""

    __tablename__ = "past_call"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="contact_list.id")
    made_on: date
