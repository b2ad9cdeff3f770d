"""`dialer opposition`: lists of numbers that must not be called, by source and edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlmodel import col, select

from commands import import_options as options
from commands.asking import Statement, confirmed
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk, typed
from commands.evidence_import import load_evidence
from commands.instants import local
from commands.numbers import parse_number
from commands.tables import plain_table
from commands.undoing import AfterRun, DropLimits, Reason, Yes, undone
from dialer.editions import similar_source
from dialer.errors import NotFound
from dialer.oppositions import oppositions_on
from dialer.schema import Edition, ImportedList, ListKind
from dialer.sources import SourceState, source_states
from dialer.workspace import Workspace
from lists.evidence_files import EvidenceKind

app = typer.Typer(no_args_is_help=True, help="Opposition lists: import, show, withdraw.")


@app.command("import")
def import_(
    file: options.File,
    source: Annotated[str, typer.Option(help="Which list it is an edition of, as dialer.toml names it.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day whose state it shows.")],
    name: Annotated[str, typer.Option(help="Name of the import; default: the source and the day.")] = "",
    advertiser: Annotated[str, typer.Option(help="Toward this advertiser only; toward all without it.")] = "",
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    sheet: options.Sheet = None,
    map_: options.Map = None,
    mapping: options.Mapping = None,
    save_mapping: options.SaveMapping = None,
    new_source: Annotated[
        bool, typer.Option("--new-source", help="It is a source of its own, though its name is like a known one.")
    ] = False,
    accept_shorter: Annotated[
        bool, typer.Option("--accept-shorter", help="The source really has fewer than half of its numbers left.")
    ] = False,
    strict: options.Strict = False,
    report: options.Report = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Load an edition of an opposition list: its numbers are opposed, whoever has them, and the source is fresh again.

    The same file with a later day says that nothing has changed. Where more than one row in a hundred cannot be read,
    or fewer than half of the numbers are left, the numbers count but the source is not fresh again (exit 1).

    Example: dialer opposition import groupe.csv.gz --source groupe --as-of 2026-11-20
    """
    with desk(json, lang) as d:
        load_evidence(
            d,
            config,
            file,
            EvidenceKind.OPPOSITION,
            name or f"{source}-{as_of:%Y-%m-%d}" + ("-accepted" if accept_shorter else ""),
            Statement.of_options(encoding, delimiter, sheet, mapping, map_ or ()),
            source=source,
            advertiser=advertiser,
            as_of=as_of,
            new_source=new_source or _confirmed_new(d, config, source),
            accept_shorter=accept_shorter,
            strict=strict,
            report=report,
            save_mapping=save_mapping,
        )


@app.command()
def show(
    number: Annotated[
        str | None, typer.Argument(parser=parse_number, metavar="[NUMBER]", help="Is this number on a list?")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the sources, their editions and how long they count; or the lists that a number is on (exit 1 when on none).

    Example: dialer opposition show

    Example: dialer opposition show "06 39 98 01 21" --json
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="opposition show")
        if number:
            _show_number(d, workspace, number)
        else:
            _show_sources(d, workspace)


@app.command()
def withdraw(
    name: Annotated[str, typer.Argument(help="Name of the newest edition of a source.")],
    yes: Yes = False,
    drop_limits: DropLimits = False,
    reason: Reason = "",
    simulated_clock: AfterRun = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Take an edition back, for example one that came from the wrong file: its numbers are not opposed by it any more.

    Example: dialer opposition withdraw groupe-2026-11-20 --yes --drop-limits --reason "wrong file"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="opposition withdraw")
        with workspace.store.transaction() as session:
            edition = session.exec(
                select(ImportedList).where(ImportedList.name == name, ImportedList.kind == ListKind.OPPOSITION)
            ).first()
        if edition is None:
            raise NotFound(
                f"no edition {name!r}; `dialer opposition show` names them",
                f"pas d'édition {name!r} ; `dialer opposition show` les nomme",
            )
        undone(d, config, name, yes=yes, drop_limits=drop_limits, reason=reason, simulated_clock=simulated_clock)


def _confirmed_new(d: Desk, config: Path, source: str) -> bool:
    """Whether the user says that a source is another one than the known one of a like name; where nobody can be asked,
    the import refuses."""
    workspace = Workspace.open(config, verb=typed())
    with workspace.store.transaction() as session:
        meant = similar_source(session, workspace.settings, source)
    return meant is not None and confirmed(
        d,
        f"Il n'y a pas de source « {source} », mais une source « {meant} » : en est-ce une autre ?",
        f"There is no source {source!r}, but a source {meant!r}: is this another one?",
    )


def _show_number(d: Desk, workspace: Workspace, number: str) -> None:
    with workspace.store.transaction() as session:
        listed = [(row, held) for row, held in oppositions_on(session, number) if held.kind is ListKind.OPPOSITION]
    if not listed:
        d.say(f"{number} : sur aucune liste", f"{number}: on no list")
    for _, held in listed:
        d.show(Text(f"{held.source} · {held.name} · {held.as_of}"))
    d.document({"ok": bool(listed), "number": number, "lists": [_edition(held) for _, held in listed]})
    if not listed:
        raise answer_no()


def _show_sources(d: Desk, workspace: Workspace) -> None:
    today = workspace.clock.now().date()
    with workspace.store.transaction() as session:
        editions = session.exec(select(ImportedList, Edition).join(Edition).order_by(col(ImportedList.id))).all()
        states = [
            state
            for source in workspace.settings.opposition_sources
            for state in source_states(session, [source], source.advertiser, today)
        ]
    if not editions and not states:
        d.say("aucune liste d'opposition", "no opposition list")
    for state in states:
        d.show(state_line(d, state, today))
    if editions:
        d.show(_editions_view(d, editions))
    d.document(
        {
            "ok": True,
            "sources": [
                {"source": state.source.id, "as_of": _iso(state.as_of), "until": _iso(state.as_of and state.until)}
                for state in states
            ],
            "editions": [
                {**_edition(listed), "numbers": edition.numbers, "renews": edition.renews}
                for listed, edition in editions
            ],
        }
    )


def state_line(d: Desk, state: SourceState, today: date) -> Text:
    """A required source: its age, and until when it counts."""
    fresh = state.until >= today
    return Text(d.text(*state_words(state, today)), style="green" if fresh else "red")


def state_words(state: SourceState, today: date) -> tuple[str, str]:
    """French and English."""
    name = state.source.name
    if state.as_of is None:
        return (
            f"{name} : jamais chargée ; `dialer opposition import FICHIER --source {state.source.id} --as-of JOUR`",
            f"{name}: never loaded; `dialer opposition import FILE --source {state.source.id} --as-of DAY`",
        )
    age = (today - state.as_of).days
    if state.until < today:
        return (
            f"{name} : état du {state.as_of}, {age} jours, périmée depuis le {state.until} ; en charger une édition",
            f"{name}: state of {state.as_of}, {age} days old, out of date since {state.until}; load an edition",
        )
    return (
        f"{name} : état du {state.as_of}, {age} jours, compte jusqu'au {state.until}",
        f"{name}: state of {state.as_of}, {age} days old, counts until {state.until}",
    )


def _editions_view(d: Desk, editions: Sequence[tuple[ImportedList, Edition]]) -> Table:
    headings = (
        ("source", "source"),
        ("édition", "edition"),
        ("état du", "state of"),
        ("chargée le", "loaded at"),
        ("numéros", "numbers"),
        ("", ""),
    )
    table = plain_table(*(d.text(fr, en) for fr, en in headings))
    for listed, edition in editions:
        doubt = (
            "" if edition.renews else d.text("douteuse : ne renouvelle pas la source", "doubtful: does not renew it")
        )
        table.add_row(
            Text(listed.source),
            Text(listed.name),
            str(listed.as_of),
            local(listed.imported_at),
            str(edition.numbers),
            Text(doubt, style="red"),
        )
    return table


def _edition(edition: ImportedList) -> dict[str, object]:
    return {"list": edition.name, "source": edition.source, "as_of": _iso(edition.as_of), "sha256": edition.sha256}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
