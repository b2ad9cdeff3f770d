"""Calls that a folder can tell of afterwards: approved by its gate, dialed and ended as the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.campaigns import campaign_named
from dialer.dispositions import Disposition
from dialer.ports import CallEventKind
from dialer.wishes import contact_of
from dialer.workspace import Workspace
from tests.dialer.agency import Agency
from tests.dialer.fakes import HandClock

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

CAMPAIGN = "Fibre novembre"
ANAIS = "+33639980100"
"""The first person of the sample, who may be called."""
STRANGER = "+33465718306"
"""Somebody of the sample who may not."""


def office(folder: Folder) -> Agency:
    """The folder's own people and campaign, on a morning whose clock is moved by hand."""
    clock = HandClock()
    return Agency(Workspace.open(folder.path / "dialer.toml", clock), clock)


def asked(agency: Agency, *numbers: str) -> None:
    """Let the gate decide about each number; nothing is dialed."""
    for number in numbers:
        with agency.transaction() as session:
            campaign, contact_id = campaign_named(session, CAMPAIGN), contact_of(session, number)
        agency.ask(campaign, contact_id)


def called(agency: Agency, number: str, digit: str = "") -> str:
    """One call that is answered, hears the opening, and may press a key; the attempt's id."""
    with agency.transaction() as session:
        campaign, contact_id = campaign_named(session, CAMPAIGN), contact_of(session, number)
    attempt = agency.dial(agency.order(campaign, contact_id))
    for kind, detail in (
        (CallEventKind.RINGING, ""),
        (CallEventKind.ANSWERED, ""),
        (CallEventKind.PROMPT, "opening"),
        *([(CallEventKind.DIGIT, digit)] if digit else []),
    ):
        agency.clock.advance(seconds=1)
        agency.report(attempt, kind, detail=detail)
    agency.clock.advance(seconds=1)
    agency.report(attempt, CallEventKind.ENDED, disposition=Disposition.ANSWERED, sip_code=200, sip_reason="OK")
    return attempt
