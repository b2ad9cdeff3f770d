"""Runs the dialer's own engine against the statistical carrier until an instant of virtual time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.simulation.answers import Answers
from adapters.simulation.carrier import Observed, SimulatedCarrier
from adapters.simulation.clock import VirtualClock
from adapters.simulation.fate import Fates
from adapters.simulation.hasty_store import HastyStore
from dialer.engine import Engine
from dialer.ports import CallQueue
from dialer.workspace import Workspace

_NOBODY_ELSE_WORKS_HERE = timedelta(days=400)
"""How long the engine may wait without looking for changes by other processes."""


def play(
    workspace: Workspace,
    clock: VirtualClock,
    trunk: str,
    queue: CallQueue,
    answers: Answers,
    seed: int,
    ends_at: datetime,
    on_progress: Callable[[], None] = lambda: None,
) -> Observed:
    """Run every campaign of a trunk that is running, up to `ends_at`; what the carrier counted meanwhile.

    `clock` is the workspace's own.
    """
    carrier = SimulatedCarrier(
        workspace.settings.trunk(trunk),
        workspace.permit_key,
        clock,
        Fates(answers, seed),
        ends_at,
        lambda: engine.stopping.set(),
    )
    engine = Engine(workspace, trunk, carrier, queue, on_progress, look_up=_NOBODY_ELSE_WORKS_HERE)
    try:
        engine.run()
    finally:
        if isinstance(workspace.store, HastyStore):
            workspace.store.settle()
    return carrier.observed
