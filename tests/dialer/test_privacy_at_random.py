"""People come, are decided about, object, are held, erased, outlive their time and come back from backups.

In any order the chain verifies, an erased person is nowhere in clear and is not called, and what is held is there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import SQLModel, col, select

from dialer import ledger
from dialer.backups.making import make_backup
from dialer.backups.restoring import restore
from dialer.campaigns import create_campaign
from dialer.dispositions import Disposition
from dialer.erasing_again import erase_again
from dialer.erasure import erase
from dialer.errors import NotPossible
from dialer.held import Held
from dialer.holds import lift_hold, place_hold
from dialer.ports import CallEventKind
from dialer.retention_run import apply_retention
from dialer.schema import Attempt, Contact, LegalHold
from dialer.settings import load_settings
from dialer.standing import Standing
from dialer.store import Store
from dialer.tallying import Tallier
from dialer.verification import verify
from dialer.wishes import holder_of
from dialer.workspace import Workspace
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, row

NUMBERS = ["+33639980101", "+33639980102", "+33639980103"]
WHAT = [
    *["comes_with_a_file"] * 3, *["is_erased", "is_held", "is_restored"] * 2,
    "objects", "every_hold_is_lifted", "time_passes", "is_backed_up",
]  # fmt: skip
"""As often as they stand here."""
DAYS = (1, 40, 1200)


@dataclass
class Known:
    """What the machine believes of the database; as a backup it is a copy of that."""

    names: dict[str, str] = field(default_factory=dict)
    """By the number of who has it now."""
    held: set[str] = field(default_factory=set)
    """Numbers; "" stands for everything."""
    on_the_line: dict[str, str] = field(default_factory=dict)
    """Attempts that were dialed and have not ended, by number."""

    def copy(self) -> Known:
        return replace(self, names=dict(self.names), held=set(self.held), on_the_line=dict(self.on_the_line))


class Privacy(RuleBasedStateMachine):
    def __init__(self, agency: Agency) -> None:
        super().__init__()
        self.places = TemporaryDirectory()
        self.turns = count(1)
        self.agency, self.clock = agency, agency.clock
        self.started = self.clock.instant
        self.agency.workspace = self._copy_of(agency.workspace)
        self.known, self.erased_names, self.erased_numbers = Known(), set[str](), set[str]()
        self.recordings: dict[str, str] = {}
        """File names by the name of who was called."""
        self.backup: tuple[Path, Known] | None = None

    @initialize()
    def two_have_come_and_are_in_a_backup(self) -> None:
        """So that there is somebody to erase, and something to bring them back with."""
        self.comes_with_a_file(0)
        self.comes_with_a_file(1)
        self.is_backed_up(0)

    def teardown(self) -> None:
        self.agency.workspace.store.close()
        self.agency.workspace = self.original
        self.clock.instant = self.started
        self.places.cleanup()

    @rule(what=st.sampled_from(WHAT), pick=st.integers(0, 2))
    def something_happens(self, what: str, pick: int) -> None:
        """One rule for all: Hypothesis would leave most rules out of most sequences, and each takes its time."""
        ready = {
            "comes_with_a_file": len(self.known.names) < len(NUMBERS),
            "every_hold_is_lifted": bool(self.known.held),
            "is_restored": self.backup is not None,
            "time_passes": True,
            "is_backed_up": True,
        }
        if ready.get(what, bool(self.known.names)):
            getattr(self, what)(pick)

    def comes_with_a_file(self, pick: int) -> None:
        free = [number for number in NUMBERS if number not in self.known.names]
        number = free[pick % len(free)]
        turn = next(self.turns)
        name = f"Quellennec{turn:03d}"
        load(self.agency, row(Nom=name, Portable=f"0{number[3:]}", Code_postal="35000", **CONSENT), name=f"l{turn}")
        self.known.names[number] = name
        now = self.clock.now()
        with self.agency.transaction() as session:
            plan = self.agency.plan(name=f"c{turn}")
            campaign = create_campaign(session, self.agency.workspace.settings, plan, [f"l{turn}"], now)
            contact_id = holder_of(session, number)
        assert contact_id
        if {number, ""} & self.known.held:
            with pytest.raises(Held):
                self.agency.ask(campaign, contact_id)
            return
        answer = self.agency.ask(campaign, contact_id)
        if number in self.erased_numbers:
            assert answer.order is None, "nobody with that number is called again"
        if answer.order and pick:
            self.known.on_the_line[number] = self.agency.dial(answer.order)
        if pick == 1:
            self._hangs_up(number)

    def _hangs_up(self, number: str) -> None:
        """A call of which the far end leaves a recording. One of pick 0 was approved and never leaves."""
        if call := self.known.on_the_line.pop(number, ""):
            self.agency.report(call, CallEventKind.ENDED, disposition=Disposition.NO_ANSWER, call_id=call)
            path = self.agency.workspace.path("recordings", f"{call}-1.wav")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"RIFF")
            self.recordings[self.known.names[number]] = path.name

    def objects(self, pick: int) -> None:
        self.agency.object(self._somebody(pick)[1])

    def is_erased(self, pick: int) -> None:
        number, contact_id = self._somebody(pick)
        if {number, ""} & self.known.held:
            with pytest.raises(Held):
                erase(self.agency.workspace, contact_id, "", self.clock.now())
            return
        if number in self.known.on_the_line:
            with pytest.raises(NotPossible, match="under way"):
                erase(self.agency.workspace, contact_id, "", self.clock.now())
            self._hangs_up(number)
        erase(self.agency.workspace, contact_id, "", self.clock.now())
        self.erased_names.add(self.known.names.pop(number))
        self.erased_numbers.add(number)

    def is_held(self, pick: int) -> None:
        number, contact_id = self._somebody(pick) if pick else ("", None)
        workspace = self.agency.workspace
        with self.agency.transaction() as session:
            place_hold(
                session, workspace.settings, workspace.pseudonyms, "a suit", self.clock.now(), contact_id=contact_id
            )
        self.known.held.add(number)

    def every_hold_is_lifted(self, _: int) -> None:
        with self.agency.transaction() as session:
            for hold in session.exec(select(LegalHold)).all():
                if hold.lifted_at is None:
                    lift_hold(session, hold.id, self.clock.now())
        self.known.held.clear()

    def time_passes(self, pick: int) -> None:
        self.clock.advance(days=DAYS[pick])
        apply_retention(self.agency.workspace, clock_is_right=True)
        for number in list(self.known.names):
            if self._holder(number) is None:
                assert not {number, ""} & self.known.held, "what is held is never deleted"
                self.known.names.pop(number)
                self.known.on_the_line.pop(number, None)

    def is_backed_up(self, _: int) -> None:
        file = Path(self.places.name) / f"{next(self.turns)}.backup"
        make_backup(self.agency.workspace, file)
        self.backup = file, self.known.copy()

    def is_restored(self, _: int) -> None:
        assert self.backup is not None
        file, known = self.backup
        folder = Path(self.places.name) / f"restored{next(self.turns)}"
        shutil.copytree(self.agency.workspace.settings.keys_folder, folder / "keys")
        self.clock.advance(minutes=1)
        restore(file, folder, self.clock, erase_again)
        self.agency.workspace.store.close()
        self.agency.workspace = _opened(folder, self.agency)
        self.known = known.copy()
        for number in list(known.names):
            if known.names[number] in self.erased_names:
                self.known.names.pop(number)
                self.known.held.discard(number)
                self.known.on_the_line.pop(number, None)

    @invariant()
    def the_chain_holds(self) -> None:
        with self.agency.transaction() as session:
            found = verify(session, pseudonyms=self.agency.workspace.pseudonyms)
        assert found.whole, found.why

    @invariant()
    def whoever_was_erased_is_nowhere(self) -> None:
        with self.agency.transaction() as session:
            tables = SQLModel.metadata.sorted_tables
            cells = repr([tuple(row) for table in tables for row in session.connection().execute(table.select())])
        assert not [name for name in self.erased_names if name in cells]
        folder = self.agency.workspace.path("recordings")
        assert not [name for name in self.erased_names if (folder / self.recordings.get(name, "none")).exists()]

    @invariant()
    def whoever_is_gone_waits_for_no_call(self) -> None:
        gone = select(Attempt.state).join(Contact).where(col(Contact.erased_at).is_not(None))
        with self.agency.transaction() as session:
            assert not set(session.exec(gone)) & ledger.LIVE

    @invariant()
    def everybody_else_is_there(self) -> None:
        with self.agency.transaction() as session:
            held = {contact.last_name for contact in session.exec(select(Contact))} - {None}
        assert held == set(self.known.names.values())

    def _somebody(self, pick: int) -> tuple[str, int]:
        number = sorted(self.known.names)[pick % len(self.known.names)]
        contact_id = self._holder(number)
        assert contact_id is not None
        return number, contact_id

    def _holder(self, number: str) -> int | None:
        with self.agency.transaction() as session:
            return holder_of(session, number)

    def _copy_of(self, workspace: Workspace) -> Workspace:
        """A folder of its own, so that each sequence begins with an empty database."""
        self.original = workspace
        folder = Path(self.places.name) / "agency"
        shutil.copytree(workspace.settings.folder, folder)
        config = folder / "dialer.toml"
        text = config.read_text("utf-8").replace(f'"{workspace.settings.database}"', '"sqlite:///dialer.db"')
        config.write_text(text, "utf-8")
        Store(load_settings(config).database_url).migrate()
        return _opened(folder, self.agency)


def _opened(folder: Path, agency: Agency) -> Workspace:
    read = load_settings(folder / "dialer.toml")
    store = Store(read.database_url)
    store.known[Standing] = Standing(read)
    opened = Workspace(read, store, agency.clock)
    store.known[Tallier] = Tallier(lambda: opened.pseudonyms.key, agency.clock)
    return opened


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_whatever_happens_nobody_comes_back_and_nothing_held_goes(agency: Agency) -> None:
    quick = settings(max_examples=10, stateful_step_count=12, deadline=None)
    run_state_machine_as_test(lambda: Privacy(agency), settings=quick)
