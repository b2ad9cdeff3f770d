"""`dialer subject`: what a person asks about their data, answered: everything on record, or its end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from adapters.disclosure import write_disclosure
from adapters.drafts import draft_of
from commands.asking import confirmed
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.erasure_views import preview_document, preview_view
from commands.numbers import Number
from commands.subject_requests import app as request_app
from commands.subject_requests import requests_
from dialer import audit
from dialer.access import note_access
from dialer.audit import AuditKind
from dialer.erasure import erase, preview
from dialer.errors import NotPossible
from dialer.outlook import OFFICE_ZONE
from dialer.retention_table import periods
from dialer.schema import RequestKind
from dialer.subject_file import about, recordings
from dialer.subject_requests import answer_all
from dialer.wishes import contact_of
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Requests of persons: register, export, erase.")
app.add_typer(request_app, name="request")
app.command("requests")(requests_)

_ASKED_FOR_ALL = (RequestKind.ACCESS, RequestKind.PORTABILITY)


@app.command()
def export(
    number: Number,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder to make; default: exports/ in the folder.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write everything on record about a person, to read (HTML, French) and as data (JSON), with their recordings.

    Closes their open requests for access or portability. Example: dialer subject export "06 39 98 01 00" --out reponse
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject export")
        now = workspace.clock.now()
        with workspace.store.reading() as session:
            contact_id = contact_of(session, number)
        person = workspace.pseudonyms.of(contact_id)
        target = (out or workspace.path("exports", f"{now.astimezone(OFFICE_ZONE):%Y%m%d-%H%M%S}-{person}")).resolve()
        with draft_of(target) as draft, workspace.store.transaction() as session:  # it appears once the log tells of it
            now = workspace.clock.now()
            note_access(session, "subject export", person, "", now)
            session.flush()
            sections = about(session, workspace, contact_id)
            kept = [period.fr for period in periods(workspace.settings.retention, now.date()).values()]
            heard = recordings(session, workspace, contact_id)
            files = write_disclosure(draft, sections, heard, workspace.settings.caller_name, kept, now)
            audit.append(session, AuditKind.EXPORTED, {"person": person, "to": "the person"}, now)
            closed = answer_all(session, contact_id, _ASKED_FOR_ALL, "exported", now)
        d.say(
            f"[green]✓[/] {escape(str(target))} : {len(files)} fichiers",
            f"[green]✓[/] {escape(str(target))}: {len(files)} files",
        )
        _tell_closed(d, closed)
        counts = {name: len(records) for name, records in sections.items()}
        d.document({"ok": True, "folder": str(target), "files": [path.name for path in files], "records": counts,
                    "closed": closed})  # fmt: skip


@app.command("erase")
def erase_(
    number: Number,
    reason: Annotated[str, typer.Option(help="How it was asked; name nobody, it is kept.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Erase a person: show what goes and what stays and why, then delete it and the key of their decisions.

    Nobody with their numbers is called again. Exit 1 under a legal hold, while a call to them is under way, or when
    the answer is no.

    Example: dialer subject erase "06 39 98 01 00" --reason "request 12"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="subject erase")
        try:
            with workspace.store.transaction() as session:
                contact_id = contact_of(session, number)
                found = preview(session, workspace, contact_id)
                note_access(session, "subject erase", found.pseudonym, "", workspace.clock.now())
            d.show(*preview_view(d, found))
            if not yes and not confirmed(d, "Effacer cette personne ?", "Erase this person?"):
                d.say("Rien n'a été effacé (--yes pour confirmer).", "Nothing was erased (--yes to confirm).")
                d.document({"ok": False, "erased": False, **preview_document(found)})
                raise answer_no()
            done = erase(workspace, contact_id, reason, workspace.clock.now())
        except NotPossible as refused:
            d.say(f"[red]✗[/] {escape(refused.message_fr)}", f"[red]✗[/] {escape(str(refused))}")
            d.document({"ok": False, "erased": False, "error": type(refused).__name__,
                        "message": d.text(refused.message_fr, str(refused))})  # fmt: skip
            raise answer_no() from None
        d.say(
            f"[green]✓[/] effacée : {done.preview.pseudonym} ; son opposition reste, par numéro",
            f"[green]✓[/] erased: {done.preview.pseudonym}; the objection stays, by number",
        )
        _tell_closed(d, list(done.closed))
        d.document({"ok": True, "erased": True, **preview_document(done.preview), "closed": list(done.closed)})


def _tell_closed(d: Desk, closed: list[int]) -> None:
    if closed:
        named = ", ".join(map(str, closed))
        d.say(f"Demandes closes : {named}", f"Requests closed: {named}")
