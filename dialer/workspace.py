"""A folder with its settings, database and keys, opened for one command or for a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dialer.anchor import FILE
from dialer.anchor_keeping import AnchorKeeper
from dialer.audit import Pseudonyms
from dialer.clock import SimulatedClockRefused, SystemClock
from dialer.gate import Gate
from dialer.lost_keys import Key, require_not_lost
from dialer.permit import PermitKey
from dialer.ports import Clock
from dialer.roles import account, require_right
from dialer.seal_key import SealKey
from dialer.settings import Settings, load_settings
from dialer.standing import Standing
from dialer.store import Store
from dialer.tallying import Tallier
from dialer.vault import Vault


@dataclass
class Workspace:
    """Everything that one folder holds; `open` fails with a remedy when a part is missing."""

    settings: Settings
    store: Store
    clock: Clock
    config: Path | None = None
    """The file that the settings were read from."""

    @classmethod
    def open(cls, config: Path, clock: Clock | None = None, *, verb: str = "") -> Workspace:
        """For a command (`verb` as it is typed) only if whoever runs it may; what it writes names them, and the note
        of how far the chain goes keeps up with it.

        Raises `NotAllowed`, `SettingsRefused`, `StoreUnavailable`, and `SimulatedClockRefused` for a command on a
        simulated clock in a folder that has a real carrier.
        """
        settings = load_settings(config)
        if verb:
            require_right(settings.users, account(), verb)
            if clock and clock.simulated:
                _require_no_carrier(settings)
        store = Store(settings.database_url)
        store.check()
        store.known[Standing] = Standing(settings)
        opened = cls(settings, store, clock or SystemClock(), config.resolve())
        store.known[Tallier] = Tallier(lambda: opened.pseudonyms.key, opened.clock)
        if verb:
            store.committed = opened.anchor_keeper.committed
        return opened

    @cached_property
    def anchor_keeper(self) -> AnchorKeeper:
        return AnchorKeeper(self.store, self.settings.keys_folder / FILE, self.clock)

    @cached_property
    def permit_key(self) -> PermitKey:
        """Made anew when it is gone: it guards the permits under way, which count no more then, and nothing past."""
        return PermitKey.load_or_create(self.settings.keys_folder / "permit.key")

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        return Pseudonyms.load_or_create(self.key_file(Key.PSEUDONYM))

    @cached_property
    def vault(self) -> Vault:
        return Vault.load_or_create(self.key_file(Key.MASTER))

    @property
    def seal_key(self) -> SealKey:
        """Read anew each time: it may be replaced between two seals. Raises `KeyLost`, `SettingsRefused`."""
        return SealKey.load_or_create(self.key_file(Key.SEAL).parent)

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.settings, self.clock, self.permit_key, self.pseudonyms, self.vault)

    def key_file(self, key: Key) -> Path:
        """Where a key lies, or may be made. Raises `KeyLost` when it is gone and needed."""
        path = key.path(self.settings.keys_folder)
        if not path.exists():
            with self.store.reading() as session:
                require_not_lost(session, self.settings.keys_folder, key)
        return path

    def path(self, *parts: str) -> Path:
        return self.settings.folder.joinpath(*parts)


def _require_no_carrier(settings: Settings) -> None:
    """What is written at a simulated instant to come would hold up the true clock of calls that reach people."""
    if carriers := ", ".join(repr(trunk.name) for trunk in settings.trunks if not trunk.loopback):
        raise SimulatedClockRefused(
            f"a simulated clock is for folders that call nobody, and this one has the trunk {carriers}; leave out "
            "--simulated-clock, or use a folder of its own (`dialer init FOLDER`)",
            f"une horloge simulée est réservée aux dossiers qui n'appellent personne, et celui-ci a le trunk "
            f"{carriers} ; enlever --simulated-clock, ou prendre un autre dossier (`dialer init DOSSIER`)",
        )
