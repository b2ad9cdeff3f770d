"""An import taken back whole: as if the file had never come, but for what is on record about calls.

Refused where calls rest on it. Who was decided about, spoke to us, or is limited by another file stays with numbers and
customer ids, on no list: sealed rows point at them, and what was said must hold if they are loaded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, union, update
from sqlmodel import Session, SQLModel, col

from dialer import audit, candidates, ledger, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.contacts import list_named
from dialer.dossiers import digits_of
from dialer.dropped_limits import LIMITS, DroppedLimits, dropped_limits
from dialer.given_names import take_names_back
from dialer.held import require_undoable
from dialer.resting import PERMISSIONS, campaigns_of, require_untouched
from dialer.schema import (
    Attempt,
    CampaignList,
    Candidate,
    CandidateState,
    Contact,
    CustomerReference,
    DecisionRow,
    Edition,
    LegalHold,
    ListedNumber,
    ListKind,
    ListMember,
    Phone,
    Remark,
    Scrub,
    SubjectRequest,
    Wish,
)
from dialer.stopping import ask_again

_AT_ONCE = 5_000
"""Rows named in one statement; databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back. `removed` counts rows by plain names (`persons`, `numbers`, `consents`, …); `campaigns`
    are those that lost the list."""

    name: str
    kind: ListKind
    sha256: str
    removed: dict[str, int]
    campaigns: tuple[str, ...]
    dropped: DroppedLimits


def take_back(
    session: Session, pseudonyms: Pseudonyms, name: str, now: datetime, *, drop_limits: str = ""
) -> TakenBack:
    """Take an import back. `drop_limits`: why what it says against calling may go with it.

    Raises `NotFound`, `Held`, or `NotPossible` that names the calls or campaigns that rest on it, or what would no
    longer limit calls where no reason was given.
    """
    row = list_named(session, name)
    require_untouched(session, row)
    require_undoable(session, row.id)
    campaigns = tuple(campaign for campaign, _ in campaigns_of(session, row))
    dropped = dropped_limits(session, row)
    if dropped.numbers and not drop_limits.strip():
        raise dropped.refusal(row.name, campaigns)
    _give_back_unsent(session, row.id, now)
    freed = session.execute(_stopped_by(row.id)).scalars().all()
    freed = [*freed, *_restore_postcodes(session, row.id)]
    take_names_back(session, row.id)
    removed = {f"{table.__tablename__}s": _delete(session, table, row.id) for table in (*PERMISSIONS, *LIMITS)}
    removed["scrubs"] = _rows(
        session, delete(Scrub).where(or_(col(Scrub.list_id) == row.id, col(Scrub.contacts_id) == row.id))
    )
    removed |= _remove_members(session, pseudonyms, row.id)
    candidates.reconsider(session, freed, now)
    for table in (Edition, ListedNumber):
        _delete(session, table, row.id)
    session.delete(row)
    session.flush()
    counted = {what: count for what, count in removed.items() if count}
    taken = TakenBack(row.name, row.kind, row.sha256, counted, campaigns, dropped)
    body: dict[str, object] = {
        "list": taken.name,
        "kind": str(taken.kind),
        "sha256": taken.sha256,
        "removed": taken.removed,
        "campaigns": list(campaigns),
    }
    if dropped.numbers:
        reason = remarks.note(session, drop_limits.strip())
        body["limits_dropped"] = {"numbers": dropped.numbers, "persons": dropped.persons, "reason_sha256": reason}
    audit.append(session, AuditKind.LIST_TAKEN_BACK, body, now)
    return taken


def _give_back_unsent(session: Session, list_id: int, now: datetime) -> None:
    """Calls approved on the strength of this list that have not left are cancelled, and asked about again."""
    people = union(
        select(col(ListMember.contact_id)).where(col(ListMember.list_id) == list_id),
        *(select(table.contact_id).where(table.list_id == list_id) for table in PERMISSIONS),  # type: ignore[attr-defined]
    ).subquery()
    unsent = select(Attempt).where(
        col(Attempt.state).in_(ledger.UNSENT), col(Attempt.contact_id).in_(select(people.c.contact_id))
    )
    ask_again(session, {attempt.contact_id for attempt in session.execute(unsent).scalars()}, now)


def _stopped_by(list_id: int) -> Select[Any]:
    """People whom a lasting obstacle put aside, and about whose numbers this list says something against a call."""
    said = (exists().where(table.number == digits_of(Phone), table.list_id == list_id) for table in LIMITS)  # type: ignore[attr-defined]
    return (
        select(col(Candidate.contact_id))
        .distinct()
        .join(Phone, col(Phone.contact_id) == col(Candidate.contact_id))
        .where(col(Candidate.state) == CandidateState.NEVER, or_(*said))
    )


def _restore_postcodes(session: Session, list_id: int) -> Sequence[int]:
    """Put back the postcodes that the list changed; whose they are. Of a person's lists only the latest goes first, so
    what it found is what is there without it."""
    changed = col(ListMember.list_id) == list_id, col(ListMember.postcode_before).is_not(None)
    people = session.execute(select(col(ListMember.contact_id)).where(*changed)).scalars().all()
    before = select(func.nullif(col(ListMember.postcode_before), "")).where(
        col(ListMember.contact_id) == col(Contact.id), *changed
    )
    theirs = col(Contact.id).in_(select(col(ListMember.contact_id)).where(*changed))
    _rows(session, update(Contact).where(theirs).values(postcode=before.scalar_subquery()))
    return people


def _remove_members(session: Session, pseudonyms: Pseudonyms, list_id: int) -> dict[str, int]:
    """Members, their places in the campaigns of this list, and the persons whom nothing else keeps."""
    members = select(col(ListMember.contact_id)).where(col(ListMember.list_id) == list_id)
    for campaign_id in session.execute(_campaigns(list_id)).scalars().all():
        others = (
            select(col(ListMember.contact_id))
            .join(CampaignList, col(CampaignList.list_id) == col(ListMember.list_id))
            .where(col(CampaignList.campaign_id) == campaign_id, col(CampaignList.list_id) != list_id)
        )
        leaving = col(Candidate.contact_id).in_(members), col(Candidate.contact_id).not_in(others)
        _rows(session, delete(Candidate).where(col(Candidate.campaign_id) == campaign_id, *leaving))
    _delete(session, CampaignList, list_id)
    removed = {"members": _delete(session, ListMember, list_id)}
    came_with_it = col(Contact.list_id) == list_id
    gone = select(col(Contact.id)).where(came_with_it, *_kept_by_nothing(col(Contact.id)))
    on_a_list = col(CustomerReference.contact_id).in_(select(col(ListMember.contact_id)))
    brought = (
        (col(CustomerReference.list_id) == list_id)
        & on_a_list
        & col(CustomerReference.contact_id).not_in(_limited())
        & col(CustomerReference.contact_id).not_in(select(col(Wish.contact_id)))
    )
    _rows(session, delete(CustomerReference).where(brought | col(CustomerReference.contact_id).in_(gone)))
    numbers = _rows(session, delete(Phone).where(col(Phone.contact_id).in_(gone)))
    removed["persons"] = _rows(session, delete(Contact).where(came_with_it, *_kept_by_nothing(col(Contact.id))))
    removed["numbers"] = numbers + _remove_added_in_vain(session, pseudonyms, list_id)
    for table in (Contact, Phone, CustomerReference):
        left = update(table).where(col(table.list_id) == list_id).values(list_id=None)
        session.execute(left.execution_options(synchronize_session=False))
    return removed


def _campaigns(list_id: int) -> Select[Any]:
    return select(col(CampaignList.campaign_id)).where(col(CampaignList.list_id) == list_id)


def _kept_by_nothing(contact_id: Any) -> list[ColumnElement[bool]]:
    """On no other list, in no campaign, no decision, no word of theirs, nothing from elsewhere for or against calls;
    no request of theirs, no freeze, no remark about them."""
    keeping = (ListMember, Candidate, DecisionRow, Attempt, Wish, *PERMISSIONS)
    named = (contact_id.not_in(select(table.contact_id)) for table in keeping)  # type: ignore[attr-defined]
    noted = (~exists().where(col(table.contact_id) == contact_id) for table in (LegalHold, Remark, SubjectRequest))
    return [*named, *noted, contact_id.not_in(_limited())]


def _limited() -> Select[Any]:
    """People about whose numbers the lists that are left say something against a call.

    It limits them whole: by any number or customer id by which they come back, it must find them.
    """
    said = union(*(select(table.number) for table in LIMITS)).subquery()  # type: ignore[attr-defined]
    return select(col(Phone.contact_id)).where(digits_of(Phone).in_(select(said.c.number)))


def _remove_added_in_vain(session: Session, pseudonyms: Pseudonyms, list_id: int) -> int:
    """Numbers that the list added to people of earlier lists: nothing is said against calling them, nor was it ever
    decided about them. How many there were."""
    added = select(col(Phone.id), col(Phone.contact_id), col(Phone.number)).where(
        col(Phone.list_id) == list_id,
        exists().where(col(ListMember.contact_id) == col(Phone.contact_id)),
        ~exists().where(col(Wish.contact_id) == col(Phone.contact_id)),
        col(Phone.contact_id).not_in(_limited()),
    )
    people = added.subquery()
    about = select(col(DecisionRow.contact_id), col(DecisionRow.number)).distinct()
    decided: dict[int, set[str]] = {}
    for contact_id, number in session.execute(
        about.where(col(DecisionRow.contact_id).in_(select(people.c.contact_id)))
    ):
        decided.setdefault(contact_id, set()).add(number)
    in_vain = [
        phone_id
        for phone_id, contact_id, number in session.execute(added)
        if contact_id not in decided or not decided[contact_id] & {number, pseudonyms.of_number(number)}
    ]
    for start in range(0, len(in_vain), _AT_ONCE):
        _rows(session, delete(Phone).where(col(Phone.id).in_(in_vain[start : start + _AT_ONCE])))
    return len(in_vain)


def _delete(session: Session, table: type[SQLModel], list_id: int) -> int:
    return _rows(session, delete(table).where(table.list_id == list_id))  # type: ignore[attr-defined]


def _rows(session: Session, statement: Any) -> int:
    return int(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
