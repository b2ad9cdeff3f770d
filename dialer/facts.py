"""From what is on record about a person to the facts that the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlmodel import Session

from dialer.calls_elsewhere import calls_elsewhere, instant_of
from dialer.corrections import standing_oppositions, standing_wishes
from dialer.dossiers import Dossier, read_dossiers
from dialer.governor import number_to_show
from dialer.ledger import GIVEN_BACK
from dialer.next_number import next_phone
from dialer.permissions import consent_records, contracts_in_force, proven_slots, requests_in_time, scrub_of_all
from dialer.plan import CampaignPlan
from dialer.schema import Attempt, Campaign, Contact, Opposition, PhoneState, Wish, WishKind
from dialer.settings import Settings
from dialer.sources import sources_until
from rules.evidence import Purpose, consent_status, contract_status, last_callback_day
from rules.facts import Consent, ContactKind, Facts
from rules.line import Line
from rules.places import possible_places


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A contact, and the facts about calling them at the number that is next."""

    contact: Contact
    facts: Facts


_PLANS: dict[int, tuple[dict[str, object], CampaignPlan]] = {}
"""The plan of each campaign as it was read last, and what it says: reading takes longer than judging a call."""


def plan_of(campaign: Campaign) -> CampaignPlan:
    known, written = _PLANS.get(campaign.id), campaign.plan
    if known is None or (known[0] is not written and known[0] != written):
        known = _PLANS[campaign.id] = written, CampaignPlan.model_validate(written)
    return known[1]


def read_facts(
    session: Session,
    settings: Settings,
    campaign: Campaign,
    contact_ids: Sequence[int],
    at: datetime,
    line: Line | None = None,
) -> dict[int, CallFacts]:
    """Facts of each contact for this campaign at `at`, by contact id; `line` when a call is about to leave."""
    plan = plan_of(campaign)
    fresh_until = sources_until(session, settings, plan.advertiser, at.date())
    weigh = Weigher(settings, plan, campaign.advertiser_id, at, fresh_until, line)
    dossiers = read_dossiers(session, contact_ids)
    return {dossier.contact.id: CallFacts(dossier.contact, weigh.facts(dossier)) for dossier in dossiers}


class Weigher:
    """Weighs dossiers for one campaign at one instant."""

    def __init__(
        self,
        settings: Settings,
        plan: CampaignPlan,
        advertiser_id: int,
        at: datetime,
        fresh_until: date | None,
        line: Line | None,
    ) -> None:
        self._plan, self._advertiser_id, self._at = plan, advertiser_id, at
        self._fresh_until, self._line = fresh_until, line
        self._notices = settings.notices_by_id()
        self._proven = settings.trunk(plan.trunk).proven_numbers()
        self._purpose = Purpose(plan.advertiser, settings.caller, plan.sector, plan.system)

    def facts(self, dossier: Dossier) -> Facts:
        plan, at, contact, ours = self._plan, self._at, dossier.contact, self._advertiser_id
        wishes = [wish for wish in standing_wishes(dossier.wishes) if wish.advertiser_id in (None, ours)]
        oppositions = [row for row in standing_oppositions(dossier.oppositions) if row.advertiser_id in (0, ours)]
        last_refusal = _last_refusal(wishes, oppositions, at)
        own = [attempt for attempt in dossier.attempts if attempt.advertiser_id == ours]
        phone = next_phone(dossier.phones, own, plan.retry)
        zones = [place.zone for place in possible_places(contact.postcode, phone.number) if place.zone]
        today = local_day(at, zones)
        consent = consent_status(
            consent_records(dossier.consents, self._notices),
            _objections(wishes, oppositions, zones),
            self._purpose,
            today,
            local_day(last_refusal, zones) if last_refusal else None,
        )
        contracts = [record for _, record in contracts_in_force(dossier.contracts, ours)]
        contract = contract_status(contracts, plan.contract_objects, today)
        requests = requests_in_time(dossier.requests, ours, plan.request_objects, today)
        asked_on = max((row.requested_on for row in requests), default=None)
        scrub = scrub_of_all(dossier.scrubs, today)
        professional = bool(contact.siret) and plan.concerns_business
        caller_id = number_to_show(self._line, plan.caller_ids, contact.id, at)
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
            consent_hours=consent.hours,
            contract=contract.status,
            contract_until=contract.until,
            bloctel=scrub.status,
            bloctel_until=scrub.until,
            attempts=attempts_of(own, calls_elsewhere(dossier.past_calls, ours), at),
            last_refusal=last_refusal,
            any_hour_agreed=consent.any_hour and consent.status is Consent.VALID,
            slots=proven_slots(dossier.slots, ours),
            callback_from=asked_on,
            callback_until=last_callback_day(asked_on) if asked_on else None,
            called_until=dossier.called_until,
            number_unassigned=phone.state is PhoneState.UNASSIGNED,
            sources_until=self._fresh_until,
            line=self._line,
        )


def _last_refusal(wishes: Iterable[Wish], oppositions: Iterable[Opposition], at: datetime) -> datetime | None:
    """A refusal without a readable date, or dated in the future, counts as made now."""
    said = [wish.said_at for wish in wishes if wish.kind is WishKind.REFUSAL]
    said += [_instant_of(row.said_on) for row in oppositions if row.kind is WishKind.REFUSAL]
    return max((min(instant or at, at) for instant in said), default=None)


def _objections(
    wishes: Iterable[Wish], oppositions: Iterable[Opposition], zones: Sequence[tzinfo]
) -> list[date | None]:
    """The person's own days on which they objected; None where the date is unreadable."""
    said = [wish.said_at for wish in wishes if wish.kind is WishKind.OBJECTION]
    days = [row.said_on for row in oppositions if row.kind is WishKind.OBJECTION]
    return [*(local_day(instant, zones) if instant else None for instant in said), *days]


def _instant_of(day: date | None) -> datetime | None:
    return instant_of(day) if day else None


def local_day(at: datetime, zones: Sequence[tzinfo]) -> date:
    """The person's own day at an instant; the latest where they may be in several zones."""
    return max((at.astimezone(zone).date() for zone in zones), default=at.date())


def attempts_of(own: Iterable[Attempt], elsewhere: Iterable[datetime], at: datetime) -> tuple[datetime, ...]:
    """Approved attempts hold their slot until they leave or are given back. A call made elsewhere
    is held to be made already, even one of today of which the hour is not known."""
    left = [attempt.dialed_at or attempt.approved_at for attempt in own if attempt.state not in GIVEN_BACK]
    return tuple(sorted([*left, *(min(made, at) for made in elsewhere)]))
