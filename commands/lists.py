"""`dialer list`: load a file, show its report, forecast who is callable when and why not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import select

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from commands.instants import At, Under
from commands.views import comparison_view, forecast_view, import_report, list_line
from dialer.campaigns import campaign_named
from dialer.comparison import compare
from dialer.contacts import import_list, list_named
from dialer.forecast import Forecast, forecast
from dialer.schema import ContactList
from dialer.workspace import Workspace
from lists import ListReport, read_contacts

app = typer.Typer(no_args_is_help=True, help="Contact lists: import, show, check.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV file of contacts.")],
    name: Annotated[str, typer.Option(help="Name of the list; default: the file's name.")] = "",
    encoding: Annotated[str | None, typer.Option(help="Overrides the detected encoding.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Overrides the detected delimiter.")] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Load a contact file: all of it or nothing; bad rows are reported with line, column and remedy.

    Example: dialer list import contacts.csv --name septembre
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        report = load(workspace, file, name or file.stem, encoding, delimiter)
        d.show(import_report(d, report))
        d.document({"ok": True, "list": name or file.stem, "report": report.to_dict()})


def load(
    workspace: Workspace, file: Path, name: str, encoding: str | None = None, delimiter: str | None = None
) -> ListReport:
    """Read a file and store it in one transaction."""
    now = workspace.clock.now()
    read = read_contacts(file, today=now.date(), encoding=encoding, delimiter=delimiter)
    with workspace.store.transaction() as session:
        import_list(session, read, name, now)
    return read.report


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a list; all lists without one.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the report of an imported list, or all lists.

    Example: dialer list show septembre
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            found = [list_named(session, name)] if name else list(session.exec(select(ContactList)))
        for stored in found:
            d.show(Text(list_line(stored)))
            if name:
                d.show(import_report(d, ListReport.from_dict(stored.report)))
        d.document({"ok": True, "lists": [{"name": stored.name, "report": stored.report} for stored in found]})


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="Name of an imported list.")],
    campaign: Annotated[str, typer.Option(help="Campaign whose offer, system and numbers are judged.")],
    days: Annotated[int, typer.Option(min=1, max=60, help="How many days to look ahead.")] = 10,
    at: At = None,
    under: Under = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Forecast before launch: who is callable now, later, never, and which rule holds back how many.

    Example: dialer list check septembre --campaign "Fibre novembre" --days 14 --under 2026-08-10
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            found = list_named(session, name)
            judged_at = at or workspace.clock.now()
            asked = (session, workspace.settings, campaign_named(session, campaign), [found.id], judged_at)
            coming = forecast(*asked, days)
            compared = compare(*asked, under.date()) if under else None
        d.show(forecast_view(d, coming))
        if compared:
            d.show(comparison_view(d, compared))
        d.document(
            {
                "ok": True,
                "list": name,
                "campaign": campaign,
                "forecast": forecast_dict(coming),
                "under": compared.to_dict() if compared else None,
            }
        )


def forecast_dict(coming: Forecast) -> dict[str, object]:
    """JSON-able form of a forecast."""
    plain = asdict(coming)
    plain["at"] = coming.at.isoformat()
    for row, rule in zip(plain["rules"], coming.rules, strict=True):
        row["verdict"], row["layer"] = rule.verdict.word, str(rule.layer)
    for row, day in zip(plain["days"], coming.days, strict=True):
        row["day"] = day.day.isoformat()
    return plain
