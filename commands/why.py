"""`dialer why`: may this number be called, and under which law."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session, select

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, answer_no, desk
from commands.instants import At, Under
from commands.numbers import Number
from commands.views import changes_view, decision_view
from dialer.access import note_access
from dialer.campaigns import campaign_named
from dialer.errors import NotPossible
from dialer.facts import read_facts
from dialer.schema import Campaign, Candidate
from dialer.wishes import contact_of
from dialer.workspace import Workspace
from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.explain import changes, one_line, paragraph, verdict_word
from rules.facts import Consent
from rules.rule import Verdict


def why(
    number: Number,
    campaign: Annotated[str, typer.Option(help="Campaign to judge for; not needed when there is only one.")] = "",
    at: At = None,
    under: Under = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Explain whether a number may be called: every rule, its article, the numbers used, and when it becomes possible.

    Exit code 1 when the call is not possible now. Example: dialer why "01 99 00 12 34" --at 2026-11-24T13:30+01:00
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="why")
        with workspace.store.transaction() as session:
            contact_id = contact_of(session, number)
            chosen = _campaign(session, campaign, contact_id)
            judged_at = at or workspace.clock.now()
            facts = read_facts(session, workspace.settings, chosen, [contact_id], judged_at)[contact_id].facts
            note_access(session, "why", workspace.pseudonyms.of(contact_id), "", workspace.clock.now())
        profile = workspace.gate.profile
        decision = decide(facts, judged_at, profile=profile)
        eligibility = next_eligible_at(facts, judged_at, profile=profile, decision=decision)
        other = decide(facts, judged_at, profile=profile, law_of=under.date()) if under else None
        name = escape(repr(chosen.name))
        d.say(f"{number} · campagne {name}", f"{number} · campaign {name}")
        d.show(decision_view(d, decision, eligibility))
        if facts.consent is Consent.UNPROVEN and "FR-CONSENT" in decision.rule_ids:
            d.say(
                f"Ce qui manque au consentement : dialer consent show {number}",
                f"What the consent lacks: dialer consent show {number}",
            )
        if other:
            d.say(
                f"\n[bold]Sous les règles du {other.law_day}[/] : {verdict_word(other.verdict, d.language)}",
                f"\n[bold]Under the rules of {other.law_day}[/]: {verdict_word(other.verdict, d.language)}",
            )
            d.show(changes_view(d, changes(other, decision)))
        d.document(
            {
                "ok": True,
                "number": number,
                "campaign": chosen.name,
                "facts": facts.to_dict(),
                "decision": decision.to_dict(),
                "next": {"outlook": str(eligibility.outlook), "at": _iso(eligibility.at)},
                "line": one_line(decision, eligibility, d.language),
                "paragraph": paragraph(decision, eligibility, d.language),
                "under": {
                    "decision": other.to_dict(),
                    "changes": [change.to_dict() for change in changes(other, decision)],
                }
                if other
                else None,
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


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
