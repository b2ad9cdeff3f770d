"""`dialer audit`: verify the chain, and tell the story of one call."""

from __future__ import annotations

import json as jsonlib
from datetime import date
from itertools import chain
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from sqlmodel import Session, col, select

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.grounds import shown_grounds
from commands.instants import local_with_zone
from commands.tables import plain_table
from commands.words import in_words
from dialer.audit import verify
from dialer.errors import NotFound
from dialer.schema import Attempt, Campaign, DecisionRow
from dialer.takings import takings_back
from dialer.workspace import Workspace
from rules.rulebook import french_rulebook

_LONGEST_NUMBER = 18
"""Digits of a database key; a longer one names no row, and the database could not even be asked."""

app = typer.Typer(no_args_is_help=True, help="The tamper-evident log: verify, explain.")


@app.command("verify")
def verify_(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Walk the whole chain and name the first row that does not hold; exit 1 when it is broken.

    Example: dialer audit verify
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            found = verify(session)
        if found.whole:
            d.say(
                f"[green]✓[/] chaîne entière : {found.rows} lignes, tête {found.head[:16]}…",
                f"[green]✓[/] chain whole: {found.rows} rows, head {found.head[:16]}…",
            )
        else:
            d.say(
                f"[red]✗[/] chaîne rompue à la ligne {found.broken_at} : {found.why}",
                f"[red]✗[/] chain broken at row {found.broken_at}: {found.why}",
            )
        d.document(
            {"ok": found.whole, "rows": found.rows, "head": found.head, "broken_at": found.broken_at, "why": found.why}
        )
        if not found.whole:
            raise answer_no()


@app.command()
def explain(
    call: Annotated[str, typer.Argument(help="Id of an attempt (or its first characters), or of a decision.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Tell the story of one call: findings with articles, the consent or contract and its proof, SIP events, outcome.

    Example: dialer audit explain 3f9c2a
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            attempt, decision = _found(session, call)
            campaign = session.get_one(Campaign, decision.campaign_id)
            body = jsonlib.loads(decision.body)
            grounds = body.get("grounds", {})
            named = {each.get("list") or each.get("source", "") for each in chain.from_iterable(grounds.values())}
            gone = [taking for taking in takings_back(session, named) if taking.at >= decision.at]
        _tell(d, campaign, decision, body, attempt)
        for taking in gone:
            english, french = taking.words
            d.show(Text(d.text(french, english)))
        d.document(
            {
                "ok": True,
                "campaign": campaign.name,
                "decision": {"id": decision.id, "sha256": decision.sha256, **body},
                "attempt": _plain(attempt) if attempt else None,
                "lists_taken_back": [
                    {"list": taking.name, "at": taking.at.isoformat(), "reason": taking.reason} for taking in gone
                ],
            }
        )


def _found(session: Session, call: str) -> tuple[Attempt | None, DecisionRow]:
    """An attempt by the start of its id with its decision, or a decision alone. Raises `NotFound`."""
    numbered = call.isascii() and call.isdigit() and len(call) <= _LONGEST_NUMBER
    decision = session.get(DecisionRow, int(call)) if numbered else None
    if decision is None:
        matching = session.exec(select(Attempt).where(col(Attempt.id).startswith(call, autoescape=True)).limit(2)).all()
        if len(matching) == 1:
            return matching[0], session.get_one(DecisionRow, matching[0].decision_id)
        raise NotFound(
            f"{len(matching)} attempts and no decision answer to {call!r}; `dialer campaign status` and "
            "decisions.csv list them",
            f"{len(matching)} tentatives et aucune décision ne répondent à {call!r} ; voir `dialer campaign status` "
            "et decisions.csv",
        )
    attempt = session.exec(select(Attempt).where(Attempt.decision_id == decision.id)).first()
    return attempt, decision


def _findings(d: Desk, decision: dict[str, Any]) -> Table:
    """The stored findings in words, by the texts of the rules of that day."""
    rules = {rule.id: rule for rule in french_rulebook().on(date.fromisoformat(decision["law_day"])).rules}
    table = plain_table(d.text("règle", "rule"), "verdict", d.text("raison", "reason"), "article")
    for finding in decision["findings"]:
        lifted = f" ({', '.join(finding['discharged_by'])})" if finding["discharged_by"] else ""
        words = rules[finding["rule"]].reasons.get(finding["reason"])
        said = words.fill(d.language, finding["values"]) if words else finding["reason"]
        table.add_row(finding["rule"], finding["verdict"] + lifted, said, finding["citations"][0])
    return table


def _tell(d: Desk, campaign: Campaign, decision: DecisionRow, body: dict[str, Any], attempt: Attempt | None) -> None:
    d.show(
        f"[bold]{decision.number}[/] · {escape(campaign.name)} · {local_with_zone(d, decision.at)} · {decision.verdict}"
    )
    d.show(_findings(d, body["decision"]))
    for line in shown_grounds(d, body.get("grounds", {})):
        d.show(line)
    if attempt is None:
        d.say("Aucun appel n'est parti de cette décision.", "No call left on this decision.")
        return
    sip = escape(f"SIP {attempt.sip_code} {attempt.sip_reason}")
    d.say(
        f"Tentative {attempt.id} : de {attempt.caller_id} vers {attempt.number} par {attempt.trunk}, état "
        f"{attempt.state}, issue {in_words(attempt.disposition or '—', 'fr')} ({sip})",
        f"Attempt {attempt.id}: {attempt.caller_id} to {attempt.number} by {attempt.trunk}, state {attempt.state}, "
        f"outcome {attempt.disposition or '—'} ({sip})",
    )
    for event in attempt.events:
        d.show(Text(f"  {event['at']}  {event['event']} {event['detail']}"))


def _plain(attempt: Attempt) -> dict[str, object]:
    return attempt.model_dump(mode="json")
