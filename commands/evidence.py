"""`dialer evidence`: contracts, call-back requests, slots, calls made elsewhere and scrubs, from files."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlmodel import Session, select

from commands import import_options as options
from commands.asking import Statement
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.evidence_import import load_evidence
from commands.importing import name_of
from commands.numbers import Number
from commands.tables import plain_table
from dialer.access import note_look_at_number
from dialer.dossiers import Dossier, read_dossiers
from dialer.schema import Advertiser, Telling
from dialer.wishes import contact_of
from dialer.workspace import Workspace
from lists.evidence_files import EvidenceKind

app = typer.Typer(no_args_is_help=True, help="Contracts, requests, slots, past calls, scrubs: import, show.")


class Kind(StrEnum):
    """What a file of this command brings; consents, objections and oppositions have commands of their own."""

    CONTRACTS = EvidenceKind.CONTRACTS
    CALLBACKS = EvidenceKind.CALLBACKS
    SLOTS = EvidenceKind.SLOTS
    PAST_CALLS = EvidenceKind.PAST_CALLS
    SCRUBS = EvidenceKind.SCRUBS


@app.command("import")
def import_(
    kind: Annotated[Kind, typer.Argument(help="What the file brings.")],
    file: options.File,
    name: options.Name = "",
    source: options.Source = "",
    advertiser: options.Toward = "",
    list_: Annotated[
        str, typer.Option("--list", help="Scrubs: the contact list that came back, where the hash does not tell.")
    ] = "",
    whole_history: Annotated[
        bool, typer.Option("--whole-history", help="Past calls: the file repeats all earlier ones of its source.")
    ] = False,
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
    """Load contracts, call-back requests, agreed slots, calls made elsewhere, or proof of Bloctel scrubs.

    Example: dialer evidence import callbacks demandes.csv --advertiser fibre-horizon

    Example: dialer evidence import past-calls journal-2026.csv.gz --source hubspot

    Past calls of several files of one source add up; an instant that several tell is one call.

    Example: dialer evidence import scrubs bloctel.csv --list clients-2026
    """
    with desk(json, lang) as d:
        load_evidence(
            d,
            config,
            file,
            EvidenceKind(kind),
            name or name_of(file),
            Statement.of_options(encoding, delimiter, sheet, mapping, map_ or ()),
            source=source,
            advertiser=advertiser,
            contacts=list_,
            telling=Telling.WHOLE if whole_history else Telling.PART,
            strict=strict,
            report=report,
            save_mapping=save_mapping,
        )


@app.command()
def show(number: Number, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show the contracts, requests, slots, past calls and scrubs on record for the person who has a number.

    Example: dialer evidence show "06 39 98 01 21"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="evidence show")
        with workspace.store.transaction() as session:
            (dossier,) = read_dossiers(session, [contact_of(session, number)])
            rows = _rows(dossier, advertisers(session))
            note_look_at_number(session, workspace.pseudonyms, "evidence show", number, workspace.clock.now())
        d.show(_view(d, rows))
        d.document({"ok": True, "number": number, "evidence": rows})


def advertisers(session: Session) -> dict[int | None, str]:
    """The key of each advertiser by id; nobody in particular is empty."""
    return {None: "", 0: "", **{each.id: each.key for each in session.exec(select(Advertiser))}}


def _rows(dossier: Dossier, keys: dict[int | None, str]) -> list[dict[str, str]]:
    """Kind, advertiser, what, when and proof of each row, for people and for machines."""
    contracts = (
        ("contracts", row.advertiser_id, row.object, f"{row.since or '…'} – {row.until or '…'}", row.proof)
        for row in dossier.contracts
    )
    requests = (
        ("callbacks", row.advertiser_id, row.object, row.requested_on.isoformat(), row.proof)
        for row in dossier.requests
    )
    slots = (("slots", row.advertiser_id, "", row.at.isoformat(), row.proof) for row in dossier.slots)
    calls = (
        ("past-calls", row.advertiser_id, f"+{row.number}", row.made_at or row.made_on.isoformat(), "")
        for row in dossier.past_calls
    )
    scrubs = (
        ("scrubs", None, f"+{row.number}", row.returned_on.isoformat(), row.sha256)
        for row in dossier.scrubs
        if row.returned_on
    )
    return [
        {"kind": kind, "advertiser": keys.get(advertiser, ""), "what": what, "when": when, "proof": proof}
        for kind, advertiser, what, when, proof in (*contracts, *requests, *slots, *calls, *scrubs)
    ]


def _view(d: Desk, rows: list[dict[str, str]]) -> Table | Text:
    if not rows:
        return Text(d.text("rien d'enregistré", "nothing on record"))
    headings = (
        ("nature", "kind"),
        ("annonceur", "advertiser"),
        ("objet", "what"),
        ("quand", "when"),
        ("preuve", "proof"),
    )
    table = plain_table(*(d.text(fr, en) for fr, en in headings))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.values()))
    return table
