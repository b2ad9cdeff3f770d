"""A simulation can reach neither a telephone nor the records of real calls."""

from __future__ import annotations

import ast
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import select

from adapters.simulation import VirtualClock
from adapters.simulation.ground import DATABASE, copy_ground, lay_ground
from adapters.simulation.people import invent_people
from dialer.errors import NotPossible
from dialer.permit import Permit, PermitRefused
from dialer.plan import load_plan
from dialer.schema import Phone
from dialer.settings import Settings, load_settings
from dialer.store import Store
from dialer.trunk_settings import TrunkKind
from dialer.workspace import Workspace

START = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
PACKAGE = Path(__file__).parents[3] / "adapters" / "simulation"
CARRIER = """
[[trunks]]
name = "operateur"
kind = "sip"
host = "sip.carrier.example"
proxies = ["proxy.carrier.example:5061"]
transport = "tls"
registration = true
username = "compte"
password_variable = "CARRIER_PASSWORD"
operator = "callr"
channels = 7
starts_per_second = 1
"""


@pytest.fixture
def with_carrier(real: Settings, tmp_path: Path) -> Settings:
    """The sample folder with a real carrier in its settings."""
    text = (real.folder / "dialer.toml").read_text("utf-8")
    path = tmp_path / "agency" / "dialer.toml"
    path.parent.mkdir()
    path.write_text(text.replace("[[notices]]", CARRIER + "\n[[notices]]", 1), "utf-8")
    Store(load_settings(path).database_url).migrate()
    return load_settings(path)


def imported(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                modules |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module)):
                modules.add(module)
    return modules


def test_the_package_has_nothing_to_call_with() -> None:
    files = sorted(PACKAGE.glob("*.py"))
    assert len(files) > 5
    modules = {module for file in files for module in imported(file)}
    forbidden = {"socket", "asyncio", "pjsua2", "subprocess", "multiprocessing", "http", "urllib", "ssl"}
    assert {module for module in modules if module.partition(".")[0] in forbidden} == set()
    ours = {module for module in modules if module.startswith("adapters")}
    assert {module for module in ours if not module.startswith("adapters.simulation")} == set()


def test_the_recount_shares_nothing_with_the_engine_or_the_rules() -> None:
    for name in ("recount.py", "calendar_of_the_recount.py"):
        others = {
            module for module in imported(PACKAGE / name) if module.partition(".")[0] not in sys.stdlib_module_names
        }
        assert others <= {"adapters.simulation.calendar_of_the_recount"}, name


def test_no_address_of_a_carrier_is_left_and_its_limits_are(with_carrier: Settings, tmp_path: Path) -> None:
    workspace = lay_ground(with_carrier, tmp_path / "ground", VirtualClock(START))
    trunk = workspace.settings.trunk("operateur")
    assert (trunk.kind, trunk.host, trunk.port, trunk.proxies) == (TrunkKind.LOOPBACK, "127.0.0.1", 0, ())
    assert (trunk.channels, trunk.operator) == (7, "callr")
    told = workspace.settings.model_dump_json()
    assert not [word for word in ("carrier.example", "compte", "CARRIER_PASSWORD") if word in told]


def test_another_operators_terms_and_limits_can_be_tried(with_carrier: Settings, tmp_path: Path) -> None:
    workspace = lay_ground(with_carrier, tmp_path / "ground", VirtualClock(START), "kavkom")
    for trunk in workspace.settings.trunks:
        assert (trunk.operator, trunk.channels, trunk.starts_per_second) == ("kavkom", 30, 2)


def test_the_environment_cannot_point_a_simulation_at_another_database(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    monkeypatch.setenv("DIALER_DATABASE", f"sqlite:///{elsewhere}")
    settings = load_settings(real.folder / "dialer.toml")
    workspace = lay_ground(settings, tmp_path / "ground", VirtualClock(START))
    with workspace.store.transaction():
        pass
    assert not elsewhere.exists()
    assert (tmp_path / "ground" / DATABASE).exists()


def test_a_permit_of_a_simulation_opens_nothing_else(real: Settings, tmp_path: Path) -> None:
    workspace = lay_ground(real, tmp_path / "ground", VirtualClock(START))
    permit = workspace.permit_key.sign(
        Permit("a", "+33639980001", "+33162000001", "boucle", "", START, START.replace(hour=10), simulated=True)
    )
    with pytest.raises(PermitRefused, match="signature"):
        Workspace.open(real.folder / "dialer.toml").permit_key.verify(permit, now=START, trunk="boucle")


def test_a_folder_is_used_for_one_simulation(real: Settings, tmp_path: Path) -> None:
    lay_ground(real, tmp_path / "ground", VirtualClock(START))
    with pytest.raises(NotPossible, match="--out"):
        lay_ground(real, tmp_path / "ground", VirtualClock(START))


def phones(store: Store) -> list[str]:
    with store.transaction() as session:
        return list(session.exec(select(Phone.number)))


def test_a_copy_goes_on_and_leaves_the_original_alone(with_carrier: Settings, tmp_path: Path) -> None:
    plan = load_plan(Path(__file__).parents[3] / "config" / "sample" / "campaign.toml")
    real = Store(with_carrier.database_url)
    with real.transaction() as session:
        invent_people(session, with_carrier, plan, 3, 1, START)
    before = phones(real)
    copy = copy_ground(with_carrier, tmp_path / "ground", VirtualClock(START)).store
    assert phones(copy) == before
    with copy.transaction() as session:
        session.execute(delete(Phone))
    assert (phones(copy), phones(real)) == ([], before)


def test_only_a_sqlite_file_can_be_copied(with_carrier: Settings, tmp_path: Path) -> None:
    server = with_carrier.model_copy(update={"database": "postgresql+psycopg://localhost/dialer"})
    with pytest.raises(NotPossible, match="SQLite"):
        copy_ground(server, tmp_path / "ground", VirtualClock(START))
    assert not (tmp_path / "ground").exists()


def test_invented_people_have_numbers_that_are_nobodys(real: Settings, tmp_path: Path) -> None:
    workspace = lay_ground(real, tmp_path / "ground", VirtualClock(START))
    plan = load_plan(real.folder / "campaign.toml")
    with workspace.store.transaction() as session:
        invent_people(session, workspace.settings, plan, 200, 1, START)
    numbers = phones(workspace.store)
    assert len(numbers) == len(set(numbers)) > 200
    assert {len(number) for number in numbers} == {15}, "a French number has twelve characters"


def test_people_are_not_invented_for_an_advertiser_to_whom_nobody_could_have_consented(
    real: Settings, tmp_path: Path
) -> None:
    workspace = lay_ground(real.model_copy(update={"notices": ()}), tmp_path / "ground", VirtualClock(START))
    plan = load_plan(real.folder / "campaign.toml")
    with pytest.raises(NotPossible, match="notice"), workspace.store.transaction() as session:
        invent_people(session, workspace.settings, plan, 5, 1, START)
