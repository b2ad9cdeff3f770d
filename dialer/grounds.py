"""The records behind a decision, stored beside its facts: which permissions spoke for the call, what stood against it.

A fact says what held; a record with its proof shows why, years later and whatever became of its list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dialer.corrections import entry_id, standing_oppositions, standing_wishes
from dialer.dossiers import Dossier
from dialer.driver import Driver, Rows, Statement
from dialer.facts import local_day, plan_of
from dialer.permissions import consent_records, contracts_in_force, requests_in_time
from dialer.plan import CampaignPlan
from dialer.schema import Campaign, Opposition, Wish
from dialer.settings import Settings
from rules.evidence import Notice, Purpose, ruling
from rules.facts import Consent, Facts
from rules.places import possible_places

_A_SLOT_LASTS = timedelta(hours=1)
"""Longer than the tolerance after an agreed instant (U-15)."""
_SAID_OF_CONSENT = ("collected_on", "notice", "proof", "systems", "channels", "hours", "until", "advertiser", "sectors")
_NAMING = (
    "SELECT imported_list.id, imported_list.name, list_member.line, imported_list.file_name, imported_list.imported_at "
    "FROM list_member JOIN imported_list ON imported_list.id = list_member.list_id WHERE list_member.contact_id = ?"
)
_WHOSE = {"contact_id", "list_id", "advertiser_id"}


def lists_naming(contact_id: int) -> Statement:
    """Asks for the lists of contacts that a person is on; the answer is for `grounds_of`."""
    return _NAMING, (contact_id,)


class _Permission(NamedTuple):
    kind: str
    row: Any
    counts: bool
    last_day: date | None


def grounds_of(
    driver: Driver, settings: Settings, campaign: Campaign, dossier: Dossier, named: Rows, facts: Facts, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """JSON-able: `for`, each permission with its id, terms, proof, list and line, and whether it counts; `against`,
    each objection and refusal that stands toward this advertiser, with its entry as `dialer objection show` names it.

    `named` is the answer to `lists_naming`.
    """
    ours, plan = campaign.advertiser_id, plan_of(campaign)
    zones = [place.zone for place in possible_places(facts.postcode, facts.number) if place.zone]
    today = local_day(at, zones)
    purpose = Purpose(plan.advertiser, settings.caller, plan.sector, plan.system)
    told = [
        *_consents(dossier, facts, settings.notices_by_id(), purpose, today),
        *_contracts(dossier, ours, plan, today),
        *_requests(dossier, facts, ours, plan, today),
        *_slots(dossier, ours, at),
    ]
    against: list[Wish | Opposition] = [
        *(wish for wish in standing_wishes(dossier.wishes) if wish.advertiser_id in (None, ours)),
        *(row for row in standing_oppositions(dossier.oppositions) if row.advertiser_id in (0, ours)),
    ]
    lists = {list_id for row in (*(each.row for each in told), *against) if (list_id := getattr(row, "list_id", None))}
    origins = _origins(driver, named)
    if others := lists - origins.keys():
        origins |= _origins(driver, driver.rows(*_lists_of(others)))
    return {
        "for": [
            {
                "kind": each.kind,
                "counts": each.counts,
                "last_day": each.last_day.isoformat() if each.last_day else None,
                **_terms(each),
                **_place(origins.get(getattr(each.row, "list_id", None), {})),
            }
            for each in told
        ],
        "against": list(
            {entry_id(row): _entry(row, origins) for row in against}.values()
        ),  # once for all their numbers
    }


def _consents(
    dossier: Dossier, facts: Facts, notices: Mapping[str, Notice], purpose: Purpose, today: date
) -> Iterator[_Permission]:
    """Those that rule; what was said without proof narrows and never counts."""
    records = consent_records(dossier.consents, notices)
    last = {id(record) for record in ruling(records, purpose, today)}
    for row, record in zip(dossier.consents, records, strict=True):
        if id(record) in last:
            counts = record.is_proven and facts.consent is Consent.VALID
            yield _Permission("consent", row, counts, facts.consent_until if record.is_proven else None)


def _contracts(dossier: Dossier, advertiser_id: int, plan: CampaignPlan, today: date) -> Iterator[_Permission]:
    for row, record in contracts_in_force(dossier.contracts, advertiser_id):
        if row.object in plan.contract_objects and record.running_on(today):
            yield _Permission("contract", row, True, record.until)


def _requests(
    dossier: Dossier, facts: Facts, advertiser_id: int, plan: CampaignPlan, today: date
) -> Iterator[_Permission]:
    """The one that may be answered longest, which is the one that the facts tell of."""
    for row in requests_in_time(dossier.requests, advertiser_id, plan.request_objects, today):
        if row.requested_on == facts.callback_from:
            yield _Permission("callback", row, True, facts.callback_until)


def _slots(dossier: Dossier, advertiser_id: int, at: datetime) -> Iterator[_Permission]:
    for row in dossier.slots:
        if row.advertiser_id == advertiser_id and row.proof and at - _A_SLOT_LASTS <= row.at <= at:
            yield _Permission("slot", row, True, None)


def _place(origin: Mapping[str, Any]) -> dict[str, Any]:
    """The list and line of a permission."""
    return {part: origin[part] for part in ("list", "line") if part in origin}


def _terms(permission: _Permission) -> dict[str, Any]:
    """What the record says, without whose it is."""
    said = permission.row._asdict()
    if permission.kind == "consent":
        said = {name: said[name] for name in ("id", *_SAID_OF_CONSENT)}
    return {name: _plain(value) for name, value in said.items() if name not in _WHOSE}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _lists_of(ids: Collection[int]) -> tuple[Any, ...]:
    """Lists that do not name the person: files of evidence."""
    places = ", ".join("?" for _ in ids)
    return f"SELECT id, name, NULL, file_name, imported_at FROM imported_list WHERE id IN ({places})", *ids


def _origins(driver: Driver, rows: Rows) -> dict[int | None, dict[str, Any]]:
    """Name of each list, its file and when that was loaded, and the line on which it names the person."""
    return {
        list_id: {"list": name, "line": line, "file": file, "imported_at": driver.instant(at)}
        for list_id, name, line, file, at in rows
    }


def _entry(row: Any, origins: Mapping[int | None, Mapping[str, Any]]) -> dict[str, Any]:
    """A wish was said at an instant, by somebody; an opposition on a day, in a file that was loaded on another."""
    listed = hasattr(row, "list_id")
    said = row.said_on if listed else row.said_at
    origin = origins[row.list_id] if listed else {}
    loaded = {"file": origin["file"], "imported_at": origin["imported_at"].isoformat()} if origin.get("file") else {}
    return {
        "kind": str(row.kind),
        "entry": entry_id(row),
        "said": said.isoformat() if said else None,
        "source": origin["list"] if listed else row.source,
        **loaded,
    }
