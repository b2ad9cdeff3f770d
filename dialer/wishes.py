"""What people say about being called, with immediate effect on every campaign of that advertiser.

What was noted by mistake is corrected, never deleted; who changes their mind gives a new consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dialer import audit, ledger, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.driver import Driver
from dialer.errors import NotFound
from dialer.schema import Candidate, CandidateState, Origin, Phone, Wish, WishKind
from dialer.stopping import cancel

_UNSENT = tuple(sorted(str(state) for state in ledger.UNSENT))


def holder_of(session: Session, number: str) -> int | None:
    """The contact who has this E.164 number, if anybody does."""
    return session.exec(select(Phone.contact_id).where(Phone.number == number)).first()


def contact_of(session: Session, number: str) -> int:
    """The contact who has this E.164 number. Raises `NotFound`."""
    found = holder_of(session, number)
    if found is None:
        raise NotFound(
            f"no contact has the number {number}; check its digits, or import a list that holds it (what is kept of a "
            "number alone: `dialer objection show`)",
            f"aucun contact n'a le numéro {number} ; vérifier ses chiffres, ou importer une liste qui le contient (ce "
            "qui est tenu sur un numéro seul : `dialer objection show`)",
        )
    return found


def record_wish(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    contact_id: int,
    advertiser_id: int | None,
    kind: WishKind,
    said_at: datetime | None,
    source: str,
    origin: Origin,
    number: str,
    now: datetime,
    corrects: int | None = None,
) -> None:
    """Write the wish down and stop everything of this advertiser that is planned for the person.

    Approved attempts that have not left are cancelled; a call under way is not touched. A correction stops nothing:
    it takes back the wish whose id `corrects` is.
    """
    driver = Driver(session)
    sql, values = driver.insert(
        Wish,
        contact_id=contact_id,
        advertiser_id=advertiser_id,
        kind=kind,
        said_at=said_at,
        source=source,
        origin=origin,
        number=number,
        corrects=corrects,
        noted_at=now,
    )
    ((wish_id,),) = driver.rows(f"{sql} RETURNING id", *values)
    audit.append(
        session,
        AuditKind.WISH,
        {
            "person": pseudonyms.of(contact_id),
            "wish": wish_id,
            "kind": str(kind),
            "advertiser": advertiser_id,
            "said_at": said_at.isoformat() if said_at else None,
            "about": pseudonyms.of_number(number) if number else None,
            **_told_source(session, source, origin, contact_id),
            "origin": str(origin),
            "corrects": corrects,
        },
        now,
    )
    if kind is not WishKind.CORRECTION:
        cancelled = _cancel_unsent(session, contact_id, advertiser_id, now)
        _stop_candidates(driver, contact_id, advertiser_id, cancelled, str(kind))


def _told_source(session: Session, source: str, origin: Origin, contact_id: int) -> dict[str, str]:
    """A call is named; what somebody wrote may name a person."""
    if origin is Origin.CALL:
        return {"source": source}
    return {"source_sha256": remarks.note(session, source, contact_id)}


def wishes_of(session: Session, contact_id: int) -> Sequence[Wish]:
    return session.exec(select(Wish).where(Wish.contact_id == contact_id).order_by(col(Wish.id))).all()


def _stop_candidates(
    driver: Driver, contact_id: int, advertiser_id: int | None, cancelled: Sequence[int], note: str
) -> None:
    """Whoever waits, or was on the way to a call that is cancelled now (campaigns by id)."""
    stopped = {"state": CandidateState.NEVER, "due_at": None, "note": note}
    of, whose = _toward(advertiser_id)
    waiting = f"state = ? OR campaign_id IN ({', '.join('?' for _ in cancelled) or 'NULL'})"
    where = f"contact_id = ? AND campaign_id IN (SELECT id FROM campaign WHERE {of}) AND ({waiting})"
    driver.change(Candidate, stopped, where, contact_id, *whose, str(CandidateState.WAITING), *cancelled)


def _cancel_unsent(session: Session, contact_id: int, advertiser_id: int | None, now: datetime) -> list[int]:
    """Returns the ids of the campaigns that had the attempts approved."""
    of, whose = _toward(advertiser_id)
    where = f"contact_id = ? AND state IN ({', '.join('?' for _ in _UNSENT)}) AND {of}"
    found = Driver(session).rows(f"SELECT id, campaign_id FROM attempt WHERE {where}", contact_id, *_UNSENT, *whose)
    cancel(session, (attempt_id for attempt_id, _ in found), now)
    return [campaign_id for _, campaign_id in found]


def _toward(advertiser_id: int | None) -> tuple[str, Sequence[int]]:
    """The condition, with its value, on rows of the advertiser; without one, on all."""
    return ("TRUE", ()) if advertiser_id is None else ("advertiser_id = ?", (advertiser_id,))
