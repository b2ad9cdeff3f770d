"""The plain way to import a contact file: a loop over the rows of a pandas frame, phonenumbers, and ORM objects.

What a good programmer writes first; `bench.lists` measures it beside ours. It fills the same tables with the same
kinds of rows, and takes the short cuts that the loop invites: no remedies, no report, persons joined by number only.
Ids are counted here and all is flushed in two goes: a flush per person, as is often seen, takes half as long again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from sqlmodel import Session, SQLModel, func, select

from dialer.schema import ConsentRow, Contact, ImportedList, ListMember, Opposition, PastCall, Phone, WishKind

_CALLABLE = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
)
_REGIONS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE"}


class Found(NamedTuple):
    """What came of a file: persons stored, and how many of them stand on the opposition list."""

    persons: int
    opposed: int


def import_plainly(session: Session, file: Path, opposition: Collection[int], now: datetime) -> Found:
    """Read a file of `bench.list_files` and add its persons to the session, row by row."""
    frame = pd.read_csv(file, sep=";", encoding="cp1252", dtype=str, keep_default_na=False)
    stored = ImportedList(name=file.stem, file_name=file.name, sha256=file.stem, imported_at=now, report={})
    session.add(stored)
    session.flush()
    ids = count(session.exec(select(func.coalesce(func.max(Contact.id), 0))).one() + 1)
    holders: dict[str, int] = {}
    wishes: dict[tuple[int, WishKind], Opposition] = {}
    rest: list[SQLModel] = []
    opposed = 0
    for line, row in enumerate(frame.itertuples(index=False, name=None), start=2):
        external_id, last_name, first_name, written, postcode, city, *said = row
        number = _e164(written, postcode)
        if number is None:
            continue
        holder = holders.get(number)
        if holder is None:
            holder = holders[number] = next(ids)
            contact = Contact(
                id=holder,
                list_id=stored.id,
                external_id=external_id,
                last_name=last_name,
                first_name=first_name,
                postcode=postcode,
                city=city,
            )
            session.add(contact)
            rest.append(Phone(contact_id=holder, list_id=stored.id, number=number, rank=0))
            rest.append(ListMember(list_id=stored.id, contact_id=holder, line=line))
            opposed += int(number[1:]) in opposition
        rest += _evidence(stored.id, holder, int(number[1:]), said)
        for kind, day in ((WishKind.REFUSAL, said[4]), (WishKind.OBJECTION, said[5])):
            if day:
                key = int(number[1:]), kind
                wishes[key] = Opposition(number=key[0], list_id=stored.id, kind=kind, said_on=_day(day))
    session.flush()
    session.add_all([*rest, *wishes.values()])
    session.flush()
    return Found(len(holders), opposed)


def _evidence(list_id: int, contact_id: int, number: int, said: Sequence[str]) -> Iterator[SQLModel]:
    consented, notice, proof, systems, _, _, called = said
    if consented:
        yield ConsentRow(
            contact_id=contact_id,
            list_id=list_id,
            collected_on=_day(consented),
            notice=notice,
            proof=proof,
            systems=systems,
        )
    for day in called.split(", ") if called else ():
        yield PastCall(number=number, list_id=list_id, made_on=_day(day))


def _e164(written: str, postcode: str) -> str | None:
    try:
        parsed = phonenumbers.parse(written, _REGIONS.get(postcode[:3], "FR"))
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in _CALLABLE:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
