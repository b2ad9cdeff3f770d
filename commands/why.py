"""`dialer why`: may this number be called, and under which law."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from sqlmodel import Session, select

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, answer_no, desk
from commands.instants import At
from commands.numbers import Number
from commands.views import decision_view
from dialer.campaigns import campaign_named
from dialer.errors import NotPossible
from dialer.facts import read_facts
from dialer.schema import Campaign, Candidate
from dialer.wishes import contact_of
from dialer.workspace import Workspace
from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.rule import Verdict


def why(
    number: Number,
    campaign: Annotated[str, typer.Option(help="Campaign to judge for; not needed when there is only one.")] = "",
    at: At = None,
    under: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Judge under the rules of this day instead.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Explain whether a number may be called: every rule, its article, the numbers used, and when it becomes possible.

    Exit code 1 when the call is not possible now. Example: dialer why "01 99 00 12 34" --at 2026-11-24T13:30+01:00
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        law_of = under.date() if under else None
        with workspace.store.transaction() as session:
            contact_id = contact_of(session, number)
            chosen = _campaign(session, campaign, contact_id)
            judged_at = at or workspace.clock.now()
            facts = read_facts(session, workspace.settings, chosen, [contact_id], judged_at)[contact_id].facts
        profile = workspace.gate.profile
        decision = decide(facts, judged_at, profile=profile, law_of=law_of)
        eligibility = next_eligible_at(facts, judged_at, profile=profile)
        d.say(f"{number} · campagne {chosen.name!r}", f"{number} · campaign {chosen.name!r}")
        d.show(decision_view(d, decision, eligibility))
        d.document(
            {
                "ok": True,
                "number": number,
                "campaign": chosen.name,
                "under": (law_of or decision.law_day).isoformat(),
                "facts": facts.to_dict(),
                "decision": decision.to_dict(),
                "next": {"outlook": str(eligibility.outlook), "at": _iso(eligibility.at)},
            }
        )
        if decision.verdict is not Verdict.ALLOW:
            raise answer_no()


def _campaign(session: Session, name: str, contact_id: int) -> Campaign:
    """The named campaign, or the only one that this contact is in."""
    if name:
        return campaign_named(session, name)
    in_campaigns = session.exec(select(Campaign).join(Candidate).where(Candidate.contact_id == contact_id)).all()
    if len(in_campaigns) != 1:
        names = ", ".join(repr(campaign.name) for campaign in in_campaigns) or "—"
        raise NotPossible(
            f"this contact is in {len(in_campaigns)} campaigns ({names}): say which with --campaign",
            f"ce contact est dans {len(in_campaigns)} campagnes ({names}) : préciser avec --campaign",
        )
    return in_campaigns[0]


def _iso(at: datetime | date | None) -> str | None:
    return at.isoformat() if at else None
