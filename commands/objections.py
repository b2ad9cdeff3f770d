"""`dialer objection`: write down that a number must not be called, and show what is on record."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from commands import import_options as options
from commands.asking import Statement
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.evidence_import import load_evidence
from commands.importing import name_of
from commands.instants import local, parse_instant
from commands.numbers import Number
from commands.words import in_words
from dialer.access import note_look_at_number
from dialer.advertisers import advertiser_id_of
from dialer.entries import Entry, entries_on
from dialer.noting import correct_objection, note_objection
from dialer.schema import Wish, WishKind
from dialer.takings import Taking, limits_taken_back
from dialer.workspace import Workspace
from lists.evidence_files import EvidenceKind

app = typer.Typer(no_args_is_help=True, help="Objections and refusals: import, add, show, withdraw.")

Toward = Annotated[str, typer.Option(help="Toward this advertiser only (id or name); toward all without it.")]
SaidAt = Annotated[
    datetime | None,
    typer.Option("--at", parser=parse_instant, metavar="INSTANT", help="When it was said (with its zone), if not now."),
]


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
            name or name_of(file),
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
    at: SaidAt = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record that the person objects to being called; effective at once in every campaign concerned.

    A number that nobody has yet is kept as well.

    Example: dialer objection add "06 39 98 01 21" --source "letter of 20 November"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="objection add")
        with workspace.store.transaction() as session:
            now = workspace.clock.now()
            note_objection(
                session,
                workspace.pseudonyms,
                number=number,
                advertiser_id=advertiser_id_of(session, workspace.settings, advertiser),
                said_at=at or now,
                source=source,
                now=now,
            )
        d.say(f"[green]✓[/] opposition enregistrée pour {number}", f"[green]✓[/] objection recorded for {number}")
        d.document({"ok": True, "number": number, "said_at": (at or now).isoformat()})


@app.command()
def show(number: Number, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show refusals and objections on record for a number, each with its id: of the person who has it, and of any list.

    Lists of such entries that were taken back are told beside it: the log does not hold whose numbers were on them.

    Example: dialer objection show +33639980121
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="objection show")
        with workspace.store.transaction() as session:
            entries, gone = entries_on(session, number), limits_taken_back(session)
            note_look_at_number(session, workspace.pseudonyms, "objection show", number, workspace.clock.now())
        if not entries:
            d.say(f"{number} : rien d'enregistré", f"{number}: nothing on record")
        for line in shown_entries(d, entries):
            d.show(line)
        for taking in gone:
            d.show(_gone(d, taking))
        d.document(
            {
                "ok": True,
                "number": number,
                "wishes": [_plain(entry) for entry in entries if isinstance(entry.row, Wish)],
                "lists": [
                    _plain(entry)
                    | {
                        "list": entry.list.name,
                        "file": entry.list.file_name,
                        "imported_at": entry.list.imported_at.isoformat(),
                    }
                    for entry in entries
                    if entry.list
                ],
                "lists_taken_back": [
                    {"list": each.name, "at": each.at.isoformat(), "reason": each.reason, "numbers": each.numbers}
                    for each in gone
                ],
            }
        )


@app.command()
def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why the entry was a mistake, for the record.")],
    advertiser: Toward = "",
    entry: Annotated[str, typer.Option(help="Id of the entry, as `dialer objection show` tells it.")] = "",
    by: Annotated[str, typer.Option(help="Who corrects it; default: the user of this machine.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Correct an objection that was noted by hand by mistake (a wrong number). Nothing is deleted; it stays on record.

    Without --entry it is the only one that was noted about this number.

    Who changes their mind gives a new consent instead: see dialer consent add.

    Example: dialer objection withdraw "06 39 98 01 21" --reason "digits swapped, meant 06 39 98 01 12"
    """
    with desk(json, lang) as d:
        if not reason.strip():
            raise typer.BadParameter("--reason")
        workspace = Workspace.open(config, verb="objection withdraw")
        with workspace.store.transaction() as session:
            now = workspace.clock.now()
            corrected = correct_objection(
                session,
                workspace.pseudonyms,
                number=number,
                advertiser_id=advertiser_id_of(session, workspace.settings, advertiser),
                entry_id=entry,
                reason=reason,
                by=by or getpass.getuser(),
                now=now,
            )
        d.say(f"[green]✓[/] entrée corrigée pour {number}", f"[green]✓[/] entry corrected for {number}")
        d.document({"ok": True, "number": number, "entry": corrected.id, "corrected_at": now.isoformat()})


def shown_entries(d: Desk, entries: Iterable[Entry]) -> Iterator[Text]:
    for entry in entries:
        said = local(entry.said) if isinstance(entry.said, datetime) else entry.said or "?"
        line = Text(f"{entry.id} · {in_words(entry.kind, d.language)} · {said} · {entry.source}")
        if entry.list and entry.list.file_name:
            file, day = entry.list.file_name, local(entry.list.imported_at)
            line.append(d.text(f" · {file}, importé le {day}", f" · {file}, imported on {day}"))
        if not entry.stands and entry.kind is not WishKind.CORRECTION:
            line.append(d.text(" · corrigée, ne compte pas", " · corrected, does not count"))
        yield line


def _gone(d: Desk, taking: Taking) -> Text:
    english, french = taking.words
    return Text(
        d.text(
            f"{french} : elle limitait les appels à {taking.numbers} numéros, peut-être à celui-ci",
            f"{english}: it limited calls to {taking.numbers} numbers, perhaps to this one",
        )
    )


def _plain(entry: Entry) -> dict[str, object]:
    """The row without whose it is, and what it takes to name it."""
    row = entry.row.model_dump(mode="json", exclude={"contact_id", "number", "list_id"})
    return row | {"entry": entry.id, "number": entry.number, "stands": entry.stands}
