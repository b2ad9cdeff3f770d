"""Rows of evidence as imports leave them, for tests that judge what they do and not how they came."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import select

from dialer.schema import ImportedList, ListedNumber, ListKind, Opposition, PastCall, Scrub, WishKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING


def list_id(agency: Agency, name: str, **fields: Any) -> int:
    """The list of that name, made when it is not there yet."""
    with agency.transaction() as session:
        stored = session.exec(select(ImportedList).where(ImportedList.name == name)).first()
        if stored is None:
            made = {"file_name": f"{name}.csv", "sha256": name, "imported_at": MORNING, "report": {}}
            stored = ImportedList(name=name, **(made | fields))
            session.add(stored)
            session.flush()
        return stored.id


def oppose(agency: Agency, number: str, kind: WishKind, said_on: date | None, advertiser_id: int = 0) -> None:
    held = list_id(agency, "oppositions", kind=ListKind.OBJECTIONS)
    agency.add(
        Opposition(number=int(number[1:]), list_id=held, kind=kind, advertiser_id=advertiser_id, said_on=said_on)
    )


def past_call(number: str, made_on: date, **fields: Any) -> PastCall:
    return PastCall(number=int(number[1:]), made_on=made_on, **fields)


def scrub(agency: Agency, contacts: str, returned_on: date, *numbers: str) -> None:
    """A list came back from Bloctel with these numbers on it."""
    scrubbed, proof = list_id(agency, contacts), list_id(agency, "scrubs", kind=ListKind.SCRUBS)
    agency.add(
        Scrub(
            contacts_id=scrubbed, list_id=proof, sha256="00" * 32, uploaded_on=returned_on, returned_on=returned_on,
            rows_in=10, rows_removed=1,
        ),
        *(ListedNumber(number=int(number[1:]), list_id=scrubbed) for number in numbers),
    )  # fmt: skip
