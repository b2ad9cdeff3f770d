"""The records behind a decision, stored beside its facts: which permissions spoke for the call, what stood against it.

A fact says what held; a record with its proof shows why, years later and whatever became of its list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel, and_, col, select

from dialer.corrections import entry_id, standing_oppositions, standing_wishes
from dialer.dossiers import Dossier
from dialer.facts import CallFacts, local_day, plan_of
from dialer.permissions import consent_records, contracts_in_force, requests_in_time
from dialer.plan import CampaignPlan
from dialer.schema import Campaign, ConsentRow, ImportedList, ListMember, Opposition, Wish
from dialer.settings import Settings
from rules.evidence import Notice, Purpose, ruling
from rules.facts import Consent
from rules.places import possible_places

_A_SLOT_LASTS = timedelta(hours=1)
"""Longer than the tolerance after an agreed instant (U-15)."""
_SAID_OF_CONSENT = ("collected_on", "notice", "proof", "systems", "channels", "hours", "until", "advertiser", "sectors")


class _Permission(NamedTuple):
    kind: str
    row: SQLModel
    counts: bool
    last_day: date | None


def grounds_of(
    session: Session, settings: Settings, campaign: Campaign, asked: CallFacts, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """JSON-able: `for`, each permission with its id, terms, proof, list and line, and whether it counts; `against`,
    each objection and refusal that stands toward this advertiser, with its entry as `dialer objection show` names it.
    """
    dossier, ours, plan = asked.dossier, campaign.advertiser_id, plan_of(campaign)
    places = possible_places(asked.facts.postcode, asked.facts.number)
    today = local_day(at, [place.zone for place in places if place.zone])
    purpose = Purpose(plan.advertiser, settings.caller, plan.sector, plan.system)
    told = [
        *_consents(asked, settings.notices_by_id(), purpose, today),
        *_contracts(asked, ours, plan, today),
        *_requests(asked, ours, plan, today),
        *_slots(asked, ours, at),
    ]
    origins = _origins(session, dossier, (each.row for each in told))
    return {
        "for": [
            {
                "kind": each.kind,
                "counts": each.counts,
                "last_day": each.last_day.isoformat() if each.last_day else None,
                **_plain(each.row),
                **origins.get(getattr(each.row, "list_id", None), {}),
            }
            for each in told
        ],
        "against": list(_against(session, dossier, ours)),
    }


def _consents(asked: CallFacts, notices: Mapping[str, Notice], purpose: Purpose, today: date) -> Iterator[_Permission]:
    """Those that rule; what was said without proof narrows and never counts."""
    rows, facts = asked.dossier.consents, asked.facts
    records = consent_records(rows, notices)
    last = {id(record) for record in ruling(records, purpose, today)}
    for row, record in zip(rows, records, strict=True):
        if id(record) in last:
            counts = record.is_proven and facts.consent is Consent.VALID
            yield _Permission("consent", row, counts, facts.consent_until if record.is_proven else None)


def _contracts(asked: CallFacts, advertiser_id: int, plan: CampaignPlan, today: date) -> Iterator[_Permission]:
    for row, record in contracts_in_force(asked.dossier.contracts, advertiser_id):
        if row.object in plan.contract_objects and record.running_on(today):
            yield _Permission("contract", row, True, record.until)


def _requests(asked: CallFacts, advertiser_id: int, plan: CampaignPlan, today: date) -> Iterator[_Permission]:
    """The one that may be answered longest, which is the one that the facts tell of."""
    for row in requests_in_time(asked.dossier.requests, advertiser_id, plan.request_objects, today):
        if row.requested_on == asked.facts.callback_from:
            yield _Permission("callback", row, True, asked.facts.callback_until)


def _slots(asked: CallFacts, advertiser_id: int, at: datetime) -> Iterator[_Permission]:
    for row in asked.dossier.slots:
        if row.advertiser_id == advertiser_id and row.proof and at - _A_SLOT_LASTS <= row.at <= at:
            yield _Permission("slot", row, True, None)


def _plain(row: SQLModel) -> dict[str, Any]:
    if isinstance(row, ConsentRow):
        return row.model_dump(mode="json", include={"id", *_SAID_OF_CONSENT})
    return row.model_dump(mode="json", exclude={"contact_id", "list_id", "advertiser_id"})


def _origins(session: Session, dossier: Dossier, rows: Iterable[SQLModel]) -> dict[int | None, dict[str, Any]]:
    """Name of each list that brought a row, and the line on which a list of contacts names the person."""
    ids = {list_id for row in rows if (list_id := getattr(row, "list_id", None))}
    if not ids:
        return {}
    theirs = and_(col(ListMember.list_id) == col(ImportedList.id), col(ListMember.contact_id) == dossier.contact.id)
    named = select(ImportedList.id, ImportedList.name, ListMember.line).outerjoin(ListMember, theirs)
    found = session.exec(named.where(col(ImportedList.id).in_(ids)))
    return {list_id: {"list": name, "line": line} for list_id, name, line in found}


def _against(session: Session, dossier: Dossier, advertiser_id: int) -> Iterator[dict[str, Any]]:
    for wish in standing_wishes(dossier.wishes):
        if wish.advertiser_id in (None, advertiser_id):
            yield _entry(wish, wish.said_at, wish.source)
    listed = [row for row in standing_oppositions(dossier.oppositions) if row.advertiser_id in (0, advertiser_id)]
    ids = {row.list_id for row in listed}
    named = select(ImportedList.id, ImportedList.name).where(col(ImportedList.id).in_(ids))
    names = dict(session.exec(named).all()) if ids else {}
    for row in listed:
        yield _entry(row, row.said_on, names.get(row.list_id, ""))


def _entry(row: Wish | Opposition, said: date | None, source: str) -> dict[str, Any]:
    return {
        "kind": str(row.kind),
        "entry": entry_id(row),
        "said": said.isoformat() if said else None,
        "source": source,
    }
