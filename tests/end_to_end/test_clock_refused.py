"""A simulated clock must never ring a real telephone: it is refused for everything but the proven loopback carrier."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialer.errors import SettingsRefused
from tests.end_to_end.agency import MORNING, Agency, Person, found_agency, replaced
from tests.end_to_end.far_ends import listening, sipp_answering
from tests.end_to_end.processes import wait_until

PEOPLE = [Person("0639981140")]
LATER = MORNING + timedelta(minutes=1)


def attempts_of(agency: Agency) -> int:
    (campaign,) = agency.ask("campaign", "status")["campaigns"]
    return int(campaign["attempts"] + campaign["given_back"])


@pytest.mark.parametrize("answers_options", ["true", "false"])
def test_on_a_sip_trunk_even_when_it_is_on_this_machine(tmp_path: Path, answers_options: str) -> None:
    with listening() as far_end:
        changes = {
            'kind = "loopback"': f'kind = "sip"\nanswers_options = {answers_options}',
            "port = 5070": f"port = {far_end.port}",
        }
        agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, changes))
        with agency.dialing(LATER, "--until-idle") as dialer:
            refused = dialer.finish(exit_code=3)
    assert "INVITE" not in far_end.methods
    assert "boucle" in refused["message"]
    assert attempts_of(agency) == 0


def test_on_a_trunk_that_is_called_loopback_but_is_another_sip_server(tmp_path: Path) -> None:
    with sipp_answering(tmp_path) as impostor:
        agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"port = 5070": f"port = {impostor.port}"}))
        with agency.dialing(LATER, "--until-idle") as dialer:
            refused = dialer.finish(exit_code=3)
        # SIPp writes its log in time with what it hears: the proof's OPTIONS must be there before we look.
        wait_until(lambda: "OPTIONS " in impostor.messages.read_text("utf-8", "replace"), "SIPp was asked for a proof")
        assert impostor.invites() == 0
    assert str(impostor.port) in refused["message"]
    assert attempts_of(agency) == 0


def test_on_a_trunk_that_is_called_loopback_but_is_on_another_machine(tmp_path: Path) -> None:
    """192.0.2.0/24 is documentation space (RFC 5737): nobody answers there."""
    with pytest.raises(SettingsRefused, match=r"this machine only: host = '192\.0\.2\.1'"):
        found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"127.0.0.1": "192.0.2.1"}))
