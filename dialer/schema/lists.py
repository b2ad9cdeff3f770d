"""Imported files and who came with them: the word « list » of the design, whatever the file holds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import JSON, Field, SQLModel

from dialer.schema.columns import instant, word


class ListKind(StrEnum):
    """What a file brings: people, or evidence about people."""

    CONTACTS = "contacts"
    CONSENTS = "consents"
    CONTRACTS = "contracts"
    CALLBACKS = "callbacks"
    SLOTS = "slots"
    OBJECTIONS = "objections"
    """Objections, refusals and withdrawals of consent, each row with its own kind and day."""
    OPPOSITION = "opposition"
    """An internal list of numbers that must not be called; often millions."""
    PAST_CALLS = "past-calls"
    SCRUBS = "scrubs"
    """Proof that lists were run against Bloctel."""


class ImportedList(SQLModel, table=True):
    """One imported file: its kind, its hash, its report. It can be taken back whole."""

    __tablename__ = "imported_list"

    id: int = Field(default=None, primary_key=True)
    kind: ListKind = word(ListKind, default=ListKind.CONTACTS)
    name: str = Field(unique=True)
    file_name: str
    sha256: str = Field(index=True)
    source: str = ""
    """Where it comes from: the CRM whose customer ids it holds, or the register whose edition it is."""
    as_of: date | None = None
    """The day whose state it shows; a source with a shelf life ages from here."""
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    """None: toward every advertiser."""
    imported_at: datetime = instant()
    report: dict[str, object] = Field(sa_type=JSON)


class ListMember(SQLModel, table=True):
    """A person on a list of contacts, and the line of the file that names them."""

    __tablename__ = "list_member"

    list_id: int = Field(foreign_key="imported_list.id", primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)
    line: int = 0
    postcode_before: str | None = None
    """Where this list changed what is on record of their postcode: what it was, empty for none. None: it did not."""
    named: bool = False
    """Whether this list gave a name to somebody who had none."""
