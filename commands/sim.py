"""`dialer sim`: days of a campaign in virtual time, by the same scheduler, against a carrier made of statistics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Annotated

import structlog
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.queue.local import LocalQueue
from adapters.simulation import Answers, VirtualClock, load_answers
from adapters.simulation.play import play
from adapters.simulation.reckoning import report_on
from adapters.simulation.report import SimulationReport
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.instants import parse_instant
from commands.sim_folder import Asked, prepared
from commands.sim_views import simulation_view
from dialer.forecast import OFFICE_ZONE
from dialer.schema import Campaign
from dialer.workspace import Workspace

_MORNING = time(10)
_FRAMES_PER_SECOND = 4


def sim(
    campaign: Annotated[
        str,
        typer.Option(
            help="A campaign file; or the name of a campaign of the folder, which goes on in a copy of its database. "
            "Default: campaign.toml of the folder, or the sample where there is none."
        ),
    ] = "",
    contacts: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many people to invent for a campaign file without --list.")
    ] = 10_000,
    list_: Annotated[Path | None, typer.Option("--list", help="File of contacts instead of invented people.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of virtual time.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed, start and settings give the same calls.")] = 1,
    start: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_instant, metavar="INSTANT", help="Where virtual time begins; default: tomorrow, 10:00."
        ),
    ] = None,
    operator: Annotated[
        str, typer.Option(help="Terms and limits of this operator instead of the trunk's, such as callr.")
    ] = "",
    answers: Annotated[
        str, typer.Option(help="How people answer: a shipped profile by name, or your own .toml file.")
    ] = "standard",
    out: Annotated[Path | None, typer.Option(help="Keep the simulated folder here; default: nothing is kept.")] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Simulate days of a campaign in virtual time, with no telephony: calls, reach, limits, quality, exposure.

    Exit 1 when the independent recount finds a call that the law or the carrier forbids.

    Example: dialer sim --contacts 2000 --days 30 --seed 1

    Example: dialer sim --campaign "Fibre novembre" --operator callr
    """
    with desk(json, lang) as d, ExitStack() as stack:
        folder = out or Path(stack.enter_context(TemporaryDirectory(prefix="dialer-sim-")))
        stack.enter_context(_quiet())
        clock = VirtualClock(start or _tomorrow_morning(datetime.now(UTC)))
        profile = load_answers(answers)
        workspace, simulated = prepared(folder, config, clock, Asked(campaign, contacts, list_, seed, operator))
        stack.callback(workspace.store.close)
        report = _play(d, workspace, simulated, clock, profile, seed, clock.now() + timedelta(days=days))
        d.show(simulation_view(d, report))
        if out:
            d.say(f"[dim]Dossier simulé : {out}[/]", f"[dim]Simulated folder: {out}[/]")
        d.document({"ok": report.clean, "simulation": report.to_dict()})
        if not report.clean:
            raise answer_no()


def _play(
    d: Desk,
    workspace: Workspace,
    simulated: Campaign,
    clock: VirtualClock,
    profile: Answers,
    seed: int,
    ends_at: datetime,
) -> SimulationReport:
    began, since = monotonic(), clock.now()
    with _bar(d, clock, ends_at) as progress:
        observed = play(workspace, clock, simulated.trunk, LocalQueue(), profile, seed, ends_at, progress)
    return report_on(workspace, simulated, observed, seed, since, monotonic() - began)


def _tomorrow_morning(now: datetime) -> datetime:
    tomorrow = now.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, _MORNING, OFFICE_ZONE)


@contextmanager
def _bar(d: Desk, clock: VirtualClock, ends_at: datetime) -> Iterator[Callable[[], None]]:
    """A bar over virtual time; nothing under `--json` or outside a terminal."""
    shown = d.console.is_terminal and not d.json
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    began = clock.now()
    with Progress(*columns, console=d.console, transient=True, disable=not shown, auto_refresh=False) as bar:
        task = bar.add_task("", total=(ends_at - began).total_seconds())
        last = 0.0

        def progress() -> None:
            nonlocal last
            if shown and monotonic() - last >= 1 / _FRAMES_PER_SECOND:
                last = monotonic()
                at = clock.now().astimezone(OFFICE_ZONE)
                bar.update(task, completed=(clock.now() - began).total_seconds(), description=f"{at:%Y-%m-%d %H:%M}")
                bar.refresh()

        yield progress


@contextmanager
def _quiet() -> Iterator[None]:
    """Half a million lines of log about calls that nobody made help nobody."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)
