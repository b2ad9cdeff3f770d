"""A folder as `dialer init` leaves it, and a month of a small campaign in virtual time, played once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.queue.local import LocalQueue
from adapters.simulation import VirtualClock, load_answers
from adapters.simulation.carrier import Observed
from adapters.simulation.ground import DATABASE, lay_ground
from adapters.simulation.people import invent_people
from adapters.simulation.play import play
from adapters.simulation.reckoning import report_on
from adapters.simulation.report import SimulationReport
from commands.folder import set_up
from dialer.campaigns import create_campaign, set_state
from dialer.plan import load_plan
from dialer.schema import Campaign, CampaignState
from dialer.settings import Settings, load_settings
from dialer.workspace import Workspace

MONDAY = datetime.fromisoformat("2026-10-19T10:00:00+02:00")
"""A month with the change to winter time and two holidays: All Saints' Day and Armistice Day."""
PEOPLE = 40


@dataclass(frozen=True)
class Month:
    """A simulation that has ended."""

    workspace: Workspace
    campaign: Campaign
    observed: Observed
    report: SimulationReport

    @property
    def database(self) -> Path:
        return self.workspace.path(DATABASE)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the simulated database, by plain SQL."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def quiet() -> Iterator[None]:
    """Only while it plays: tests of the log may come next in the same process."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(set_up(tmp_path_factory.mktemp("real") / "agency"))


def simulate(real: Settings, folder: Path, *, days: float = 30, seed: int = 1, people: int = PEOPLE) -> Month:
    """The sample campaign for invented people, from that Monday on."""
    clock = VirtualClock(MONDAY)
    workspace = lay_ground(real, folder, clock)
    plan = load_plan(real.folder / "campaign.toml").model_copy(update={"ring_seconds": 25, "max_talk_seconds": 180})
    with workspace.store.transaction() as session:
        name = invent_people(session, workspace.settings, plan, people, seed, clock.now())
        create_campaign(session, workspace.settings, plan, [name], clock.now())
        campaign = set_state(session, workspace.settings, plan.name, CampaignState.RUNNING, clock.now())
    ends_at = clock.now() + timedelta(days=days)
    answers = load_answers("standard")
    with quiet():
        observed = play(workspace, clock, campaign.trunk, LocalQueue(), answers, seed, ends_at)
    report = report_on(workspace, campaign, observed, seed, MONDAY, 0.0)
    return Month(workspace, campaign, observed, report)


@pytest.fixture(scope="session")
def month(real: Settings, tmp_path_factory: pytest.TempPathFactory) -> Month:
    return simulate(real, tmp_path_factory.mktemp("month") / "ground")
