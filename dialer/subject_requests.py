"""The register of what people ask about their data, each with the day by which it must be answered.

One calendar month after receipt (GDPR art. 12(3)), two more at most for a reason that the person is told within the
first; read strictly, a Sunday or a holiday moves neither day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from sqlmodel import Session, col, select

from dialer import audit, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.errors import NotFound, NotPossible
from dialer.outlook import OFFICE_ZONE
from dialer.schema import RequestKind, SubjectRequest
from dialer.wishes import holder_of

_TERM = relativedelta(months=1)
_LONGEST_TERM = relativedelta(months=3)


def add_request(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    number: str,
    kind: RequestKind,
    received_on: date,
    note: str,
    now: datetime,
) -> SubjectRequest:
    """Enter a request. An objection takes effect at once, toward everybody, and is answered by that.

    Raises `NotPossible` for a day to come.
    """
    if received_on > _today(now):
        raise NotPossible(
            f"--received {received_on}: a day to come; give the day on which it reached you",
            f"--received {received_on} : un jour à venir ; donner le jour de réception",
        )
    request = SubjectRequest(
        kind=kind,
        contact_id=holder_of(session, number),
        number=pseudonyms.of_number(number),
        received_on=received_on,
        due_on=received_on + _TERM,
        note=note,
    )
    session.add(request)
    session.flush()
    told = {
        "number": request.number,
        "person": pseudonyms.of(request.contact_id) if request.contact_id is not None else None,
        "asks": str(kind),
        "received_on": received_on.isoformat(),
        "due_on": request.due_on.isoformat(),
    }
    _tell(session, request, told, now)
    if kind is RequestKind.OBJECTION:
        from dialer.noting import note_objection  # brings along what reads files; a run looks at the register too

        source = f"request {request.id}"
        note_objection(session, pseudonyms, number=number, advertiser_id=None, said_at=now, source=source, now=now)
        _answer(session, request, "objection noted", now)
    return request


def extend(session: Session, request_id: int, reason: str, now: datetime) -> SubjectRequest:
    """Three months from receipt instead of one, for a reason. Raises `NotFound`, and `NotPossible` once it is late."""
    request = _open_request(session, request_id)
    if not reason.strip():
        raise _words_missing("reason")
    if _today(now) > request.received_on + _TERM:
        raise NotPossible(
            f"request {request_id}: the first month is over since {request.received_on + _TERM}, and the person was to "
            "be told within it (GDPR art. 12(3)); answer now",
            f"demande {request_id} : le premier mois est passé depuis le {request.received_on + _TERM}, et la personne "
            "devait en être informée avant (RGPD art. 12(3)) ; répondre maintenant",
        )
    request.due_on = request.received_on + _LONGEST_TERM
    request.note = f"{request.note}\n{reason.strip()}".strip()
    session.add(request)
    told = {"due_on": request.due_on.isoformat(), "reason_sha256": remarks.note(session, reason, request.contact_id)}
    _tell(session, request, told, now)
    return request


def close(session: Session, request_id: int, outcome: str, now: datetime) -> SubjectRequest:
    """Answered, in words. Raises `NotFound`, `NotPossible`."""
    request = _open_request(session, request_id)
    if not outcome.strip():
        raise _words_missing("outcome")
    _answer(session, request, outcome.strip(), now)
    return request


def answer_all(
    session: Session, contact_id: int, kinds: Collection[RequestKind], outcome: str, now: datetime
) -> list[int]:
    """Close what a person asked of these kinds; the ids."""
    asked = col(SubjectRequest.contact_id) == contact_id, col(SubjectRequest.kind).in_(kinds)
    found = session.exec(select(SubjectRequest).where(*asked, col(SubjectRequest.answered_at).is_(None))).all()
    for request in found:
        _answer(session, request, outcome, now)
    return [request.id for request in found]


def requests(session: Session, now: datetime, *, overdue: bool = False) -> Sequence[SubjectRequest]:
    """All of them, the most urgent first; with `overdue` only those."""
    rows = select(SubjectRequest).order_by(
        col(SubjectRequest.answered_at).is_not(None), col(SubjectRequest.due_on), col(SubjectRequest.id)
    )
    return [request for request in session.exec(rows) if not overdue or is_overdue(request, now)]


def is_overdue(request: SubjectRequest, now: datetime) -> bool:
    return request.answered_at is None and _today(now) > request.due_on


def _answer(session: Session, request: SubjectRequest, outcome: str, now: datetime) -> None:
    request.answered_at, request.outcome = now, outcome
    session.add(request)
    _tell(session, request, {"answered": True, "outcome_sha256": remarks.note(session, outcome)}, now)


def _tell(session: Session, request: SubjectRequest, told: Mapping[str, object], now: datetime) -> None:
    audit.append(session, AuditKind.REQUEST, {"request": request.id, **told}, now)


def _open_request(session: Session, request_id: int) -> SubjectRequest:
    request = session.get(SubjectRequest, request_id)
    if request is None:
        raise NotFound(
            f"no request {request_id}; `dialer subject requests` lists them",
            f"pas de demande {request_id} ; `dialer subject requests` les donne",
        )
    if request.answered_at:
        raise NotPossible(
            f"request {request_id} was answered on {request.answered_at:%Y-%m-%d}",
            f"la demande {request_id} a reçu réponse le {request.answered_at:%Y-%m-%d}",
        )
    return request


def _words_missing(option: str) -> NotPossible:
    return NotPossible(f"--{option} must say something", f"--{option} doit dire quelque chose")


def _today(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()
