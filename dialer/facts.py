"""Reads everything the rules may look at, once, for many contacts at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from dialer.ledger import NOT_COUNTED
from dialer.plan import CampaignPlan
from dialer.schema import (
    Attempt,
    Campaign,
    ConsentRow,
    Contact,
    ContractRow,
    PastCall,
    Phone,
    PhoneState,
    Wish,
    WishKind,
)
from dialer.settings import Settings
from rules.evidence import ConsentRecord, ContractRecord, Notice, Purpose, consent_status, contract_status
from rules.facts import ContactKind, Facts, SystemKind
from rules.line import Line
from rules.places import possible_places

_PAST_CALL_HOUR = time(11, tzinfo=UTC)
"""The same calendar day in every territory under national law, from Miquelon to Mayotte."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A contact, and the facts about calling them at the number that is next."""

    contact: Contact
    facts: Facts


def plan_of(campaign: Campaign) -> CampaignPlan:
    return CampaignPlan.model_validate(campaign.plan)


def read_facts(
    session: Session,
    settings: Settings,
    campaign: Campaign,
    contact_ids: Sequence[int],
    at: datetime,
    line: Line | None = None,
) -> dict[int, CallFacts]:
    """Facts of each contact for this campaign at `at`, by contact id; `line` when a call is about to leave."""
    plan, notices = plan_of(campaign), settings.notices_by_id()
    purpose = Purpose(plan.advertiser, settings.caller, plan.sector, plan.system)
    contacts = {contact.id: contact for contact in _of(session, Contact, Contact.id, contact_ids)}
    by_contact = _reader(session, contact_ids)
    phones, consents = by_contact(Phone), by_contact(ConsentRow)
    wishes, contracts = by_contact(Wish), by_contact(ContractRow)
    past, made = by_contact(PastCall), by_contact(Attempt)
    proven = settings.trunk(plan.trunk).proven_numbers()
    found = {}
    for contact_id in contact_ids:
        contact = contacts[contact_id]
        mine = [wish for wish in wishes[contact_id] if wish.advertiser_id in (None, campaign.advertiser_id)]
        refusals = [min(wish.said_at or at, at) for wish in mine if wish.kind is WishKind.REFUSAL]
        last_refusal = max(refusals, default=None)
        own = [attempt for attempt in made[contact_id] if attempt.advertiser_id == campaign.advertiser_id]
        phone = _next_phone(phones[contact_id], own)
        zones = [place.zone for place in possible_places(contact.postcode, phone.number) if place.zone]
        objections = [wish for wish in mine if wish.kind is WishKind.OBJECTION]
        consent = consent_status(
            _records(consents[contact_id], notices),
            [_local_day(wish.said_at, zones) if wish.said_at else None for wish in objections],
            purpose,
            _local_day(at, zones),
            _local_day(last_refusal, zones) if last_refusal else None,
        )
        held = [ContractRecord(row.object, until=row.until) for row in contracts[contact_id]]
        contract = contract_status(held, plan.contract_objects, _local_day(at, zones))
        caller_id = _caller_id(plan.caller_ids, contact_id)
        found[contact_id] = CallFacts(
            contact,
            Facts(
                number=phone.number,
                postcode=contact.postcode,
                kind=ContactKind.PROFESSIONAL if contact.siret else ContactKind.CONSUMER,
                sector=plan.sector,
                system=plan.system,
                caller_id=caller_id,
                caller_id_authorised=caller_id in proven,
                consent=consent.status,
                consent_until=consent.until,
                consent_after_refusal=consent.after_refusal,
                contract=contract.status,
                contract_until=contract.until,
                attempts=_attempts(own, past[contact_id], at),
                last_refusal=last_refusal,
                number_unassigned=phone.state is PhoneState.UNASSIGNED,
                line=line,
            ),
        )
    return found


def _records(rows: Iterable[ConsentRow], notices: dict[str, Notice]) -> list[ConsentRecord]:
    return [
        ConsentRecord(
            notices.get(row.notice),
            row.collected_on,
            row.proof,
            frozenset(SystemKind(word) for word in row.systems.split(";") if word),
        )
        for row in rows
    ]


def _local_day(at: datetime, zones: Sequence[tzinfo]) -> date:
    """The person's own day at an instant; the latest where they may be in several zones."""
    return max((at.astimezone(zone).date() for zone in zones), default=at.date())


def _attempts(own: Iterable[Attempt], past: Iterable[PastCall], at: datetime) -> tuple[datetime, ...]:
    """Calls made elsewhere are known by their day: one of today is held to be made already."""
    left = [attempt.dialed_at or attempt.approved_at for attempt in own if attempt.state not in NOT_COUNTED]
    elsewhere = [min(datetime.combine(call.made_on, _PAST_CALL_HOUR), at) for call in past]
    return tuple(sorted([*left, *elsewhere]))


def _next_phone(phones: Iterable[Phone], own: Iterable[Attempt]) -> Phone:
    """The number tried least, the preferred one first; an unassigned one only when no other is left."""
    tries: dict[str, int] = defaultdict(int)
    for attempt in own:
        tries[attempt.number] += 1
    return min(phones, key=lambda phone: (phone.state is PhoneState.UNASSIGNED, tries[phone.number], phone.rank))


def _caller_id(caller_ids: tuple[str, ...], contact_id: int) -> str:
    """One person always sees the same number, so that a call-back reaches who called."""
    return caller_ids[contact_id % len(caller_ids)]


R = TypeVar("R", bound=SQLModel)
_CHUNK = 500


def _of(session: Session, table: type[R], column: object, ids: Sequence[int]) -> list[R]:
    rows: list[R] = []
    for start in range(0, len(ids), _CHUNK):
        rows += session.exec(select(table).where(col(column).in_(ids[start : start + _CHUNK])))
    return rows


def _reader(session: Session, ids: Sequence[int]) -> Callable[[type[R]], dict[int, list[R]]]:
    def by_contact(table: type[R]) -> dict[int, list[R]]:
        grouped: dict[int, list[R]] = defaultdict(list)
        for row in _of(session, table, table.contact_id, ids):  # type: ignore[attr-defined]
            grouped[row.contact_id].append(row)  # type: ignore[attr-defined]
        return grouped

    return by_contact
