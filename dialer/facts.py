"""From what is on record about a person to the facts that the rules look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from sqlmodel import Session

from dialer.dossiers import Dossier, read_dossiers
from dialer.ledger import GIVEN_BACK
from dialer.plan import CampaignPlan
from dialer.schema import Attempt, Campaign, ConsentRow, Contact, PastCall, Phone, PhoneState, Wish, WishKind
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
    weigh = _Weigher(settings, campaign, at, line)
    dossiers = read_dossiers(session, contact_ids)
    return {dossier.contact.id: CallFacts(dossier.contact, weigh.facts(dossier)) for dossier in dossiers}


class _Weigher:
    """Weighs dossiers for one campaign at one instant."""

    def __init__(self, settings: Settings, campaign: Campaign, at: datetime, line: Line | None) -> None:
        self._plan = plan_of(campaign)
        self._advertiser_id, self._at, self._line = campaign.advertiser_id, at, line
        self._notices = settings.notices_by_id()
        self._proven = settings.trunk(self._plan.trunk).proven_numbers()
        self._purpose = Purpose(self._plan.advertiser, settings.caller, self._plan.sector, self._plan.system)

    def facts(self, dossier: Dossier) -> Facts:
        plan, at, contact = self._plan, self._at, dossier.contact
        wishes = [wish for wish in dossier.wishes if wish.advertiser_id in (None, self._advertiser_id)]
        last_refusal = _last_refusal(wishes, at)
        own = [attempt for attempt in dossier.attempts if attempt.advertiser_id == self._advertiser_id]
        phone = _next_phone(dossier.phones, own)
        zones = [place.zone for place in possible_places(contact.postcode, phone.number) if place.zone]
        today = _local_day(at, zones)
        consent = consent_status(
            _records(dossier.consents, self._notices),
            _objections(wishes, zones),
            self._purpose,
            today,
            _local_day(last_refusal, zones) if last_refusal else None,
        )
        held = [ContractRecord(row.object, until=row.until) for row in dossier.contracts]
        contract = contract_status(held, plan.contract_objects, today)
        professional = bool(contact.siret) and plan.concerns_business
        caller_id = _caller_id(plan.caller_ids, contact.id)
        return Facts(
            number=phone.number,
            postcode=contact.postcode,
            kind=ContactKind.PROFESSIONAL if professional else ContactKind.CONSUMER,
            sector=plan.sector,
            system=plan.system,
            caller_id=caller_id,
            caller_id_authorised=caller_id in self._proven,
            consent=consent.status,
            consent_until=consent.until,
            consent_after_refusal=consent.after_refusal,
            contract=contract.status,
            contract_until=contract.until,
            attempts=_attempts(own, dossier.past_calls, at),
            last_refusal=last_refusal,
            number_unassigned=phone.state is PhoneState.UNASSIGNED,
            line=self._line,
        )


def _last_refusal(wishes: Iterable[Wish], at: datetime) -> datetime | None:
    """A refusal without a readable date, or dated in the future, counts as made now."""
    return max((min(wish.said_at or at, at) for wish in wishes if wish.kind is WishKind.REFUSAL), default=None)


def _objections(wishes: Iterable[Wish], zones: Sequence[tzinfo]) -> list[date | None]:
    """The person's own days on which they objected; None where the date is unreadable."""
    objections = (wish.said_at for wish in wishes if wish.kind is WishKind.OBJECTION)
    return [_local_day(said_at, zones) if said_at else None for said_at in objections]


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
    """Approved attempts hold their slot until they leave or are given back. Calls made elsewhere are known by
    their day: one of today is held to be made already."""
    left = [attempt.dialed_at or attempt.approved_at for attempt in own if attempt.state not in GIVEN_BACK]
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
