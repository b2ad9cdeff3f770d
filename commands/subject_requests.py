"""`dialer subject requests` and `subject request`: the register of requests and the days by which they are due."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, answer_no, desk
from commands.numbers import Number
from commands.tables import plain_table
from commands.words import in_words
from dialer.schema import RequestKind, SubjectRequest
from dialer.subject_requests import add_request, close, extend, is_overdue, requests
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="One request: enter it, extend its term, close it.")

Id = Annotated[int, typer.Argument(min=1, metavar="ID", help="Number of the request.")]


@app.command()
def add(
    number: Number,
    kind: Annotated[RequestKind, typer.Option(help="What is asked.")],
    received: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which it reached you.")],
    note: Annotated[str, typer.Option(help="In a few words, for the register.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Enter a request; it is due one calendar month after receipt (GDPR art. 12(3)). An objection counts at once.

    Example: dialer subject request add "06 39 98 01 00" --kind access --received 2026-11-20
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject request add")
        with workspace.store.transaction() as session:
            request = add_request(
                session,
                workspace.pseudonyms,
                number=number,
                kind=kind,
                received_on=received.date(),
                note=note,
                now=workspace.clock.now(),
            )
        d.say(
            f"[green]✓[/] demande {request.id}, à répondre au plus tard le {request.due_on}",
            f"[green]✓[/] request {request.id}, to be answered by {request.due_on}",
        )
        d.document({"ok": True, "request": _plain(request)})


@app.command("extend")
def extend_(
    request_id: Id,
    reason: Annotated[str, typer.Option(help="Why; the person must be told within the first month.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Give a request two more months; tell the person, with the reason, within the first.

    Example: dialer subject request extend 4 --reason "recordings of three years"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject request extend")
        with workspace.store.transaction() as session:
            request = extend(session, request_id, reason, workspace.clock.now())
        d.say(
            f"[green]✓[/] demande {request.id} : jusqu'au {request.due_on}. En informer la personne maintenant.",
            f"[green]✓[/] request {request.id}: until {request.due_on}. Tell the person now.",
        )
        d.document({"ok": True, "request": _plain(request)})


@app.command("close")
def close_(
    request_id: Id,
    outcome: Annotated[str, typer.Option(help="What was done or answered.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Note that a request was answered; export and erase do it by themselves.

    Example: dialer subject request close 4 --outcome "postcode corrected"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject request close")
        with workspace.store.transaction() as session:
            request = close(session, request_id, outcome, workspace.clock.now())
        d.say(f"[green]✓[/] demande {request.id} close", f"[green]✓[/] request {request.id} closed")
        d.document({"ok": True, "request": _plain(request)})


def requests_(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose day has passed.")] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the register, the most urgent first. Exit 1 when a request is overdue.

    Example: dialer subject requests --overdue
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject requests")
        now = workspace.clock.now()
        with workspace.store.reading() as session:
            found = requests(session, now, overdue=overdue)
        late = [request.id for request in found if is_overdue(request, now)]
        table = plain_table("", d.text("nature", "kind"), d.text("reçue", "received"), d.text("échéance", "due"),
                            d.text("numéro", "number"), d.text("suite", "outcome"), "note")  # fmt: skip
        for request in found:
            due = f"[red]{request.due_on}[/]" if request.id in late else str(request.due_on)
            told = escape(in_words(request.outcome, d.language)) if request.answered_at else d.text("ouverte", "open")
            row = (
                in_words(request.kind, d.language),
                str(request.received_on),
                due,
                request.number,
                told,
                escape(request.note),
            )
            table.add_row(str(request.id), *row)
        if found:
            d.show(table)
        else:
            d.say("Aucune demande.", "No request.")
        d.document(
            {"ok": not late, "requests": [_plain(request) | {"overdue": request.id in late} for request in found]}
        )
        if late:
            raise answer_no()


def _plain(request: SubjectRequest) -> dict[str, object]:
    return request.model_dump(mode="json", exclude={"contact_id"})
