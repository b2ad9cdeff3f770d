"""Numbers that must not be called, whoever has them: what a list of them stops, and what is noted by hand.

An objection to a number that nobody has yet is kept as well, so that it holds when somebody with it is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from dialer import audit, candidates, ledger, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.dossiers import digits_of
from dialer.driver import Driver
from dialer.schema import (
    Attempt,
    Campaign,
    Candidate,
    CandidateState,
    ConsentRow,
    ImportedList,
    ListKind,
    Opposition,
    PastCall,
    Phone,
    WishKind,
)
from dialer.stopping import cancel
from lists import ListReport

NOTED_BY_HAND = "noted-by-hand"
"""The list of what was noted about numbers of nobody; it cannot be taken back."""
_LIMITS = (WishKind.OBJECTION, WishKind.REFUSAL)


def stop_planned(session: Session, list_id: int, now: datetime) -> None:
    """Stop what is planned for everybody whose number a list opposes, or counts calls to.

    Approved attempts that have not left are cancelled. Who is opposed waits no longer, except those who consented
    later than that: about them the gate is asked, as about those to whom calls were counted.
    """
    for attempt in _unsent(session, list_id):
        cancel(session, [attempt.id], now)
        candidates.give_back(Driver(session), attempt, now)
    for campaign in session.exec(select(Campaign)).all():
        session.execute(
            update(Candidate)
            .where(
                col(Candidate.campaign_id) == campaign.id,
                col(Candidate.state) == CandidateState.WAITING,
                col(Candidate.contact_id).in_(_opposed(list_id, campaign.advertiser_id)),
                col(Candidate.contact_id).not_in(_consented_since(list_id, campaign.advertiser_id)),
            )
            .values(state=CandidateState.NEVER, due_at=None, note=str(WishKind.OBJECTION))
            .execution_options(synchronize_session=False)
        )


def oppositions_on(session: Session, number: str) -> Sequence[tuple[Opposition, ImportedList]]:
    """What lists say against an E.164 number, the list beside each."""
    rows = (
        select(Opposition, ImportedList)
        .join(ImportedList, col(ImportedList.id) == Opposition.list_id)
        .where(Opposition.number == int(number[1:]))
    )
    return session.exec(rows.order_by(col(ImportedList.id), Opposition.kind, col(Opposition.advertiser_id))).all()


def note_opposition(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    number: str,
    advertiser_id: int | None,
    kind: WishKind,
    said_on: date,
    source: str,
    now: datetime,
) -> None:
    """Keep an objection to a number of nobody, or its correction; one noted again is dated by the later day."""
    keep_opposition(session, noted_by_hand(session, now), number, kind, advertiser_id or 0, said_on)
    audit.append(
        session,
        AuditKind.WISH,
        {
            "number": pseudonyms.of_number(number),
            "kind": str(kind),
            "advertiser": advertiser_id,
            "said_on": said_on.isoformat(),
            "source_sha256": remarks.note(session, source),
        },
        now,
    )


def keep_opposition(
    session: Session, noted: ImportedList, number: str, kind: WishKind, advertiser_id: int, said_on: date | None
) -> None:
    """In `noted_by_hand`, without a row of the chain. A day that is not known (None) outweighs any that is."""
    where = (int(number[1:]), noted.id, kind, advertiser_id)
    row = session.get(Opposition, where)
    if row is None:
        row = Opposition(number=where[0], list_id=noted.id, kind=kind, advertiser_id=advertiser_id, said_on=said_on)
    row.said_on = max(row.said_on, said_on) if row.said_on and said_on else None
    session.add(row)
    corrected = session.get(Opposition, (where[0], noted.id, WishKind.CORRECTION, advertiser_id))
    if corrected and kind is not WishKind.CORRECTION:
        session.delete(corrected)
    session.flush()


def noted_by_hand(session: Session, now: datetime) -> ImportedList:
    noted = session.exec(select(ImportedList).where(ImportedList.name == NOTED_BY_HAND)).first()
    if noted is None:
        nothing_read = ListReport(
            file="", sha256="", size=0, encoding="", delimiter="", columns={}, rows_read=0, accepted=0, merged=0,
            rejected=0, counts={}, problems_found=0, problems=(),
        )  # fmt: skip
        noted = ImportedList(
            kind=ListKind.OBJECTIONS,
            name=NOTED_BY_HAND,
            file_name="",
            sha256="",
            imported_at=now,
            report=nothing_read.to_dict(),
        )
        session.add(noted)
        session.flush()
    return noted


def _unsent(session: Session, list_id: int) -> Sequence[Attempt]:
    """Approved attempts to people whom the list limits; as many as there are channels, at most."""
    unsent = select(Attempt).where(col(Attempt.state).in_(ledger.UNSENT))
    theirs = col(Phone.contact_id)
    called = select(theirs).join(PastCall, col(PastCall.number) == digits_of(Phone))
    counted = called.where(PastCall.list_id == list_id)
    return [
        attempt
        for attempt in session.exec(unsent).all()
        if session.exec(_opposed(list_id, attempt.advertiser_id).where(theirs == attempt.contact_id)).first()
        or session.exec(counted.where(theirs == attempt.contact_id)).first()
    ]


def _opposed(list_id: int, advertiser_id: int) -> SelectOfScalar[int]:
    """People of whom the list opposes a number, toward this advertiser or all."""
    return _holders(select(col(Phone.contact_id)), list_id, advertiser_id)


def _consented_since(list_id: int, advertiser_id: int) -> SelectOfScalar[int]:
    people = select(col(Phone.contact_id)).join(ConsentRow, col(ConsentRow.contact_id) == Phone.contact_id)
    return _holders(people, list_id, advertiser_id).where(col(ConsentRow.collected_on) > Opposition.said_on)


def _holders(people: SelectOfScalar[int], list_id: int, advertiser_id: int) -> SelectOfScalar[int]:
    return people.join(Opposition, col(Opposition.number) == digits_of(Phone)).where(
        col(Opposition.list_id) == list_id,
        col(Opposition.kind).in_(_LIMITS),
        col(Opposition.advertiser_id).in_((0, advertiser_id)),
    )
