"""Joins the floors for one run: workspace, trunk, far end, queue, runner and engine.

The only place that knows which adapter stands behind each port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import structlog

from adapters.loopback import CarrierProcess, NotTheLoopbackCarrier, prove
from adapters.queue.local import LocalQueue
from adapters.sip import SipRunner, agent_logins, trunk_of
from dialer.daily import Daily
from dialer.engine import Engine
from dialer.owner import sole_owner
from dialer.permit import PermitKey
from dialer.ports import TrunkState
from dialer.presence import present
from dialer.readiness import require_ready
from dialer.runs import on_record
from dialer.settings import TrunkSettings
from dialer.settings_watch import SettingsWatch
from dialer.traces import RECORDINGS
from dialer.workspace import Workspace

_log = structlog.get_logger("dialer.trunk")
_PROOF_WAIT = timedelta(seconds=2)


@contextmanager
def engine_on(workspace: Workspace, trunk_name: str, agents: int = 0) -> Iterator[Engine]:
    """An engine for one trunk with everything behind it, and room for so many `agents` on the line; owns a SQLite
    ledger while it is open.

    A loopback trunk gets its carrier: the one already listening if it proves what it is, else a new one.
    Raises `NotPossible` when another run owns it, `ChainCutShort` when the ledger is not the one that was seen last,
    and `SettingsRefused` for a running campaign that the settings do not bear out any more.
    """
    trunk = workspace.settings.trunk(trunk_name)
    with ExitStack() as stack:
        stack.enter_context(sole_owner(workspace.settings))
        with workspace.store.transaction() as session:
            require_ready(session, workspace.settings, trunk_name, workspace.clock.now())
        presence = stack.enter_context(present(workspace.store))
        port = stack.enter_context(_loopback_carrier(workspace, trunk)) if trunk.loopback else trunk.port
        address = trunk_of(trunk, workspace.settings.folder, port)
        workspace.path(RECORDINGS).mkdir(exist_ok=True)
        logins = agent_logins(workspace.settings.agents if agents else (), workspace.settings.folder)
        runner = SipRunner(
            address, workspace.permit_key, workspace.clock, on_trunk=_log_trunk, agents=agents, logins=logins
        )
        stack.enter_context(on_record(workspace, trunk_name))
        beside = _beside(workspace)
        yield Engine(workspace, trunk_name, runner, LocalQueue(), presence=presence, lines=runner, daily=beside)


def _beside(workspace: Workspace) -> Callable[[], None]:
    """What a run looks after every few seconds beside calling."""
    daily = Daily(workspace)
    watch = SettingsWatch(workspace.config, workspace.settings) if workspace.config else None

    def look_after() -> None:
        if watch:
            watch.check()
        daily()

    return look_after


def _log_trunk(state: TrunkState) -> None:
    say = _log.info if state.up else _log.warning
    say("trunk", up=state.up, door=state.door, registered=state.registered, error=state.error)


@contextmanager
def _loopback_carrier(workspace: Workspace, trunk: TrunkSettings) -> Iterator[int]:
    """The port of a carrier that has proved itself."""
    key_file = workspace.settings.keys_folder / "loopback.key"
    key = PermitKey.load_or_create(key_file).secret
    if trunk.port:
        try:
            prove(trunk.host, trunk.port, key, timedelta(milliseconds=300))
        except NotTheLoopbackCarrier:
            pass  # nobody there, or a stranger: starting our own tells which
        else:
            yield trunk.port
            return
    events, recordings = workspace.path("carrier.jsonl"), workspace.path(RECORDINGS)
    with CarrierProcess.start(trunk.host, trunk.port, key_file, events, recordings) as carrier:
        prove(carrier.host, carrier.port, key, _PROOF_WAIT)
        yield carrier.port
