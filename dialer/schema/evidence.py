"""What decides whether a person may be called.

What permits a call is kept by person: a consent of one subscriber must not open another's number. What limits it is
kept by number, whoever has it: an objection must hold before and after anybody with that number is loaded.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import BigInteger, Field, SQLModel

from dialer.schema.columns import instant, word


class ConsentRow(SQLModel, table=True):
    """One consent as it was recorded; whether it counts is judged by `rules.evidence`."""

    __tablename__ = "consent"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    collected_on: date | None = None
    notice: str = ""
    """Version of the notice shown (R.223-1), as named in the settings."""
    proof: str = ""
    systems: str = ""
    """System kinds agreed to, joined with `;`."""
    channels: str = ""
    """Channels agreed to (`rules.evidence.Channel`), joined with `;`; empty: as the notice says."""
    hours: str = ""
    """Hours agreed to in local time, `18:00-20:00` joined with `;`; empty: no limit stated."""
    until: date | None = None
    """Last day of a period shorter than the notice's, if one was agreed."""
    advertiser: str = ""
    """Key of the advertiser that the record itself names; empty: as the notice says."""
    sectors: str = ""
    """Kinds of offer that the record itself names, joined with `;`."""
    any_hour: bool = False
    """Agreed to be called outside days and hours without a precise date (counted until 2026-08-10)."""
    withdrawn: bool = False
    withdrawn_on: date | None = None
    """None on a withdrawn consent: the date was unreadable; it is withdrawn all the same."""


class ContractRow(SQLModel, table=True):
    __tablename__ = "contract"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    """None: the file did not say; it permits nothing."""
    object: str
    since: date | None = None
    until: date | None = None
    proof: str = ""


class CallbackRequest(SQLModel, table=True):
    """A proven request for information, which may be answered within five working days (R.223-4)."""

    __tablename__ = "callback_request"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    object: str
    """What was asked about; the call may cover nothing else."""
    requested_on: date
    proof: str


class AgreedSlot(SQLModel, table=True):
    """« une date et un horaire précisément spécifiés » at which the person agreed to be called (L.223-1 al. 6)."""

    __tablename__ = "agreed_slot"

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    at: datetime = instant(index=True)
    proof: str


class WishKind(StrEnum):
    REFUSAL = "refusal"
    """« Not interested »."""
    OBJECTION = "objection"
    """« Never call me again » (GDPR art. 21), also the withdrawal of a consent (R.223-3)."""
    CORRECTION = "correction"
    """What was noted by hand was a mistake (GDPR art. 16); it stays on record and does not count."""


class Origin(StrEnum):
    """How we came to know of a wish. Only what was noted by hand can be a mistake of ours."""

    CALL = "call"
    """Said in a call that we placed."""
    LIST = "list"
    """Came with a file, before those were kept by number."""
    HAND = "hand"
    """Noted by an operator."""


class Wish(SQLModel, table=True):
    """What a person said about being called, in a call or to us; lasting, never deleted with a list."""

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    """None: toward every advertiser."""
    kind: WishKind = word(WishKind)
    said_at: datetime | None = instant(default=None, nullable=True)
    """None: the date was unreadable; it counts all the same."""
    source: str
    """Where it came from, in words: `call <attempt>`, or what the operator wrote."""
    origin: Origin = word(Origin)
    number: str = Field(default="", max_length=16)
    """E.164, the number about which it was said; empty: not known."""
    corrects: int | None = Field(default=None, foreign_key="wish.id")
    """The entry that a correction takes back."""
    noted_at: datetime = instant()


class Opposition(SQLModel, table=True):
    """A number that a file says must not be called, or whose holder refused; clustered by number."""

    __table_args__ = {"sqlite_with_rowid": False}

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    """E.164 without its plus."""
    list_id: int = Field(foreign_key="imported_list.id", primary_key=True, index=True)
    kind: WishKind = word(WishKind, primary_key=True)
    advertiser_id: int = Field(default=0, primary_key=True)
    """0: toward every advertiser."""
    said_on: date | None = None
    """None: the file gave no readable date; it counts all the same."""


class Edition(SQLModel, table=True):
    """What an edition of an opposition list is worth: one that may be cut off must not make its source fresh."""

    list_id: int = Field(foreign_key="imported_list.id", primary_key=True, ondelete="CASCADE")
    numbers: int
    """Distinct numbers that it holds, whether or not an earlier edition held them."""
    renews: bool
    """False: too many of its rows could not be read, or too many numbers are gone. Its numbers count all the same."""


class Telling(StrEnum):
    """How a file tells of calls made before, and so whether what it tells is more than was known."""

    PART = "part"
    """Each row is a call of its own, as in a call log: files of one source add up."""
    WHOLE = "whole"
    """The whole history of the source until then, which repeats what earlier files told."""
    STATE = "state"
    """A column of a contact list, such as the last call: it repeats from list to list."""


class PastCall(SQLModel, table=True):
    """A call made elsewhere; it counts toward four per thirty days."""

    __tablename__ = "past_call"

    id: int = Field(default=None, primary_key=True)
    number: int = Field(index=True, sa_type=BigInteger)
    """E.164 without its plus."""
    list_id: int | None = Field(default=None, foreign_key="imported_list.id", index=True)
    source: str = ""
    """Whose history it is; files of no source each stand for themselves."""
    advertiser_id: int | None = Field(default=None, foreign_key="advertiser.id")
    """None: for every advertiser."""
    made_on: date
    made_at: str = ""
    """The instant in the file's own words, made alike: `2026-11-20T10:00:00`, with `Z` where the file says its offset;
    empty: only the day is known."""
    telling: Telling = word(Telling, default=Telling.STATE)


class ListedNumber(SQLModel, table=True):
    """A number that a list of contacts holds and that was loaded before with another (`Phone.list_id`)."""

    __tablename__ = "listed_number"
    __table_args__ = {"sqlite_with_rowid": False}

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    """E.164 without its plus."""
    list_id: int = Field(foreign_key="imported_list.id", primary_key=True, index=True, ondelete="CASCADE")


class Scrub(SQLModel, table=True):
    """Proof that a list of contacts came back from Bloctel, until 2026-08-10. Listed numbers are not kept."""

    id: int = Field(default=None, primary_key=True)
    contacts_id: int = Field(foreign_key="imported_list.id", index=True)
    """The list of contacts that was returned."""
    list_id: int = Field(foreign_key="imported_list.id", index=True)
    """The file that says so."""
    sha256: str
    """Of the file that was sent."""
    uploaded_on: date
    returned_on: date
    rows_in: int
    rows_removed: int
