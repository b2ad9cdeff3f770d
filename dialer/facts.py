"""Reads everything the rules may look at, once, for many contacts at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
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
from rules.evidence import ConsentRecord, ConsentStatus, Notice, Purpose, consent_status
from rules.facts import ContactKind, Contract, Facts, SystemKind

_PAST_CALL_HOUR = time(11, tzinfo=UTC)
"""The same calendar day in every territory under national law, from Miquelon to Mayotte."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A contact with the number to call next (None: no live number is left) and the facts about it."""

    contact: Contact
    number: str | None
    facts: Facts


def plan_of(campaign: Campaign) -> CampaignPlan:
    return CampaignPlan.model_validate(campaign.plan)


def read_facts(
    session: Session, settings: Settings, campaign: Campaign, contact_ids: Sequence[int], at: datetime
) -> dict[int, CallFacts]:
    """Facts of each contact for this campaign at `at`, by contact id."""
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
        consent = _consent(consents[contact_id], mine, notices, purpose, at.date())
        refusals = [wish.said_at or at for wish in mine if wish.kind is WishKind.REFUSAL]
        last_refusal = max(refusals, default=None)
        own = [attempt for attempt in made[contact_id] if attempt.advertiser_id == campaign.advertiser_id]
        number = _next_number(phones[contact_id], own)
        contract, contract_until = _contract(contracts[contact_id], plan.contract_objects, at.date())
        caller_id = _caller_id(plan.caller_ids, contact_id)
        found[contact_id] = CallFacts(
            contact,
            number,
            Facts(
                number=number or "",
                postcode=contact.postcode,
                kind=ContactKind.PROFESSIONAL if contact.siret else ContactKind.CONSUMER,
                sector=plan.sector,
                system=plan.system,
                caller_id=caller_id,
                caller_id_authorised=caller_id in proven,
                consent=consent.status,
                consent_until=consent.until,
                consent_after_refusal=_after(consent.collected_on, last_refusal),
                contract=contract,
                contract_until=contract_until,
                attempts=_attempts(own, past[contact_id]),
                last_refusal=last_refusal,
            ),
        )
    return found


def _consent(
    rows: Iterable[ConsentRow], wishes: Iterable[Wish], notices: dict[str, Notice], purpose: Purpose, today: date
) -> ConsentStatus:
    records = [
        ConsentRecord(
            notices.get(row.notice),
            row.collected_on,
            row.proof,
            frozenset(SystemKind(word) for word in row.systems.split(";") if word),
        )
        for row in rows
    ]
    objections = [wish.said_at.date() if wish.said_at else None for wish in wishes if wish.kind is WishKind.OBJECTION]
    return consent_status(records, objections, purpose, today)


def _after(collected_on: date | None, refusal: datetime | None) -> bool:
    return collected_on is not None and refusal is not None and collected_on > refusal.date()


def _contract(rows: Iterable[ContractRow], objects: tuple[str, ...], today: date) -> tuple[Contract, date | None]:
    """The contract that helps most: running, and about an object that this offer concerns."""
    running = [row for row in rows if row.until is None or row.until >= today]
    related = [row for row in running if row.object in objects]
    if related:
        last = max(related, key=lambda row: row.until or date.max)
        return Contract.RELATED, last.until
    return (Contract.UNRELATED, None) if running else (Contract.NONE, None)


def _attempts(own: Iterable[Attempt], past: Iterable[PastCall]) -> tuple[datetime, ...]:
    left = [attempt.dialed_at or attempt.approved_at for attempt in own if attempt.state not in NOT_COUNTED]
    elsewhere = [datetime.combine(call.made_on, _PAST_CALL_HOUR) for call in past]
    return tuple(sorted([*left, *elsewhere]))


def _next_number(phones: Iterable[Phone], own: Iterable[Attempt]) -> str | None:
    """The live number tried least, the preferred one first."""
    tries: dict[str, int] = defaultdict(int)
    for attempt in own:
        tries[attempt.number] += 1
    live = [phone for phone in phones if phone.state is PhoneState.LIVE]
    return min(live, key=lambda phone: (tries[phone.number], phone.rank)).number if live else None


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
