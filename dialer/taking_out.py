"""Takes everything clear about a person out of the tables, and keeps by number what limits calls to them.

One way for whoever asks: the person themselves, the retention table, or a restored backup that still knew them. The
contact's row stays as a tombstone, because sealed rows name its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from dialer import ledger
from dialer.audit import Pseudonyms
from dialer.corrections import standing_wishes
from dialer.list_samples import clean_samples
from dialer.oppositions import keep_opposition, noted_by_hand
from dialer.outlook import OFFICE_ZONE
from dialer.schema import (
    AgreedSlot,
    Attempt,
    CallbackRequest,
    Candidate,
    ConsentRow,
    Contact,
    ContractRow,
    CustomerReference,
    LegalHold,
    ListedNumber,
    ListMember,
    PastCall,
    Phone,
    Remark,
    SubjectRequest,
    Telling,
    Wish,
    WishKind,
)

COUNTED = timedelta(days=31)
"""Calls of so many days still limit the next ones (D.223-9: four in thirty days)."""
ERASED_CALLS = "erased"
"""The source of past calls that stand for those of somebody who was taken out."""
GOES: Sequence[type[Any]] = (
    Phone, CustomerReference, ListMember, Candidate, ContractRow, AgreedSlot, Wish,
)  # fmt: skip
"""Tables whose rows about the person are deleted."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """`wishes`: ids of rows that went, which the chain must name; `removed` counts rows by table."""

    numbers: tuple[str, ...]
    wishes: tuple[int, ...]
    removed: dict[str, int]


def numbers_of(session: Session, contact_id: int) -> list[str]:
    """A person's E.164 numbers, the preferred one first."""
    return list(session.exec(select(Phone.number).where(Phone.contact_id == contact_id).order_by(col(Phone.rank))))


def under_way(session: Session, contact_id: int) -> bool:
    """Whether a call to them has left and has not ended."""
    states = col(Attempt.state).in_(ledger.ON_THE_LINE)
    return session.exec(select(Attempt.id).where(Attempt.contact_id == contact_id, states)).first() is not None


def take_out(
    session: Session, pseudonyms: Pseudonyms, contact: Contact, now: datetime, *, objects_on: date | None
) -> TakenOut:
    """In the caller's transaction. `objects_on`: the day of an objection toward everybody; None: only what was said.

    No call to them may be approved or under way. The key of their decisions is not touched.
    """
    numbers = numbers_of(session, contact.id)
    wishes = list(session.exec(select(Wish).where(Wish.contact_id == contact.id)))
    attempts = list(session.exec(select(Attempt).where(Attempt.contact_id == contact.id)))
    _keep_limits(session, contact.id, numbers, wishes, objects_on, now)
    _keep_calls(session, attempts, numbers, now)
    clean_samples(session, contact, numbers)
    for attempt in attempts:
        hide_number(session, pseudonyms, attempt)
    removed = {_name(table): _delete(session, table, contact.id) for table in GOES}
    _execute(session, delete(ListedNumber).where(col(ListedNumber.number).in_(_digits(numbers))))
    removed["remark"] = _remove_remarks(session, contact.id)
    for table, words in ((LegalHold, {"reason": ""}), (SubjectRequest, {"note": ""})):
        _execute(session, update(table).where(col(table.contact_id) == contact.id).values(**words))
    contact.external_id = contact.last_name = contact.first_name = contact.siret = None
    contact.postcode = contact.city = None
    contact.attributes = {}
    contact.erased_at = now
    session.add(contact)
    session.flush()
    return TakenOut(tuple(numbers), tuple(wish.id for wish in wishes), {k: v for k, v in removed.items() if v})


def hide_number(session: Session, pseudonyms: Pseudonyms, attempt: Attempt) -> None:
    """The number of an attempt gives way to its pseudonym, which the chain may know too."""
    if attempt.number.startswith("+"):
        attempt.number = pseudonyms.of_number(attempt.number)
        session.add(attempt)


def _keep_limits(
    session: Session,
    contact_id: int,
    numbers: Sequence[str],
    wishes: Iterable[Wish],
    objects_on: date | None,
    now: datetime,
) -> None:
    """What the person said against calls limits whoever has their numbers from now on; a withdrawn consent does too."""
    said = [
        (wish.kind, wish.advertiser_id or 0, _day(wish.said_at) if wish.said_at else None)
        for wish in standing_wishes(wishes)
    ]
    withdrawn = select(ConsentRow).where(ConsentRow.contact_id == contact_id, col(ConsentRow.withdrawn))
    said += [(WishKind.OBJECTION, 0, consent.withdrawn_on) for consent in session.exec(withdrawn)]
    if objects_on:
        said.append((WishKind.OBJECTION, 0, objects_on))
    if not said:
        return
    noted = noted_by_hand(session, now)
    for number in numbers:
        for kind, advertiser, day in said:
            keep_opposition(session, noted, number, kind, advertiser, day)


def _keep_calls(session: Session, attempts: Iterable[Attempt], numbers: Sequence[str], now: datetime) -> None:
    """The last calls count on, under each of the numbers: too much rather than too little."""
    for attempt in attempts:
        if attempt.state in ledger.NOT_COUNTED or attempt.approved_at < now - COUNTED:
            continue
        for number in _digits(numbers):
            session.add(
                PastCall(
                    number=number,
                    source=ERASED_CALLS,
                    advertiser_id=attempt.advertiser_id,
                    made_on=_day(attempt.approved_at),
                    telling=Telling.PART,
                )
            )


def _remove_remarks(session: Session, contact_id: int) -> int:
    """But for proofs of consents and of requests, which are kept as long as those are."""
    proofs = {
        proof
        for table in (ConsentRow, CallbackRequest)
        for proof in session.exec(select(table.proof).where(table.contact_id == contact_id))
    }
    remarks = session.exec(select(Remark).where(Remark.contact_id == contact_id)).all()
    going = [remark for remark in remarks if remark.text not in proofs]
    for remark in going:
        session.delete(remark)
    session.flush()
    return len(going)


def _delete(session: Session, table: type[Any], contact_id: int) -> int:
    return _execute(session, delete(table).where(col(table.contact_id) == contact_id))


def _execute(session: Session, statement: Any) -> int:
    return int(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def _digits(numbers: Iterable[str]) -> list[int]:
    return [int(number[1:]) for number in numbers]


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()
