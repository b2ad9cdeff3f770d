"""A folder with a started campaign, made on a simulated morning so that it is the same on every day of the year."""

from __future__ import annotations

import json
import math
import struct
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session
from typer.testing import CliRunner

from adapters.loopback import CarrierProcess
from cli import app
from commands.folder import set_up
from commands.lists import load
from dialer.campaigns import create_campaign, set_state
from dialer.clock import SimulatedClock
from dialer.permit import PermitKey
from dialer.plan import load_plan
from dialer.schema import CampaignState
from dialer.settings import load_settings
from dialer.store import Store
from dialer.workspace import Workspace
from tests.end_to_end.carrier_log import CarrierLog
from tests.end_to_end.processes import DialerProcess

MORNING = datetime.fromisoformat("2026-11-24T10:02:00+01:00")
"""A Tuesday without any holiday, inside the legal hours of Paris."""
CAMPAIGN = "Fibre novembre"
MEDIA_TIMEOUT = timedelta(seconds=3)
"""After so long without audio the carrier hangs up on a caller that was killed."""
_HEADER = "Portable;Code postal;Date consentement;Notice;Preuve;Systèmes acceptés;Appels passés"


@dataclass(frozen=True)
class Person:
    """One line of the list, with a valid consent; the number decides what the far end does."""

    number: str
    past_calls: str = ""

    def line(self) -> str:
        return f"{self.number};75011;12/03/2026;FH-2026-01;preuve.pdf;humain,robot;{self.past_calls}"


@dataclass(frozen=True)
class Agency:
    """A folder ready for `dialer run`, and what is asked of it afterwards."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "dialer.toml"

    @property
    def log(self) -> CarrierLog:
        return CarrierLog(self.folder / "far-end.jsonl")

    @contextmanager
    def session(self) -> Iterator[Session]:
        store = Workspace.open(self.config).store
        with store.transaction() as session:
            yield session
        store.close()

    @contextmanager
    def dialing(self, at: datetime, *options: str) -> Iterator[DialerProcess]:
        """`dialer run` from the simulated instant `at` on; killed at the end if it is still there."""
        dialer = DialerProcess.start(
            "run", "--config", str(self.config), "--simulated-clock", at.isoformat(), "--json", *options
        )
        try:
            yield dialer
        finally:
            dialer.kill()

    def ask(self, *words: str, exit_code: int = 0) -> dict[str, Any]:
        """A command about this folder, in this process; returns its JSON document."""
        result = CliRunner().invoke(app, [*words, "--config", str(self.config), "--json"])
        assert result.exit_code == exit_code, (result.exit_code, result.output, result.exception)
        document: dict[str, Any] = json.loads(result.stdout)
        return document


def found_agency(
    folder: Path, people: Sequence[Person], settings: Callable[[str], str], at: datetime = MORNING
) -> Agency:
    """Set a folder up: short prompts, this list, the sample campaign, started. `settings` edits dialer.toml."""
    config = set_up(folder)
    config.write_text(settings(config.read_text("utf-8")), "utf-8")
    for name, seconds, hertz in (("opening", 0.8, 400), ("pitch", 0.9, 500), ("closing", 0.4, 600)):
        write_tone(folder / "prompts" / f"{name}.wav", seconds, hertz)
    source = folder / "people.csv"
    source.write_text("\n".join([_HEADER, *(person.line() for person in people)]) + "\n", "utf-8")
    _tables(config)
    workspace = Workspace.open(config, SimulatedClock(at))
    load(workspace, source, "people", "fibre-horizon")
    plan = load_plan(folder / "campaign.toml")
    now = workspace.clock.now()
    with workspace.store.transaction() as session:
        create_campaign(session, workspace.settings, plan, ["people"], now)
        set_state(session, workspace.settings, CAMPAIGN, CampaignState.RUNNING, now)
    workspace.store.close()
    return Agency(folder)


def _tables(config: Path) -> None:
    """In the database that the settings name by now."""
    store = Store(load_settings(config).database_url)
    store.migrate()
    store.close()


@contextmanager
def agency_with_carrier(
    folder: Path, people: Sequence[Person], *, channels: int, starts_per_second: int, database: str | None = None
) -> Iterator[Agency]:
    """An agency whose loopback carrier runs on its own, so that it sees what a killed dialer leaves behind.

    `database` is the URL of another than its SQLite file.
    """
    key_file, log = folder / "keys" / "loopback.key", Agency(folder).log.path
    PermitKey.load_or_create(key_file)
    with CarrierProcess.start("127.0.0.1", 0, key_file, log, folder / "heard", media_timeout=MEDIA_TIMEOUT) as carrier:
        changes = {
            "port = 5070": f"port = {carrier.port}",
            "channels = 24": f"channels = {channels}",
            "starts_per_second = 3": f"starts_per_second = {starts_per_second}",
        }
        if database is not None:
            changes['"sqlite:///dialer.db"'] = f'"{database}"'
        yield found_agency(folder, people, lambda text: replaced(text, changes))


def replaced(text: str, changes: dict[str, str]) -> str:
    """The text with every change made; each must apply."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def write_tone(path: Path, seconds: float, hertz: int) -> None:
    samples = (round(6000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(round(8000 * seconds)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
