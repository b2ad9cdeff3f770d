"""`dialer list`: load a file, show its report, take it back, forecast who is callable when and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import Session, select

from commands import import_options as options
from commands.asking import Stated, Statement
from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from commands.forecasts import check
from commands.import_views import import_report
from commands.importing import name_of
from commands.lost_limits import require_prohibitions_hold
from commands.taking_in import Incoming, take_in
from commands.undoing import undo
from commands.views import list_line
from dialer.advertisers import advertiser_id_of
from dialer.contacts import import_list, list_named
from dialer.imports import Imported, report_of
from dialer.schema import ImportedList
from dialer.workspace import Workspace
from lists import ContactList, ListReport, Persons, read_contacts
from lists.progress import Progress

app = typer.Typer(no_args_is_help=True, help="Contact lists: import, show, check, undo.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="File of contacts: CSV, also .gz or .zip, or an Excel workbook.")],
    name: Annotated[str, typer.Option(help="Name of the list; default: the file's name.")] = "",
    source: Annotated[str, typer.Option(help="The CRM it comes from: customer ids count within one source only.")] = "",
    advertiser: Annotated[
        str, typer.Option(help="Id or name of the advertiser with whom its contracts are; they permit no call without.")
    ] = "",
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    sheet: options.Sheet = None,
    map_: options.Map = None,
    mapping: options.Mapping = None,
    save_mapping: options.SaveMapping = None,
    persons: Annotated[
        Persons, typer.Option(help="Whom a shared number joins: everybody, or only who bears the same name.")
    ] = Persons.BY_NUMBER,
    strict: options.Strict = False,
    report: options.Report = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Load a contact file: all of it or nothing; bad rows are reported with line, column and remedy.

    Example: dialer list import contacts.xlsx --name septembre --source hubspot --advertiser fibre-horizon

    Example: dialer list import export.csv --map "Tel pro=number" --save-mapping hubspot.toml

    Example: dialer list import export.csv --mapping hubspot.toml --strict
    """
    with desk(json, lang) as d:
        workspace, name = Workspace.open(config, verb="list import"), name or name_of(file)
        began = workspace.clock.now()
        statement = Statement.of_options(encoding, delimiter, sheet, mapping, map_ or ())

        def reading(stated: Stated, progress: Progress) -> ContactList:
            return read_contacts(file, today=began.date(), persons=persons, progress=progress, **stated)

        def storing(read: ContactList, session: Session, progress: Progress) -> Imported:
            return import_list(
                session,
                read,
                name,
                workspace.clock.now(),
                source=source,
                advertiser_id=advertiser_id_of(session, workspace.settings, advertiser),
                settings=workspace.settings,
                persons=persons,
                strict=strict,
                progress=progress,
            )

        incoming = Incoming(name, statement, report, save_mapping)
        imported = take_in(d, workspace, incoming, began, reading, storing)
        require_prohibitions_hold(d, imported.report)


def load(workspace: Workspace, file: Path, name: str, advertiser: str) -> ListReport:
    """Read a file as it is and store it for an advertiser in one transaction."""
    read = read_contacts(file, today=workspace.clock.now().date())
    with workspace.store.transaction() as session:
        now = workspace.clock.now()
        toward = advertiser_id_of(session, workspace.settings, advertiser)
        return import_list(session, read, name, now, advertiser_id=toward, settings=workspace.settings).report


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a list; all lists without one.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the report of an imported list of any kind, or all lists.

    Example: dialer list show septembre
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="list show")
        with workspace.store.transaction() as session:
            found = [list_named(session, name)] if name else list(session.exec(select(ImportedList)))
        for stored in found:
            d.show(Text(list_line(d, stored)))
            if name:
                d.show(import_report(d, *report_of(stored)))
        d.document({"ok": True, "lists": [_plain(stored) for stored in found]})


app.command()(undo)
app.command()(check)


def _plain(stored: ImportedList) -> dict[str, object]:
    return stored.model_dump(mode="json", exclude={"id"})
