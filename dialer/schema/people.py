"""People and their numbers. What is known in favour of calling them, and against it, is in `evidence`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import JSON, Field, SQLModel

from dialer.schema.columns import instant, word


class Contact(SQLModel, table=True):
    """A person and, through `Phone`, all their numbers. A SIRET or SIREN makes a professional."""

    id: int = Field(default=None, primary_key=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    """The list that brought them first."""
    external_id: str | None = None
    """The customer id by which they are shown; `CustomerReference` has all of them."""
    last_name: str | None = None
    first_name: str | None = None
    siret: str | None = None
    postcode: str | None = None
    """Several are joined with `;` where the law tells the places apart (`rules.places`)."""
    city: str | None = None
    attributes: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    erased_at: datetime | None = instant(default=None, nullable=True)
    """When all of the above was emptied at the person's request; their id stays, for the records that name it."""


class CustomerReference(SQLModel, table=True):
    """Whom a customer id of one CRM means, whichever list or row brought it; clustered by id.

    An id may mean several people: then what permits goes to none of them, and what limits to all.
    """

    __tablename__ = "customer_reference"
    __table_args__ = {"sqlite_with_rowid": False}

    external_id: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    """The CRM that gave it; empty: not said."""
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id")
    """The list that brought it; None: it was taken back, and something else keeps the person."""
    theirs: bool
    """False: a row of somebody else bore it that touches this person, so that only what limits goes through it."""


class PhoneState(StrEnum):
    LIVE = "live"
    UNASSIGNED = "unassigned"
    """The carrier said that nobody has this number."""


class Phone(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    """The list that brought this number first."""
    number: str = Field(index=True, unique=True, max_length=16)
    """E.164."""
    kind: str = Field(default="", max_length=8)
    """What the numbering library says it is: fixed, mobile, voip, other; empty when nobody asked it."""
    region: str = Field(default="", max_length=3)
    """ISO 3166, as the numbering library says."""
    rank: int
    """0 is the preferred number."""
    state: PhoneState = word(PhoneState, default=PhoneState.LIVE)
