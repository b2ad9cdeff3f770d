"""Four processes claim at once on PostgreSQL: the carrier's limits hold over all of them, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import func, select

from dialer.schema import Attempt, AttemptState, AuditRow, Candidate, CandidateState
from dialer.verification import verify
from tests.dialer.agency import Agency

CLAIMERS, PEOPLE, STARTS, CHANNELS = 4, 60, 20, 8
CLAIMER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from dialer import candidates
from dialer.choice import choose
from dialer.ledger import begin_dialing, move
from dialer.schema import AttemptState
from dialer.settings import load_settings
from dialer.store import Store
from dialer.wake import Wait, Why
from dialer.workspace import Workspace
from dialer.write_lock import Patience
from tests.dialer.fakes import MORNING

PATIENCE = Patience(timedelta(minutes=4))

started = float(sys.argv[2])
class Clock:
    simulated = True
    def now(self):
        return MORNING + timedelta(seconds=time.time() - started)
settings = load_settings(Path(sys.argv[1]))
workspace = Workspace(settings, Store(settings.database_url), Clock())
live = []
while True:
    with workspace.store.transaction(PATIENCE) as session:
        now = workspace.clock.now()
        found = choose(session, workspace.gate, "boucle", now)
        if not isinstance(found, Wait):
            answer = workspace.gate.ask(session, found.campaign, found.contact_id, seen=found.seen)
            candidates.after_answer(session, found.campaign, found.contact_id, answer)
            if answer.order:
                begin_dialing(session, answer.order.permit.attempt_id, now, now + timedelta(minutes=5))
                live.append(answer.order.permit.attempt_id)
    if live and (len(live) == 2 or isinstance(found, Wait)):
        with workspace.store.transaction(PATIENCE) as session:
            move(session, live.pop(0), AttemptState.CLOSED, ended_at=workspace.clock.now())
    elif isinstance(found, Wait) and found.why is Why.NOBODY_DUE:
        break
    elif isinstance(found, Wait):
        time.sleep(0.005)
"""


@pytest.fixture
def engine_name() -> str:
    """SQLite has one owner."""
    return "postgresql"


@pytest.fixture
def folder(folder: Path) -> Path:
    config = folder / "dialer.toml"
    limits = config.read_text("utf-8").replace("starts_per_second = 3", f"starts_per_second = {STARTS}", 1)
    config.write_text(limits.replace("channels = 24", f"channels = {CHANNELS}", 1), "utf-8")
    return folder


def test_four_processes_together_keep_the_limits_of_one_trunk(agency: Agency) -> None:
    people = [agency.person() for _ in range(PEOPLE)]
    campaign = agency.campaign()
    run_claimers(agency)
    attempts = agency.attempts()
    assert sorted(attempt.contact_id for attempt in attempts) == people, "everybody once, nobody lost"
    with agency.transaction() as session:
        states = set(session.exec(select(Candidate.state).where(Candidate.campaign_id == campaign.id)))
        rows = session.exec(select(func.count()).select_from(AuditRow)).one()
        assert verify(session).rows == rows, "the chain holds; the calls were ended without it"
    approvals = {attempt.decision_id for attempt in attempts}
    starts = sorted(decision.at for decision in agency.decisions() if decision.id in approvals)
    assert states == {CandidateState.CALLING}
    assert {attempt.state for attempt in attempts} == {AttemptState.CLOSED}
    assert all(later - earlier >= timedelta(seconds=1) / STARTS for earlier, later in pairwise(starts))
    assert most_at_once(attempts) <= CHANNELS


def run_claimers(agency: Agency) -> None:
    """Each in a process of its own, until nobody is due."""
    agency.workspace.store.close()
    _ = agency.workspace.permit_key, agency.workspace.pseudonyms
    config, started = str(agency.workspace.path("dialer.toml")), str(time.time() - 1)
    claimers = [
        subprocess.Popen([sys.executable, "-c", CLAIMER, config, started], cwd=Path(__file__).parents[2])
        for _ in range(CLAIMERS)
    ]
    assert [claimer.wait(timeout=240) for claimer in claimers] == [0] * CLAIMERS


def most_at_once(attempts: list[Attempt]) -> int:
    changes = [(attempt.approved_at, 1) for attempt in attempts]
    changes += [(attempt.ended_at, -1) for attempt in attempts if attempt.ended_at]
    up = most = 0
    for _, change in sorted(changes, key=lambda pair: (pair[0], pair[1])):
        up += change
        most = max(most, up)
    return most
