"""`dialer run`: the engine and its runners, a live board in a terminal, metrics when asked for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import col, select

from adapters.metrics import serving
from commands.board import shown
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.instants import parse_instant
from commands.logs import log_to
from commands.summary_view import summary_view
from commands.wiring import engine_on
from dialer.board import Board
from dialer.clock import SimulatedClock
from dialer.engine import Engine
from dialer.errors import NotPossible
from dialer.facts import plan_of
from dialer.schema import Campaign, CampaignState
from dialer.summary import CampaignSummary, summarise
from dialer.workspace import Workspace
from rules.facts import SystemKind


def run(
    trunk: Annotated[str, typer.Option(help="Trunk to work on; not needed when running campaigns share one.")] = "",
    until_idle: Annotated[bool, typer.Option("--until-idle", help="Stop when nobody can be called now.")] = False,
    simulated_clock: Annotated[
        datetime | None,
        typer.Option(parser=parse_instant, metavar="INSTANT", help="Loopback carrier only: let time start here."),
    ] = None,
    metrics_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Figures for Prometheus on this port of this machine; 0: none.")
    ] = 0,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Place the calls of running campaigns, as fast as the law and the carrier permit, until stopped.

    Ctrl-C stops new calls at once and lets those under way end; a second one hangs up. Example: dialer run --until-idle
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, SimulatedClock(simulated_clock) if simulated_clock else None, verb="run")
        log_to(workspace.path("dialer.log"))
        name = trunk or _only_trunk(workspace)
        summaries = work(d, workspace, name, until_idle=until_idle, metrics_port=metrics_port)
        d.document({"ok": True, "campaigns": [summary.to_dict() for summary in summaries]})


def work(
    d: Desk, workspace: Workspace, trunk: str, *, until_idle: bool, metrics_port: int = 0
) -> list[CampaignSummary]:
    """Run the engine on one trunk, and show it meanwhile; returns how the campaigns stand at the end."""
    with ExitStack() as stack:
        engine = stack.enter_context(engine_on(workspace, trunk, len(workspace.settings.agents)))
        board = Board(workspace, trunk, lambda: engine.wait, lambda: engine.line)
        if metrics_port:
            stack.enter_context(serving(board, metrics_port))
        stack.enter_context(shown(d, workspace, board))
        stack.enter_context(stops(engine))
        engine.run(until_idle=until_idle)
    summaries = _summaries(workspace, trunk)
    d.show(*(summary_view(d, summary) for summary in summaries))
    return summaries


def _only_trunk(workspace: Workspace) -> str:
    """The trunk of the running campaigns, but for those that wait for human commands. Raises `NotPossible` when there
    is none, or more than one."""
    with workspace.store.transaction() as session:
        running = session.exec(select(Campaign).where(Campaign.state == CampaignState.RUNNING)).all()
        dialed = (each for each in running if plan_of(each).system is not SystemKind.HUMAN_AGENT)
        trunks = sorted({campaign.trunk for campaign in dialed})
    if len(trunks) != 1:
        raise NotPossible(
            "no campaign is running that it could dial for; start one with `dialer campaign start NAME` (calls of "
            "human agents are placed with `dialer dial`)"
            if not trunks
            else f"campaigns run on several trunks ({', '.join(trunks)}): say which with --trunk",
            "aucune campagne en cours à composer ; en lancer une avec `dialer campaign start NOM` (les appels d'agents "
            "humains se passent avec `dialer dial`)"
            if not trunks
            else f"des campagnes tournent sur plusieurs trunks ({', '.join(trunks)}) : préciser avec --trunk",
        )
    return trunks[0]


def _summaries(workspace: Workspace, trunk: str) -> list[CampaignSummary]:
    with workspace.store.transaction() as session:
        campaigns = session.exec(select(Campaign).where(Campaign.trunk == trunk).order_by(col(Campaign.id))).all()
        now = workspace.clock.now()
        return [summarise(session, campaign, now) for campaign in campaigns]


@contextmanager
def stops(engine: Engine) -> Iterator[None]:
    """SIGTERM, Ctrl-C and a terminal that is closed stop the engine in order; a second one does not wait for calls."""

    def stop(*_: object) -> None:
        (engine.hurrying if engine.stopping.is_set() else engine.stopping).set()

    closed = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]  # nohup is obeyed
    before = {number: signal.signal(number, stop) for number in (*_SIGNALS, *closed)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGTERM, signal.SIGINT)
