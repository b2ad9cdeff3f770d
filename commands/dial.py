"""`dialer dial`: a human agent's calls, one explicit command for each (preview dialing)."""

from __future__ import annotations

import getpass
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session, col, select

from commands.asking import confirmed
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.instants import parse_instant
from commands.logs import log_to
from commands.numbers import parse_number
from commands.run import stops
from commands.views import decision_view
from commands.wiring import engine_on
from commands.words import in_words
from dialer.agent_settings import AgentSettings
from dialer.agents import agent_who_commands
from dialer.campaigns import campaign_named
from dialer.clock import SimulatedClock
from dialer.errors import NotPossible
from dialer.facts import plan_of
from dialer.gate import GateAnswer
from dialer.human_command import HumanCommand, require_right_command
from dialer.manual import Commanded, OneCall, Preview, candidate_of, next_person, preview
from dialer.plan import CampaignPlan
from dialer.schema import Attempt, Campaign, CampaignState
from dialer.wishes import contact_of
from dialer.workspace import Workspace
from rules.rule import Verdict


def dial(
    number: Annotated[
        str | None, typer.Argument(parser=parse_number, metavar="NUMBER", help="Whom to call, by any of their numbers.")
    ] = None,
    following: Annotated[
        bool, typer.Option("--next", help="Show who is next; in a terminal, call them when you say yes.")
    ] = False,
    campaign: Annotated[
        str, typer.Option(help="Campaign to call for; not needed when one human agent's campaign is running.")
    ] = "",
    by: Annotated[
        str, typer.Option(help="Who commands the call, as the log names them; default: who is logged in.")
    ] = "",
    agent: Annotated[
        str, typer.Option(help="Whose phone to join, as [[agents]] names them; default: who gives the command.")
    ] = "",
    simulated_clock: Annotated[
        datetime | None,
        typer.Option(parser=parse_instant, metavar="INSTANT", help="Loopback carrier only: let time start here."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Place one call on your command, or show who is next and why they may be called.

    For campaigns of system human-agent, of which `dialer run` dials nothing. Your own phone rings first; nobody is
    called before you have answered it. Exit code 1 when the call is not possible now.
    Example: dialer dial "06 39 98 01 00" --campaign "Conseil fibre"
    """
    if following is (number is not None):
        raise typer.BadParameter("NUMBER ou --next, l'un des deux / NUMBER or --next, one of the two")
    with desk(json, lang) as d:
        workspace = Workspace.open(config, SimulatedClock(simulated_clock) if simulated_clock else None, verb="dial")
        with workspace.store.transaction() as session:
            chosen = _campaign(session, campaign)
            command = HumanCommand(by.strip() or getpass.getuser(), workspace.clock.now())
            require_right_command(plan_of(chosen), command)
            desk_of = agent_who_commands(workspace.settings, chosen.name, (command.by, getpass.getuser()), agent)
            contact_id = contact_of(session, number) if number else next_person(session, chosen, command.at)
            if contact_id is None:
                raise _nobody(d, chosen)
            candidate_of(session, chosen, contact_id)
            shown = preview(session, workspace, chosen, contact_id)
        d.show(_person(d, shown), decision_view(d, shown.decision, shown.eligibility))
        if shown.decision.verdict is not Verdict.ALLOW:
            d.document(_document(chosen, shown, None))
            raise answer_no()
        if following and not confirmed(d, "Appeler maintenant ?", "Call now?"):
            order = f"dialer dial {shown.number} --campaign {escape(repr(chosen.name))}"
            d.say(f"Pour appeler : {order}", f"To call: {order}")
            d.document(_document(chosen, shown, None))
            return
        log_to(workspace.path("dialer.log"))
        if desk_of:
            _announce(d, plan_of(chosen), desk_of)
        command = replace(command, at=workspace.clock.now())
        one = _place(workspace, Commanded(chosen, contact_id, command, desk_of))
        if one.missed is not None and desk_of:
            raise _nobody_at_the_phone(d, chosen, shown, desk_of, one.missed)
        _tell(d, workspace, chosen, shown, one.answer)


def _nobody(d: Desk, campaign: Campaign) -> typer.Exit:
    name = escape(repr(campaign.name))
    d.say(
        f"personne à appeler maintenant dans la campagne {name} ; `dialer campaign status {name}` dit quand",
        f"nobody of campaign {name} is due now; `dialer campaign status {name}` says when",
    )
    d.document({"ok": True, "campaign": campaign.name, "number": None})
    return answer_no()


def _announce(d: Desk, plan: CampaignPlan, agent: AgentSettings) -> None:
    """What the agent is to do now, and to say first: no recording says it for them (C. conso. L.221-16)."""
    d.say(f"Votre téléphone sonne : {agent.phone}", f"Your phone is ringing: {agent.phone}")
    if words := plan.opening_words():
        said = escape(" ".join(words.split()))
        d.say(f"À dire d'abord : « {said} »", f"To say first: “{said}”")


def _place(workspace: Workspace, call: Commanded) -> OneCall:
    """What was answered, once the call has ended: no answer when the run was stopped before the gate was asked."""
    with engine_on(workspace, call.campaign.trunk, 1 if call.agent else 0) as engine, stops(engine):
        one = OneCall(workspace, engine.runner, engine.desk, call)
        engine.questions = one
        engine.run(until_idle=True)
    return one


def _nobody_at_the_phone(d: Desk, campaign: Campaign, shown: Preview, agent: AgentSettings, why: str) -> typer.Exit:
    name, said = escape(agent.name), escape(why)
    d.say(
        f"{name} n'a pas pris son téléphone ({said}) : personne n'a été appelé ; `dialer doctor` essaie les postes",
        f"{name} did not take their phone ({said}): nobody was called; `dialer doctor` tries the phones",
    )
    d.document(_document(campaign, shown, None) | {"agent": {"name": agent.name, "missed": why}})
    return answer_no()


def _tell(d: Desk, workspace: Workspace, campaign: Campaign, shown: Preview, answer: GateAnswer | None) -> None:
    if answer is None or answer.order is None:
        if answer:
            d.show(decision_view(d, answer.decision, answer.eligibility))
        d.document(_document(campaign, shown, None))
        raise answer_no()
    with workspace.store.transaction() as session:
        attempt = session.get_one(Attempt, answer.order.permit.attempt_id)
    ended, seconds = str(attempt.disposition or attempt.state), attempt.talk_ms // 1000
    d.say(
        f"[bold]{attempt.number}[/] : {in_words(ended, 'fr')}, {seconds} s · dialer audit explain {attempt.id[:8]}",
        f"[bold]{attempt.number}[/]: {ended}, {seconds} s · dialer audit explain {attempt.id[:8]}",
    )
    d.document(_document(campaign, shown, attempt))


def _document(campaign: Campaign, shown: Preview, attempt: Attempt | None) -> dict[str, object]:
    at = shown.eligibility.at
    return {
        "ok": True,
        "campaign": campaign.name,
        "number": shown.number,
        "person": {name: getattr(shown.contact, name) for name in ("first_name", "last_name", "postcode", "city")},
        "decision": shown.decision.to_dict(),
        "next": {"outlook": str(shown.eligibility.outlook), "at": at.isoformat() if at else None},
        "attempt": {
            "id": attempt.id,
            "number": attempt.number,
            "disposition": str(attempt.disposition) if attempt.disposition else None,
            "talk_ms": attempt.talk_ms,
        }
        if attempt
        else None,
    }


def _person(d: Desk, shown: Preview) -> str:
    contact = shown.contact
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    place = " ".join(part for part in (contact.postcode, contact.city) if part)
    return " · ".join(escape(part) for part in (name or d.text("sans nom", "no name"), place, shown.number) if part)


def _campaign(session: Session, name: str) -> Campaign:
    """The named campaign, or the only one that is a human agent's and running."""
    if name:
        return campaign_named(session, name)
    running = session.exec(select(Campaign).where(Campaign.state == CampaignState.RUNNING).order_by(col(Campaign.id)))
    commanded = [campaign for campaign in running if plan_of(campaign).commanded]
    if not commanded:
        raise NotPossible(
            'no campaign with system = "human-agent" is running, and only those are called by hand: start one with '
            "`dialer campaign start NAME`; `dialer run` calls for the others",
            "aucune campagne avec system = \"human-agent\" n'est en cours, et on n'appelle à la main que pour elles : "
            "en lancer une avec `dialer campaign start NOM` ; `dialer run` appelle pour les autres",
        )
    if len(commanded) > 1:
        names = ", ".join(repr(campaign.name) for campaign in commanded)
        raise NotPossible(
            f"{len(commanded)} campaigns of system human-agent are running ({names}): say which with --campaign",
            f"{len(commanded)} campagnes de système human-agent sont en cours ({names}) : préciser avec --campaign",
        )
    return commanded[0]
