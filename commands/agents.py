"""`dialer agent`: who takes the calls of a run, what each is doing now, and who rests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.instants import local
from commands.tables import plain_table
from commands.words import in_words
from dialer.agent_rests import come_back
from dialer.agent_rests import rest as note_rest
from dialer.agents_now import AgentNow, Doing, Taken, agents_now, taken_today
from dialer.schema import RestReason
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Agents at their phones: what they do, rests, and the end of them.")

Name = Annotated[str, typer.Argument(help="Name of the agent, as dialer.toml has it under [[agents]].")]


@app.command("list")
def list_(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show every agent: phone, what they do now and since when, calls taken and time talked today.

    Example: dialer agent list
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="agent list")
        now = workspace.clock.now()
        with workspace.store.reading() as session:
            taken = taken_today(session, now)
            found = agents_now(session, workspace.settings, taken, now)
        if found:
            d.show(_table(d, found, taken, now))
        else:
            d.say("Aucun agent sous \\[\\[agents]] dans dialer.toml.", "No agent under \\[\\[agents]] in dialer.toml.")
        d.document({"ok": True, "agents": [_plain(each, taken.get(each.agent.name, Taken())) for each in found]})


@app.command()
def rest(
    name: Name,
    reason: Annotated[RestReason, typer.Option(help="Why, as the log names it.")] = RestReason.BREAK,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Give an agent no new call until they are back. A run that is going on hears of it at once.

    The call that they have goes on to its end; their line stays up until they put the phone down, which is then left
    in peace.

    Example: dialer agent rest Alice --reason training
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="agent rest")
        with workspace.store.transaction() as session:
            note_rest(session, workspace.settings, name, reason, workspace.clock.now())
        said = escape(name)
        d.say(
            f"[green]✓[/] {said} en pause ({in_words(reason, 'fr')}) : plus de nouvel appel ; "
            f"`dialer agent back {said}` y met fin",
            f"[green]✓[/] {said} rests ({reason}): no new call; `dialer agent back {said}` ends it",
        )
        d.document({"ok": True, "agent": name, "state": "resting", "reason": str(reason)})


@app.command()
def back(name: Name, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """End an agent's rest: calls are theirs again. A phone that they have put down is called at once.

    Example: dialer agent back Alice
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="agent back")
        with workspace.store.transaction() as session:
            come_back(session, workspace.settings, name, workspace.clock.now())
        d.say(f"[green]✓[/] {escape(name)} de retour", f"[green]✓[/] {escape(name)} is back")
        d.document({"ok": True, "agent": name, "state": "back"})


def agents_line(d: Desk, found: tuple[AgentNow, ...], now: datetime) -> str:
    """How many do what, and how long a free one has waited at most."""
    counts = Counter(each.doing for each in found)
    said = {doing: f"{in_words(doing, d.language)} {counts[doing]}" for doing in Doing if counts[doing]}
    if Doing.FREE in said:
        longest = clock_span(max(each.lasts(now) for each in found if each.doing is Doing.FREE))
        said[Doing.FREE] += d.text(f" (depuis {longest} au plus)", f" (for {longest} at most)")
    return d.text("Agents : ", "Agents: ") + ", ".join(said.values())


def _table(d: Desk, found: tuple[AgentNow, ...], taken: dict[str, Taken], now: datetime) -> Table:
    table = plain_table(
        "", d.text("poste", "phone"), d.text("état", "state"), d.text("depuis", "since"),
        d.text("appels du jour", "calls today"), d.text("conversation", "talk"),
    )  # fmt: skip
    for each in found:
        today = taken.get(each.agent.name, Taken())
        since = f"{local(each.since)} ({clock_span(each.lasts(now))})" if each.since else ""
        row = (each.agent.name, each.agent.phone, _state(d, each), since, str(today.calls), clock_span(today.talk))
        table.add_row(*map(escape, row))
    return table


def _state(d: Desk, each: AgentNow) -> str:
    more = in_words(each.rest, d.language) if each.rest else each.why
    said = in_words(each.doing, d.language)
    return f"{said} ({more})" if more else said


def clock_span(span: timedelta) -> str:
    """Hours, minutes and seconds."""
    return str(timedelta(seconds=int(span.total_seconds())))


def _plain(each: AgentNow, today: Taken) -> dict[str, object]:
    return {
        "name": each.agent.name,
        "phone": each.agent.phone,
        "campaigns": list(each.agent.campaigns),
        "state": str(each.doing),
        "since": each.since.isoformat() if each.since else None,
        "rest": {"reason": str(each.rest), "by": each.rest_by} if each.rest else None,
        "why": each.why,
        "calls_today": today.calls,
        "talk_seconds_today": int(today.talk.total_seconds()),
    }
