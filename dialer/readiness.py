"""What must hold before a campaign may exist, start, or be dialed for: its plan beside the settings of today.

Apart from the campaigns' own life because a run asks it as well, and must not load what reads lists for that.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from dialer.errors import SettingsRefused
from dialer.facts import plan_of
from dialer.lawful_plan import require_lawful
from dialer.plan import CampaignPlan
from dialer.schema import Campaign, CampaignState, Candidate, CandidateState
from dialer.settings import Settings
from rules.facts import SystemKind

_UNPROVEN_NUMBER = "FR-CLI-AUTH"
"""The rule against a caller id without proof, as it stands in the note of whom it put aside."""


def check_plan(settings: Settings, plan: CampaignPlan, at: datetime) -> None:
    """What must hold before a campaign may exist: known advertiser, trunk, a voice that is what the plan says, lawful
    numbers, hours, and its audio."""
    settings.advertiser(plan.advertiser)
    trunk = settings.trunk(plan.trunk)
    if unproven := [number for number in plan.caller_ids if number not in trunk.proven_numbers()]:
        numbers = ", ".join(unproven)
        raise SettingsRefused(
            f"campaign {plan.name!r}: caller ids {numbers} have no proof on trunk {trunk.name!r}; "
            "add them under [[trunks.caller_ids]] with assignee, proof and review date",
            f"campagne {plan.name!r} : numéros {numbers} sans preuve sur le trunk {trunk.name!r} ; "
            "les ajouter sous [[trunks.caller_ids]] avec titulaire, preuve et date de revue",
        )
    if plan.system is not SystemKind.AI_AGENT and not trunk.loopback and not settings.agents_of(plan.name):
        raise SettingsRefused(
            f"campaign {plan.name!r}: no agent takes its calls, so that on trunk {trunk.name!r} system {plan.system} "
            "would play a recording, which in law is an ai-agent (CPCE L.34-5) and needs consent to that; name the "
            f"people under [[agents]] in dialer.toml, with their phone and campaigns = [{plan.name!r}], set "
            'system = "ai-agent", or practise on a loopback trunk',
            f"campagne {plan.name!r} : aucun agent ne prend ses appels ; sur le trunk {trunk.name!r}, le système "
            f"{plan.system} passerait un message enregistré, en droit un ai-agent (CPCE L.34-5) qui exige un "
            "consentement à cela ; nommer les personnes sous [[agents]] dans dialer.toml, avec leur poste et "
            f'campaigns = [{plan.name!r}], mettre system = "ai-agent", ou s\'exercer sur un trunk loopback',
        )
    require_lawful(plan, at)
    plan.spoken()


def require_ready(session: Session, settings: Settings, trunk: str, now: datetime) -> None:
    """Before a run: the plans of the trunk's running campaigns still agree with the settings, which may have changed.

    Whom a caller id without proof had put aside waits again: that is mended now, and it was no fault of theirs. Raises
    `SettingsRefused` with what is to be mended.
    """
    running = session.exec(select(Campaign).where(Campaign.trunk == trunk, Campaign.state == CampaignState.RUNNING))
    for campaign in running.all():
        check_plan(settings, plan_of(campaign), now)
        session.execute(
            update(Candidate)
            .where(
                col(Candidate.campaign_id) == campaign.id,
                col(Candidate.state) == CandidateState.NEVER,
                col(Candidate.note) == _UNPROVEN_NUMBER,
            )
            .values(state=CandidateState.WAITING, due_at=now)
            .execution_options(synchronize_session=False)
        )
