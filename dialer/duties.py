"""Holds a campaign and its folder against the duties that no single call can show."""

from __future__ import annotations

from datetime import date

from dialer.errors import DialerError
from dialer.plan import CampaignPlan
from dialer.settings import Settings
from rules.duty import CampaignFacts, Lack
from rules.rulebook import french_rulebook


class CampaignLacks(DialerError):
    """A campaign may not start; the message names each missing word or setting, with its article."""

    def __init__(self, campaign: str, lacking: tuple[Lack, ...]) -> None:
        super().__init__(
            f"campaign {campaign!r} may not start: " + "; ".join(_told(lack, lack.text.en) for lack in lacking),
            f"la campagne {campaign!r} ne peut pas démarrer : "
            + " ; ".join(_told(lack, lack.text.fr) for lack in lacking),
        )
        self.lacking = lacking


def require_duties(settings: Settings, plan: CampaignPlan, on: date) -> None:
    """Raises `CampaignLacks` unless every duty in force on that day is met."""
    if lacking := french_rulebook().lacking(campaign_facts(settings, plan), on):
        raise CampaignLacks(plan.name, lacking)


def campaign_facts(settings: Settings, plan: CampaignPlan) -> CampaignFacts:
    routes = {number.number: number.inbound_route for number in settings.trunk(plan.trunk).caller_ids}
    return CampaignFacts(
        sector=plan.sector,
        system=plan.system,
        caller_name=settings.caller_name,
        advertiser_name=settings.advertiser(plan.advertiser).name,
        opening=plan.opening_words(),
        opt_out_offered=bool(plan.script.opt_out_digit),
        collection_notice=plan.collection_notice,
        recording=plan.recording,
        recording_days=settings.recording_days,
        consent_proof_days=settings.consent_proof_days,
        caller_ids_without_route=tuple(number for number in plan.caller_ids if not routes.get(number)),
        follow_ups=frozenset(map(str, plan.follow_ups)),
        abandoned_percent_max=plan.abandoned_percent_max,
    )


def _told(lack: Lack, text: str) -> str:
    return f"{lack.duty_id}: {text} ({lack.citation})"
