"""The sample folder, and an open workspace on SQLite and on PostgreSQL: what holds must hold on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.anchor import FILE, begin
from dialer.schema import Campaign
from dialer.sealing import seal_chain
from dialer.settings import load_settings
from dialer.store import Store
from dialer.tallying import Tallier
from dialer.workspace import Workspace
from tests.dialer.agency import MORE_SETTINGS, Agency
from tests.dialer.fakes import HandClock
from tests.dialer.postgres import Cluster, running_cluster
from tests.dialer.tallied_agency import begin_tallying, fill

_SHIPPED = Path(__file__).parents[2] / "config"


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow_on_postgresql") and _engine_of(item) == "postgresql":
            item.add_marker(pytest.mark.slow)


def _engine_of(item: pytest.Item) -> object:
    assert isinstance(item, pytest.Function)
    return item.callspec.params.get("engine_name") if hasattr(item, "callspec") else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `dialer init` lays out, with a second advertiser and a trunk that is a real carrier."""
    folder = tmp_path / "agency"
    shutil.copytree(_SHIPPED / "sample", folder)
    shutil.copytree(_SHIPPED / "prompts", folder / "prompts")
    with (folder / "dialer.toml").open("a", encoding="utf-8") as settings:
        settings.write(MORE_SETTINGS)
    opening = folder / "prompts" / "opening.txt"  # a campaign must name its advertiser in its first sentence
    opening.write_text(opening.read_text("utf-8").replace("Fibre Horizon", "Fibre Horizon et Autre Société"), "utf-8")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> tuple[str, str]:
    """Name and URL of the database that holds the tables; whoever uses it wipes it."""
    name, url = cluster.new_database()
    _migrate(url)
    return name, url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that holds the tables."""
    path = tmp_path_factory.mktemp("template") / "dialer.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The database engines that a user may choose."""
    return str(request.param)


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name, url = cluster.new_database()
    yield url
    cluster.drop(name)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """One store for each database, kept from test to test: SQLAlchemy compiles every statement once only."""
    return {"sqlite": Store(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'dialer.db'}")}


@pytest.fixture
def database_url(engine_name: str, stores: dict[str, Store], request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with its tables and nothing in them."""
    if engine_name == "sqlite":
        url = stores["sqlite"].url
        file = Path(url.removeprefix("sqlite:///"))
        for log in ("-wal", "-shm"):  # left by a killed process, they would be replayed into the next test's database
            file.with_name(file.name + log).unlink(missing_ok=True)
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield url
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name, url = request.getfixturevalue("migrated_database")
    stores.setdefault("postgresql", Store(url))
    yield url
    cluster.wipe(name)


@pytest.fixture
def workspace(folder: Path, engine_name: str, database_url: str, stores: dict[str, Store]) -> Iterator[Workspace]:
    """The folder, opened on either engine at a legal instant."""
    config = folder / "dialer.toml"
    with_database = config.read_text("utf-8").replace('"sqlite:///dialer.db"', f'"{database_url}"')
    config.write_text(with_database, "utf-8")
    workspace = Workspace(load_settings(config), stores[engine_name], HandClock())
    _ = workspace.pseudonyms  # as `dialer init` does: once something is on record it would be missed
    with workspace.store.reading() as session:  # and so would this
        begin(session, workspace.settings.keys_folder / FILE, workspace.clock.now())
    yield workspace
    workspace.store.close()


@pytest.fixture
def agency(workspace: Workspace) -> Agency:
    clock = workspace.clock
    assert isinstance(clock, HandClock)
    return Agency(workspace, clock)


@pytest.fixture
def person(agency: Agency) -> int:
    """Somebody who may be called."""
    return agency.person("+33639980101")


@pytest.fixture
def campaign(agency: Agency, person: int) -> Campaign:
    """A running campaign for that person alone."""
    return agency.campaign()


@pytest.fixture
def attempt(agency: Agency, campaign: Campaign) -> str:
    """A call to that person that has just left."""
    return agency.begin()


@pytest.fixture
def worked(agency: Agency) -> Agency:
    """An agency with a decided call and a seal."""
    person = agency.person("+33639980101")
    agency.ask(agency.campaign(), person)
    seal_chain(agency.workspace)
    return agency


@pytest.fixture
def elsewhere(
    worked: Agency, engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """A folder on another machine: nothing in it but keys/, and a database that nobody has filled."""
    folder = tmp_path / "elsewhere"
    if engine_name == "sqlite":
        monkeypatch.setenv("DIALER_DATABASE", "sqlite:///dialer.db")
        yield folder
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name, url = cluster.new_database()
    monkeypatch.setenv("DIALER_DATABASE", url)
    yield folder
    cluster.drop(name)


@pytest.fixture
def tallying(agency: Agency) -> Iterator[Agency]:
    """An agency whose changes are tallied, as those of an opened workspace are."""
    begin_tallying(agency)
    yield agency
    agency.workspace.store.known.pop(Tallier)


@pytest.fixture
def filled(tallying: Agency) -> Agency:
    """One that has something of each kind."""
    fill(tallying)
    return tallying


def _migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()
