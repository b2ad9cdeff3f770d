"""Joins the floors for one run: workspace, trunk, far end, queue, runner and engine.

The only place that knows which adapter stands behind each port.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from adapters.loopback import CarrierProcess, NotTheLoopbackCarrier, prove
from adapters.queue.local import LocalQueue
from adapters.sip import SipRunner, trunk_of
from dialer.engine import Engine
from dialer.errors import NotPossible
from dialer.permit import PermitKey
from dialer.settings import TrunkSettings
from dialer.workspace import Workspace

_PROOF_WAIT = timedelta(seconds=2)


@contextmanager
def engine_on(workspace: Workspace, trunk_name: str, on_progress: Callable[[], None]) -> Iterator[Engine]:
    """An engine for one trunk with everything behind it; owns the folder while it is open.

    A loopback trunk gets its carrier: the one already listening if it proves what it is, else a new one.
    Raises `NotPossible` when another run owns the folder.
    """
    trunk = workspace.settings.trunk(trunk_name)
    with ExitStack() as stack:
        stack.enter_context(_sole_owner(workspace.path("run.lock")))
        port = stack.enter_context(_loopback_carrier(workspace, trunk)) if trunk.loopback else trunk.port
        address = trunk_of(trunk, workspace.settings.folder, port)
        runner = SipRunner(address, workspace.permit_key, workspace.clock)
        yield Engine(workspace, trunk_name, runner, LocalQueue(), on_progress)


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
    events, recordings = workspace.path("carrier.jsonl"), workspace.path("recordings")
    recordings.mkdir(exist_ok=True)
    with CarrierProcess.start(trunk.host, trunk.port, key_file, events, recordings) as carrier:
        prove(carrier.host, carrier.port, key, _PROOF_WAIT)
        yield carrier.port


@contextmanager
def _sole_owner(lock: Path) -> Iterator[None]:
    """One run per folder: the kernel frees the lock when its holder dies, however it dies."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotPossible(
                f"another `dialer run` works in {lock.parent}; stop it first (two would double the carrier's limits)",
                f"un autre `dialer run` travaille dans {lock.parent} ; l'arrêter d'abord (à deux, ils doubleraient "
                "les limites de l'opérateur)",
            ) from None
        yield
