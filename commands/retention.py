"""`dialer retention`: how long each kind of data is kept, what would be deleted, and its deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.tables import plain_table
from dialer.outlook import OFFICE_ZONE
from dialer.retention import Due, due
from dialer.retention_run import apply_retention
from dialer.retention_table import Basis, Kept, Period
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="How long data is kept: show what is over, delete it.")

_AHEAD = timedelta(days=30)


@app.command()
def show(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show each period with its source, what would be deleted today, and what comes due within 30 days.

    Example: dialer retention show
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="retention show")
        today = workspace.clock.now().astimezone(OFFICE_ZONE).date()
        with workspace.store.reading() as session:
            now, then = (due(session, workspace.settings, day) for day in (today, today + _AHEAD))
        coming = {data: max(count - now.counts()[data], 0) for data, count in then.counts().items()}
        table = plain_table(d.text("donnée", "data"), d.text("mois", "months"), d.text("aujourd'hui", "today"),
                            d.text("sous 30 jours", "within 30 days"), d.text("durée", "period"), "source")  # fmt: skip
        for data, period in now.periods.items():
            counts = str(now.counts()[data]), str(coming[data])
            told = d.text(period.fr, period.en) + (f" [{period.reason}]" if period.reason else "")
            table.add_row(str(data), str(period.months), *counts, escape(told), escape(_source(d, period)))
        d.show(table)
        _tell_held(d, now)
        d.document({"ok": True, **_plain(now), "within_30_days": {str(data): count for data, count in coming.items()}})


@app.command()
def apply(
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", help="Nothing was recorded for a week, and the clock is right.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Delete what has been kept for as long as it may be; `dialer run` does it once a day.

    Example: dialer retention apply
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="retention apply")
        done = apply_retention(workspace, clock_is_right=clock_is_right)
        removed = {data: count for data, count in done.counts().items() if count}
        for data, count in removed.items():
            d.say(f"{data} : {count}", f"{data}: {count}")
        d.say(
            f"[green]✓[/] {sum(removed.values())} effacements, inscrits au journal",
            f"[green]✓[/] {sum(removed.values())} deletions, noted in the log",
        )
        _tell_held(d, done)
        d.document({"ok": True, **_plain(done)})


def _source(d: Desk, period: Period) -> str:
    """The text, and which of its values it gives itself."""
    french = {Basis.QUOTED: "donnée par la source", Basis.OURS: "notre lecture"}
    english = {Basis.QUOTED: "given by the source", Basis.OURS: "our reading"}
    return d.text(
        f"{period.source} ; durée : {french[period.months_are]} ; depuis le {period.since} : "
        f"{french[period.since_is]} ({period.since_source})",
        f"{period.source}; period: {english[period.months_are]}; since {period.since}: {english[period.since_is]} "
        f"({period.since_source})",
    )


def _tell_held(d: Desk, found: Due) -> None:
    if found.holds:
        named = ", ".join(map(str, found.holds))
        d.say(f"Rien de ce qu'un gel retient n'est compris : gel {named}", f"Without what is held: hold {named}")


def _plain(found: Due) -> dict[str, object]:
    def told(data: Kept) -> dict[str, object]:
        period = found.periods[data]
        return {"months": period.months, "legal_months": period.legal_months, "source": period.source,
                "months_are": period.months_are, "since": period.since.isoformat(), "since_is": period.since_is,
                "since_source": period.since_source, "reason": period.reason, "over": found.counts()[data]}  # fmt: skip

    kinds = {str(data): told(data) for data in found.periods}
    return {"on": found.on.isoformat(), "kinds": kinds, "holds": list(found.holds), "held": len(found.held)}
