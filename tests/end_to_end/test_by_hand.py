"""A human agent's call for real: `dialer run` leaves the campaign alone, one `dialer dial` sends one INVITE."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.end_to_end.agency import MORNING, Agency, Person, found_agency, replaced
from tests.end_to_end.carrier_log import CarrierLog
from tests.end_to_end.processes import DialerProcess

PEOPLE = [Person("0639980140"), Person("0639980141")]


def found(folder: Path) -> Agency:
    """The sample campaign as a person's."""

    def settings(text: str) -> str:
        campaign = folder / "campaign.toml"
        ours = replaced(campaign.read_text("utf-8"), {'system = "ai-agent"': 'system = "human-agent"'})
        campaign.write_text(ours, "utf-8")
        return replaced(text, {"port = 5070": "port = 0"})

    return found_agency(folder, PEOPLE, settings)


def dial(agency: Agency, *words: str, at: datetime) -> dict[str, Any]:
    options = ("--config", str(agency.config), "--simulated-clock", at.isoformat(), "--json")
    return DialerProcess.start("dial", *words, *options).finish()


def test_one_command_is_one_invite(tmp_path: Path) -> None:
    agency, log = found(tmp_path), CarrierLog(tmp_path / "carrier.jsonl")
    with agency.dialing(MORNING + timedelta(minutes=1), "--until-idle", "--trunk", "boucle") as run:
        run.finish()
    assert log.invites() == []
    shown = dial(agency, "--next", at=MORNING + timedelta(minutes=10))
    assert (shown["attempt"], log.invites()) == (None, [])
    dialed = dial(agency, shown["number"], at=MORNING + timedelta(minutes=20))
    (invite,) = log.invites()
    assert invite["callee"] == shown["number"] == dialed["attempt"]["number"]
    assert dialed["attempt"]["disposition"] == "answered"
