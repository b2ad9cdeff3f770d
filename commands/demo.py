"""`dialer demo`: the whole story on the sample list, with real SIP on loopback and a simulated legal morning."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.markup import escape

from adapters.report import write_decisions, write_report
from commands.desk import Desk, Json, Lang, answer_no, desk
from commands.exporting import hand_over
from commands.folder import set_up
from commands.forecast_views import forecast_view
from commands.forecasts import forecast_dict
from commands.import_views import import_report
from commands.lists import load
from commands.logs import log_to
from commands.run import work
from commands.views import rules_view, weekday
from dialer.campaigns import campaign_named, create_campaign, set_state
from dialer.clock import SimulatedClock
from dialer.contacts import list_named
from dialer.errors import NotPossible
from dialer.forecast import Forecast, forecast
from dialer.plan import CampaignPlan, load_plan
from dialer.schema import CampaignState
from dialer.story import Story, tell
from dialer.submission import Scope
from dialer.workspace import Workspace
from lists import ListReport

MORNING = datetime.fromisoformat("2026-11-24T10:02:00+01:00")
"""A Tuesday without any holiday, inside the legal hours of Paris."""
_LIST = "contacts"
_FORECAST_DAYS = 10
_MARK = ".dialer-demo"


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the demo; an earlier demo there is replaced.")] = Path(
        "demo-out"
    ),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Tell the whole story: import, forecast, real SIP calls on loopback, outcomes, report. Under a minute.

    Example: dialer demo --out demo-out
    """
    with desk(json, lang) as d:
        began = monotonic()
        workspace = _fresh_folder(out)
        log_to(workspace.path("dialer.log"))
        d.say(
            f"[dim]Horloge simulée : {weekday(d, MORNING)} {MORNING:%d/%m/%Y %H:%M}, opérateur de bouclage local[/]",
            f"[dim]Simulated clock: {weekday(d, MORNING)} {MORNING:%d/%m/%Y %H:%M}, local loopback carrier[/]",
        )
        plan = load_plan(workspace.path("campaign.toml"))
        report = load(workspace, workspace.path("contacts.csv"), _LIST, plan.advertiser)
        d.show(import_report(d, report))
        coming = _prepare(workspace, plan)
        d.show(forecast_view(d, coming))
        work(d, workspace, plan.trunk, until_idle=True)
        dossier = _hand_over(d, workspace, plan)
        told = _tell(workspace, plan, coming)
        files = _write(d, workspace, told, dossier)
        d.show(rules_view(d, told.summary))
        _close(d, told, files, monotonic() - began)
        d.document(_document(report, coming, told, files, monotonic() - began))
        if not told.verification.whole:
            raise answer_no()


@dataclass(frozen=True, slots=True)
class Files:
    """What the demo leaves behind."""

    folder: Path
    report: Path
    decisions: Path
    recordings: tuple[Path, ...]
    dossier: Path
    """The file for an authority about the campaign."""


def _fresh_folder(out: Path) -> Workspace:
    """An empty folder set up for the demo. Only a folder that an earlier demo made is ever emptied."""
    if out.exists() and any(out.iterdir()):
        if not (out / _MARK).exists():
            raise NotPossible(
                f"{out} holds other files; choose an empty folder with --out",
                f"{out} contient d'autres fichiers ; choisir un dossier vide avec --out",
            )
        shutil.rmtree(out)
    config = set_up(out)
    (out / _MARK).touch()
    settings = config.read_text("utf-8")
    config.write_text(settings.replace("port = 5070", "port = 0     # any free port: several demos can run"), "utf-8")
    return Workspace.open(config, SimulatedClock(MORNING))


def _prepare(workspace: Workspace, plan: CampaignPlan) -> Forecast:
    """Create the campaign, forecast it, and let it run."""
    now = workspace.clock.now()
    with workspace.store.transaction() as session:
        campaign = create_campaign(session, workspace.settings, plan, [_LIST], now)
        coming = forecast(session, workspace.settings, campaign, [list_named(session, _LIST).id], now, _FORECAST_DAYS)
        set_state(session, workspace.settings, plan.name, CampaignState.RUNNING, now)
    return coming


def _tell(workspace: Workspace, plan: CampaignPlan, coming: Forecast) -> Story:
    recordings = sorted(
        path.relative_to(workspace.settings.folder) for path in workspace.path("recordings").glob("*.wav")
    )

    with workspace.store.transaction() as session:
        return tell(
            session,
            workspace.vault,
            campaign_named(session, plan.name),
            coming,
            at=workspace.clock.now(),
            simulated=True,
            recordings=[str(path) for path in recordings],
        )


def _hand_over(d: Desk, workspace: Workspace, plan: CampaignPlan) -> Path:
    """The folder that an authority would get about the campaign."""
    with workspace.store.reading() as session:
        scope = Scope(campaign_id=campaign_named(session, plan.name).id)
    dossier = workspace.path("dossier")
    hand_over(d, workspace, dossier, f"campagne « {plan.name} »", scope, plan.name)
    return dossier


def _write(d: Desk, workspace: Workspace, told: Story, dossier: Path) -> Files:
    report, decisions = workspace.path("report.html"), workspace.path("decisions.csv")
    write_report(told, report, d.language)
    write_decisions(told.decisions, decisions)
    recordings = tuple(workspace.path(name) for name in told.recordings)
    return Files(workspace.settings.folder, report, decisions, recordings, dossier)


def _close(d: Desk, told: Story, files: Files, seconds: float) -> None:
    chain = told.verification
    state = "[green]✓[/]" if chain.whole else "[red]✗[/]"
    d.say(
        f"{state} journal : {chain.rows} lignes chaînées vérifiées", f"{state} log: {chain.rows} chained rows verified"
    )
    report = escape(str(files.report))
    d.say(
        f"[bold]Rapport[/] {report} · décisions {files.decisions.name} · dossier {files.dossier.name}/dossier.pdf · "
        f"{len(files.recordings)} enregistrements de ce que le client a entendu · {seconds:.0f} s",
        f"[bold]Report[/] {report} · decisions {files.decisions.name} · file for an authority "
        f"{files.dossier.name}/dossier.pdf · "
        f"{len(files.recordings)} recordings of what the far end heard · {seconds:.0f} s",
    )


def _document(report: ListReport, coming: Forecast, told: Story, files: Files, seconds: float) -> dict[str, object]:
    return {
        "ok": told.verification.whole,
        "seconds": round(seconds, 1),
        "import": report.to_dict(),
        "forecast": forecast_dict(coming),
        "summary": told.summary.to_dict(),
        "audit": {"rows": told.verification.rows, "whole": told.verification.whole, "head": told.verification.head},
        "files": {
            "folder": str(files.folder),
            "report": str(files.report),
            "decisions": str(files.decisions),
            "recordings": [str(path) for path in files.recordings],
            "dossier": str(files.dossier),
        },
    }
