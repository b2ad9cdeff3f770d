"""What keeps an import from being taken back: later lists and editions, calls that rest on it, running campaigns.

Kept apart from the taking back so that the refusals, and what they tell, can be read in one place.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, SQLModel, col

from dialer import ledger
from dialer.errors import NotPossible
from dialer.oppositions import NOTED_BY_HAND
from dialer.schema import (
    AgreedSlot,
    Attempt,
    CallbackRequest,
    Campaign,
    CampaignList,
    CampaignState,
    ConsentRow,
    ContractRow,
    ImportedList,
    ListKind,
    ListMember,
    Scrub,
)

_NAMED = 10
"""Calls that a refusal names; it counts them all."""
PERMISSIONS: tuple[type[SQLModel], ...] = (ConsentRow, ContractRow, CallbackRequest, AgreedSlot)


def require_untouched(session: Session, row: ImportedList) -> None:
    """Raises `NotPossible` when something rests on this import, and says what."""
    if row.name == NOTED_BY_HAND:
        raise NotPossible(
            f"{row.name!r} holds what was noted by hand; correct one entry with `dialer objection withdraw`",
            f"{row.name!r} tient ce qui a été noté à la main ; corriger une entrée avec `dialer objection withdraw`",
        )
    _require_newest(session, row)
    _require_no_later_list(session, row)
    _require_no_calls(session, row)
    _require_no_running_campaign(session, row)


def campaigns_of(session: Session, row: ImportedList) -> list[tuple[str, CampaignState]]:
    """Names and states of the campaigns that call people of this list."""
    found = (
        select(col(Campaign.name), col(Campaign.state))
        .join(CampaignList)
        .where(col(CampaignList.list_id) == row.id)
        .order_by(col(Campaign.name))
    )
    return [(name, state) for name, state in session.execute(found)]


def _require_newest(session: Session, row: ImportedList) -> None:
    """An edition leaves out the numbers that an earlier one holds: only the last can be taken away alone."""
    if row.kind is not ListKind.OPPOSITION:
        return
    newer = select(ImportedList).where(
        col(ImportedList.kind) == ListKind.OPPOSITION,
        col(ImportedList.source) == row.source,
        col(ImportedList.advertiser_id).is_not_distinct_from(row.advertiser_id),
        col(ImportedList.id) > row.id,
    )
    newest = session.execute(newer.order_by(col(ImportedList.id).desc()).limit(1)).scalar_one_or_none()
    if newest:
        raise NotPossible(
            f"{row.name!r} is not the newest edition of {row.source!r}: take {newest.name!r} back first",
            f"{row.name!r} n'est pas la dernière édition de {row.source!r} : reprendre d'abord {newest.name!r}",
        )


def _require_no_later_list(session: Session, row: ImportedList) -> None:
    """What two lists say of one person is kept once: only the later of them can be taken out of it again."""
    members = select(col(ListMember.contact_id)).where(col(ListMember.list_id) == row.id)
    later = (
        select(col(ImportedList.name))
        .where(col(ImportedList.id) > row.id)
        .where(
            col(ImportedList.id).in_(
                select(col(ListMember.list_id)).where(
                    col(ListMember.list_id) > row.id, col(ListMember.contact_id).in_(members)
                )
            )
        )
        .order_by(col(ImportedList.id).desc())
    )
    if names := session.execute(later).scalars().all():
        told = ", ".join(f"{name!r}" for name in names)
        raise NotPossible(
            f"lists that came later share persons with {row.name!r}: take them back first, in this order: {told}",
            f"des listes venues après partagent des personnes avec {row.name!r} : les reprendre d'abord, dans cet "
            f"ordre : {told}",
        )


def _require_no_running_campaign(session: Session, row: ImportedList) -> None:
    campaigns = campaigns_of(session, row)
    if running := [name for name, state in campaigns if state is CampaignState.RUNNING]:
        told, all_of_them = (", ".join(map(repr, names)) for names in (running, [name for name, _ in campaigns]))
        raise NotPossible(
            f"the list {row.name!r} is in use by running campaigns: {told}; pause them first (`dialer campaign "
            f"pause`). Taken back, it is lost to: {all_of_them}",
            f"la liste {row.name!r} sert à des campagnes en cours : {told} ; les mettre d'abord en pause "
            f"(`dialer campaign pause`). Reprise, elle sera perdue pour : {all_of_them}",
        )


def _require_no_calls(session: Session, row: ImportedList) -> None:
    rests = col(Attempt.state).not_in(ledger.NOT_COUNTED), _rests_on(row)
    count = session.execute(select(func.count()).select_from(Attempt).where(*rests)).scalar_one()
    if not count:
        return
    first = (
        select(col(Campaign.name), col(Attempt.number), col(Attempt.approved_at))
        .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .where(*rests)
        .order_by(col(Attempt.approved_at))
        .limit(_NAMED)
    )
    told = "; ".join(
        f"{campaign}, {_masked(number)}, {at:%Y-%m-%d %H:%M} UTC" for campaign, number, at in session.execute(first)
    )
    more = f" … ({count})" if count > _NAMED else ""
    raise NotPossible(
        f"{count} calls rest on {row.name!r}, so it stays: {told}{more}. What they relied on must be provable; to call "
        "nobody of it any more, pause the campaign",
        f"{count} appels reposent sur {row.name!r}, qui reste donc : {told}{more}. Ce sur quoi ils se fondaient doit "
        "pouvoir être prouvé ; pour n'en plus appeler personne, mettre la campagne en pause",
    )


def _rests_on(row: ImportedList) -> ColumnElement[bool]:
    """A call in a campaign of the list, or made since to somebody whom the list permits to call."""
    members = select(col(ListMember.contact_id)).where(col(ListMember.list_id) == row.id)
    campaigns = select(col(CampaignList.campaign_id)).where(col(CampaignList.list_id) == row.id)
    scrubbed = (
        select(col(ListMember.contact_id))
        .join(Scrub, col(Scrub.contacts_id) == col(ListMember.list_id))
        .where(col(Scrub.list_id) == row.id)
    )
    person: Any = col(Attempt.contact_id)
    permitted = [person.in_(select(table.contact_id).where(table.list_id == row.id)) for table in PERMISSIONS]  # type: ignore[attr-defined]
    return or_(
        and_(person.in_(members), col(Attempt.campaign_id).in_(campaigns)),
        and_(col(Attempt.approved_at) >= row.imported_at, or_(*permitted, person.in_(scrubbed))),
    )


def _masked(number: str) -> str:
    """Enough of a number to recognise it by, not to call it."""
    return f"{number[:4]}…{number[-4:]}"
