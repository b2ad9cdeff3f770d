"""`dialer audit explain`: the whole story of one call, or of why there was none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.instants import local
from commands.numbers import parse_number
from commands.period import midnight
from commands.story_views import story_document, tell
from commands.tables import plain_table
from commands.words import one_verdict
from dialer.access import note_look
from dialer.call_story import call_story, find_call
from dialer.outlook import OFFICE_ZONE
from dialer.schema import Attempt, Campaign, DecisionRow
from dialer.wishes import contact_of
from dialer.workspace import Workspace


def explain(
    call: Annotated[str, typer.Argument(help="Id of an attempt (or its first characters), or of a decision.")] = "",
    number: Annotated[
        str | None,
        typer.Option(parser=parse_number, metavar="NUMBER", help="List a day's decisions about this number."),
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day, with --number; default: today.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Tell the story of one call: facts, findings with articles, proof, permit, SIP events, what was said, outcome.

    Tells as well why a call was not made: by the id of the decision, which --number and --on list.

    Example: dialer audit explain 3f9c2a
    """
    if bool(call) == (number is not None):
        raise typer.BadParameter("CALL, ou --number NUMBER [--on DAY] / CALL, or --number NUMBER [--on DAY]")
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit explain")
        with workspace.store.reading() as session:
            if number is not None:
                day = (on or workspace.clock.now().astimezone(OFFICE_ZONE)).date()
                _list_day(d, workspace, session, number, midnight(day), midnight(day + timedelta(days=1)))
                return
            story = call_story(session, workspace.vault, *find_call(session, call))
            _note(workspace, story.decision.contact_id)
            tell(d, story)
            d.document(story_document(story))


def _list_day(d: Desk, workspace: Workspace, session: Session, number: str, since: datetime, until: datetime) -> None:
    """The day's decisions about whoever has the number, by whichever of their numbers."""
    _note(workspace, contact_of(session, number))
    rows = session.exec(
        select(DecisionRow, Campaign.name, Attempt.id)
        .select_from(DecisionRow)
        .join(Campaign, col(Campaign.id) == DecisionRow.campaign_id)
        .outerjoin(Attempt, col(Attempt.decision_id) == DecisionRow.id)
        .where(DecisionRow.contact_id == contact_of(session, number), DecisionRow.at >= since, DecisionRow.at < until)
        .order_by(col(DecisionRow.id))
    ).all()
    asked = {number, workspace.pseudonyms.of_number(number)}
    table = plain_table("", d.text("heure", "time"), d.text("campagne", "campaign"), d.text("décision", "decision"),
                        d.text("règles", "rules"), d.text("tentative", "attempt"))  # fmt: skip
    for decision, campaign, attempt_id in rows:
        of_another = "" if decision.number in asked else d.text(" (autre numéro)", " (another number)")
        verdict = one_verdict(decision.verdict, d.language) + of_another
        table.add_row(
            str(decision.id), local(decision.at), campaign, verdict, decision.rule_ids, (attempt_id or "")[:12]
        )
    if rows:
        d.show(table)
    else:
        d.say(
            f"Aucune décision sur {number} ce jour-là : personne n'a demandé à l'appeler.",
            f"No decision about {number} on that day: nobody asked to call it.",
        )
    d.document(
        {
            "ok": True,
            "number": number,
            "decisions": [
                {
                    "id": decision.id,
                    "at": decision.at.isoformat(),
                    "campaign": campaign,
                    "verdict": decision.verdict,
                    "rules": decision.rule_ids.split(";") if decision.rule_ids else [],
                    "next": decision.next_at,
                    "of_this_number": decision.number in asked,
                    "attempt": attempt_id,
                }
                for decision, campaign, attempt_id in rows
            ],
        }
    )


def _note(workspace: Workspace, contact_id: int) -> None:
    person = workspace.pseudonyms.of(contact_id)
    note_look(workspace.store, "audit explain", person, workspace.clock.now())
