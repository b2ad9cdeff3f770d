"""`dialer consent`: consents of people, from files and by hand, and their withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from commands import import_options as options
from commands.asking import Statement
from commands.consent_gaps import gaps
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.evidence_import import load_evidence
from commands.importing import name_of
from commands.numbers import Number
from commands.objections import SaidAt, Toward, shown_entries
from commands.tables import plain_table
from commands.terms import Channels, Hours, Systems
from commands.words import systems_in_words
from dialer.access import note_look_at_number
from dialer.advertisers import advertiser_id_of
from dialer.dossiers import read_dossiers
from dialer.entries import entries_on
from dialer.noting import note_consent, note_objection
from dialer.outlook import OFFICE_ZONE
from dialer.permissions import consent_records
from dialer.schema import ConsentRow
from dialer.wishes import holder_of
from dialer.workspace import Workspace
from lists.evidence_files import EvidenceKind

app = typer.Typer(no_args_is_help=True, help="Consents: import, add, show, withdraw.")
_DAY = ["%Y-%m-%d"]


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
    """Load consents of people who are loaded; who was set aside for want of one is asked about again.

    Example: dialer consent import consentements.csv --source hubspot

    Example: dialer consent import formulaire.xlsx --map "Le=consent_on" --strict
    """
    with desk(json, lang) as d:
        load_evidence(
            d,
            config,
            file,
            EvidenceKind.CONSENTS,
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
    notice: Annotated[str, typer.Option(help="Version of the notice shown, as dialer.toml names it.")],
    on: Annotated[datetime, typer.Option(formats=_DAY, help="Day of collection.")],
    proof: Annotated[str, typer.Option(help="Where the proof is kept.")],
    systems: Systems,
    hours: Hours = "",
    channels: Channels = "",
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Last day, if a shorter period was agreed.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record a consent of the person who has this number; it must be provable (C. conso. L.223-1, R.223-1).

    Example: dialer consent add "06 39 98 01 21" --notice FH-2026-01 --on 2026-11-20 --proof preuves/f12.pdf
    --systems "humain, robot" --hours 18h-20h
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="consent add")
        consent = ConsentRow(
            contact_id=0,
            collected_on=on.date(),
            notice=notice,
            proof=proof,
            systems=systems,
            hours=hours,
            channels=channels,
            until=until.date() if until else None,
        )
        with workspace.store.transaction() as session:
            note_consent(session, workspace.settings, workspace.pseudonyms, number, consent, workspace.clock.now())
        d.say(f"[green]✓[/] consentement enregistré pour {number}", f"[green]✓[/] consent recorded for {number}")
        d.document({"ok": True, "number": number, "consent": _plain(consent)})


@app.command()
def show(number: Number, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show the consents on record for the person who has a number, and what they said against calls since.

    Example: dialer consent show +33639980121
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="consent show")
        with workspace.store.transaction() as session:
            holder = holder_of(session, number)
            consents = [row for each in read_dossiers(session, [holder] if holder else []) for row in each.consents]
            entries = entries_on(session, number)
            note_look_at_number(session, workspace.pseudonyms, "consent show", number, workspace.clock.now())
        if holder is None:
            d.say(f"personne n'a le numéro {number}", f"nobody has the number {number}")
        d.show(_view(d, consents))
        for line in _lacking(d, consents, workspace):
            d.show(line)
        for line in shown_entries(d, entries):
            d.show(line)
        d.document({"ok": True, "number": number, "consents": [_plain(row) for row in consents]})


@app.command()
def withdraw(
    number: Number,
    advertiser: Toward = "",
    source: Annotated[str, typer.Option(help="How it reached you, for the record.")] = "operator",
    at: SaidAt = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record that the person withdraws their consent: every call ends at once (R.223-3), whoever has the number.

    Example: dialer consent withdraw "06 39 98 01 21" --source "e-mail of 20 November"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="consent withdraw")
        with workspace.store.transaction() as session:
            now = workspace.clock.now()
            note_objection(
                session,
                workspace.pseudonyms,
                number=number,
                advertiser_id=advertiser_id_of(session, workspace.settings, advertiser),
                said_at=at or now,
                source=f"withdrawal: {source}",
                now=now,
            )
        d.say(f"[green]✓[/] retrait enregistré pour {number}", f"[green]✓[/] withdrawal recorded for {number}")
        d.document({"ok": True, "number": number, "said_at": (at or now).isoformat()})


def _view(d: Desk, consents: list[ConsentRow]) -> Table | str:
    if not consents:
        return escape(d.text("aucun consentement", "no consent"))
    headings = (
        ("recueilli le", "collected on"),
        ("notice", "notice"),
        ("preuve", "proof"),
        ("systèmes", "systems"),
        ("heures", "hours"),
        ("jusqu'au", "until"),
        ("retiré", "withdrawn"),
    )
    table = plain_table(*(d.text(fr, en) for fr, en in headings))
    for row in consents:
        withdrawn = str(row.withdrawn_on or "?") if row.withdrawn else ""
        cells = (
            str(row.collected_on or "?"),
            row.notice,
            row.proof,
            systems_in_words(row.systems, d.language),
            row.hours,
            str(row.until or ""),
        )
        table.add_row(*(Text(cell) for cell in (*cells, withdrawn)))
    return table


def _lacking(d: Desk, consents: list[ConsentRow], workspace: Workspace) -> Iterator[Text]:
    today = workspace.clock.now().astimezone(OFFICE_ZONE).date()
    records = consent_records(consents, workspace.settings.notices_by_id())
    for row, record in zip(consents, records, strict=True):
        if told := "; ".join(gaps(d, record, row.notice, today)):
            day = row.collected_on or "?"
            yield Text(d.text(f"Manque au consentement du {day} : {told}", f"The consent of {day} lacks: {told}"))


def _plain(row: ConsentRow) -> dict[str, object]:
    return row.model_dump(mode="json", exclude={"id", "contact_id", "list_id"})
