"""Nothing that the program itself does is taken for tampering, and nothing that it does covers tampering up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from dialer.campaigns import set_state
from dialer.dispositions import Disposition
from dialer.erasure import erase
from dialer.noting import correct_objection, note_consent, note_objection
from dialer.ports import CallEventKind
from dialer.retention_run import apply_retention
from dialer.schema import (
    Campaign,
    CampaignState,
    ConsentRow,
)
from dialer.wishes import contact_of
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, TODAY, load, row, undo
from tests.dialer.tallied_agency import ANNE, NOBODY, PAUL, opposed, verified
from tests.dialer.tampering import tamper


def test_what_nobody_touched_is_whole(filled: Agency) -> None:
    found = verified(filled)
    assert found.whole, found.why


def another_list_about_the_same_people(agency: Agency) -> None:
    """It ties two of them together, moves one, and brings a third."""
    load(
        agency,
        row(Nom="Roux", Téléphone="06 39 98 01 01", Portable="06 39 98 01 02", Code_postal="44000", **CONSENT),
        row(Portable="06 39 98 01 03"),
        name="deux",
        source="autre",
    )
    load(agency, row(Nom="Blanc", Prénom="Luc", Portable="06 39 98 01 03", Code_postal="69001"), name="trois")


def several_lists_and_then_none_of_them(agency: Agency) -> None:
    another_list_about_the_same_people(agency)
    for name in ("trois", "deux", "groupe", "liste"):
        undo(agency, name, drop_limits="a mistake")


def a_later_edition(agency: Agency) -> None:
    opposed(agency, NOBODY, "+33639980198", name="groupe 2")


def everybody_erased(agency: Agency) -> None:
    for number in (ANNE, PAUL):
        with agency.transaction() as session:
            person = contact_of(session, number)
        erase(agency.workspace, person, "", agency.clock.now())


def the_years_go_by(agency: Agency) -> None:
    for _ in range(4):
        agency.clock.advance(days=400)
        apply_retention(agency.workspace, clock_is_right=True)


def notes_by_hand(agency: Agency) -> None:
    workspace, now = agency.workspace, agency.clock.now()
    noted = "+33639980151"
    for source in ("letter", "a second letter"):
        with agency.transaction() as session:
            note_objection(
                session, workspace.pseudonyms, number=noted, advertiser_id=None, said_at=now, source=source, now=now
            )
    with agency.transaction() as session:
        correct_objection(
            session, workspace.pseudonyms, number=noted, advertiser_id=None, entry_id="", reason="typing", by="me",
            now=now,
        )  # fmt: skip
        consent = ConsentRow(collected_on=TODAY, notice="FH-2026-01", proof="p.pdf", systems="automated")
        note_consent(session, workspace.settings, workspace.pseudonyms, PAUL, consent, now)


def a_campaign_that_calls(agency: Agency) -> None:
    for state in (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.RUNNING):
        with agency.transaction() as session:
            set_state(session, agency.workspace.settings, "Fibre novembre", state, agency.clock.now())
    with agency.transaction() as session:
        campaign, person = session.exec(select(Campaign)).one(), contact_of(session, ANNE)
    answer = agency.ask(campaign, person)
    assert answer.order
    agency.report(agency.dial(answer.order), CallEventKind.ENDED, disposition=Disposition.UNASSIGNED)


ACTS = [
    another_list_about_the_same_people,
    several_lists_and_then_none_of_them,
    a_later_edition,
    everybody_erased,
    the_years_go_by,
    notes_by_hand,
    a_campaign_that_calls,
]


@pytest.mark.parametrize("many", [1, 50_000])
@pytest.mark.parametrize("act", ACTS)
def test_what_the_program_does_is_told(
    filled: Agency, act: Callable[[Agency], None], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether rows are looked up one by one, or the whole table is read."""
    monkeypatch.setattr("dialer.tallying._MANY", many)
    act(filled)
    found = verified(filled)
    assert found.whole, found.why


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("act", ACTS)
def test_no_act_covers_up_what_was_done_before(filled: Agency, act: Callable[[Agency], None]) -> None:
    tamper(filled, "INSERT INTO past_call (number, source, made_on, made_at, telling) VALUES "
           "(33639980101, '', '2020-01-01', '', 'part')")  # fmt: skip
    act(filled)
    assert "past calls of no list" in verified(filled).why
