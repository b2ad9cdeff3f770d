"""`dialer objection`: write down that a number must not be called, and show what is on record."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import Session

from commands import evidence_import as options
from commands.asking import Statement
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.evidence_import import load_evidence
from commands.instants import At
from commands.numbers import Number
from commands.views import local
from commands.words import in_words
from dialer.advertisers import advertiser_row
from dialer.noting import correct_objection, note_objection
from dialer.oppositions import oppositions_on
from dialer.schema import ImportedList, Opposition, Wish
from dialer.wishes import holder_of, wishes_of
from dialer.workspace import Workspace
from lists.evidence_files import EvidenceKind

app = typer.Typer(no_args_is_help=True, help="Objections and refusals: import, add, show, withdraw.")

Toward = Annotated[str, typer.Option(help="Toward this advertiser only; toward all without it.")]


@app.command("import")
def import_(
    file: options.File,
    name: options.Name = "",
    source: options.Source = "",
    advertiser: options.Toward = "",
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    sheet: options.Sheet = None,
    map_: options.Map = None,
    mapping: options.Mapping = None,
    save_mapping: options.SaveMapping = None,
    strict: options.Strict = False,
    report: options.Report = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Load objections, refusals and withdrawals (a column Type tells which); in force at once, whoever has the number.

    Example: dialer objection import oppositions-novembre.csv --source hubspot
    """
    with desk(json, lang) as d:
        load_evidence(
            d,
            config,
            file,
            EvidenceKind.OBJECTIONS,
            name or file.stem,
            Statement.of_options(encoding, delimiter, sheet, mapping, map_ or ()),
            source=source,
            advertiser=advertiser,
            strict=strict,
            report=report,
            save_mapping=save_mapping,
        )


@app.command()
def add(
    number: Number,
    advertiser: Toward = "",
    source: Annotated[str, typer.Option(help="How it reached you, for the record.")] = "operator",
    at: At = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record that the person objects to being called; effective at once in every campaign concerned.

    A number that nobody has yet is kept as well.

    Example: dialer objection add "06 39 98 01 21" --source "letter of 20 November"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        now = workspace.clock.now()
        with workspace.store.transaction() as session:
            note_objection(
                session,
                workspace.pseudonyms,
                number=number,
                advertiser_id=advertiser_id(session, workspace, advertiser),
                said_at=at or now,
                source=source,
                now=now,
            )
        d.say(f"[green]✓[/] opposition enregistrée pour {number}", f"[green]✓[/] objection recorded for {number}")
        d.document({"ok": True, "number": number, "said_at": (at or now).isoformat()})


@app.command()
def show(number: Number, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show refusals and objections on record for a number: of the person who has it, and of any list.

    Example: dialer objection show +33639980121
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            contact_id = holder_of(session, number)
            wishes = wishes_of(session, contact_id) if contact_id else []
            listed = oppositions_on(session, number)
        if not wishes and not listed:
            d.say(f"{number} : rien d'enregistré", f"{number}: nothing on record")
        for line in (*shown_wishes(d, wishes), *_shown_rows(d, listed)):
            d.show(line)
        d.document(
            {
                "ok": True,
                "number": number,
                "wishes": [wish.model_dump(mode="json", exclude={"contact_id"}) for wish in wishes],
                "lists": [_plain(row, held) for row, held in listed],
            }
        )


@app.command()
def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why the entry was a mistake, for the record.")],
    advertiser: Toward = "",
    by: Annotated[str, typer.Option(help="Who corrects it; default: the user of this machine.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Correct an objection that was noted by hand by mistake (a wrong number). Nothing is deleted; it stays on record.

    Who changes their mind gives a new consent instead: see dialer consent add.

    Example: dialer objection withdraw "06 39 98 01 21" --reason "digits swapped, meant 06 39 98 01 12"
    """
    with desk(json, lang) as d:
        if not reason.strip():
            raise typer.BadParameter("--reason")
        workspace = Workspace.open(config)
        now = workspace.clock.now()
        with workspace.store.transaction() as session:
            correct_objection(
                session,
                workspace.pseudonyms,
                number=number,
                advertiser_id=advertiser_id(session, workspace, advertiser),
                reason=reason,
                by=by or getpass.getuser(),
                now=now,
            )
        d.say(f"[green]✓[/] entrée corrigée pour {number}", f"[green]✓[/] entry corrected for {number}")
        d.document({"ok": True, "number": number, "corrected_at": now.isoformat()})


def advertiser_id(session: Session, workspace: Workspace, key: str) -> int | None:
    """The id of an advertiser of the settings; None for all. Raises `SettingsRefused`."""
    return advertiser_row(session, workspace.settings, key).id if key else None


def shown_wishes(d: Desk, wishes: Sequence[Wish]) -> Iterator[Text]:
    for wish in wishes:
        said_at: datetime | None = wish.said_at
        yield Text(f"{in_words(wish.kind, d.language)} · {local(said_at) if said_at else '?'} · {wish.source}")


def _plain(row: Opposition, held: ImportedList) -> dict[str, object]:
    return row.model_dump(mode="json", exclude={"number", "list_id"}) | {"list": held.name}


def _shown_rows(d: Desk, rows: Sequence[tuple[Opposition, ImportedList]]) -> Iterator[Text]:
    for row, held in rows:
        yield Text(f"{in_words(row.kind, d.language)} · {row.said_on or '?'} · {held.name}")
